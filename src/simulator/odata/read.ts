/** Collections, single records, single values and counts. */
import type { RequestKind } from '../description.ts';
import { FileMakerFailure } from '../failure.ts';
import type { Answer } from '../http/answer.ts';
import { visibleRows } from '../http/exchange.ts';
import type { Occurrence } from '../store/occurrence.ts';
import type { Row } from '../store/row-set.ts';
import type { Address } from './address.ts';
import { annotation, jsonAnswer } from './answers.ts';
import { columnNamed, nameRules, type Column } from './columns.ts';
import { occurrenceOf, type ODataExchange, type ODataRoute } from './exchange.ts';
import { noField, syntaxError } from './faults.ts';
import { compileFilter } from './filter/compile.ts';
import { parseFilter } from './filter/parse.ts';
import { filteredRows } from './filter/plan.ts';
import { featuresOf } from './form.ts';
import { recordOf } from './keys.ts';
import { orderedRows } from './order.ts';
import { contextMember, recordUrl, renderColumn, renderingOf, renderMembers, shown } from './render.ts';

/** A filter is a find, and takes as long. */
const listOrFind = ({ options }: Address): RequestKind => (options.has('filter') ? 'find' : 'list');

export const readRoutes: readonly ODataRoute[] = [
  { kind: listOrFind, method: 'GET', path: ':database/:set', scope: 'database', handle: collection },
  { kind: 'count', method: 'GET', path: ':database/:set/$count', scope: 'database', handle: count },
  { kind: 'read', method: 'GET', path: ':database/:set()', scope: 'database', handle: entity },
  { kind: 'read', method: 'GET', path: ':database/:set()/:field', scope: 'database', handle: property },
  {
    kind: 'read',
    method: 'GET',
    path: ':database/:set()/:field/:repetition',
    scope: 'database',
    handle: property,
  },
];

/** The rows that `$filter` lets pass, all of them where there is none. */
export function selectedRows(exchange: ODataExchange, occurrence: Occurrence): readonly Row[] {
  const source = visibleRows(exchange, occurrence.table);
  const text = exchange.options.text('filter');
  if (text === undefined) return source.rows;
  const { caseSensitive = true, filterRowIds = true } = exchange.simulation.options.odata ?? {};
  const column = (name: string): Column => columnNamed(exchange, occurrence, name);
  const filter = parseFilter(text, nameRules(exchange));
  return filteredRows(source, compileFilter(filter, { column, caseSensitive, filterRowIds }));
}

function collection(exchange: ODataExchange): Answer {
  const { form, options } = exchange;
  const occurrence = occurrenceOf(exchange);
  const rendering = renderingOf(exchange, occurrence);
  const found = selectedRows(exchange, occurrence);
  const page = pageOf(exchange, found.length);
  const beyond = page.from + page.rows;
  const rows = orderedRows(exchange, occurrence, found, beyond).slice(page.from, beyond);
  const records = rows.map((row) => `{${renderMembers(row, rendering)}}`).join();
  const counted =
    options.text('count') === 'true' ? `"${annotation(form.style, 'count')}":${found.length},` : '';
  const next =
    page.next === undefined ? '' : `,"${annotation(form.style, 'nextLink')}":${JSON.stringify(page.next)}`;
  const body = `{${contextMember(rendering)}${counted}"value":[${records}]${next}}`;
  return { ...jsonAnswer(body, form), rows: rows.length, showingMs: rows.length * rendering.showMs };
}

type Page = { readonly from: number; readonly rows: number; readonly next: string | undefined };

/** `$skiptoken=s10000t5000`: rows from there, and how many of `$top` are still to come; 0: all. */
function pageOf(exchange: ODataExchange, found: number): Page {
  const { options, form, simulation } = exchange;
  const token = readToken(options.text('skiptoken'));
  const from = token?.skip ?? options.count('skip') ?? 0;
  const top = token ? token.top : options.count('top');
  const most = simulation.options.odata?.pageRows ?? 10_000;
  const wanted = Math.min(top ?? found, Math.max(0, found - from));
  const rows = Math.min(wanted, most, form.prefer.pageRows ?? most);
  if (rows >= wanted) return { from, rows, next: undefined };
  const left = top === undefined ? 0 : top - rows;
  return { from, rows, next: nextLink(exchange, `s${from + rows}t${left}`) };
}

function readToken(
  text: string | undefined,
): { readonly skip: number; readonly top: number | undefined } | undefined {
  if (text === undefined) return undefined;
  const [, skip, top] = /^s(\d{1,9})t(\d{1,9})$/.exec(text) ?? [];
  if (skip === undefined) throw syntaxError(text);
  return { skip: Number(skip), top: top === '0' ? undefined : Number(top) };
}

function nextLink(exchange: ODataExchange, token: string): string {
  const others = exchange.options.raw
    .split('&')
    .filter((part) => part !== '' && !/^\$?(top|skip|skiptoken)=/.test(part));
  const set = encodeURIComponent(exchange.params['set'] ?? '').replaceAll('%3A', ':');
  return `${exchange.databaseUrl}/${set}?${[...others, `$skiptoken=${token}`].join('&')}`;
}

/** FileMaker Server 22 was seen to refuse it with any Accept but the widest. */
function count(exchange: ODataExchange): Answer {
  const { form, simulation } = exchange;
  if (featuresOf(simulation.options).countNeedsAnyAccept && form.accept !== '*/*')
    throw new FileMakerFailure('-1', 'Unexpected internal OData Provider error', 406);
  const found = selectedRows(exchange, occurrenceOf(exchange)).length;
  return {
    status: 200,
    code: '0',
    body: String(found),
    headers: { 'Content-Type': 'text/plain;charset=utf-8', 'OData-Version': form.style },
  };
}

function entity(exchange: ODataExchange): Answer {
  const { occurrence, row } = recordOf(exchange);
  return entityAnswer(exchange, occurrence, row);
}

export function entityAnswer(
  exchange: ODataExchange,
  occurrence: Occurrence,
  row: Row,
  status = 200,
): Answer {
  const rendering = renderingOf(exchange, occurrence);
  const body = `{${contextMember(rendering, '/$entity')}${renderMembers(row, rendering)}}`;
  return { ...jsonAnswer(body, exchange.form, status), rows: 1, showingMs: rendering.showMs };
}

/** `Name`, `Name[2]` and `Name/2`. */
function fieldColumn(exchange: ODataExchange, occurrence: Occurrence): Column {
  const { field = '', repetition } = exchange.params;
  const [, bare = field, inBrackets] = /^(.*)\[(\d+)\]$/s.exec(field) ?? [];
  const column = columnNamed(exchange, occurrence, bare);
  const number = repetition ?? inBrackets;
  if (number === undefined) return column;
  const slot = column.kind === 'field' ? column.slot.field.slots[Number(number) - 1] : undefined;
  if (!slot) throw noField(field);
  return { kind: 'field', slot };
}

function property(exchange: ODataExchange): Answer {
  const { occurrence, row } = recordOf(exchange);
  const column = fieldColumn(exchange, occurrence);
  const { name } = shown(exchange, occurrence, column);
  const { form } = exchange;
  const url = recordUrl(exchange, occurrence, row).slice(exchange.databaseUrl.length + 1);
  const context =
    form.metadata === 'none'
      ? ''
      : `"${annotation(form.style, 'context')}":${JSON.stringify(`${exchange.databaseUrl}/$metadata#${url}/${name}`)},`;
  return jsonAnswer(`{${context}"value":${renderColumn(row, column, exchange)}}`, form);
}
