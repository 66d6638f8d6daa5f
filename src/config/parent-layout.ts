/** `after` against the layouts: with `fields: all` these say which fields there are. */
import type { FieldName } from '../core/names.ts';
import type { TableConfiguration } from './configuration.ts';
import type { LinkLayout } from './link-layout.ts';
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
    const remedy = `${didYouMean(field, carried)}Put the field that holds the parent's key on each layout, or give the tables alone, such as [${table}]`;
    return [{ path: ['tables', name, 'after', table], at: 'value', message, remedy }];
  });
