/** All that a state file holds, table by table, but for the session slots. */
import { DatabaseSync } from 'node:sqlite';

export function dumpOf(path: string): Readonly<Record<string, readonly unknown[]>> {
  using database = new DatabaseSync(path, { readOnly: true });
  const names = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
  const tables = names
    .map(({ name }) => String(name))
    .filter((name) => !['held_slots', 'data_uses'].includes(name));
  return Object.fromEntries(
    tables.map((name) => [name, database.prepare(`SELECT * FROM "${name}"`).all().map(shown)]),
  );
}

const shown = (row: Readonly<Record<string, unknown>>): unknown => ({ ...row });
