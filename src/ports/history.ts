/**
 * What is kept of earlier states of records. Only people read it; nothing that the sync does rests on it. Reads are strongly
 * consistent.
 */
import type { EntryPlace } from '../core/head.ts';
import type { HistoryEntry } from '../core/history.ts';
import type { Key, TableName } from '../core/names.ts';

export interface Histories {
  /**
   * Stores entries, of which none was stored before; each is kept until its `keepUntil` at least, and may be gone then. A call
   * with many is not atomic as a whole. Storing the same again is safe.
   */
  putHistory(entries: readonly HistoryEntry[]): Promise<void>;

  /**
   * Entries of one record, those of attempts that came to nothing among them: the highest version first, those of one version
   * by the bytes of their id; at most `limit`, those behind `after` if given, which may be gone.
   */
  history(table: TableName, key: Key, limit: number, after?: EntryPlace): Promise<readonly HistoryEntry[]>;

  /** Removes all entries of one record; returns how many there were. */
  dropHistory(table: TableName, key: Key): Promise<number>;
}
