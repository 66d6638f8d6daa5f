/**
 * Hints that tables changed, between whoever is called and whoever reads, who share nothing else. A hint that is lost is found by the
 * schedule: no rule rests on what is kept here.
 */
import type { EpochMs, ServerName, TableName } from '../core/names.ts';

/** Hinted at in place of a table where all of the server are to be read: its schedule's turn came while another process read it. No table has that name. */
export const everyTable = '*';

export type WakeState = {
  /** Counts hints of the server. */
  readonly rev: number;
  /** Hints up to here were read. */
  readonly done: number;
  /** Each table's last hint: which it was, and when. */
  readonly tables: ReadonlyMap<TableName, { readonly rev: number; readonly at: EpochMs }>;
};

export interface Wakes {
  /**
   * Puts down a hint. `start`: nobody listens for it, so the caller is to start a reader, which counts as listening until `until`. Of several that
   * call at once one is told to.
   */
  hint(server: ServerName, table: TableName, now: EpochMs, until: EpochMs): Promise<'heard' | 'start'>;

  /** Undefined where nothing was ever hinted. */
  wake(server: ServerName): Promise<WakeState | undefined>;

  /** Whoever listens is there until then. */
  listen(server: ServerName, until: EpochMs): Promise<void>;

  /** Nobody listens any more, and all was read; false, and nothing is changed, where a hint came behind `rev`. */
  leave(server: ServerName, rev: number): Promise<boolean>;
}
