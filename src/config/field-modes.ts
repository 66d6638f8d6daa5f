/** Which fields of a table are kept the same, sent once or left out, and which are numbers that are added up. */
import { z } from 'zod';
import type { FieldName, TableName } from '../core/names.ts';
import type { FieldConfiguration, TableConfiguration } from './configuration.ts';
import { type LinkLayout, wordFor } from './link-layout.ts';
import type { Finding, Path } from './problem.ts';
import type { ParsedTable } from './schema.ts';
import { text } from './schema-parts.ts';
import { didYouMean } from './suggest.ts';

export const fieldEntry = z
  .union([
    text,
    z.strictObject({
      name: text.describe('Name of the field'),
      mode: z
        .enum(['sync', 'createOnly'])
        .default('sync')
        .describe('sync: it is kept the same; createOnly: it is sent with a new record and never afterwards'),
      rewrites: z
        .enum(['ignore', 'accept'])
        .optional()
        .describe(
          'accept: what a server makes of a value that was written counts as an edit; ignore (unless it is said): it does not',
        ),
      unique: z
        .boolean()
        .default(false)
        .describe(
          'true: each record should hold another value, such as a serial number; what is doubled is reported, never changed',
        ),
    }),
  ])
  .transform((entry) =>
    typeof entry === 'string' ? { name: entry, mode: 'sync' as const, unique: false } : entry,
  )
  .describe(
    'Name of a field, or { name: …, rewrites: accept }, or { name: …, mode: createOnly }, or { name: …, unique: true }',
  );

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

type Written = Pick<ParsedTable, 'fields' | 'createOnly' | 'merge'>;
type Modes = Pick<
  TableConfiguration,
  'fields' | 'except' | 'createOnly' | 'unique' | 'fieldPlaces' | 'merge' | 'added'
>;

/** The entries of the list, in whatever mode; none of `all`. */
export const listedFields = ({ fields }: Pick<Written, 'fields'>) => (Array.isArray(fields) ? fields : []);

export function modesOf(written: Written): Modes {
  const { fields, merge } = written;
  const listed = listedFields(written);
  const once = listed.filter(({ mode }) => mode === 'createOnly').map(({ name }) => name);
  return {
    fields: Array.isArray(fields) ? listed.flatMap(syncedField) : 'all',
    except: typeof fields === 'object' && 'allExcept' in fields ? fields.allExcept : [],
    createOnly: [...once, ...written.createOnly],
    unique: listed.filter(({ unique }) => unique).map(({ name }) => name),
    fieldPlaces: placesOf(written),
    ...(typeof merge === 'string' ? { merge, added: [] } : { merge: 'field', added: Object.keys(merge) }),
  };
}

const syncedField = ({
  name,
  mode,
  rewrites = 'ignore',
}: z.output<typeof fieldEntry>): readonly FieldConfiguration[] =>
  mode === 'sync' ? [{ name, rewrites }] : [];

const placesOf = (written: Written): ReadonlyMap<FieldName, Path> =>
  new Map<FieldName, Path>([
    ...written.createOnly.map((name, index) => [name, ['createOnly', index]] as const),
    ...listedFields(written).map(({ name }, index) => [name, ['fields', index]] as const),
  ]);

/** A field that is sent once has nothing that is settled later; and something is kept the same. */
export function modeFindings(name: TableName, table: ParsedTable): readonly Finding[] {
  const path = ['tables', name, 'fields'];
  const listed = listedFields(table);
  const once = listed.flatMap(({ name: field, mode, rewrites }, index): readonly Finding[] => {
    if (mode === 'sync' || rewrites === undefined) return [];
    const message = `${field} is sent with a new record and never afterwards (mode: createOnly), so that nothing is made of it later`;
    return [
      {
        path: [...path, index, 'rewrites'],
        at: 'value',
        code: 'config-field-mode',
        message,
        remedy: 'Take it out, or say mode: sync',
      },
    ];
  });
  if (listed.length === 0 || listed.some(({ mode }) => mode === 'sync')) return once;
  const remedy = 'Name at least one field that is, with mode: sync or by its name alone';
  return [
    ...once,
    { path, at: 'name', code: 'config-field-mode', message: 'none of them is kept the same', remedy },
  ];
}

/** A field that is added up is one of the table, and counts what people make of it alone. */
export function addedFindings(name: TableName, table: ParsedTable): readonly Finding[] {
  const modes = modesOf(table);
  return modes.added.flatMap((field) => {
    const path = ['tables', name, 'merge', field];
    return addedMistakes(field, modes).map((mistake) => ({ path, ...mistake }));
  });
}

function addedMistakes(field: FieldName, { fields, createOnly }: Modes): readonly Omit<Finding, 'path'>[] {
  if (createOnly.includes(field)) {
    const message = `${field} is added up, and is sent with a new record and never afterwards (createOnly)`;
    return [{ at: 'value', code: 'config-field-mode', message, remedy: 'Take one of the two out' }];
  }
  if (fields === 'all') return [];
  const known = fields.map(({ name }) => name);
  const found = fields.find(({ name }) => name === field);
  if (found === undefined) {
    const remedy = `${didYouMean(field, known)}Add it to fields, or take it out here`;
    return [
      { at: 'name', code: 'config-unknown-field', message: 'not one of the fields of this table', remedy },
    ];
  }
  if (found.rewrites === 'ignore') return [];
  const message = `${field} is added up, and what servers make of it counts too (rewrites: accept)`;
  return [{ at: 'value', code: 'config-field-mode', message, remedy: 'Take one of the two out' }];
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
      const message = `${name} is not one of the fields that the ${wordFor(layouts, { plural: true })} share`;
      const remedy = `${didYouMean(name, carried)}Put it on each ${wordFor(layouts)}, or take it out here`;
      return [{ path, at: 'name', code: 'config-field-missing', message, remedy }];
    }
    const other = layouts.find((layout) => layout.field(name)?.type !== 'number');
    if (other === undefined) return [];
    const message = `${other.nameOf(name)} is ${other.field(name)?.type} on ${other.description}; what is added up is a number`;
    return [
      {
        path,
        at: 'value',
        code: 'config-field-type',
        message,
        remedy: 'Make it a number field, or take it out here',
      },
    ];
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
    return [
      {
        path,
        at: 'value',
        code: 'config-field-missing',
        message: `${name} is on none of the ${wordFor(layouts, { plural: true })}`,
        remedy,
      },
    ];
  });
