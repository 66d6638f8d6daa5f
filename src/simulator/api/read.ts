/** Lists, single records and finds. */
import { FileMakerFailure } from '../failure.ts';
import { findRows, sortRows, type FindRequest } from '../find/find.ts';
import { ok, type Answer } from '../http/answer.ts';
import { jsonBody, param, refuseHidden, visibleRows, type InSession, type Route } from '../http/exchange.ts';
import { layoutOf } from '../http/privileges.ts';
import { isList, isObject, onlyKeys, textOf, type Json, type JsonObject } from '../http/json-body.ts';
import type { Layout } from '../store/layout.ts';
import type { Row, RowSource } from '../store/row-set.ts';
import { showMsOf } from '../store/schema.ts';
import { layoutPath } from './paths.ts';
import {
  countAt,
  dateStyle,
  fromBody,
  fromQuery,
  optionalText,
  portalNames,
  scriptKeys,
  sortKeys,
  type Parameters,
} from './parameters.ts';
import { renderRecord, summariesOf } from './render.ts';
import { runStage } from './scripts.ts';

export const readRoutes: readonly Route[] = [
  { kind: 'list', method: 'GET', path: `${layoutPath}/records`, auth: 'token', handle: list },
  { kind: 'read', method: 'GET', path: `${layoutPath}/records/:recordId`, auth: 'token', handle: one },
  { kind: 'find', method: 'POST', path: `${layoutPath}/_find`, body: 'json', auth: 'token', handle: find },
];

const findKeys = new Set([
  'query',
  'sort',
  'offset',
  'limit',
  'portal',
  'layout.response',
  'dateformats',
  ...scriptKeys,
]);

type Reading = {
  readonly exchange: InSession;
  readonly parameters: Parameters;
  readonly layout: Layout;
  readonly source: RowSource;
  readonly select: (source: RowSource) => readonly Row[];
};

function reading(exchange: InSession, parameters: Parameters, select: Reading['select']): Reading {
  const layout = layoutOf(exchange);
  return { exchange, parameters, layout, source: visibleRows(exchange, layout.table), select };
}

function list(exchange: InSession): Promise<Answer> {
  return answerRows(
    reading(exchange, fromQuery(exchange.query), (source) => {
      if (source.rows.length === 0 && exchange.simulation.options.emptyList === '401') {
        throw new FileMakerFailure('401');
      }
      return source.rows;
    }),
  );
}

/** Throws 101 for what is no record id, too. */
export const recordIdOf = (exchange: InSession): number => {
  const text = param(exchange, 'recordId');
  if (!/^\d{1,15}$/.test(text)) throw new FileMakerFailure('101');
  return Number(text);
};

function one(exchange: InSession): Promise<Answer> {
  const id = recordIdOf(exchange);
  const layout = layoutOf(exchange);
  refuseHidden(exchange, layout.table, id);
  return answerRows(reading(exchange, fromQuery(exchange.query), () => [layout.table.get(id)]));
}

function find(exchange: InSession): Promise<Answer> {
  const body = jsonBody(exchange);
  onlyKeys(body, findKeys);
  const layout = layoutOf(exchange);
  const requests = findRequests(body, layout);
  const today = exchange.simulation.host.today();
  return answerRows(
    reading(exchange, fromBody(body), (source) => {
      const found = findRows(source, requests, today);
      if (found.length === 0) throw new FileMakerFailure('401');
      return found;
    }),
  );
}

function findRequests(body: JsonObject, layout: Layout): readonly FindRequest[] {
  const { query } = body;
  if (query === undefined) throw new FileMakerFailure('958', 'Parameter missing: query');
  if (!isList(query)) throw new FileMakerFailure('1708');
  if (query.length === 0) throw new FileMakerFailure('400');
  return query.map((entry) => findRequest(entry, layout));
}

function findRequest(entry: Json, layout: Layout): FindRequest {
  if (!isObject(entry)) throw new FileMakerFailure('1708');
  const criteria = Object.entries(entry)
    .filter(([name]) => name !== 'omit')
    .map(([name, value]) => ({ slots: criterionSlots(name, layout), text: textOf(value) }))
    .filter(({ text }) => text !== '');
  if (criteria.length === 0) throw new FileMakerFailure('400');
  return { omit: omits(entry['omit']), criteria };
}

/** The documents show the text "true"; the value itself is taken too. */
const omits = (value: Json | undefined): boolean => value === 'true' || value === true;

/** `name` searches all repetitions, `name(2)` one. Globals cannot be criteria. */
function criterionSlots(name: string, layout: Layout) {
  const own = name.startsWith(`${layout.table.name}::`) ? name.slice(layout.table.name.length + 2) : name;
  const slot = layout.slot(own);
  if (slot.field.description.global) throw new FileMakerFailure('960', 'Global fields cannot be criteria');
  return own === slot.field.name ? slot.field.slots : [slot];
}

async function answerRows(read: Reading): Promise<Answer> {
  const { exchange, parameters, layout, source } = read;
  const offset = countAt(parameters, 'offset', 1, 1);
  const limit = countAt(parameters, 'limit', 100, 1);
  const shown = exchange.database.layout(optionalText(parameters('layout.response')) ?? layout.name);
  const style = dateStyle(parameters, exchange, exchange.simulation.profile.readDateFormats);
  const keys = sortKeys(parameters, layout);
  const before = await runStage(exchange, parameters, '.prerequest');
  const found = read.select(before === '' ? source : visibleRows(exchange, layout.table));
  const presort = await runStage(exchange, parameters, '.presort');
  const sorted = sortRows(found, keys);
  const script = await runStage(exchange, parameters, '');
  const page = sorted.slice(offset - 1, offset - 1 + limit);
  const rendering = {
    exchange,
    layout: shown,
    style,
    portals: portalNames(parameters),
    portalRange: portalRanges(parameters, exchange, shown),
    summaries: summariesOf(found, shown),
  };
  const records = page.map((row) => renderRecord(row, rendering)).join();
  const info = dataInfo(read, shown, found.length, page.length);
  const stages = [before, presort, script].filter((stage) => stage !== '').map((stage) => `${stage},`);
  const showingMs = page.length * showMsOf(shown.fields);
  return {
    ...ok(`{${stages.join('')}"dataInfo":${info},"data":[${records}]}`),
    rows: page.length,
    showingMs,
  };
}

/** v1 shows the first portal row only where the layout is in table view. */
function portalRanges(parameters: Parameters, exchange: InSession, layout: Layout) {
  const most = param(exchange, 'version') === 'v1' && layout.description.view === 'table' ? 1 : 50;
  return (name: string) => ({
    offset: countAt(parameters, `offset.${name}`, 1, 1),
    limit: Math.min(countAt(parameters, `limit.${name}`, most, 1), most === 1 ? 1 : Infinity),
  });
}

function dataInfo(read: Reading, shown: Layout, foundCount: number, returnedCount: number): string {
  return JSON.stringify({
    database: read.exchange.database.name,
    layout: shown.name,
    table: shown.table.name,
    totalRecordCount: read.layout.table.rows.rows.length,
    foundCount,
    returnedCount,
  });
}
