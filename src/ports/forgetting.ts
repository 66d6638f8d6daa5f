/**
 * Ends what is kept of a server or a table that is not in the configuration any more (nobody works on it: the caller has made
 * sure), and of single records what lies outside of their rows. A call is not atomic as a whole, and may be repeated after a crash
 * until it returns.
 */
import type { EpochMs, Key, ServerName, TableName } from '../core/names.ts';

/** Values that lie outside of the rows since they are large, and files, by names that tell nothing of them. */
export type NotedLarge = { readonly id: string; readonly names: readonly string[] };

export type Removal = {
  readonly removed: number;
  /** Something else holds the same, and they stay with it. */
  readonly held: number;
  /** They were stored a moment ago, and somebody may be about to store a row that names them: they are noted still. */
  readonly later: number;
};

export type LargeRemoved = Removal & {
  /** The same of files of containers; absent: none was noted. */
  readonly files?: Removal;
};

export const noLarge: LargeRemoved = { removed: 0, held: 0, later: 0 };

export interface LargeForgetting {
  /**
   * Puts down which large values are held of a record: its head, its history, its conflicts, and what shows records as examples; and
   * which files, by their hashes. Where all values lie in the rows nothing is put down: who forgets it removes what nothing names then.
   * To be called before any of that is removed; then `removeNoted`, or whoever finds the notes, removes the values.
   */
  noteLarge(table: TableName, key: Key, files: readonly string[]): Promise<readonly NotedLarge[]>;

  /**
   * Puts down which large values nothing holds any more, though nobody forgot them: they were replaced, or what held them went by
   * its age. The notes are of the given instant, so that the values stay until then. Returns how many there are that were not
   * noted before. Reads through all that is stored, where there is any large value.
   */
  noteUnheld(at: EpochMs): Promise<number>;

  /** Notes of before that instant: of others, who died, or who had to leave some for later; and what nothing held by then. */
  notedBefore(before: EpochMs): Promise<readonly NotedLarge[]>;

  /** Removes for good what is noted there and held by nothing any more. Reads through all that is stored, where anything is noted. */
  removeNoted(notes: readonly NotedLarge[]): Promise<LargeRemoved>;
}

export interface Forgetting extends LargeForgetting {
  /**
   * Removes all that is known of a table on a server: replicas, watermark, meeting, open rows, what is parked, suspected or
   * halted there, sweeps, the log of deletes; last the fact that bound it. Heads are left as they are. Returns how many replicas there were.
   */
  forgetPlace(table: TableName, server: ServerName): Promise<number>;

  /** Removes what is known of the server besides its tables: clock, sessions, breakers, layouts, webhooks, its address. */
  forgetServer(server: ServerName): Promise<void>;

  /** Removes all records of the table, tombstones and histories included, kept values, its shape and key. Returns how many heads there were. */
  forgetTable(table: TableName): Promise<number>;
}
