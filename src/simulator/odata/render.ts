/** Records as JSON text of an OData answer. Built as text so that numbers keep every digit and a page of 1,000 costs little. */
import { digitsOf } from '../store/neutral.ts';
import { fieldIdText, tableIdText, type Occurrence } from '../store/occurrence.ts';
import type { Row } from '../store/row-set.ts';
import { showMsOf, type Slot } from '../store/schema.ts';
import { annotation } from './answers.ts';
import { columnNamed, namesOf, rowId, rowModId, type Column } from './columns.ts';
import { containerValue } from './container-value.ts';
import type { ODataExchange } from './exchange.ts';
import { keySlots, keyText } from './keys.ts';

/** `member` is the name as JSON, with its colon. */
export type Shown = { readonly column: Column; readonly name: string; readonly member: string };

export type Rendering = {
  readonly exchange: ODataExchange;
  readonly occurrence: Occurrence;
  readonly columns: readonly Shown[];
  readonly keys: readonly Slot[];
  /** Of the set; a record's key follows. */
  readonly url: string;
  /** What one record costs the server beside. */
  readonly showMs: number;
};

/** What `$select` names, else all but containers and summaries. */
export function renderingOf(exchange: ODataExchange, occurrence: Occurrence): Rendering {
  const select = exchange.options.text('select');
  const columns =
    select === undefined || select.trim() === '*' || select === ''
      ? defaultColumns(exchange, occurrence)
      : namesOf(exchange, select).map((name) => columnNamed(exchange, occurrence, name));
  const fields = columns.flatMap((column) => (column.kind === 'field' ? [column.slot.field] : []));
  return {
    exchange,
    occurrence,
    showMs: showMsOf(fields),
    columns: columns.map((column) => shown(exchange, occurrence, column)),
    keys: keySlots(occurrence.table),
    url: setUrl(exchange, occurrence),
  };
}

function defaultColumns({ form }: ODataExchange, { table }: Occurrence): readonly Column[] {
  const fields = table.schema.fields.filter(
    ({ type, description }) => type !== 'container' && description.kind !== 'summary',
  );
  const columns = fields.flatMap(({ slots }): Column[] =>
    slots.slice(0, 1).map((slot) => ({ kind: 'field', slot })),
  );
  return form.prefer.specialColumns ? [rowId, rowModId, ...columns] : columns;
}

export function shown({ form }: ODataExchange, occurrence: Occurrence, column: Column): Shown {
  const name = nameOf(column, occurrence, form.prefer.entityIds);
  return { column, name, member: `${JSON.stringify(name)}:` };
}

function nameOf(column: Column, occurrence: Occurrence, entityIds: boolean): string {
  if (column.kind !== 'field') return column.kind;
  const { field } = column.slot;
  return entityIds ? fieldIdText(occurrence, field) : field.name;
}

export const setName = ({ form }: ODataExchange, occurrence: Occurrence): string =>
  form.prefer.entityIds ? tableIdText(occurrence) : occurrence.name;

/** `"@context":"…#contacts("a","b")",`, and nothing where metadata are not wanted. */
export function contextMember({ exchange, occurrence, columns }: Rendering, end = ''): string {
  const { form, databaseUrl, options } = exchange;
  if (form.metadata === 'none') return '';
  const chosen = options.has('select') ? `(${columns.map(({ name }) => `"${name}"`).join()})` : '';
  const context = `${databaseUrl}/$metadata#${setName(exchange, occurrence)}${chosen}${end}`;
  return `"${annotation(form.style, 'context')}":${JSON.stringify(context)},`;
}

export const recordUrl = (exchange: ODataExchange, occurrence: Occurrence, row: Row): string =>
  setUrl(exchange, occurrence) + keyText(row, keySlots(occurrence.table));

/** A colon stands as it is, as in `FMTID:1065089`. */
const setUrl = (exchange: ODataExchange, occurrence: Occurrence): string =>
  `${exchange.databaseUrl}/${encodeURIComponent(setName(exchange, occurrence)).replaceAll('%3A', ':')}`;

/** The members of an entity, without braces. */
export function renderMembers(row: Row, { exchange, columns, keys, url: set }: Rendering): string {
  const { form } = exchange;
  const members = columns.map(({ column, member }) => member + renderColumn(row, column, exchange));
  if (form.metadata === 'none') return members.join();
  const url = JSON.stringify(set + keyText(row, keys));
  const [id, editLink] = [annotation(form.style, 'id'), annotation(form.style, 'editLink')];
  return [`"${id}":${url}`, `"${editLink}":${url}`, ...members].join();
}

export function renderColumn(row: Row, column: Column, exchange: ODataExchange): string {
  if (column.kind === 'field') return renderValue(row.values[column.slot.index] ?? '', column.slot, exchange);
  return number(String(column.kind === 'ROWID' ? row.id : row.modId), exchange);
}

/** Nothing is `null`. Timestamps say `Z` and are the host's wall clock (recorded). */
function renderValue(value: string, slot: Slot, exchange: ODataExchange): string {
  if (value === '') return 'null';
  switch (slot.field.type) {
    case 'text':
      return text(value, exchange);
    case 'number':
      return number(value, exchange);
    case 'timestamp':
      return `"${value}Z"`;
    case 'container':
      return containerValue(value, exchange);
    default:
      return `"${value}"`;
  }
}

function text(value: string, { simulation }: ODataExchange): string {
  if (simulation.options.odata?.jsonFaults?.rawControls !== true) return JSON.stringify(value);
  const pieces = value.split(/([\r\n\t])/);
  return `"${pieces.map((piece, at) => (at % 2 === 0 ? JSON.stringify(piece).slice(1, -1) : piece)).join('')}"`;
}

/** What is no number is null (assumed), or the question mark that real servers were seen to send. */
function number(value: string, { simulation, form }: ODataExchange): string {
  const { questionMarks, bareFractions } = simulation.options.odata?.jsonFaults ?? {};
  const digits = digitsOf(value);
  if (digits === undefined) return questionMarks === true ? '?' : 'null';
  if (form.numbersAsText) return `"${digits}"`;
  return bareFractions === true ? digits.replace(/^(-?)0\./, '$1.') : digits;
}
