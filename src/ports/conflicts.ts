/** What is kept of conflicts: both values, who won and by which rule, and what people chose afterwards. */
import type { Conflict } from '../core/conflict.ts';
import type { Key, TableName } from '../core/names.ts';

export type WhichConflicts = {
  readonly table?: TableName;
  /** Those only that wait for a person. */
  readonly open?: boolean;
};

export interface Conflicts {
  /**
   * Stores or overwrites by id; but one about which a person chose stays as it is where the given one tells of no choice
   * (a merge that is run again does not know of it). Each is kept until its `keptUntil`, an open one as long as it is open; after
   * that it may be gone.
   */
  putConflicts(conflicts: readonly Conflict[]): Promise<void>;

  /** Latest first (by `at`, then id), at most `limit`. */
  conflicts(limit: number, which?: WhichConflicts): Promise<readonly Conflict[]>;

  /** Those of the ids that are kept, in no order. */
  conflictsById(ids: readonly string[]): Promise<readonly Conflict[]>;

  /** Those about one record, in no order. */
  conflictsOf(table: TableName, key: Key): Promise<readonly Conflict[]>;

  /** Those whose code begins so, at most `limit`, in no order. For people: may read through all. */
  conflictsByCode(start: string, limit: number): Promise<readonly Conflict[]>;

  /** Takes these out; absent ones are ignored. */
  dropConflicts(ids: readonly string[]): Promise<void>;

  countConflicts(): Promise<number>;

  /** How many are open. A few requests, however many are kept. */
  countOpenConflicts(): Promise<number>;
}
