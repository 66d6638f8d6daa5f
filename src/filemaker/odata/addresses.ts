/**
 * How a record is addressed that is to be changed: by ROWID where the server knows that. Otherwise by its key as the server's own
 * metadata have it, by which a record that is gone could be made anew: then each goes by itself, right after a look.
 */
import type { Key, RecordId } from '../../core/names.ts';
import { ServerError } from '../../ports/server-errors.ts';
import { named } from '../http/failures.ts';
import type { Metadata } from './metadata.ts';
import type { Rows } from './rows.ts';
import { encodeSegment, filterLiteral } from './url.ts';

export class Addresses {
  readonly #metadata: Metadata;
  readonly #keys = new Map<string, readonly string[]>();

  constructor(metadata: Metadata) {
    this.#metadata = metadata;
  }

  /** Below the database. */
  async of(rows: Rows, recordId: RecordId, key: Key, signal: AbortSignal): Promise<string> {
    const { manners, binding, place } = rows.parts;
    if (manners.has('rowAddress')) return rows.record(recordId);
    const { table, key: column } = rows.columns();
    const fields = await this.#keyFields(place, signal);
    if (fields.join() === 'ROWID') return `${table}(${recordId})`;
    const literal = filterLiteral(column.type, key);
    if (fields.join() === binding.keyField && literal !== undefined)
      return `${table}(${encodeSegment(literal)})`;
    throw new ServerError(
      'request-refused',
      place.server,
      `${named(place)} takes no ROWID in the address of a record, and its unique fields are others than the key ` +
        `"${binding.keyField}": make that field the only one that is both unique and not empty, or use the Data API there`,
    );
  }

  async #keyFields(place: Rows['parts']['place'], signal: AbortSignal): Promise<readonly string[]> {
    const where = `${place.database}\n${place.layout}`;
    const known = this.#keys.get(where);
    if (known !== undefined) return known;
    const { key } = await this.#metadata.table(place, signal);
    this.#keys.set(where, key);
    return key;
  }
}
