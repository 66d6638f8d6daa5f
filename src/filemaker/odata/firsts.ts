/**
 * What a record's count of modifications is when it was just made: 0 where the API tells it, not verified for OData. A row that holds just
 * what was sent shows it; behind that, one that counts more was edited since, and what came of its create is unknown.
 */
import type { Values } from '../../core/digest.ts';
import type { Key } from '../../core/names.ts';
import type { WriteOutcome } from '../../ports/server.ts';
import type { Columns } from './columns.ts';

export class Firsts {
  #first: number | undefined;

  /** Otherwise rows are to be read with what was sent. */
  get areKnown(): boolean {
    return this.#first !== undefined;
  }

  /** `rows`: those that the server holds for the key. */
  outcome(columns: Columns, rows: readonly unknown[], key: Key, values: Values): WriteOutcome {
    const own = rows.filter((row) => columns.state(row).key === key);
    const [row] = own;
    if (row === undefined || own.length > 1) return { kind: 'unknown' };
    const { recordId, modId } = columns.state(row);
    if (this.#first === undefined && (modId === 0 || columns.holds(row, values))) this.#first = modId;
    return modId === this.#first ? { kind: 'written', recordId, modId } : { kind: 'unknown' };
  }
}
