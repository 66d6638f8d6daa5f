/** What takes a while, since servers are asked: `serversync plan` and `verify`. Nothing is written by either. */
import type { PlanResult } from './plan.ts';
import type { VerifyResult } from './verify.ts';

/** `limit`: records shown of each kind, 0 to 1000, default 20. */
export type JobBody = {
  readonly kind: 'plan' | 'verify';
  readonly table?: string;
  readonly server?: string;
  readonly limit?: number;
};

export type JobsAnswer = { readonly jobs: readonly Job[] };

export type Job = {
  readonly id: string;
  readonly asked: JobBody;
  readonly startedAt: number;
  readonly endedAt?: number;
  /** `ending`: it was cancelled and has not come to an end yet. */
  readonly state: 'at-work' | 'ending' | 'done' | 'cancelled' | 'failed';
  /** What the command says, a line each, as far as it has come: how far it is, then what it found, in words. */
  readonly lines: readonly string[];
  /** Of what is done. */
  readonly result?: ({ readonly kind: 'plan' } & PlanResult) | ({ readonly kind: 'verify' } & VerifyResult);
  /** Of what failed. */
  readonly error?: { readonly code: string; readonly message: string };
};
