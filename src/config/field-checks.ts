/** Names of fields within one table: none twice, none in two roles, none unknown. */
import { fieldOnServer, repetitionOf } from './field-names.ts';
import { listedFields, modesOf } from './field-modes.ts';
import type { Finding, Path } from './problem.ts';
import type { ParsedTable } from './schema.ts';
import { didYouMean } from './suggest.ts';

type Use = { readonly field: string; readonly path: Path; readonly as: string };

export function fieldFindings(name: string, table: ParsedTable): readonly Finding[] {
  const uses = usesOf(name, table);
  return [...doubles(uses), ...renameFindings(name, table, uses)];
}

function usesOf(name: string, table: ParsedTable): readonly Use[] {
  const path = ['tables', name];
  const { except } = modesOf(table);
  return [
    { field: table.key, path: [...path, 'key'], as: 'the key' },
    { field: table.modified.field, path: [...path, 'modified'], as: 'the modification stamp' },
    ...listedFields(table).map(({ name: field }, index) => ({
      field,
      path: [...path, 'fields', index],
      as: 'in fields',
    })),
    ...except.map((field, index) => ({
      field,
      path: [...path, 'fields', 'allExcept', index],
      as: 'left out of fields',
    })),
    ...table.createOnly.map((field, index) => ({
      field,
      path: [...path, 'createOnly', index],
      as: 'in createOnly',
    })),
  ];
}

function doubles(uses: readonly Use[]): readonly Finding[] {
  const first = new Map<string, Use>();
  return uses.flatMap((use) => {
    const other = first.get(use.field);
    first.set(use.field, other ?? use);
    if (!other) return [];
    const message = `${use.field} is ${other.as} already`;
    return [{ path: use.path, at: 'value', code: 'config-twice', message, remedy: 'Name each field once' }];
  });
}

function renameFindings(name: string, table: ParsedTable, uses: readonly Use[]): readonly Finding[] {
  return Object.entries(table.servers).flatMap(([server, { rename }]) => {
    const path = ['tables', name, 'servers', server, 'rename'];
    const unknown = Object.keys(rename).flatMap((field) => unknownField(path, field, table, uses));
    return [...unknown, ...collisions(path, new Map(Object.entries(rename)), uses)];
  });
}

/** With `fields: all` any name may be meant; the layouts show whether it is. */
function unknownField(
  path: Path,
  field: string,
  table: ParsedTable,
  uses: readonly Use[],
): readonly Finding[] {
  const known = uses.map((use) => use.field);
  const isKnown = known.some((one) => one === field || repetitionOf(one)?.field === field);
  if (!Array.isArray(table.fields) || isKnown) return [];
  const remedy = `${didYouMean(field, known)}The table has ${known.join(', ')}`;
  return [
    {
      path: [...path, field],
      at: 'name',
      code: 'config-unknown-field',
      message: 'not a field of this table',
      remedy,
    },
  ];
}

/** Two configured fields that would be one field on the server. */
function collisions(
  path: Path,
  rename: ReadonlyMap<string, string>,
  uses: readonly Use[],
): readonly Finding[] {
  const fields = new Set([...uses.map((use) => use.field), ...rename.keys()]);
  const byName = Map.groupBy(fields, (field) => fieldOnServer(field, rename));
  return [...byName].flatMap(([onServer, [first, second]]) => {
    if (first === undefined || second === undefined) return [];
    const renamed = rename.has(second) ? second : first;
    const message = `${first} and ${second} would both be ${onServer} on this server`;
    return [
      {
        path: [...path, renamed],
        at: 'value',
        code: 'config-twice',
        message,
        remedy: 'Give each its own field',
      },
    ];
  });
}
