/**
 * What a record's count of modifications is when it was just made: 0 where the API tells it, not verified for OData. Once a 0 was seen that is
 * known, and a record that counts more was edited since. Where none was seen, any count may be the first or tell of an edit: so the whole
 * row is looked at, and what came of its create is unknown unless it holds just what was sent.
 */
import type { Values } from '../../core/digest.ts';
import type { Key } from '../../core/names.ts';
import type { WriteOutcome } from '../../ports/server.ts';
import type { Columns } from './columns.ts';

export class Firsts {
  #isZero = false;

  /** What is to be asked for of rows that were just made. */
  select(columns: Columns): string {
    return this.#isZero ? columns.stateSelect() : columns.select;
  }

  /** Of a create that the server says is done. `rows`: those that the server holds for the key. */
  outcome(columns: Columns, rows: readonly unknown[], key: Key, values: Values): WriteOutcome {
    const own = rows.filter((row) => columns.state(row).key === key);
    const [row] = own;
    if (row === undefined || own.length > 1) return { kind: 'unknown' };
    const { recordId, modId } = columns.state(row);
    if (modId === 0) this.#isZero = true;
    const isAsMade = this.#isZero ? modId === 0 : columns.holdsJust(row, values);
    return isAsMade ? { kind: 'written', recordId, modId } : { kind: 'unknown', isOver: true };
  }
}
