/**
 * Records as they come in an answer. The page goes through a schema; its records, by the hundred and all of one
 * form, through a reader made for their table. What it cannot read it names by field, never by value (R9).
 */
import { z } from 'zod';
import type { FieldType } from '../../core/link.ts';
import type { FieldName } from '../../core/names.ts';
import type { RawStamp } from '../../core/stamp.ts';
import { parseWallTime } from '../../core/wall-time.ts';
import type { Page, ServerRecord, TableBinding } from '../../ports/server.ts';
import { ServerError } from '../../ports/server-errors.ts';
import { digitsAt, valueAt } from '../http/answer.ts';
import { named, type Place, unreadable } from '../http/failures.ts';
import { canonicalValue } from './field-values.ts';

const count = z.coerce.number().int().nonnegative();

/** Servers before FileMaker 18 leave out `dataInfo`. */
const page = z.object({
  // Each is looked at by the reader.
  data: z.custom<readonly unknown[]>(Array.isArray),
  dataInfo: z.object({ foundCount: count, totalRecordCount: count.optional().catch(undefined) }).optional(),
});

type Column = { readonly name: FieldName; readonly wireName: string; readonly type: FieldType };

export class RecordReader {
  readonly #place: Place;
  readonly #key: Column;
  readonly #stamp: Column;
  readonly #columns: readonly Column[];

  constructor(place: Place, binding: TableBinding) {
    this.#place = place;
    const column = (name: FieldName, wireName: string): Column => ({
      name,
      wireName,
      type: binding.types[name] ?? 'text',
    });
    this.#key = column(binding.key, binding.keyField);
    const stampType = binding.stampedBy === 'utcMilliseconds' ? 'number' : 'timestamp';
    this.#stamp = { name: binding.stampField, wireName: binding.stampField, type: stampType };
    this.#columns = Object.entries(binding.fieldNames).map(([name, wireName]) => column(name, wireName));
  }

  page(response: unknown): Page {
    const shown = page.safeParse(response);
    if (!shown.success) throw unreadable(this.#place, 'a page without its list of records');
    const { data, dataInfo } = shown.data;
    const { foundCount = data.length, totalRecordCount: totalCount } = dataInfo ?? {};
    return {
      records: data.map((row) => this.#record(row)),
      foundCount,
      ...(totalCount !== undefined && { totalCount }),
    };
  }

  #record(row: unknown): ServerRecord {
    const recordId = digitsAt(row, 'recordId');
    const modId = digitsAt(row, 'modId');
    const fields = valueAt(row, 'fieldData');
    if (recordId === undefined || modId === undefined)
      throw unreadable(this.#place, 'a record without its ids');
    const values: Record<FieldName, string> = {};
    for (const column of this.#columns) values[column.name] = this.#value(fields, column);
    return {
      recordId,
      modId: Number(modId),
      key: this.#value(fields, this.#key),
      values,
      stamp: stampOf(this.#stamp.type, this.#value(fields, this.#stamp)),
    };
  }

  #value(fields: unknown, { wireName, type }: Column): string {
    const wire = valueAt(fields, wireName);
    if (wire === undefined) throw this.#missing(wireName);
    const value = canonicalValue(type, wire);
    if (value === undefined)
      throw unreadable(this.#place, `field "${wireName}" is neither text nor a number`);
    return value;
  }

  #missing(field: string): ServerError {
    return new ServerError(
      'field-missing',
      this.#place.server,
      `field "${field}" is not in the records of ${named(this.#place)}; put it on the layout, or correct its name`,
    );
  }
}

/** A stamp that cannot be read counts as empty: such a record is found by the sweep alone. */
function stampOf(type: FieldType, value: string): RawStamp {
  if (type === 'number') {
    const number = Number(value);
    return value === '' || !Number.isFinite(number) ? empty : { kind: 'utcMilliseconds', value: number };
  }
  // Stamps count in whole seconds; a fraction is cut off.
  const wall = parseWallTime(value.slice(0, 19));
  return wall === undefined ? empty : { kind: 'wall', wall };
}

const empty: RawStamp = { kind: 'empty' };
