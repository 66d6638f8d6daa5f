/**
 * From a configuration file to a working engine over SQLite: everything a command needs, opened in the order that
 * writes nothing before it is known to be right, and closed again.
 */
import { dirname, join, resolve } from 'node:path';
import { accountsFileOf, readAccountsFile, withAccounts } from '../config/accounts-file.ts';
import { type Credentials, credentialsFromEnvironment, type Environment } from '../config/credentials.ts';
import type { Configuration } from '../config/configuration.ts';
import { identityOf } from '../config/identity.ts';
import { loadConfiguration } from '../config/load.ts';
import type { ResolvedTable } from '../config/resolve.ts';
import { isContainer } from '../core/files.ts';
import type { ServerName } from '../core/names.ts';
import { boundsOf } from '../core/niceness.ts';
import { DataMeter } from '../composition/data-meter.ts';
import { connectServer } from '../composition/connect.ts';
import { engineOf, retriesTo } from '../composition/engine-of.ts';
import { localTables } from '../composition/local-tables.ts';
import { withinDataLimit } from '../engine/data-limit.ts';
import type { Engine, Settings } from '../engine/engine.ts';
import type { EngineEvent } from '../engine/events.ts';
import type { DataUses } from '../ports/control.ts';
import type { Server } from '../ports/server.ts';
import { takeFilesFolder } from '../state/local/files-folder.ts';
import { LocalFiles } from '../state/local/local-files.ts';
import { type LocalState, openLocalState } from '../state/local/local-state.ts';
import { systemClock } from '../composition/system-clock.ts';

export type WorkplaceOptions = {
  readonly configFile: string;
  readonly stateDirectory: string | undefined;
  readonly environment: Environment;
  /** Of accounts that the environment does not name; default: beside the configuration, if it is there. */
  readonly accountsFile?: string;
  readonly report: (event: EngineEvent) => void;
  readonly signal: AbortSignal;
  readonly settings?: Partial<Settings>;
  /** Records a second that are written on each server, whatever the configuration says. */
  readonly maxRate?: number;
};

/** What a workplace is made with, unless otherwise: the state in its directory, and the servers themselves. */
export type WorkplaceParts<State extends LocalState> = {
  readonly openState: (directory: string) => State | Promise<State>;
  /** What the engine works with in place of a server. */
  readonly through: (server: Server, state: State) => Server;
  /** Nothing is written, so that nothing has to wait. */
  readonly isDry?: boolean;
};

export type Workplace<State extends LocalState = LocalState> = {
  readonly configuration: Configuration;
  readonly state: State;
  readonly engine: Engine;
  /** Of each server. */
  readonly accounts: ReadonlyMap<ServerName, Credentials>;
  /** Where the state lies. */
  readonly directory: string;
  /** Logs out all sessions and closes the state. */
  readonly close: () => Promise<void>;
};

/** Beside the configuration, unless `--state` names another. */
export const stateDirectoryOf = (configFile: string, given: string | undefined): string =>
  resolve(given ?? join(dirname(configFile), '.serversync'));

/** Throws ConfigurationError. A file that is named has to be there. */
export function accountsFor(
  names: readonly ServerName[],
  {
    configFile,
    accountsFile,
    environment,
  }: Pick<WorkplaceOptions, 'configFile' | 'accountsFile' | 'environment'>,
): ReadonlyMap<ServerName, Credentials> {
  const stored = readAccountsFile(accountsFileOf(configFile, accountsFile), {
    isRequired: accountsFile !== undefined,
  });
  return credentialsFromEnvironment(names, withAccounts(environment, stored));
}

/** Throws ConfigurationError, StateFileError or ServerError. */
export const openWorkplace = (options: WorkplaceOptions): Promise<Workplace> =>
  openWorkplaceWith(options, {
    openState: (directory) => openLocalState({ directory, now: () => systemClock.now() }),
    through: (server) => server,
  });

export async function openWorkplaceWith<State extends LocalState>(
  options: WorkplaceOptions,
  { openState, through, isDry = false }: WorkplaceParts<State>,
): Promise<Workplace<State>> {
  const configuration = await loadConfiguration(options.configFile);
  const names = configuration.servers.map(({ name }) => name);
  const accounts = accountsFor(names, options);
  const directory = stateDirectoryOf(options.configFile, options.stateDirectory);
  const state = await openState(directory);
  const meter = meterOf(configuration, state);
  const servers = new Map<ServerName, Server>();
  const close = async (): Promise<void> => {
    await Promise.all([...servers.values()].map((server) => server.close()));
    await meter.store();
    state.close();
  };
  try {
    state.checkIdentity(identityOf(configuration));
    const log = retriesTo(options.report);
    for (const server of configuration.servers) {
      const account = accounts.get(server.name) ?? { username: '', password: '' };
      const { name, api, url, sessions, niceness, caFile, script } = server;
      const trust = caFile === undefined ? {} : { caFile };
      const received = (bytes: number): void => meter.add(name, bytes);
      const shared = { slots: state.sessions, clock: systemClock, random: Math.random, log, received };
      const connected = connectServer({
        api,
        name,
        url,
        sessions,
        niceness,
        script,
        account,
        ...shared,
        ...trust,
      });
      const limited = withinDataLimit(
        connected,
        { control: state.control, clock: systemClock, report: options.report },
        await state.control.breaker(name, 'data'),
      );
      servers.set(name, through(limited, state));
    }
    const { control } = state;
    const bind = () => state.bindTo(identityOf(configuration));
    const tables = await localTables(configuration, {
      control,
      servers,
      bind,
      clock: systemClock,
      ...options,
    });
    const sessionsOf = (name: ServerName): number => {
      const server = configuration.servers.find((each) => each.name === name);
      return server === undefined ? 1 : boundsOf(server.niceness, server.sessions).most;
    };
    const maxRateOf = (name: ServerName): number | undefined =>
      isDry
        ? undefined
        : (options.maxRate ?? configuration.servers.find((server) => server.name === name)?.maxRate);
    const files = isDry ? ('assumed' as const) : openedFiles(configuration, directory, tables);
    const { fileNames } = state;
    const parts = { configuration, state, servers, tables, files, fileNames } as const;
    const engine = engineOf({ ...parts, sessionsOf, maxRateOf, ...options });
    return { configuration, state, engine, accounts, directory, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Nothing is made where no table has containers. */
const openedFiles = (
  configuration: Configuration,
  directory: string,
  tables: readonly ResolvedTable[],
): LocalFiles =>
  (tables.some(({ plan }) => plan.fields.some(isContainer)) ? filesFor : filesOf)(configuration, directory);

/** Throws StateFileError where the folder that the configuration names is that of another state. */
export function filesFor(configuration: Configuration, directory: string): LocalFiles {
  const { folder } = configuration.containers;
  if (folder !== undefined) takeFilesFolder(folder, directory);
  return filesOf(configuration, directory);
}

/** Beside the state, unless the configuration names another folder. */
export const filesFolderOf = ({ containers }: Configuration, directory: string): string =>
  containers.folder ?? join(directory, 'files');

const filesOf = (configuration: Configuration, directory: string): LocalFiles =>
  new LocalFiles({
    directory: filesFolderOf(configuration, directory),
    now: () => systemClock.now(),
  });

/** SQLite takes a write of one row in well under a millisecond. */
const storeAfter = { ms: 5_000, bytes: 50_000_000 };

export const meterOf = (
  { servers }: Configuration,
  { dataUses }: { readonly dataUses: DataUses },
): DataMeter =>
  new DataMeter({
    uses: dataUses,
    clock: systemClock,
    zoneOf: (name) => servers.find((server) => server.name === name)?.timeZone ?? 'UTC',
    // It is kept, and stored with the next: nothing that a person could do.
    failed: () => undefined,
    storeAfter,
  });
