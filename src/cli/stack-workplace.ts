/**
 * A workplace over the state of a stack: this machine reaches the servers itself, while the functions of the stack go on. One
 * session on each server, of those that the configuration allows in all.
 */
import { SecretError } from '../composition/accounts.ts';
import { connectServer } from '../composition/connect.ts';
import { engineOf, retriesTo, type StatePorts } from '../composition/engine-of.ts';
import { knownLayouts } from '../composition/known-layouts.ts';
import { tablesBy } from '../composition/known-tables.ts';
import { systemClock } from '../composition/system-clock.ts';
import { accountsFileOf, readAccountsFile, withAccounts } from '../config/accounts-file.ts';
import type { Configuration } from '../config/configuration.ts';
import { type Credentials, credentialsFromEnvironment, credentialVariables } from '../config/credentials.ts';
import { identityOf } from '../config/identity.ts';
import { loadConfiguration } from '../config/load.ts';
import { ConfigurationError } from '../config/problem.ts';
import type { ResolvedTable } from '../config/resolve.ts';
import type { ServerName } from '../core/names.ts';
import { withinDataLimit } from '../engine/data-limit.ts';
import { type Compared, onlyRead } from '../engine/dry/only-read.ts';
import type { Server } from '../ports/server.ts';
import { type OpenedStack, openStack } from './opened-state.ts';
import { Refused } from './refused.ts';
import { duration } from '../composition/words.ts';
import { meterOf, type Workplace, type WorkplaceOptions } from './workplace.ts';

/**
 * How long the command may take, ms: its slots are given to others then. It is also for how long a slot stays taken where the
 * command is killed, so that the functions have one session less there.
 */
const mostMs = 2 * 3_600_000;

/** Aborts, with a reason for whoever waits, when that is over. `remedy`: what to do then. */
export function withinMost(signal: AbortSignal, remedy: string): AbortSignal {
  const over = new AbortController();
  setTimeout(() => over.abort(tookTooLong(remedy)), mostMs).unref();
  return AbortSignal.any([signal, over.signal]);
}

const tookTooLong = (remedy: string): Refused =>
  new Refused(
    'not-compared',
    `it took longer than ${duration(mostMs)}, for which sessions may be held beside the stack. ${remedy}`,
  );

type ClosingState = StatePorts & { readonly close?: () => void };

export type StackWorkplace<State extends ClosingState> = Pick<
  Workplace,
  'configuration' | 'engine' | 'close'
> & {
  readonly state: State;
};

/** What it is made with. */
export type StackParts<State extends ClosingState> = {
  readonly openState: (opened: OpenedStack, configuration: Configuration) => State | Promise<State>;
  /** Whether the configuration may have other addresses than the one that was deployed. */
  readonly mayMove?: boolean;
  /** What the engine works with in place of a server. */
  readonly through: (server: Server, state: State) => Server;
  readonly tables: (of: TablesOf<State>) => Promise<readonly ResolvedTable[]>;
};

export type TablesOf<State> = {
  readonly configuration: Configuration;
  readonly state: State;
  readonly servers: ReadonlyMap<ServerName, Server>;
  readonly options: WorkplaceOptions;
};

/** To compare: nothing is changed. Throws ConfigurationError, Refused, AwsStateError or ServerError. */
export const openStackWorkplace = (
  stack: string,
  options: WorkplaceOptions,
): Promise<StackWorkplace<Compared>> =>
  openStackWorkplaceWith(stack, options, {
    openState: onlyRead,
    through: (server) => server,
    tables: knownTablesOf,
  });

/** Throws as the other does. */
export async function openStackWorkplaceWith<State extends ClosingState>(
  stack: string,
  options: WorkplaceOptions,
  { openState, mayMove = false, through, tables: tablesOf }: StackParts<State>,
): Promise<StackWorkplace<State>> {
  const configuration = await loadConfiguration(options.configFile);
  const until = systemClock.now() + mostMs;
  const opened = await openStack(stack, options.configFile, () => until);
  const meter = meterOf(configuration, { dataUses: opened.control });
  const servers = new Map<ServerName, Server>();
  const closing = [(): void => opened.close()];
  const close = async (): Promise<void> => {
    await Promise.all([...servers.values()].map((server) => server.close()));
    await meter.store();
    for (const each of closing) each();
  };
  try {
    await opened.checkIdentity(identityOf(configuration), { mayMove });
    const state = await openState(opened, configuration);
    closing.unshift(() => state.close?.());
    // What one that sends no more is known by is everybody's.
    const { control } = onlyRead(opened);
    for (const { name, api, url, sessions, caFile } of configuration.servers) {
      const account = await accountFor(name, opened, options);
      const shared = { slots: opened.sessions, clock: systemClock, random: Math.random };
      const told = { log: retriesTo(options.report), received: (bytes: number) => meter.add(name, bytes) };
      const trust = caFile === undefined ? {} : { caFile };
      const of = { name, api, url, account, sessions: 1, sessionsInAll: sessions };
      const connected = connectServer({ ...of, ...shared, ...told, ...trust });
      const ports = { control, clock: systemClock, report: options.report };
      const limited = withinDataLimit(connected, ports, await control.breaker(name, 'data'));
      servers.set(name, through(limited, state));
    }
    const tables = await tablesOf({ configuration, state, servers, options });
    const parts = { configuration, state, servers, tables, files: 'assumed' } as const;
    const engine = engineOf({ ...parts, sessionsOf: () => 1, ...options });
    return { configuration, engine, state, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** By the layouts as the functions saw them last. Throws Refused where a table was never read, ConfigurationError. */
export async function knownTablesOf({
  configuration,
  state: { control },
  options: { signal },
}: TablesOf<StatePorts>): Promise<readonly ResolvedTable[]> {
  const layouts = await knownLayouts(configuration, { lists: control, live: undefined, signal });
  const { tables, mistakes } = await tablesBy(configuration, layouts, control);
  const problems = mistakes.flatMap((mistake) => mistake.problems);
  if (problems.length > 0) throw new ConfigurationError(problems);
  const left = configuration.tables.filter(({ name }) => !tables.some(({ plan }) => plan.name === name));
  if (left.length === 0) return tables;
  throw new Refused(
    'no-such-table',
    `the stack has not read ${left.map(({ name }) => name).join(', ')} on every server yet, so that it cannot be compared. See serversync status --stack, and run it again`,
  );
}

/** From the environment or the file of accounts where they have it, else the secret that the functions use. */
async function accountFor(
  server: ServerName,
  { account }: OpenedStack,
  { configFile, accountsFile, environment }: WorkplaceOptions,
): Promise<Credentials> {
  const stored = readAccountsFile(accountsFileOf(configFile, accountsFile), {
    isRequired: accountsFile !== undefined,
  });
  const all = withAccounts(environment, stored);
  const { username, password } = credentialVariables(server);
  const own = [username, password].some((name) => (all[name] ?? '') !== '')
    ? credentialsFromEnvironment([server], all).get(server)
    : undefined;
  try {
    return own ?? (await account(server));
  } catch (error) {
    if (!(error instanceof SecretError)) throw error;
    throw new Refused('no-account', `${error.message}; or set it here: serversync accounts set ${server}`, {
      cause: error,
    });
  }
}
