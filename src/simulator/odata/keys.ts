/**
 * Keys of records in addresses: the fields that are "not empty" and "unique", all of them and in their order, else the record id
 * (help.claris.com odata-guide get-metadata). `T('a')`, `T(1,'a')`, `T(id='a')`, `T(ROWID=7)`.
 */
import { folded } from '../store/neutral.ts';
import type { Row, RowSource } from '../store/row-set.ts';
import type { Slot } from '../store/schema.ts';
import type { Table } from '../store/table.ts';
import { hiddenKey, isHidden, refuseHidden, visibleRows } from '../http/exchange.ts';
import { columnNamed, isComma, nameRules, rowId, type Column } from './columns.ts';
import { occurrenceOf, type ODataExchange } from './exchange.ts';
import { incompatibleTypes, noRecord, syntaxError } from './faults.ts';
import { rowsBetween } from './filter/row-ids.ts';
import { tokensOf, type Literal } from './filter/tokens.ts';
import type { Occurrence } from '../store/occurrence.ts';

export const keySlots = ({ schema }: Table): readonly Slot[] =>
  schema.fields.flatMap(({ description, slots }) =>
    description.validation?.notEmpty === true && description.validation.unique === true
      ? slots.slice(0, 1)
      : [],
  );

/** `('a')` as in `@id`, from what the record holds. */
export function keyText(row: Row, slots: readonly Slot[]): string {
  if (slots.length === 0) return `(${row.id})`;
  const parts = slots.map((slot) => {
    const value = row.values[slot.index] ?? '';
    return slot.field.type === 'text' ? `'${encodeURIComponent(value.replaceAll("'", "''"))}'` : value;
  });
  return `(${parts.join()})`;
}

export type KeyPart = { readonly column: Column; readonly literal: Literal };

/** What the parentheses hold. Throws -1002, and 8309 where a type does not fit its field. */
export function keyParts(exchange: ODataExchange, occurrence: Occurrence): readonly KeyPart[] {
  const text = exchange.key ?? '';
  const slots = keySlots(occurrence.table);
  const positions: readonly Column[] =
    slots.length === 0 ? [rowId] : slots.map((slot) => ({ kind: 'field', slot }));
  const parts = splitKey(exchange, text).map(({ name, literal }, at): KeyPart => {
    const column = name === undefined ? positions[at] : columnNamed(exchange, occurrence, name);
    const { rowIdAddresses = true } = exchange.simulation.options.odata ?? {};
    if (!column || (name === 'ROWID' && !rowIdAddresses)) throw syntaxError(text);
    requireType(column, literal);
    return { column, literal };
  });
  if (parts.length === 0) throw syntaxError(text);
  return parts;
}

function splitKey(exchange: ODataExchange, text: string) {
  const parts: { name: string | undefined; literal: Literal }[] = [];
  let name: string | undefined;
  for (const token of tokensOf(text, nameRules(exchange)).list) {
    if (token.kind === 'name') ({ name } = token);
    else if (token.kind === 'literal') {
      parts.push({ name, literal: token.literal });
      name = undefined;
    } else if (!isComma(token) && token.mark !== '=') throw syntaxError(text);
  }
  return parts;
}

function requireType(column: Column, literal: Literal): void {
  const type = column.kind === 'field' ? column.slot.field.type : 'number';
  if (type !== literal.kind) throw incompatibleTypes();
}

export const literalText = (literal: Literal): string => {
  switch (literal.kind) {
    case 'text':
      return literal.text;
    case 'number':
      return literal.digits;
    case 'null':
      return '';
    default:
      return literal.neutral;
  }
};

export type Found = { readonly occurrence: Occurrence; readonly row: Row };

/** The record that the address names, if this account sees it. Throws -1023, and what a false address gets. */
export function recordOf(exchange: ODataExchange): Found {
  const occurrence = occurrenceOf(exchange);
  const row = rowOfKey(exchange, occurrence, keyParts(exchange, occurrence));
  if (!row) throw noRecord();
  return { occurrence, row };
}

/** A part of a composite key that is left out matches anything (seen: a number alone found its record). */
export function rowOfKey(
  exchange: ODataExchange,
  occurrence: Occurrence,
  parts: readonly KeyPart[],
): Row | undefined {
  const source = visibleRows(exchange, occurrence.table);
  const [first] = parts;
  const candidates = first ? candidatesOf(source, first) : [];
  const caseSensitive = exchange.simulation.options.odata?.caseSensitive ?? true;
  const isMeant = (row: Row): boolean => parts.every((part) => matches(row, part, caseSensitive));
  const found = candidates.find(isMeant);
  if (found === undefined) refuseHiddenAmong(exchange, occurrence, isMeant);
  return found;
}

/** With the code that the rule has, where the server does so. */
function refuseHiddenAmong(
  exchange: ODataExchange,
  { table }: Occurrence,
  isMeant: (row: Row) => boolean,
): void {
  const { simulation, session } = exchange;
  if (simulation.options.odata?.refusesHidden !== true || !simulation.hidden.has(hiddenKey(table))) return;
  const hidden = table.rows.rows.find(
    (row) => isHidden(exchange, table, row.id, session.account) && isMeant(row),
  );
  if (hidden) refuseHidden(exchange, table, hidden.id);
}

function candidatesOf(source: RowSource, { column, literal }: KeyPart): readonly Row[] {
  const text = literalText(literal);
  if (column.kind !== 'field')
    return column.kind === 'ROWID' ? rowsBetween(source.rows, 'eq', Number(text)) : source.rows;
  return source.exact?.(column.slot, folded(column.slot.field.type, text)) ?? source.rows;
}

function matches(row: Row, { column, literal }: KeyPart, caseSensitive: boolean): boolean {
  const text = literalText(literal);
  if (column.kind !== 'field') return (column.kind === 'ROWID' ? row.id : row.modId) === Number(text);
  const { type } = column.slot.field;
  const value = row.values[column.slot.index] ?? '';
  return type === 'text' && caseSensitive ? value === text : folded(type, value) === folded(type, text);
}
