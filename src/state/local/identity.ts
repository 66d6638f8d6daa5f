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

/** Stores what is new; throws StateFileError, and stores nothing, where a stored fact differs or is no longer given. */
export function bind(file: StateFile, identity: Identity): void {
  file.transaction(() => {
    const stored = file.prepare(sql.list).all();
    const given = new Map(Object.entries(identity));
    for (const row of stored) {
      const [name, value] = [text(row['name']), text(row['value'])];
      if (given.get(name) !== value) throw otherServers(file.path, name, value, given.get(name));
    }
    if (file.readOnly) return;
    const add = file.prepare(sql.add);
    for (const [name, value] of given) add.run(name, value);
  });
}

function otherServers(path: string, name: string, stored: string, given: string | undefined): StateFileError {
  const now = given === undefined ? 'the configuration no longer has it' : `the configuration says ${given}`;
  const found = `this state is about other servers or tables: ${name} was ${stored}, and ${now}`;
  const remedy =
    'Put the configuration back, use another directory with --state, or delete this one to start anew';
  return new StateFileError('state-other-servers', path, found, remedy);
}
