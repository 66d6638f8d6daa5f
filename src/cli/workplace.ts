/**
 * From a configuration file to a working engine over SQLite: everything a command needs, opened in the order that
 * writes nothing before it is known to be right, and closed again.
 */
import { randomUUID } from 'node:crypto';
import { dirname, join, resolve } from 'node:path';
import { credentialsFromEnvironment, type Environment } from '../config/credentials.ts';
import type { Configuration } from '../config/configuration.ts';
import { identityOf } from '../config/identity.ts';
import { loadConfiguration } from '../config/load.ts';
import { type ResolvedTable, resolveTables } from '../config/resolve.ts';
import type { ServerName } from '../core/names.ts';
import { defaultSettings, type Engine, type EngineTable, type Settings } from '../engine/engine.ts';
import type { EngineEvent } from '../engine/events.ts';
import { Lanes } from '../engine/lanes.ts';
import { connectDataApi } from '../filemaker/data-api/connect.ts';
import type { DataApiEvent } from '../filemaker/data-api/events.ts';
import type { FieldList } from '../ports/control.ts';
import type { LayoutField, Server } from '../ports/server.ts';
import { ServerError } from '../ports/server-errors.ts';
import { type LocalState, openLocalState } from '../state/local/local-state.ts';
import { systemClock } from './system-clock.ts';

export type WorkplaceOptions = {
  readonly configFile: string;
  readonly stateDirectory: string | undefined;
  readonly environment: Environment;
  readonly report: (event: EngineEvent) => void;
  readonly signal: AbortSignal;
  readonly settings?: Partial<Settings>;
};

export type Workplace = {
  readonly configuration: Configuration;
  readonly state: LocalState;
  readonly engine: Engine;
  /** Logs out all sessions and closes the state. */
  readonly close: () => Promise<void>;
};

/** Beside the configuration, unless `--state` names another. */
export const stateDirectoryOf = (configFile: string, given: string | undefined): string =>
  resolve(given ?? join(dirname(configFile), '.serversync'));

/** Throws ConfigurationError, StateFileError or ServerError. */
export async function openWorkplace(options: WorkplaceOptions): Promise<Workplace> {
  const configuration = await loadConfiguration(options.configFile);
  const names = configuration.servers.map(({ name }) => name);
  const accounts = credentialsFromEnvironment(names, options.environment);
  const directory = stateDirectoryOf(options.configFile, options.stateDirectory);
  const state = openLocalState({ directory, now: () => systemClock.now() });
  const servers = new Map<ServerName, Server>();
  const close = async (): Promise<void> => {
    await Promise.all([...servers.values()].map((server) => server.close()));
    state.close();
  };
  try {
    state.checkIdentity(identityOf(configuration));
    const log = retriesTo(options.report);
    for (const server of configuration.servers) {
      const account = accounts.get(server.name) ?? { username: '', password: '' };
      const { name, url, sessions, caFile } = server;
      const trust = caFile === undefined ? {} : { caFile };
      const shared = { slots: state.sessions, clock: systemClock, random: Math.random, log };
      servers.set(name, connectDataApi({ name, url, sessions, account, ...shared, ...trust }));
    }
    const shown: FieldList[] = [];
    const tables = await resolveTables(configuration, layoutsThrough(servers, state, shown, options));
    state.bindTo(identityOf(configuration));
    // Only now: before the binding, what a server showed may be that of another one under its name.
    for (const list of shown) await state.control.putFieldList(list);
    return { configuration, state, engine: engineOf(configuration, state, servers, tables, options), close };
  } catch (error) {
    await close();
    throw error;
  }
}

const retriesTo =
  (report: WorkplaceOptions['report']) =>
  (event: DataApiEvent): void => {
    if (event.kind !== 'retry') return;
    const { server, error: code, tries } = event;
    report({ kind: 'retrying', server, code, tries });
  };

/** A server that cannot be reached now is taken to have the fields that it had when it last could. */
function layoutsThrough(
  servers: ReadonlyMap<ServerName, Server>,
  { control }: LocalState,
  shown: FieldList[],
  { signal }: WorkplaceOptions,
) {
  return async (server: ServerName, database: string, layout: string): Promise<readonly LayoutField[]> => {
    try {
      const fields = await servers.get(server)?.layout(database, layout, signal);
      if (fields === undefined) throw new Error(`no server named ${server}`);
      shown.push({ server, database, layout, fields });
      return fields;
    } catch (error) {
      if (!(error instanceof ServerError) || error.disposition !== 'retry') throw error;
      const known = await control.fieldList(server, database, layout);
      if (known === undefined) throw error;
      return known.fields;
    }
  };
}

function engineOf(
  configuration: Configuration,
  state: LocalState,
  servers: ReadonlyMap<ServerName, Server>,
  tables: readonly ResolvedTable[],
  { report, settings }: WorkplaceOptions,
): Engine {
  const { records, control, queue } = state;
  return {
    tables: new Map(tables.map((table) => [table.plan.name, engineTable(table, servers)])),
    servers,
    lanes: new Map(configuration.servers.map(({ name, sessions }) => [name, new Lanes(sessions + 1)])),
    records,
    control,
    queue,
    clock: systemClock,
    random: Math.random,
    settings: { ...defaultSettings, settleMs: configuration.schedule.settleMs, ...settings },
    report,
    newId: randomUUID,
  };
}

function engineTable(
  { plan, bindings }: ResolvedTable,
  servers: ReadonlyMap<ServerName, Server>,
): EngineTable {
  const ports = [...bindings].flatMap(([name, binding]) => {
    const server = servers.get(name);
    return server === undefined ? [] : [[name, server.table(binding)] as const];
  });
  return { plan, servers: new Map(ports) };
}
