/**
 * The one SQLite file, opened and checked. Many items of a port call share a transaction: not because callers may
 * count on it, but because a transaction for each item would cost a hundred times as much.
 *
 * A crash of the process loses nothing. A power failure may lose the last transactions but never the order of those
 * before (WAL with synchronous = NORMAL, sqlite.org/pragma.html); what was lost is read from the servers again.
 */
import { existsSync } from 'node:fs';
import { backup, DatabaseSync, type StatementSync } from 'node:sqlite';
import { text } from './columns.ts';
import { checkFormat, upgrade } from './format.ts';
import { accessing, createPrivateFile } from './private-files.ts';
import { sqliteKind, sqliteKinds } from './sqlite-codes.ts';
import { StateFileError } from './state-file-error.ts';

/** How long to wait for a reader such as `status` that is in the way, ms; readers take a few. Assumed. */
const busyMs = 5000;

/** Of a new file, bytes. A head of ten fields takes 2 KB: SQLite's default of 4096 costs a quarter more time (measured). */
const pageSize = 8192;

/**
 * Pages kept in memory, KiB: what is at hand of a file of many gigabytes. SQLite's default of 2 MB reads pages anew all the
 * time; twice as much is no faster at 200,000 records (measured).
 */
const cacheKiB = 16_384;

/** Of a copy, between two turns of the event loop: 80 MB. */
const pagesAtOnce = 10_000;

export class StateFile {
  readonly path: string;
  readonly readOnly: boolean;
  readonly #database: DatabaseSync;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;

  constructor(path: string, readOnly: boolean, database: DatabaseSync) {
    this.path = path;
    this.readOnly = readOnly;
    this.#database = database;
    // A transaction that reads before it writes would fail, not wait, where another process wrote in between.
    this.#begin = database.prepare(readOnly ? 'BEGIN' : 'BEGIN IMMEDIATE');
    this.#commit = database.prepare('COMMIT');
  }

  prepare(sql: string): StatementSync {
    return this.#database.prepare(sql);
  }

  /** All of the work is stored, or none where it throws. Never within another. */
  transaction<Result>(work: () => Result): Result {
    this.#begin.run();
    try {
      const result = work();
      this.#commit.run();
      return result;
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  /** Writes all that is stored now to another file, which is not there yet or is empty. */
  async copyTo(path: string): Promise<void> {
    createPrivateFile(path);
    await backup(this.#database, path, { rate: pagesAtOnce });
  }

  /**
   * Writes the file anew, so that no byte of what was removed is left in it or beside it. Takes room for a copy, and seconds
   * for a gigabyte. Throws StateFileError where somebody reads it: then what was removed is still in the log beside it.
   */
  overwriteRemoved(): void {
    this.#database.exec('PRAGMA secure_delete = ON; VACUUM');
    const log = this.#database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
    if (log?.['busy'] === 0) return;
    throw new StateFileError(
      'state-in-use',
      this.path,
      'it is being read, so that what was removed is not yet overwritten',
      'Do the same again when that has ended',
    );
  }

  /** Whether nothing is stored in any table but the given ones. */
  isEmptyBut(...names: readonly string[]): boolean {
    const tables = this.#database
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
      .all()
      .map(({ name }) => text(name));
    return tables.every((table) => names.includes(table) || this.#isEmpty(table));
  }

  #isEmpty(table: string): boolean {
    return this.#database.prepare(`SELECT 1 FROM "${table}" LIMIT 1`).get() === undefined;
  }

  /** Leaves one file and nothing beside it, which can be read, or copied, without making any. */
  close(): void {
    try {
      if (!this.readOnly) this.#database.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = DELETE');
    } catch (error) {
      // Somebody is reading: the file stays as it is, and what was written lies in the log beside it.
      if (sqliteKind(error) !== sqliteKinds.busy) throw error;
    } finally {
      this.#database.close();
    }
  }
}

/**
 * Opens the file for reading and writing, and makes it where there is none. The caller holds the lock. `asItIs`: one of an
 * earlier version is not brought up to date, but refused.
 */
export function openStateFile(path: string, { asItIs = false } = {}): StateFile {
  createPrivateFile(path);
  return opened(path, false, (database) => {
    const format = checkFormat(database, path);
    if (format === 'older' && asItIs) throw older(path);
    if (format === 'empty') database.exec(`PRAGMA page_size = ${pageSize}`);
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -${cacheKiB}`);
    upgrade(database);
  });
}

/**
 * An empty one without a name, which SQLite keeps in memory and, where that is too much, in a file that is gone with the process
 * (sqlite.org/inmemorydb.html, "Temporary Databases").
 */
export const openPassingStateFile = (): StateFile =>
  opened(passing, false, (database) => {
    database.exec(`PRAGMA page_size = ${pageSize}; PRAGMA synchronous = OFF`);
    upgrade(database);
  });

/** The name of a file without one. */
export const passing = '';

/** Opens the file as it is, whether or not another process works with it. */
export const openStateFileToRead = (path: string): StateFile => openedAsItIs(path, true);

/** The same, to write what the other process reads anew each time: each write waits for its turn. */
export const openStateFileBeside = (path: string): StateFile => openedAsItIs(path, false);

function openedAsItIs(path: string, readOnly: boolean): StateFile {
  requireStateFile(path);
  return opened(path, readOnly, (database) => {
    const format = checkFormat(database, path);
    if (format === 'empty') throw missingState(path);
    if (format === 'older') throw older(path);
  });
}

function opened(path: string, readOnly: boolean, prepare: (database: DatabaseSync) => void): StateFile {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { readOnly, timeout: busyMs, enableForeignKeyConstraints: false });
    prepare(database);
    return new StateFile(path, readOnly, database);
  } catch (error) {
    database?.close();
    throw openFailure(path, error);
  }
}

function openFailure(path: string, error: unknown): unknown {
  const kind = sqliteKind(error);
  if (kind === sqliteKinds.notADatabase || kind === sqliteKinds.corrupt) {
    const remedy =
      'Put a copy back, or move it elsewhere to start anew: the first run then reads all records again';
    const found = 'not a file of ServerSync, or damaged';
    return new StateFileError('state-not-ours', path, found, remedy, { cause: error });
  }
  if (kind === sqliteKinds.busy) {
    const found = 'another program reads or writes it';
    return new StateFileError('state-in-use', path, found, 'Try again when it has ended', { cause: error });
  }
  if (kind === sqliteKinds.cannotOpen || kind === sqliteKinds.readOnly) {
    const remedy = 'Give the user who runs ServerSync the right to read and write it and its directory';
    return new StateFileError('state-inaccessible', path, 'cannot be opened', remedy, { cause: error });
  }
  return error;
}

/** Throws StateFileError where there is none. */
export function requireStateFile(path: string): void {
  if (!accessing(path, () => existsSync(path))) throw missingState(path);
}

export const missingState = (path: string): StateFileError =>
  new StateFileError(
    'state-missing',
    path,
    'there is no state here yet',
    'Run `serversync run --once` first, or name the directory it uses with --state',
  );

const older = (path: string): StateFileError =>
  new StateFileError(
    'state-older-version',
    path,
    'written by an earlier version of ServerSync',
    'Run `serversync run` once with this version: it brings the file up to date',
  );
