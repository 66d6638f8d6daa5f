/** Records as JSON text of an OData answer. Built as text so that numbers keep every digit and a page of 1,000 costs little. */
import { FileMakerFailure } from '../failure.ts';
import { fieldIdText, tableIdText, type Occurrence } from '../store/occurrence.ts';
import type { Row } from '../store/row-set.ts';
import { showMsOf, type Slot } from '../store/schema.ts';
import { annotation } from './answers.ts';
import { columnNamed, namesOf, rowId, rowModId, type Column } from './columns.ts';
import { renderColumn } from './render-value.ts';
import type { ODataExchange } from './exchange.ts';
import { expansionsOf, type Expansion, type Selecting } from './expand.ts';
import { syntaxError } from './faults.ts';
import { keySlots, keyText } from './keys.ts';
import { relatedRows, relationNamed, type Relation } from './relations.ts';

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
  readonly expanded: readonly Expanded[];
};

/** Related records as they are shown, or why they are not: such an error stands in the record, and the answer is 200 (recorded). */
type Expanded =
  | {
      readonly kind: 'related';
      readonly relation: Relation;
      readonly rendering: Rendering;
      readonly member: string;
    }
  | { readonly kind: 'failed'; readonly member: string };

/** What `$select` names, else all but containers and summaries. */
export function renderingOf(
  exchange: ODataExchange,
  occurrence: Occurrence,
  options: Selecting = exchange.options,
): Rendering {
  const select = options.text('select');
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
    expanded: expansionsOf(options.text('expand') ?? '').map((one) => expandedAs(exchange, occurrence, one)),
  };
}

/** Throws -1002 for what is no relationship (assumed). */
function expandedAs(exchange: ODataExchange, occurrence: Occurrence, { name, within }: Expansion): Expanded {
  const relation = relationNamed(exchange, occurrence, name);
  if (!relation) throw syntaxError(name);
  const { target } = relation;
  try {
    const rendering = renderingOf(exchange, target, within);
    return { kind: 'related', relation, rendering, member: `${JSON.stringify(target.name)}:` };
  } catch (error) {
    if (!(error instanceof FileMakerFailure) || error.code !== '8309') throw error;
    const [, missing = ''] = /'(.*)'/s.exec(error.message) ?? [];
    const message = `FQL0009/(1:20): The column named "${missing}" does not exist in table "${target.name}".`;
    return {
      kind: 'failed',
      member: `"error":${JSON.stringify([{ error: { code: error.code, message } }])}`,
    };
  }
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
export function renderMembers(row: Row, { exchange, columns, keys, url: set, expanded }: Rendering): string {
  const { form } = exchange;
  const members = columns.map(({ column, member }) => member + renderColumn(row, column, exchange));
  for (const one of expanded) members.push(renderExpanded(row, one, exchange));
  if (form.metadata === 'none') return members.join();
  const url = JSON.stringify(set + keyText(row, keys));
  const [id, editLink] = [annotation(form.style, 'id'), annotation(form.style, 'editLink')];
  return [`"${id}":${url}`, `"${editLink}":${url}`, ...members].join();
}

function renderExpanded(row: Row, expanded: Expanded, exchange: ODataExchange): string {
  if (expanded.kind === 'failed') return expanded.member;
  const { relation, rendering, member } = expanded;
  const related = relatedRows(exchange, row, relation).map((one) => `{${renderMembers(one, rendering)}}`);
  return `${member}[${related.join()}]`;
}
