/**
 * Tables whose records need a record of another table on the same server: a child waits for its parent and is not parked for it.
 *
 *   R7  It waits in a row of its own, and holds up nobody.
 */
import type { Head } from './head.ts';
import { valueFor } from './held.ts';
import type { FieldName, Key, ServerName, TableName } from './names.ts';

export type Parent = {
  readonly table: TableName;
  /** The child's field that holds the parent's key; absent where that is not told. */
  readonly field?: FieldName;
};

/**
 * What FileMaker answers where a value has to be that of a related record: not within a range (503), not an existing value (505), a
 * related value that is empty or not there (510) (help.claris.com pro-help error-codes; that a parent is meant is assumed).
 */
const codes: readonly string[] = ['503', '505', '510'];

export const mayWantParent = (code: string): boolean => codes.includes(code);

/** The key of the record's parent, as that server has it; undefined where it has none, or it is not told. */
export function parentKeyOf({ field }: Parent, { fields }: Head, server: ServerName): Key | undefined {
  const named = field === undefined ? undefined : fields[field];
  return named === undefined ? undefined : valueFor(named, server).value || undefined;
}

/** In the order given, but none before those that it comes after. */
export function parentsFirst<Table extends { readonly name: TableName; readonly after?: readonly Parent[] }>(
  tables: readonly Table[],
): readonly Table[] {
  const placed = new Set<Table>();
  const place = (table: Table, under: readonly Table[]): void => {
    if (placed.has(table) || under.includes(table)) return;
    for (const parent of table.after ?? [])
      for (const one of tables) if (one.name === parent.table) place(one, [...under, table]);
    placed.add(table);
  };
  for (const table of tables) place(table, []);
  return [...placed];
}
