/**
 * How a record is addressed that is to be changed where the server knows no ROWID in addresses: by its key as the server's own metadata
 * have it. What stands there is read first: keys of a file change, and `T(5)` may be the record whose key is 5.
 *
 * By a key an update may make a record anew that is gone: each goes by itself, right after that look.
 */
import { ServerError } from '../../ports/server-errors.ts';
import { named } from '../http/failures.ts';
import type { RowState } from './columns.ts';
import type { Metadata } from './metadata.ts';
import type { Look } from './look.ts';
import type { Rows } from './rows.ts';
import { encodeSegment, filterLiteral } from './url.ts';

export type Address = {
  /** Below the database. */
  readonly path: string;
  /** What was there. */
  readonly look: Look;
  /** An update of what is not there any more may make it. */
  readonly mayMakeAnew: boolean;
};

export class Addresses {
  readonly #metadata: Metadata;
  readonly #keys = new Map<string, readonly string[]>();

  constructor(metadata: Metadata) {
    this.#metadata = metadata;
  }

  /** Of a record that was seen to have this key. */
  async byKey(rows: Rows, record: RowState, signal: AbortSignal): Promise<Address | 'missing' | 'denied'> {
    const known = this.#keys.get(whereOf(rows));
    const first = known && (await this.#tried(rows, known, record, signal));
    if (typeof first === 'object') return first;
    const second = await this.#tried(rows, await this.#keyFields(rows, signal), record, signal);
    const isLost = second === 'missing' && typeof (await rows.look(record.recordId, signal)) !== 'string';
    // What a filter still shows is not gone: the server takes no such address.
    if (second !== undefined && !isLost) return second;
    const { place, binding } = rows.parts;
    throw new ServerError(
      'request-refused',
      place.server,
      `${named(place)} takes no ROWID in the address of a record, and its unique fields are others than the key ` +
        `"${binding.keyField}": make that field the only one that is both unique and not empty, or use the Data API there`,
    );
  }

  /** Undefined: another record is there, or the server takes no such address. */
  async #tried(
    rows: Rows,
    fields: readonly string[],
    { recordId, key }: RowState,
    signal: AbortSignal,
  ): Promise<Address | 'missing' | 'denied' | undefined> {
    const { table, key: column } = rows.columns();
    const isRowId = fields.join() === 'ROWID';
    const literal =
      fields.join() === rows.parts.binding.keyField ? filterLiteral(column.type, key) : undefined;
    if (!isRowId && literal === undefined) return undefined;
    const path = `${table}(${isRowId ? recordId : encodeSegment(literal ?? '')})`;
    const look = await rows.lookAt(path, signal);
    if (look === 'refused') return undefined;
    if (typeof look === 'string') return look;
    return look.recordId === recordId ? { path, look, mayMakeAnew: !isRowId } : undefined;
  }

  async #keyFields(rows: Rows, signal: AbortSignal): Promise<readonly string[]> {
    const { key } = await this.#metadata.table(rows.parts.place, signal);
    this.#keys.set(whereOf(rows), key);
    return key;
  }
}

const whereOf = ({ parts: { place } }: Rows): string => `${place.database}\n${place.layout}`;
