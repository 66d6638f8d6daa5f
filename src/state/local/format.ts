/**
 * Which format the file has. SQLite keeps two numbers in a file's header for this: whose file it is
 * (`application_id`) and which version of its tables it has (`user_version`).
 */
import type { DatabaseSync } from 'node:sqlite';
import { numeric } from './columns.ts';
import { migrations } from './migrations.ts';
import { StateFileError } from './state-file-error.ts';

/** "SSyn" in ASCII. */
export const applicationId = 0x53_53_79_6e;

export const formatVersion = migrations.length;

/** Throws StateFileError where the file is not ours or of a later version. Writes nothing. */
export function checkFormat(database: DatabaseSync, path: string): 'empty' | 'older' | 'current' {
  const version = pragma(database, 'user_version');
  const owner = pragma(database, 'application_id');
  if (owner === 0 && version === 0 && isEmpty(database)) return 'empty';
  if (owner !== applicationId) throw notOurs(path, owner);
  if (version > formatVersion) throw newer(path, version);
  return version < formatVersion ? 'older' : 'current';
}

/** Brings a file that was checked up to this version, all steps or none. */
export function upgrade(database: DatabaseSync): void {
  const version = pragma(database, 'user_version');
  if (version === formatVersion) return;
  const steps = migrations.slice(version).join('\n');
  const marks = `PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${formatVersion};`;
  database.exec(`BEGIN IMMEDIATE; ${steps} ${marks} COMMIT`);
}

function pragma(database: DatabaseSync, name: 'user_version' | 'application_id'): number {
  return numeric(database.prepare(`PRAGMA ${name}`).get()?.[name]);
}

const isEmpty = (database: DatabaseSync): boolean =>
  database.prepare('SELECT 1 FROM sqlite_master LIMIT 1').get() === undefined;

function notOurs(path: string, owner: number): StateFileError {
  const found = `a SQLite file of another program (application_id ${owner}, not ${applicationId})`;
  return new StateFileError(
    'state-not-ours',
    path,
    found,
    'Move it elsewhere, or use another directory with --state',
  );
}

function newer(path: string, version: number): StateFileError {
  const found = `its format has version ${version}, and this program knows versions up to ${formatVersion}`;
  const remedy =
    'Use the version of ServerSync that wrote it, or a later one, or another directory with --state';
  return new StateFileError('state-newer-version', path, found, remedy);
}
