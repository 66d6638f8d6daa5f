/** `after`: the tables whose records have to be there before those of a table, and the fields that name them. */
import { z } from 'zod';
import type { TableName } from '../core/names.ts';
import type { Parent } from '../core/parents.ts';
import { modesOf } from './field-modes.ts';
import type { Finding, Mistake, Path } from './problem.ts';
import type { ParsedTable } from './schema.ts';
import { text } from './schema-parts.ts';
import { didYouMean } from './suggest.ts';

export const after = z
  .union([
    z.array(text.describe('Name of a table')).min(1),
    z.record(text, text.describe('Name of the field here that holds the key of the parent')),
  ])
  .optional()
  .describe(
    'Tables whose records have to be there before those of this one, such as [customers], or with the field that names the parent: { customers: customer_id }',
  );

type After = ParsedTable['after'];

export const parentsOf = (entry: After): readonly Parent[] =>
  Array.isArray(entry)
    ? entry.map((table) => ({ table }))
    : Object.entries(entry ?? {}).map(([table, field]) => ({ table, field }));

/** Of all tables that can be read: what they come after is there, and no table comes after itself. */
export function parentFindings(
  tables: ReadonlyMap<TableName, ParsedTable>,
  names: readonly TableName[],
): readonly Finding[] {
  return [...tables].flatMap(([name, table]) =>
    parentsOf(table.after).flatMap((parent, index): readonly Finding[] => {
      const isList = Array.isArray(table.after);
      const path = ['tables', name, 'after', isList ? index : parent.table];
      const mistake = tableMistake(name, parent, tables, names);
      if (mistake !== undefined) return [{ path, at: isList ? 'value' : 'name', ...mistake }];
      return fieldFinding(path, table, parent);
    }),
  );
}

function tableMistake(
  name: TableName,
  { table }: Parent,
  tables: ReadonlyMap<TableName, ParsedTable>,
  names: readonly TableName[],
): Mistake | undefined {
  if (!names.includes(table)) {
    const others = names.filter((one) => one !== name);
    return {
      code: 'config-unknown-table',
      message: 'not one of the tables',
      remedy: `${didYouMean(table, others)}Known tables are ${names.join(', ')}`,
    };
  }
  const circle = wayBack(name, table, tables);
  if (circle === undefined) return undefined;
  const message = `a circle: ${[name, ...circle].join(' after ')}`;
  return {
    code: 'config-circle',
    message,
    remedy: 'Take one of them out: records that wait for each other never come',
  };
}

/** From a table over those that it comes after to the one that is looked for; undefined where none leads there. */
function wayBack(
  to: TableName,
  from: TableName,
  tables: ReadonlyMap<TableName, ParsedTable>,
  passed: readonly TableName[] = [],
): readonly TableName[] | undefined {
  if (from === to) return [...passed, to];
  if (passed.includes(from)) return undefined;
  for (const { table } of parentsOf(tables.get(from)?.after)) {
    const way = wayBack(to, table, tables, [...passed, from]);
    if (way !== undefined) return way;
  }
  return undefined;
}

/** With all fields the layouts show whether it is one. */
function fieldFinding(path: Path, table: ParsedTable, { field }: Parent): readonly Finding[] {
  const { fields, except } = modesOf(table);
  if (field === undefined || (fields === 'all' && !except.includes(field))) return [];
  const known = fields === 'all' ? [] : fields.map(({ name }) => name);
  if (known.includes(field)) return [];
  const remedy = `${didYouMean(field, known)}Name the field that holds the parent's key, and keep it the same`;
  return [
    {
      path,
      at: 'value',
      code: 'config-unknown-field',
      message: `${field} is not one of the fields of this table`,
      remedy,
    },
  ];
}
