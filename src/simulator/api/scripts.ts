/**
 * Scripts, alone or around another request: prerequest, the action, presort, the sort, the script itself. A script
 * that fails leaves the envelope at code 0; its error is in scriptError only.
 */
import type { Script, ScriptContext, ScriptOutcome, ScriptTable, StoredRecord } from '../description.ts';
import { FileMakerFailure } from '../failure.ts';
import { executeDataApi } from './execute-data-api.ts';
import { ok, type Answer } from '../http/answer.ts';
import { param, refuseHidden, type InSession, type Route } from '../http/exchange.ts';
import { layoutOf, requirePrivilege } from '../http/privileges.ts';
import { neutralOf } from '../store/neutral.ts';
import type { Row } from '../store/row-set.ts';
import type { Changes, Table } from '../store/table.ts';
import type { Values } from '../description.ts';
import { layoutPath } from './paths.ts';
import { optionalText, type Parameters } from './parameters.ts';

export const scriptRoutes: readonly Route[] = [
  { kind: 'script', method: 'GET', path: `${layoutPath}/script/:script`, auth: 'token', handle: runNamed },
];

type Stage = '' | '.prerequest' | '.presort';

async function runNamed(exchange: InSession): Promise<Answer> {
  layoutOf(exchange);
  const parameter = exchange.query.get('script.param') ?? '';
  return ok(`{${await runScript(exchange, param(exchange, 'script'), parameter, '')}}`);
}

/** The members of a stage's result, to be put into `response`; empty where no script was named. */
export async function runStage(exchange: InSession, parameters: Parameters, stage: Stage): Promise<string> {
  const name = optionalText(parameters(`script${stage}`));
  if (name === undefined || name === '') return '';
  const parameter = optionalText(parameters(`script${stage}.param`)) ?? '';
  return runScript(exchange, name, parameter, stage);
}

async function runScript(
  exchange: InSession,
  name: string,
  parameter: string,
  stage: Stage,
): Promise<string> {
  const { result, error = '0' } = await runIn(exchange, name, parameter, placeOf(exchange));
  const shown = result === undefined ? '' : `"scriptResult${stage}":${JSON.stringify(result)},`;
  return `${shown}"scriptError${stage}":${JSON.stringify(String(error))}`;
}

/** Where a script begins. */
export type ScriptPlace = {
  readonly layout: string;
  /** Throws 105 where there is none. */
  readonly table: () => Table;
};

const placeOf = (exchange: InSession): ScriptPlace => ({
  layout: param(exchange, 'layout'),
  table: () => layoutOf(exchange).table,
});

/** Throws 104. */
export function runIn(
  exchange: InSession,
  name: string,
  parameter: string,
  place: ScriptPlace,
): Promise<ScriptOutcome> {
  const script = exchange.database.scripts.get(name);
  if (!script) throw new FileMakerFailure('104');
  return outcomeOf(script, contextOf(exchange, parameter, place));
}

const forever = new AbortController().signal;

function contextOf(exchange: InSession, parameter: string, place: ScriptPlace): ScriptContext {
  const { simulation, session, database } = exchange;
  const { host, profile, counters } = simulation;
  return {
    parameter,
    account: session.account,
    layout: place.layout,
    table: (called) => scriptTable(database.table(called), exchange),
    layoutTable: () => scriptTable(place.table(), exchange),
    execute: (request) => executeDataApi(exchange, request),
    remove: (id) => {
      const table = place.table();
      requirePrivilege(exchange, 'delete');
      table.remove(id);
      const of = { database: database.name, table: table.name };
      counters.write({ kind: 'delete', ...of, recordId: String(id), modId: undefined });
    },
    utcMilliseconds: () => host.utcMilliseconds(),
    applicationVersion: `Server ${profile.productVersion}`,
    sleep: (ms) => (ms > 0 ? host.time.sleep(ms, forever) : Promise.resolve()),
  };
}

/** A step that FileMaker refuses ends the script with that error. */
async function outcomeOf(script: Script, context: ScriptContext): Promise<ScriptOutcome> {
  try {
    return await script(context);
  } catch (error) {
    if (error instanceof FileMakerFailure) return { error: error.code };
    throw error;
  }
}

function scriptTable(table: Table, exchange: InSession): ScriptTable {
  const { simulation, session } = exchange;
  const stamps = () => {
    const stamp = simulation.host.stamp(session.account);
    return { stamps: { host: stamp, user: stamp } };
  };
  return {
    records: () => table.rows.rows.map((row) => storedRecord(table, row)),
    create: (values) => storedRecord(table, table.create(changesOf(table, values), stamps())),
    update: (id, values) => storedRecord(table, table.update(id, changesOf(table, values), stamps())),
    remove: (id) => table.remove(id),
    open: (id) => {
      const row = table.unlocked(id);
      refuseHidden(exchange, table, id);
      return storedRecord(table, row);
    },
  };
}

export const storedRecord = (table: Table, row: Row): StoredRecord => ({
  recordId: row.id,
  modId: row.modId,
  values: table.schema.valuesOf(row.values),
});

export const changesOf = (
  table: Table,
  values: Values | Readonly<Record<string, string | number>>,
): Changes =>
  new Map(
    Object.entries(values).map(([name, value]): [number, string] => {
      const slot = table.slot(name);
      return [slot.index, neutralOf(slot.field.type, value)];
    }),
  );
