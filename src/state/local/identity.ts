/**
 * The facts that say what the state is about. Heads and replicas name records by their keys: with another key field they would
 * have wrong records written. An address, a file or a layout may be another one; that it is the same table is asked of the server.
 */
import { binding, type Identity, type OtherFact, otherFacts, otherKeyRemedy } from '../../core/identity.ts';
import { withAddresses } from '../../core/shape.ts';
import { text, valuesOf } from './columns.ts';
import type { StateFile } from './state-file.ts';
import { StateFileError } from './state-file-error.ts';
import { meetingFrom, shapeFrom } from './stored-values.ts';

const sql = {
  list: 'SELECT name, value FROM facts ORDER BY name',
  meetings: 'SELECT value FROM meetings',
  shapes: 'SELECT value FROM shapes',
  putShape: 'UPDATE shapes SET value = ? WHERE tbl = ?',
  put: 'INSERT INTO facts (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
};

/** Throws StateFileError where a stored fact that records rest on is given otherwise. */
export function check(file: StateFile, identity: Identity): void {
  const bound = binding(valuesOf(file.prepare(sql.meetings).all(), meetingFrom));
  const other = otherFacts(factsIn(file), identity).find(({ name }) => bound.has(name));
  if (other !== undefined) throw otherKey(file.path, other);
}

/** The same, and stores what is given. Where tables were found is kept with them first, in a state that did not keep it yet. */
export function bind(file: StateFile, identity: Identity): void {
  file.transaction(() => {
    check(file, identity);
    if (file.readOnly) return;
    keepAddresses(file);
    const put = file.prepare(sql.put);
    for (const [name, value] of Object.entries(identity)) put.run(name, value);
  });
}

function keepAddresses(file: StateFile): void {
  const facts = new Map(factsIn(file));
  const put = file.prepare(sql.putShape);
  for (const shape of valuesOf(file.prepare(sql.shapes).all(), shapeFrom)) {
    const next = withAddresses(shape, facts);
    if (next !== undefined) put.run(JSON.stringify(next), shape.table);
  }
}

const factsIn = (file: StateFile): readonly (readonly [name: string, value: string])[] =>
  file
    .prepare(sql.list)
    .all()
    .map((row) => [text(row['name']), text(row['value'])] as const);

function otherKey(path: string, { name, was, now }: OtherFact): StateFileError {
  const found = `${name} was ${was}, and the configuration says ${now}: by another key records are other records`;
  return new StateFileError('state-other-servers', path, found, otherKeyRemedy(name));
}
