/** Whether all servers hold the same, as `serversync verify --json` has it. No values. */
import type { ServerFailure } from './plan.ts';

export type VerifyResult = {
  /** 0: the same everywhere, but for what is under way; 1: not, or not all was compared; 3: a server failed. */
  readonly exitCode: number;
  readonly tookMs: number;
  /** Each table on each server. */
  readonly compared: readonly Compared[];
  readonly failures: readonly ServerFailure[];
};

export type Compared = {
  readonly table: string;
  readonly server: string;
  /** Why it was not; then the figures are absent. */
  readonly notCompared?: 'paused' | 'halted' | 'unmet' | 'changed' | 'failed';
  readonly rows?: number;
  readonly missing?: number;
  readonly extra?: number;
  readonly different?: number;
  /** Records that the next run reads or writes: no finding. */
  readonly underWay?: number;
  /** The first of each kind. */
  readonly findings: readonly {
    readonly key: string;
    readonly kind: 'missing' | 'extra' | 'different';
    readonly why: string;
    /** Of a parked one. */
    readonly code?: string;
    readonly fields?: readonly string[];
  }[];
};
