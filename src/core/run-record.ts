import type { EpochMs } from './names.ts';

/** One run, for `status`. */
export type RunRecord = {
  readonly id: string;
  readonly startedAt: EpochMs;
  readonly endedAt?: EpochMs;
  readonly read: number;
  readonly created: number;
  readonly updated: number;
  readonly conflicts: number;
  readonly parked: number;
  /** Error codes of servers or tables that could not be worked on. */
  readonly failures: readonly string[];
};
