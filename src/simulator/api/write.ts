/** Create, edit, duplicate, delete. One request is one commit of the record, with its portal rows. */
import { FileMakerFailure } from '../failure.ts';
import { ok, type Answer } from '../http/answer.ts';
import { jsonBody, refuseHidden, type InSession, type Route } from '../http/exchange.ts';
import { objectAt, onlyKeys, type JsonObject } from '../http/json-body.ts';
import { layoutOf, requirePrivilege } from '../http/privileges.ts';
import type { Write } from '../stats.ts';
import type { Layout } from '../store/layout.ts';
import type { Row } from '../store/row-set.ts';
import type { Changes, CommitOptions } from '../store/table.ts';
import { fieldChanges, writeRules, type WriteRules } from './field-data.ts';
import { layoutPath } from './paths.ts';
import { fromBody, fromQuery, optionalText, scriptKeys, type Parameters } from './parameters.ts';
import { deleteRelated, portalPlan, writePortals, type PortalPlan } from './portal-write.ts';
import { recordIdOf } from './read.ts';
import { runStage } from './scripts.ts';

const recordPath = `${layoutPath}/records/:recordId`;

export const writeRoutes: readonly Route[] = [
  {
    kind: 'create',
    method: 'POST',
    path: `${layoutPath}/records`,
    body: 'json',
    auth: 'token',
    handle: create,
  },
  { kind: 'update', method: 'PATCH', path: recordPath, body: 'json', auth: 'token', handle: update },
  { kind: 'duplicate', method: 'POST', path: recordPath, body: 'json', auth: 'token', handle: duplicate },
  { kind: 'delete', method: 'DELETE', path: recordPath, auth: 'token', handle: remove },
];

const createKeys = new Set(['fieldData', 'portalData', 'options', 'dateformats', ...scriptKeys]);
const updateKeys = new Set([...createKeys, 'modId']);
const duplicateKeys = new Set(scriptKeys);

/** Writes through the API are stamped by the host's clock. */
export function commitOptions(exchange: InSession, skipValidation: boolean): CommitOptions {
  const stamp = exchange.simulation.host.stamp(exchange.session.account);
  return { stamps: { host: stamp, user: stamp }, skipValidation };
}

type Parsed = {
  readonly layout: Layout;
  readonly rules: WriteRules;
  readonly changes: Changes;
  readonly portals: PortalPlan;
};

function parsed(exchange: InSession, body: JsonObject): Parsed {
  const layout = layoutOf(exchange);
  const rules = writeRules(body, exchange);
  const { deleteRelated: _, ...fieldData } = objectAt(body, 'fieldData');
  const setGlobal = (name: string, value: string) => void exchange.session.globals.set(name, value);
  const changes = fieldChanges(fieldData, layout, rules, setGlobal);
  return { layout, rules, changes, portals: portalPlan(body['portalData'], layout, rules) };
}

function create(exchange: InSession): Promise<Answer> {
  const body = jsonBody(exchange);
  onlyKeys(body, createKeys);
  return withScripts(exchange, fromBody(body), () => {
    const { layout, rules, changes, portals } = parsed(exchange, body);
    const options = commitOptions(exchange, rules.skipValidation);
    requirePrivilege(exchange, 'create');
    const row = layout.table.create(changes, options);
    const made = writePortals(portals, row, layout, options);
    note(exchange, 'create', layout, row.id, undefined);
    return `"recordId":"${row.id}","modId":"${row.modId}"${made}`;
  });
}

function update(exchange: InSession): Promise<Answer> {
  const body = jsonBody(exchange);
  onlyKeys(body, updateKeys);
  return withScripts(exchange, fromBody(body), () => {
    const { layout, rules, changes, portals } = parsed(exchange, body);
    const modId = optionalText(body['modId']);
    const before = writableRow(exchange, layout, modId);
    requirePrivilege(exchange, 'edit');
    const options = commitOptions(exchange, rules.skipValidation);
    const row = changes.size > 0 ? layout.table.update(before.id, changes, options) : before;
    deleteRelated(objectAt(body, 'fieldData')['deleteRelated'], layout);
    const made = writePortals(portals, row, layout, options);
    if (changes.size > 0) note(exchange, 'update', layout, row.id, modId);
    return `"modId":"${row.modId}"${made}`;
  });
}

function duplicate(exchange: InSession): Promise<Answer> {
  const body = jsonBody(exchange);
  onlyKeys(body, duplicateKeys);
  return withScripts(exchange, fromBody(body), () => {
    const layout = layoutOf(exchange);
    requirePrivilege(exchange, 'create');
    const row = layout.table.duplicate(recordIdOf(exchange), commitOptions(exchange, false));
    note(exchange, 'duplicate', layout, row.id, undefined);
    return `"recordId":"${row.id}","modId":"${row.modId}"`;
  });
}

function remove(exchange: InSession): Promise<Answer> {
  return withScripts(exchange, fromQuery(exchange.query), () => {
    const layout = layoutOf(exchange);
    const row = writableRow(exchange, layout, undefined);
    requirePrivilege(exchange, 'delete');
    layout.table.remove(row.id);
    note(exchange, 'delete', layout, row.id, undefined);
    return '';
  });
}

/** The record to write; throws 101, 200, 301 or 306. */
export function writableRow(exchange: InSession, layout: Layout, modId: string | undefined): Row {
  const row = layout.table.unlocked(recordIdOf(exchange));
  refuseHidden(exchange, layout.table, row.id);
  if (modId !== undefined && modId !== String(row.modId)) throw new FileMakerFailure('306');
  return row;
}

export function note(
  exchange: InSession,
  kind: Write['kind'],
  layout: Layout,
  id: number,
  modId: string | undefined,
): void {
  const { table } = layout;
  exchange.simulation.counters.write({
    kind,
    database: table.database.name,
    table: table.name,
    recordId: String(id),
    modId,
  });
}

async function withScripts(
  exchange: InSession,
  parameters: Parameters,
  action: () => string,
): Promise<Answer> {
  const before = await runStage(exchange, parameters, '.prerequest');
  const written = action();
  const presort = await runStage(exchange, parameters, '.presort');
  const script = await runStage(exchange, parameters, '');
  return ok(`{${[before, presort, script, written].filter((part) => part !== '').join()}}`);
}
