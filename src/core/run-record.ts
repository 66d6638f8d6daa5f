import type { EpochMs, ServerName } from './names.ts';

/** A server that could not be worked with in some task when the run ended, or cannot be while it goes on. */
export type FailingServer = { readonly server: ServerName; readonly code: string; readonly since: EpochMs };

/** One run, for `status`. */
export type RunRecord = {
  readonly id: string;
  readonly startedAt: EpochMs;
  readonly endedAt?: EpochMs;
  readonly read: number;
  readonly created: number;
  readonly updated: number;
  /** Deleted by the sync; absent where an earlier release stored it. */
  readonly removed?: number;
  readonly conflicts: number;
  readonly parked: number;
  /** Error codes of servers or tables that could not be worked on. */
  readonly failures: readonly string[];
  /** Those of them that are servers; absent where an earlier release stored it. `since` goes back over the runs before. */
  readonly failing?: readonly FailingServer[];
};
