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
import { compileFilter } from './filter/compile.ts';
import { parseFilter } from './filter/parse.ts';
import { filteredRows } from './filter/plan.ts';
import { featuresOf } from './form.ts';
import { recordOf } from './keys.ts';
import { orderedRows } from './order.ts';
import { pageOf } from './page.ts';
import { contextMember, renderingOf, renderMembers } from './render.ts';

/** A filter is a find, and takes as long. */
const listOrFind = ({ options }: Address): RequestKind => (options.has('filter') ? 'find' : 'list');

export const readRoutes: readonly ODataRoute[] = [
  { kind: listOrFind, method: 'GET', path: ':database/:set', scope: 'database', handle: collection },
  { kind: 'count', method: 'GET', path: ':database/:set/$count', scope: 'database', handle: count },
  { kind: 'read', method: 'GET', path: ':database/:set()', scope: 'database', handle: entity },
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
  const occurrence = occurrenceOf(exchange);
  return collectionAnswer(exchange, occurrence, selectedRows(exchange, occurrence));
}

export function collectionAnswer(
  exchange: ODataExchange,
  occurrence: Occurrence,
  found: readonly Row[],
): Answer {
  const { form, options } = exchange;
  const rendering = renderingOf(exchange, occurrence);
  const page = pageOf(exchange, found.length);
  const beyond = page.from + page.rows;
  const rows = orderedRows(exchange, occurrence, found, beyond).slice(page.from, beyond);
  const records = rows.map((row) => `{${renderMembers(row, rendering)}}`).join();
  const total = form.numbersAsText ? `"${found.length}"` : found.length;
  const counted = options.text('count') === 'true' ? `"${annotation(form.style, 'count')}":${total},` : '';
  const next =
    page.next === undefined ? '' : `,"${annotation(form.style, 'nextLink')}":${JSON.stringify(page.next)}`;
  const body = `{${contextMember(rendering)}${counted}"value":[${records}]${next}}`;
  return { ...jsonAnswer(body, form), rows: rows.length, showingMs: rows.length * rendering.showMs };
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
