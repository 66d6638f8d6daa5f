/**
 * What keeps deletes and other dangers in check: records that seem to be gone, halts, sweeps. As in control.ts, reads are
 * strongly consistent and a call with many items is not atomic as a whole.
 */
import type { Halt } from '../core/halt.ts';
import type { EpochMs, Key, ServerName, TableName } from '../core/names.ts';
import type { DeleteCount, Suspect } from '../core/suspect.ts';
import type { SweepAsk, SweepState } from '../core/sweep.ts';

export interface Suspects {
  /** Stores or overwrites by table, server and key. */
  putSuspects(suspects: readonly Suspect[]): Promise<void>;
  /** Takes these keys out; absent ones are ignored. */
  dropSuspects(table: TableName, server: ServerName, keys: readonly Key[]): Promise<void>;
  /** At most `limit`, in the order of the keys' UTF-8 bytes; those behind `after` if given. */
  suspects(table: TableName, server: ServerName, limit: number, after?: Key): Promise<readonly Suspect[]>;
  /** Those of the keys that are suspected. */
  suspectsAmong(
    table: TableName,
    server: ServerName,
    keys: readonly Key[],
  ): Promise<ReadonlyMap<Key, Suspect>>;

  deleteCount(table: TableName, server: ServerName): Promise<DeleteCount | undefined>;
  /** Stores it if the stored one has `rev - 1` (none stored counts as 0); false otherwise. */
  putDeleteCount(count: DeleteCount): Promise<boolean>;
}

/** One for each table on a server at most: what else is wrong there shows when it is ended. */
export interface Halts {
  halt(table: TableName, server: ServerName): Promise<Halt | undefined>;
  /** Stores it if the stored one has `rev - 1` (none stored counts as 0); false otherwise. */
  putHalt(halt: Halt): Promise<boolean>;
  /** Removes it if the stored one has this rev; false otherwise. */
  endHalt(halt: Halt): Promise<boolean>;
  halts(): Promise<readonly Halt[]>;
}

export interface Sweeps {
  sweep(table: TableName, server: ServerName): Promise<SweepState | undefined>;
  /** Stores or overwrites. */
  putSweep(state: SweepState): Promise<void>;
  sweeps(): Promise<readonly SweepState[]>;

  /** What was asked for last there; it stays when it was done. */
  sweepAsk(table: TableName, server: ServerName): Promise<SweepAsk | undefined>;
  /** Stores or overwrites. */
  putSweepAsk(ask: SweepAsk): Promise<void>;

  /** Stores or overwrites a part of the rows that the sweep begun at `startedAt` listed: at most 30,000. */
  putSweepPart(part: SweepPart): Promise<void>;
  /** The rows of a part; undefined where it is not stored. */
  sweepPart(of: Omit<SweepPart, 'rows'>): Promise<Float64Array | undefined>;
  /** All parts of all its sweeps. */
  dropSweepParts(table: TableName, server: ServerName): Promise<void>;
}

export type SweepPart = {
  readonly table: TableName;
  readonly server: ServerName;
  readonly startedAt: EpochMs;
  /** 0 for the first. */
  readonly part: number;
  readonly rows: Float64Array;
};

/** The most rows in one part. */
export const rowsInPart = 30_000;

export interface Safety extends Suspects, Halts, Sweeps {}
