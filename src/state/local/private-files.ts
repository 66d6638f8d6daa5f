/** Files that only the user who runs the sync may read: session tokens and contents of records lie in them. */
import { closeSync, mkdirSync, openSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { StateFileError } from './state-file-error.ts';

/** How another one is named: `with --state`. */
export type Naming = string;

const ofState: Naming = 'with --state';

/** As `ofState`, of the folder of files. */
export const ofFiles: Naming = 'as containers: folder in the configuration';

/** Makes the directory, and those above it, where they are missing. Returns the first that was made; undefined for none. */
export function createPrivateDirectory(path: string, naming?: Naming): string | undefined {
  return accessing(path, () => mkdirSync(path, { recursive: true, mode: 0o700 }), naming);
}

/** Removes the directory, and those above it up to `first`, as far as they are empty. */
export function removeEmptyDirectories(path: string, first: string): void {
  try {
    rmdirSync(path);
  } catch (error) {
    // Somebody has put something there.
    if (systemCode(error) === undefined) throw error;
    return;
  }
  if (path !== first) removeEmptyDirectories(dirname(path), first);
}

/** Removes whatever is in the directory by a name that begins so. */
export function removeBeginningWith(directory: string, start: string): void {
  accessing(directory, () => {
    for (const name of readdirSync(directory))
      if (name.startsWith(start)) rmSync(join(directory, name), { recursive: true, force: true });
  });
}

/** Makes an empty file where there is none; one that exists is not even opened. */
export function createPrivateFile(path: string, naming?: Naming): void {
  const make = (): void => {
    try {
      closeSync(openSync(path, 'wx', 0o600));
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error;
    }
  };
  accessing(path, make, naming);
}

/** Runs work on a path; what the operating system refuses is said in our words. */
export function accessing<Result>(path: string, work: () => Result, naming?: Naming): Result {
  try {
    return work();
  } catch (error) {
    throw toldOfPath(path, error, naming);
  }
}

/** What the operating system refused of a path, in our words; any other error as it is. */
export function toldOfPath(path: string, error: unknown, naming: Naming = ofState): unknown {
  const code = systemCode(error);
  if (code === undefined) return error;
  if (code === 'EEXIST' || code === 'ENOTDIR') {
    const wanted = `Name a folder ${naming}; it is made where there is none`;
    return new StateFileError('state-inaccessible', path, 'lies in or is a file, not a folder', wanted, {
      cause: error,
    });
  }
  const remedy =
    code === 'ENOSPC'
      ? `Make room on that disk, or name another directory ${naming}`
      : `Give the user who runs ServerSync the right to write there, or name another directory ${naming}`;
  return new StateFileError('state-inaccessible', path, `cannot be opened or created (${code})`, remedy, {
    cause: error,
  });
}

export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
