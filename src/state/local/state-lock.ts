/**
 * One process at a time. A second SQLite file is held in an exclusive transaction for as long as the process lives:
 * the operating system drops that lock with the process, however it dies, so nobody ever has to clear it away.
 *
 * The file is never opened by other means than SQLite: on POSIX, closing any descriptor of a file drops all locks
 * that the process has on it (sqlite.org/howtocorrupt.html, 2.2).
 */
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { createPrivateFile } from './private-files.ts';
import { sqliteKind, sqliteKinds } from './sqlite-codes.ts';
import { StateFileError } from './state-file-error.ts';

export const lockFileName = 'serversync.lock';

/** More than another process needs to look whether the lock is held, ms. */
const lookMs = 200;

export type StateLock = { readonly release: () => void };

/** Throws StateFileError where another process, or another opening in this one, holds the directory. */
export function lockState(directory: string): StateLock {
  const path = join(directory, lockFileName);
  createPrivateFile(path);
  let file: DatabaseSync | undefined;
  try {
    file = new DatabaseSync(path, { timeout: lookMs });
    file.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    file?.close();
    throw lockFailure(path, directory, error);
  }
  const held = file;
  return { release: () => held.close() };
}

/** Whether a process works with the state now. */
export function isLocked(directory: string): boolean {
  let file: DatabaseSync | undefined;
  try {
    file = new DatabaseSync(join(directory, lockFileName), { readOnly: true, timeout: 0 });
    file.prepare('SELECT count(*) FROM sqlite_schema').get();
    return false;
  } catch (error) {
    if (sqliteKind(error) === sqliteKinds.busy) return true;
    // There is none yet: whoever works with the state makes it first.
    if (sqliteKind(error) === sqliteKinds.cannotOpen) return false;
    throw lockFailure(join(directory, lockFileName), directory, error);
  } finally {
    file?.close();
  }
}

function lockFailure(path: string, directory: string, error: unknown): unknown {
  const kind = sqliteKind(error);
  if (kind === sqliteKinds.busy) {
    const found = `another process works with the state in ${directory}`;
    const remedy =
      'Wait until it has ended; a `run --watch` goes on until it is stopped (Ctrl-C; as a service: serversync service stop), and can be started again afterwards';
    return new StateFileError('state-in-use', path, found, remedy, { cause: error });
  }
  if (kind === sqliteKinds.notADatabase || kind === sqliteKinds.corrupt) {
    const remedy = 'Move it elsewhere, or use another directory with --state';
    return new StateFileError('state-not-ours', path, 'the lock file is not one of ServerSync', remedy, {
      cause: error,
    });
  }
  if (kind === sqliteKinds.cannotOpen || kind === sqliteKinds.readOnly) {
    const remedy = 'Give the user who runs ServerSync the right to write it and its directory';
    return new StateFileError('state-inaccessible', path, 'cannot be opened', remedy, { cause: error });
  }
  return error;
}
