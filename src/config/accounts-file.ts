/**
 * Accounts of the servers in a file of this machine, for what nobody starts by hand:
 * `{ "hq": { "username": "sync", "password": "…" } }`, the form that secrets have in AWS.
 *
 *   R9  A file that others may read is not taken, and no problem shows what stands in it.
 */
import { closeSync, fstatSync, openSync, readFileSync, type Stats } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { jsonOf } from '../core/json.ts';
import type { ServerName } from '../core/names.ts';
import { type Credentials, credentialVariables, type Environment } from './credentials.ts';
import { ConfigurationError, type Mistake } from './problem.ts';
import { windowsReaders } from './windows-readers.ts';

export type Accounts = Readonly<Record<ServerName, Credentials>>;

/** Who may own the file: the user whose id it is; undefined where the system has no such ids. */
export type Owner = number | undefined;

const account = z.strictObject({ username: z.string().min(1), password: z.string().min(1) });
const accounts = z.record(z.string(), account);

/** In the folder of the state beside the configuration, which nobody else may read, unless another file is named. */
export const accountsFileOf = (configFile: string, given: string | undefined): string =>
  resolve(given ?? `${dirname(configFile)}/.serversync/accounts.json`);

export type Reading = {
  /** Whether it has to be there; default: no, and then it holds none. */
  readonly isRequired?: boolean;
  /** Default: whoever asks. */
  readonly owner?: Owner;
};

/** Throws ConfigurationError. */
export function readAccountsFile(path: string, { isRequired = false, ...of }: Reading = {}): Accounts {
  const text = ownText(path, 'owner' in of ? of.owner : process.getuid?.());
  if (text === undefined && isRequired) throw refused(path, missing);
  if (text === undefined) return {};
  const read = accounts.safeParse(jsonOf(text.replace(/^\uFEFF/, '')));
  if (read.success) return read.data;
  throw refused(path, {
    code: 'config-accounts-file',
    message: 'not of the form {"hq": {"username": "…", "password": "…"}} (what stands in it is not shown)',
    remedy: 'Mend it, or remove it and store each account anew: serversync accounts set SERVER',
  });
}

/** What a server's account is read from: its variables where one of them is set, else the file. */
export function withAccounts(environment: Environment, stored: Accounts): Environment {
  const added = Object.entries(stored).flatMap(([server, { username, password }]) => {
    const names = credentialVariables(server);
    const isSet = [names.username, names.password].some((name) => (environment[name] ?? '') !== '');
    return isSet ? [] : [[names.username, username] as const, [names.password, password] as const];
  });
  return { ...environment, ...Object.fromEntries(added) };
}

/** Looked at and read through one descriptor, so that it is the same file. */
function ownText(path: string, owner: Owner): string | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') return undefined;
    throw refused(path, unreadable(code));
  }
  try {
    const mistake = mistakeOf(path, fstatSync(file), owner);
    if (mistake !== undefined) throw refused(path, mistake);
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}

function mistakeOf(path: string, stats: Stats, owner: Owner): Mistake | undefined {
  if (!stats.isFile())
    return { code: 'config-accounts-file', message: 'no file', remedy: 'Name a file with --accounts' };
  if (owner === undefined) return windowsMistake(path);
  if ((stats.mode & 0o077) !== 0) {
    const mode = (stats.mode & 0o777).toString(8).padStart(4, '0');
    return {
      code: 'config-accounts-file',
      message: `others than its owner may use it (mode ${mode})`,
      remedy: `Take that away: chmod 600 ${quoted(path)}; whoever could read it may know the passwords`,
    };
  }
  if (stats.uid === owner) return undefined;
  return {
    code: 'config-accounts-file',
    message: `the file of user ${stats.uid}, not of ${owner}, who runs the sync`,
    remedy: `Run the command as its owner (sudo -u), or give it over: sudo chown ${owner} ${quoted(path)}`,
  };
}

function windowsMistake(path: string): Mistake | undefined {
  const readers = windowsReaders(path);
  if (readers.length === 0) return undefined;
  return {
    code: 'config-accounts-file',
    message: `may be read by ${readers.join(', ')}`,
    remedy: `Take that away: icacls "${path}" /inheritance:r /grant:r "%USERNAME%:F"; whoever could read it may know the passwords`,
  };
}

const quoted = (path: string): string => `'${path.replaceAll("'", String.raw`'\''`)}'`;

const missing: Mistake = {
  code: 'config-accounts-file',
  message: 'not there',
  remedy: 'Look at --accounts, or store the account of each server: serversync accounts set SERVER',
};

const unreadable = (code: string): Mistake => ({
  code: 'config-accounts-file',
  message: `cannot be read (${code})`,
  remedy: 'Run the command as the user whose file it is, or name another one with --accounts',
});

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'unknown';

const refused = (path: string, mistake: Mistake): ConfigurationError =>
  new ConfigurationError([{ place: path, position: undefined, value: undefined, ...mistake }], {
    what: 'the file of accounts',
  });
