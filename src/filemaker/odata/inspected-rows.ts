/** Lists of files and tables, and rows with all their fields. What cannot be read is named by field, never by value (R9). */
import { z } from 'zod';
import type { FieldName } from '../../core/names.ts';
import type { InspectedRow, InspectedRows, RowsAsked } from '../../ports/inspection.ts';
import { digitsAt, valueAt } from '../http/answer.ts';
import { type Place, unreadable } from '../http/failures.ts';
import type { CsdlTable } from './csdl.ts';
import { fieldName, longestUrl, queryOf } from './url.ts';
import { canonicalValue } from './values.ts';

/** Files and table occurrences alike (seen). What has another `kind` is a function or a single thing. */
const service = z.object({
  value: z.array(z.object({ name: z.string(), kind: z.string().optional() })),
});

export function namesIn(place: Place, response: unknown): readonly string[] {
  const shown = service.safeParse(response);
  if (!shown.success) throw unreadable(place, 'a list without its names');
  return shown.data.value
    .filter(({ kind = 'EntitySet' }) => kind === 'EntitySet' || kind === 'EntityContainer')
    .map(({ name }) => name);
}

/** Fields that an answer shows: containers hold too much, summaries cost a find over all. */
const shownFields = ({ fields }: CsdlTable) =>
  fields.filter(({ type, kind }) => type !== 'container' && kind !== 'summary');

/** All fields by name; where they are too many for an address, all that the server shows by itself, and its own ids with them. */
export function rowsQuery(
  { skip = 0, limit, latestBy }: RowsAsked,
  table: CsdlTable,
  hasRowOrder: boolean,
): { readonly query: string; readonly prefer?: string } {
  const order = latestBy === undefined ? (hasRowOrder ? 'ROWID' : undefined) : `${fieldName(latestBy)} desc`;
  const $select = ['ROWID', 'ROWMODID', ...shownFields(table).map(({ name }) => fieldName(name))].join(',');
  const asked = {
    $orderby: order,
    $skip: skip > 0 ? String(skip) : undefined,
    $top: String(limit),
    $count: 'true',
  };
  const query = queryOf({ $select, ...asked });
  if (query.length < longestUrl * 0.75) return { query };
  return { query: queryOf(asked), prefer: 'fmodata.include-specialcolumns' };
}

export function inspectedRows(place: Place, response: unknown, table: CsdlTable): InspectedRows {
  const rows = valueAt(response, 'value');
  if (!Array.isArray(rows)) throw unreadable(place, 'a page without its list of records');
  const total = Number(valueAt(response, '@count') ?? valueAt(response, '@odata.count') ?? Number.NaN);
  return {
    rows: rows.map((row) => inspectedRow(place, row, table)),
    ...(Number.isInteger(total) && { total }),
  };
}

function inspectedRow(place: Place, row: unknown, table: CsdlTable): InspectedRow {
  const recordId = digitsAt(row, 'ROWID');
  const modId = digitsAt(row, 'ROWMODID');
  if (recordId === undefined || modId === undefined) throw unreadable(place, 'a record without its ids');
  const values: Record<FieldName, string> = {};
  for (const { name, type } of shownFields(table)) {
    const wire = valueAt(row, name);
    if (wire === undefined) continue;
    const value = canonicalValue(type, wire);
    if (value === undefined) throw unreadable(place, `field "${name}" is neither text nor a number`);
    values[name] = value;
  }
  return { recordId, modId: Number(modId), values };
}
