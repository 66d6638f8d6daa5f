/** Which fields of a table are left out, and which are numbers that are added up. */
import { z } from 'zod';
import type { FieldName, TableName } from '../core/names.ts';
import type { TableConfiguration } from './configuration.ts';
import type { LinkLayout } from './link-layout.ts';
import type { Finding } from './problem.ts';
import type { ParsedTable } from './schema.ts';
import { text } from './schema-parts.ts';
import { didYouMean } from './suggest.ts';

export const allExcept = z
  .strictObject({
    allExcept: z
      .array(text.describe('Name of a field that is left as it is on each server'))
      .min(1)
      .describe('List of the fields that are left out of all'),
  })
  .describe('All but these fields, such as { allExcept: [notes] }');

export const mergePolicy = z
  .union([
    z.enum(['field', 'record']),
    z.record(text, z.literal('add').describe('add: changes of the number are added up')),
  ])
  .default('field')
  .describe(
    'What a conflict is about: each field by itself (field) or the record as a whole (record); or number fields whose changes are added up, such as { stock: add }',
  );

type Modes = Pick<TableConfiguration, 'fields' | 'except' | 'merge' | 'added'>;

export const modesOf = ({ fields, merge }: Pick<ParsedTable, 'fields' | 'merge'>): Modes => ({
  ...(fields !== 'all' && 'allExcept' in fields
    ? { fields: 'all', except: fields.allExcept }
    : { fields, except: [] }),
  ...(typeof merge === 'string' ? { merge, added: [] } : { merge: 'field', added: Object.keys(merge) }),
});

/** A field that is added up is one of the table, and counts what people make of it alone. */
export function addedFindings(name: TableName, table: ParsedTable): readonly Finding[] {
  const { fields, added } = modesOf(table);
  if (fields === 'all') return [];
  const known = fields.map((field) => field.name);
  return added.flatMap((field): readonly Finding[] => {
    const path = ['tables', name, 'merge', field];
    const found = fields.find((one) => one.name === field);
    if (found === undefined) {
      const remedy = `${didYouMean(field, known)}Add it to fields, or take it out here`;
      return [{ path, at: 'name', message: 'not one of the fields of this table', remedy }];
    }
    if (found.rewrites === 'ignore') return [];
    const message = `${field} is added up, and what servers make of it counts too (rewrites: accept)`;
    return [{ path, at: 'value', message, remedy: 'Take one of the two out' }];
  });
}

/** By the layouts: it is carried, and a number everywhere. */
export function addedOnLayouts(
  { name: table, added }: TableConfiguration,
  carried: readonly FieldName[],
  layouts: readonly LinkLayout[],
): readonly Finding[] {
  return added.flatMap((name): readonly Finding[] => {
    const path = ['tables', table, 'merge', name];
    if (!carried.includes(name)) {
      const message = `${name} is not one of the fields that the layouts share`;
      const remedy = `${didYouMean(name, carried)}Put it on each layout, or take it out here`;
      return [{ path, at: 'name', message, remedy }];
    }
    const other = layouts.find((layout) => layout.field(name)?.type !== 'number');
    if (other === undefined) return [];
    const message = `${other.nameOf(name)} is ${other.field(name)?.type} on ${other.description}; what is added up is a number`;
    return [{ path, at: 'value', message, remedy: 'Make it a number field, or take it out here' }];
  });
}

/** What is left out of `all` has to be there to be left out. */
export const exceptOnLayouts = (
  { name: table, except }: TableConfiguration,
  layouts: readonly LinkLayout[],
): readonly Finding[] =>
  except.flatMap((name, index): readonly Finding[] => {
    if (layouts.some((layout) => layout.field(name) !== undefined)) return [];
    const path = ['tables', table, 'fields', 'allExcept', index];
    const remedy = `${layouts[0]?.suggestion(name) ?? ''}Correct the name, or take it out`;
    return [{ path, at: 'value', message: `${name} is on none of the layouts`, remedy }];
  });
