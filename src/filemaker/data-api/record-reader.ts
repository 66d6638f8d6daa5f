/**
 * Records as they come in an answer. The page goes through a schema; its records, by the hundred and all of one
 * form, through a reader made for their table. What it cannot read it names by field, never by value (R9).
 */
import { z } from 'zod';
import type { FileShown } from '../../core/files.ts';
import type { FieldType } from '../../core/link.ts';
import type { FieldName } from '../../core/names.ts';
import type { Page, ServerRecord, TableBinding } from '../../ports/server.ts';
import { digitsAt, valueAt } from '../http/answer.ts';
import { fieldMissing, type Place, unreadable } from '../http/failures.ts';
import { rawStamp } from '../http/raw-stamp.ts';
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
    let files: Record<FieldName, FileShown> | undefined;
    for (const column of this.#columns) {
      const shown = column.type === 'container' ? this.#file(fields, column) : undefined;
      if (shown === undefined) values[column.name] = this.#value(fields, column);
      else files = { ...files, [column.name]: shown };
    }
    return {
      recordId,
      modId: Number(modId),
      key: this.#value(fields, this.#key),
      values,
      ...(files && { files }),
      stamp: rawStamp(this.#stamp.type, this.#value(fields, this.#stamp)),
    };
  }

  /** Undefined where it is empty. What is no address to ask for a file is the path of one elsewhere. */
  #file(fields: unknown, { wireName }: Column): FileShown | undefined {
    const wire = valueAt(fields, wireName);
    if (wire === undefined) throw fieldMissing(this.#place, wireName);
    if (wire === '') return undefined;
    return isFileAddress(wire) ? 'file' : 'reference';
  }

  #value(fields: unknown, { wireName, type }: Column): string {
    const wire = valueAt(fields, wireName);
    if (wire === undefined) throw fieldMissing(this.#place, wireName);
    const value = canonicalValue(type, wire);
    if (value === undefined)
      throw unreadable(this.#place, `field "${wireName}" is neither text nor a number`);
    return value;
  }
}

/** What a container shows of a file that can be asked for; all else is a path that leads nowhere from here. */
export const isFileAddress = (shown: unknown): shown is string =>
  typeof shown === 'string' && /^https?:\/\//i.test(shown) && URL.canParse(shown);
