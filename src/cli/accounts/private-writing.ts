/** Writing a file that at no moment anybody else may read, nor is ever seen half written. */
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { Refused } from '../refused.ts';

/** Throws Refused where the system does not let us; then the file is as it was. */
export function writePrivately(path: string, text: string): void {
  const draft = join(dirname(path), `.${randomUUID()}.tmp`);
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeNew(draft, text);
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) throw error;
    throw new Refused(
      'not-stored',
      `${path} cannot be written (${String(error.code)}), so nothing was stored. Run it as the user who runs the sync, or name another file with --accounts`,
      { cause: error },
    );
  }
}

function writeNew(path: string, text: string): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    if (process.platform === 'win32') shutOut(path);
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Takes away what the folder passes on; leaves this user, the system and administrators. Before anything stands in it. */
function shutOut(path: string): void {
  const allowed = [userInfo().username, '*S-1-5-18', '*S-1-5-32-544'].flatMap((who) => [
    '/grant:r',
    `${who}:F`,
  ]);
  const { status } = spawnSync('icacls', [path, '/inheritance:r', ...allowed], { stdio: 'ignore' });
  if (status === 0) return;
  rmSync(path, { force: true });
  throw new Refused(
    'not-stored',
    `the rights of a file in ${dirname(path)} cannot be set (icacls), so nothing was stored. Name a file on an NTFS disk of this machine with --accounts`,
  );
}
