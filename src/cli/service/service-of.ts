/** From what the command line says to the service: whom it runs as, what it runs, and that it can. */
import { chownSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type Accounts, accountsFileOf, readAccountsFile } from '../../config/accounts-file.ts';
import { loadConfiguration } from '../../config/load.ts';
import { programFile } from '../own-files.ts';
import { Refused } from '../refused.ts';
import { stateDirectoryOf } from '../workplace.ts';
import type { Place, Service, ServiceManager, User } from './manager.ts';
import { type Named, placeOf } from './place.ts';
import type { System } from './system.ts';

export type ServiceChoice = Named & {
  readonly configFile: string;
  readonly stateDirectory: string | undefined;
  readonly accountsFile: string | undefined;
  readonly logFile: string | undefined;
  /** Whom it runs as; only an administrator may name somebody. */
  readonly runAs: string | undefined;
};

/** As package.json starts it. */
export const nodeFlags = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=64'];

/** Throws Refused and ConfigurationError of all that would keep it from starting, but for the servers. */
export async function serviceOf(
  choice: ServiceChoice,
  manager: ServiceManager,
  system: System,
): Promise<Service> {
  assertStays(programFile);
  const place = placeOf(choice, system);
  const user = await userOf(choice, place, system);
  const configFile = resolve(choice.configFile);
  const state = stateDirectoryOf(configFile, choice.stateDirectory);
  const accountsFile = accountsFileOf(configFile, choice.accountsFile);
  const log = logOf(choice, manager, state);
  const { servers } = await loadConfiguration(choice.configFile);
  const names = servers.map(({ name }) => name);
  assertAccounts(names, readAccountsFile(accountsFile, { owner: user.uid }), accountsFile);
  const files = ['--config', configFile, '--state', state, '--accounts', accountsFile];
  const run = ['run', '--watch', ...files, ...(log === undefined ? [] : ['--log', log])];
  const command = [process.execPath, ...nodeFlags, programFile, ...run];
  for (const one of command) assertPath(one, place, system);
  const writes = [state, ...(log === undefined ? [] : [dirname(log)])];
  const service = { ...place, user, command, configFile, writes: [...new Set(writes)] };
  await assertReadable(service, manager, system);
  return service;
}

/** Where the system keeps no lines, beside the state. */
function logOf({ logFile }: ServiceChoice, manager: ServiceManager, state: string): string | undefined {
  if (logFile !== undefined) return resolve(logFile);
  return manager.keepsLines ? undefined : join(state, 'serversync.log');
}

async function userOf({ runAs }: ServiceChoice, { scope, user }: Place, system: System): Promise<User> {
  if (scope === 'user' || system.platform === 'win32') {
    if (runAs === undefined || runAs === user.name) return user;
    throw new Refused(
      'service-refused',
      `only an administrator may have it run as ${runAs}: use sudo, or leave --user out`,
    );
  }
  if (runAs === undefined || runAs === 'root')
    throw new Refused(
      'service-refused',
      'a service of the system needs a user to run as, who is not root: --user NAME, the one whose files these are, or a new ' +
        'one (useradd --system --create-home --shell /usr/sbin/nologin serversync). Without sudo it runs as you',
    );
  const [uid, gid] = await Promise.all(['-u', '-g'].map((which) => system.ask(['id', which, runAs])));
  if (uid?.code !== 0 || gid?.code !== 0)
    throw new Refused(
      'service-refused',
      `there is no user ${runAs} on this machine. Look at --user, or make one with useradd`,
    );
  return { name: runAs, uid: Number(uid.stdout), gid: Number(gid.stdout) };
}

/** A service has no environment of ours. */
function assertAccounts(names: readonly string[], stored: Accounts, path: string): void {
  const missing = names.filter((name) => !(name in stored));
  if (missing.length === 0) return;
  throw new Refused(
    'no-account',
    `${path} has no account of ${missing.join(', ')}, and a service does not see your environment. Store each, as the user that it runs as: serversync accounts set ${missing[0]}`,
  );
}

/** What npx runs without its being installed lies in a folder that npm clears. */
export function assertStays(program: string): void {
  if (!/[\\/]_npx[\\/]/.test(program)) return;
  throw new Refused(
    'service-refused',
    `this serversync lies in the cache of npx (${program}), which npm may clear at any time: a service would be gone with it. ` +
      'Install it first, with npm install -g and the package, and then run serversync service install',
  );
}

function assertPath(path: string, { scope }: Place, { platform }: System): void {
  const found = /\p{Cc}/u.test(path)
    ? 'has a control character in its name'
    : scope === 'system' && platform === 'linux' && /^\/(var\/)?tmp(\/|$)/.test(path)
      ? 'lies where files are removed at boot, and where a service of the system sees none of them'
      : undefined;
  if (found !== undefined)
    throw new Refused(
      'service-refused',
      `${JSON.stringify(path)} ${found}. Move or rename it, and run it again`,
    );
}

/** Seen as whom it runs as: an administrator may read everything. */
async function assertReadable(
  { command, configFile, user, scope }: Service,
  { as }: ServiceManager,
  { platform, ask }: System,
): Promise<void> {
  if (scope === 'user' || platform === 'win32') return;
  for (const path of [command[0] ?? '', programFile, configFile]) {
    const { code } = await ask(as(user.name, ['test', '-r', path]));
    if (code !== 0)
      throw new Refused(
        'service-refused',
        `user ${user.name} may not read ${path}. Give them the right, or move it to where they have it, such as /opt or /srv`,
      );
  }
}

/** Makes what it writes to, for whom it runs as, who alone may read it. Throws Refused where that is another's. */
export function prepareDirectories({ writes, user }: Service): void {
  for (const directory of writes) {
    if (!existsSync(directory)) {
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      if (user.uid !== undefined && user.gid !== undefined) chownSync(directory, user.uid, user.gid);
    }
    const { uid } = statSync(directory);
    if (user.uid === undefined || uid === user.uid) continue;
    throw new Refused(
      'service-refused',
      `${directory} belongs to user ${uid}, not to ${user.name}, who is to write there. Name another with --state, or give it over: sudo chown -R ${user.name} '${directory}'`,
    );
  }
}
