/** The system that a service is kept on, as far as the commands need to know and ask it. */
import { spawn } from 'node:child_process';
import { homedir, userInfo } from 'node:os';
import { Refused } from '../refused.ts';
import { launchd } from './launchd.ts';
import type { Ask, Ran, Scope, ServiceManager, User } from './manager.ts';
import { systemd } from './systemd.ts';
import { taskScheduler } from './task-scheduler.ts';

export type System = {
  readonly platform: NodeJS.Platform;
  /** What this user may install. On Windows every task that starts at boot is an administrator's. */
  readonly scope: Scope;
  /** Who asks. */
  readonly user: User;
  readonly home: string;
  readonly ask: Ask;
};

/** Answers in plain letters and in UTC, whatever this machine's language and zone are. */
const plain = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };

const ask: Ask = (command) =>
  new Promise<Ran>((resolve) => {
    const [program = '', ...args] = command;
    const child = spawn(program, args, { env: plain, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
    const said = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text));
    child.on('error', (error) => resolve({ code: 127, stdout: '', stderr: error.message }));
    child.on('close', (code) => resolve({ code: code ?? 1, ...said }));
  });

export function thisSystem(): System {
  const { username, uid, gid } = userInfo();
  const { USERDOMAIN: domain } = process.env;
  const name = process.platform === 'win32' && domain !== undefined ? `${domain}\\${username}` : username;
  const isNumbered = process.getuid !== undefined;
  const user = { name, uid: isNumbered ? uid : undefined, gid: isNumbered ? gid : undefined };
  const scope = isNumbered && uid !== 0 ? 'user' : 'system';
  return { platform: process.platform, scope, user, home: homedir(), ask };
}

const managers: { readonly [platform in NodeJS.Platform]?: ServiceManager } = {
  linux: systemd,
  darwin: launchd,
  win32: taskScheduler,
};

/** Throws Refused where there is none that is known. */
export function managerOf({ platform }: System): ServiceManager {
  const manager = managers[platform];
  if (manager !== undefined) return manager;
  throw new Refused(
    'service-refused',
    `there is no way known to keep a service on ${platform}. Have its own one start: serversync run --watch`,
  );
}
