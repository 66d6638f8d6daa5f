/**
 * Ends what is kept of a server or a table that is not in the configuration any more. Nobody works on it: the caller has
 * made sure. A call is not atomic as a whole, and may be repeated after a crash until it returns.
 */
import type { ServerName, TableName } from '../core/names.ts';

export interface Forgetting {
  /**
   * Removes all that is known of a table on a server: replicas, watermark, meeting, open rows, what is parked, suspected or
   * halted there, sweeps, the log of deletes; last the fact that bound it. Heads are left as they are. Returns how many replicas there were.
   */
  forgetPlace(table: TableName, server: ServerName): Promise<number>;

  /** Removes what is known of the server besides its tables: clock, sessions, breakers, layouts, its address. */
  forgetServer(server: ServerName): Promise<void>;

  /** Removes all records of the table, tombstones and histories included, kept values, its shape and key. Returns how many heads there were. */
  forgetTable(table: TableName): Promise<number>;
}
