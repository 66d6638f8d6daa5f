/** `after` against the layouts: they say which fields there are with `fields: all`, and of which type. */
import type { TablePlan } from '../core/link.ts';
import type { FieldName } from '../core/names.ts';
import type { TableConfiguration } from './configuration.ts';
import { type LinkLayout, wordFor } from './link-layout.ts';
import type { Finding } from './problem.ts';
import { didYouMean } from './suggest.ts';

/** The field that names a parent is one of `carried`, which are kept the same. */
export const parentsOnLayouts = (
  { name, after }: TableConfiguration,
  carried: readonly FieldName[],
  layouts: readonly LinkLayout[],
): readonly Finding[] =>
  after.flatMap(({ table, field }): readonly Finding[] => {
    if (field === undefined || carried.includes(field)) return [];
    const without = layouts.filter((layout) => layout.field(field) === undefined);
    const message =
      without.length === 0
        ? `${field} is not one of the fields that are kept the same`
        : without.map((layout) => `${layout.nameOf(field)} is not on ${layout.description}`).join('; ');
    const remedy = `${didYouMean(field, carried)}Put the field that holds the parent's key on each ${wordFor(layouts)}, or give the tables alone, such as [${table}]`;
    return [
      { path: ['tables', name, 'after', table], at: 'value', code: 'config-field-missing', message, remedy },
    ];
  });

/** By the tables that are known: the field is of the type of the parent's key, else no value of one is ever that of the other. */
export function parentKeyFindings(plans: readonly TablePlan[]): readonly Finding[] {
  const keys = new Map(plans.map(({ name, key }) => [name, key]));
  return plans.flatMap(({ name, fields, after = [] }) =>
    after.flatMap(({ table, field }): readonly Finding[] => {
      const [own, key] = [fields.find((one) => one.name === field), keys.get(table)];
      if (own === undefined || key === undefined || own.type === key.type) return [];
      const message = `${own.name} is ${own.type}, and ${key.name}, the key of ${table}, is ${key.type}`;
      const remedy = `Give both one type in FileMaker, or give the tables alone, such as [${table}]`;
      return [
        {
          path: ['tables', name, 'after', table],
          at: 'value',
          code: 'config-field-type',
          message,
          remedy,
        },
      ];
    }),
  );
}
