/**
 * A workplace over the state of a stack, for a command that changes nothing: this machine reaches the servers itself, while the
 * functions of the stack go on. One session on each server, of those that the configuration allows in all.
 */
import { SecretError } from '../composition/accounts.ts';
import { engineOf, retriesTo } from '../composition/engine-of.ts';
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
import { onlyRead } from '../engine/dry/only-read.ts';
import { connectDataApi } from '../filemaker/data-api/connect.ts';
import type { Server } from '../ports/server.ts';
import { type OpenedStack, openStack } from './opened-state.ts';
import { Refused } from './refused.ts';
import { meterOf, type Workplace, type WorkplaceOptions } from './workplace.ts';

/**
 * How long the command may take, ms: its slots are given to others then. It is also for how long a slot stays taken where the
 * command is killed, so that the functions have one session less there.
 */
export const mostMs = 2 * 3_600_000;

/** Throws ConfigurationError, Refused, AwsStateError or ServerError. */
export async function openStackWorkplace(
  stack: string,
  options: WorkplaceOptions,
): Promise<Pick<Workplace, 'configuration' | 'engine' | 'close'>> {
  const configuration = await loadConfiguration(options.configFile);
  const until = systemClock.now() + mostMs;
  const opened = await openStack(stack, options.configFile, () => until);
  const meter = meterOf(configuration, { dataUses: opened.control });
  const servers = new Map<ServerName, Server>();
  const close = async (): Promise<void> => {
    await Promise.all([...servers.values()].map((server) => server.close()));
    await meter.store();
    opened.close();
  };
  try {
    await opened.checkIdentity(identityOf(configuration));
    const state = onlyRead(opened);
    const tables = await tablesOf(configuration, state.control, options);
    for (const { name, url, sessions, caFile } of configuration.servers) {
      const account = await accountFor(name, opened, options);
      const shared = { slots: opened.sessions, clock: systemClock, random: Math.random };
      const told = { log: retriesTo(options.report), received: (bytes: number) => meter.add(name, bytes) };
      const trust = caFile === undefined ? {} : { caFile };
      const of = { name, url, account, sessions: 1, sessionsInAll: sessions };
      const connected = connectDataApi({ ...of, ...shared, ...told, ...trust });
      const ports = { control: state.control, clock: systemClock, report: options.report };
      servers.set(name, withinDataLimit(connected, ports, await state.control.breaker(name, 'data')));
    }
    const engine = engineOf({ configuration, state, servers, tables, sessionsOf: () => 1, ...options });
    return { configuration, engine, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** By the layouts as the functions saw them last. Throws Refused where a table was never read, ConfigurationError. */
async function tablesOf(
  configuration: Configuration,
  control: OpenedStack['control'],
  { signal }: WorkplaceOptions,
): Promise<readonly ResolvedTable[]> {
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
