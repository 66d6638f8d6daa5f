/** Rows as a layout shows them, with all its fields. What cannot be read is named by field, never by value (R9). */
import { z } from 'zod';
import type { FieldType } from '../../core/link.ts';
import type { FieldName } from '../../core/names.ts';
import type { InspectedField, InspectedRow, InspectedRows, RowsAsked } from '../../ports/inspection.ts';
import { digitsAt } from '../http/answer.ts';
import { type Place, unreadable } from '../http/failures.ts';
import { canonicalValue } from './field-values.ts';
import { listQuery } from './find.ts';

const count = z.coerce.number().int().nonnegative();

const rowPage = z.object({
  data: z.array(z.object({ fieldData: z.record(z.string(), z.unknown()) }).loose()),
  dataInfo: z
    .object({
      table: z.string().optional(),
      foundCount: count.optional().catch(undefined),
      totalRecordCount: count.optional().catch(undefined),
    })
    .optional(),
});

export function rowsQuery({ skip = 0, limit, latestBy }: RowsAsked): string {
  const page = listQuery({ offset: skip, limit });
  if (latestBy === undefined) return page;
  const order = JSON.stringify([{ fieldName: latestBy, sortOrder: 'descend' }]);
  return `${page}&_sort=${encodeURIComponent(order)}`;
}

export function inspectedRows(
  place: Place,
  response: unknown,
  fields: readonly InspectedField[],
): InspectedRows {
  const shown = rowPage.safeParse(response);
  if (!shown.success) throw unreadable(place, 'a page without its list of records');
  const { data, dataInfo } = shown.data;
  const types = new Map(fields.map(({ name, type }) => [name, type]));
  return {
    ...(dataInfo?.table !== undefined && { table: dataInfo.table }),
    ...(dataInfo?.foundCount !== undefined && { total: dataInfo.foundCount }),
    ...(dataInfo?.totalRecordCount !== undefined && { inTable: dataInfo.totalRecordCount }),
    rows: data.map((row) => inspectedRow(place, row, types)),
  };
}

function inspectedRow(
  place: Place,
  row: z.infer<typeof rowPage>['data'][number],
  types: ReadonlyMap<FieldName, FieldType>,
): InspectedRow {
  const recordId = digitsAt(row, 'recordId');
  const modId = digitsAt(row, 'modId');
  if (recordId === undefined || modId === undefined) throw unreadable(place, 'a record without its ids');
  const values: Record<FieldName, string> = {};
  for (const [name, wire] of Object.entries(row.fieldData)) {
    // `name(2)` is a repetition of `name`.
    const type = types.get(name) ?? types.get(name.replace(/\(\d+\)$/, '')) ?? 'text';
    if (type === 'container') continue;
    const value = canonicalValue(type, wire);
    if (value === undefined) throw unreadable(place, `field "${name}" is neither text nor a number`);
    values[name] = value;
  }
  return { recordId, modId: Number(modId), values };
}
