/**
 * The facts that bind the state to its servers and tables. Heads and replicas name records by a server's own row ids:
 * held against other files than those they came from, they would have wrong records written.
 */
import { text } from './columns.ts';
import type { StateFile } from './state-file.ts';
import { StateFileError } from './state-file-error.ts';

/** Such as `server hq` and its address. */
export type Identity = Readonly<Record<string, string>>;

const sql = {
  list: 'SELECT name, value FROM facts ORDER BY name',
  add: 'INSERT INTO facts (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING',
};

/** Throws StateFileError where a stored fact differs or is no longer given. */
export function check(file: StateFile, identity: Identity): void {
  for (const row of file.prepare(sql.list).all()) {
    const [name, value] = [text(row['name']), text(row['value'])];
    const given = Object.hasOwn(identity, name) ? identity[name] : undefined;
    if (given !== value) throw otherServers(file.path, name, value, given);
  }
}

/** The same, and stores what is new. */
export function bind(file: StateFile, identity: Identity): void {
  file.transaction(() => {
    check(file, identity);
    if (file.readOnly) return;
    const add = file.prepare(sql.add);
    for (const [name, value] of Object.entries(identity)) add.run(name, value);
  });
}

function otherServers(path: string, name: string, stored: string, given: string | undefined): StateFileError {
  const now = given === undefined ? 'the configuration no longer has it' : `the configuration says ${given}`;
  const found = `this state is about other servers or tables: ${name} was ${stored}, and ${now}`;
  const remedy =
    'Put the configuration back, or start anew with an empty directory (--state): all records are compared again, and ' +
    'values that were kept stay in the old one';
  return new StateFileError('state-other-servers', path, found, remedy);
}
