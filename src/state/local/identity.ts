/**
 * The facts that bind the state to its servers and tables. Heads and replicas name records by a server's own row ids:
 * held against other files than those they came from, they would have wrong records written.
 */
import { binding, type Identity, type OtherFact, otherFacts } from '../../core/identity.ts';
import { text, valuesOf } from './columns.ts';
import type { StateFile } from './state-file.ts';
import { StateFileError } from './state-file-error.ts';
import { meetingFrom } from './stored-values.ts';

const sql = {
  list: 'SELECT name, value FROM facts ORDER BY name',
  meetings: 'SELECT value FROM meetings',
  put: 'INSERT INTO facts (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
};

/** Throws StateFileError where a stored fact that records rest on is given otherwise. */
export function check(file: StateFile, identity: Identity): void {
  const bound = binding(valuesOf(file.prepare(sql.meetings).all(), meetingFrom));
  const stored = file.prepare(sql.list).all();
  const facts = stored.map((row) => [text(row['name']), text(row['value'])] as const);
  const other = otherFacts(facts, identity).find(({ name }) => bound.has(name));
  if (other !== undefined) throw otherServers(file.path, other);
}

/** The same, and stores what is given. */
export function bind(file: StateFile, identity: Identity): void {
  file.transaction(() => {
    check(file, identity);
    if (file.readOnly) return;
    const put = file.prepare(sql.put);
    for (const [name, value] of Object.entries(identity)) put.run(name, value);
  });
}

function otherServers(path: string, { name, was, now }: OtherFact): StateFileError {
  const found = `this state is about other servers or tables: ${name} was ${was}, and the configuration says ${now}`;
  const remedy =
    'Put the configuration back, or start anew with an empty directory (--state): all records are compared again, and ' +
    'values that were kept stay in the old one';
  return new StateFileError('state-other-servers', path, found, remedy);
}
