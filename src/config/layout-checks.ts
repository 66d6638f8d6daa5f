/** One table against its layouts. */
import type { FieldName } from '../core/names.ts';
import type { LayoutField } from '../ports/server.ts';
import { repetitionOf } from './field-names.ts';
import type { TableConfiguration } from './configuration.ts';
import { addedOnLayouts, exceptOnLayouts } from './field-modes.ts';
import { isRelated, type LinkLayout, noFieldRemedy, wordFor } from './link-layout.ts';
import { parentsOnLayouts } from './parent-layout.ts';
import type { Finding, Mistake, Path } from './problem.ts';
import { sharedFields } from './shared-fields.ts';
import type { TypedField, TypedFields } from './table-plan.ts';

export type CheckedTable = { readonly fields: TypedFields; readonly findings: readonly Finding[] };

/** What is wrong with a field on one layout, for the use that is made of it. */
type FieldCheck = (field: LayoutField, layout: LinkLayout) => Mistake | undefined;

export function checkTable(table: TableConfiguration, layouts: readonly LinkLayout[]): CheckedTable {
  const path: Path = ['tables', table.name];
  const { field: stamp, stampedBy } = table.modified;
  const stampCheck = stampedBy === 'utcMilliseconds' ? millisecondsCheck : timestampCheck;
  const configured = configuredFields(table, layouts);
  const createOnly = table.createOnly.map((name) => ({ name, path: placeOf(table, name) }));
  const findings = [
    ...checkField(table.key, [...path, 'key'], layouts, keyCheck),
    ...checkField(stamp, [...path, 'modified'], layouts, stampCheck),
    ...configured.flatMap((field) => checkField(field.name, field.path, layouts, valueCheck)),
    ...createOnly.flatMap((field) => checkField(field.name, field.path, layouts, onceCheck)),
    ...addedOnLayouts(
      table,
      configured.map(({ name }) => name),
      layouts,
    ),
    ...exceptOnLayouts(table, layouts),
    ...parentsOnLayouts(
      table,
      configured.map(({ name }) => name),
      layouts,
    ),
    ...nothingShared(table, configured.length, layouts),
  ];
  const typed = (name: FieldName): TypedField => ({ name, type: layouts[0]?.field(name)?.type ?? 'text' });
  return {
    fields: {
      key: typed(table.key),
      fields: configured.map(({ name, rewrites }) => ({
        ...typed(name),
        rewrites,
        ...(table.added.includes(name) && { merge: 'add' as const }),
      })),
      createOnly: table.createOnly.map(typed),
    },
    findings,
  };
}

type ConfiguredField = {
  readonly name: FieldName;
  readonly rewrites: 'ignore' | 'accept';
  readonly path: Path;
};

function configuredFields(
  table: TableConfiguration,
  layouts: readonly LinkLayout[],
): readonly ConfiguredField[] {
  if (table.fields !== 'all')
    return table.fields.map((field) => Object.assign({ path: placeOf(table, field.name) }, field));
  return sharedFields(table, layouts).map((name) => ({
    name,
    rewrites: 'ignore',
    path: placeOf(table, name),
  }));
}

/** Of a field that is one of all: that of `all`. */
const placeOf = ({ name: table, fieldPlaces }: TableConfiguration, field: FieldName): Path => [
  'tables',
  table,
  ...(fieldPlaces.get(field) ?? ['fields']),
];

function nothingShared(
  table: TableConfiguration,
  count: number,
  layouts: readonly LinkLayout[],
): readonly Finding[] {
  if (table.fields !== 'all' || count > 0) return [];
  return [
    {
      path: ['tables', table.name, 'fields'],
      at: 'value',
      code: 'config-nothing-shared',
      message: `the ${wordFor(layouts, { plural: true })} share no field that could be kept the same`,
      remedy: `Put the same fields on each ${wordFor(layouts)}, or map names with rename`,
    },
  ];
}

function checkField(
  name: FieldName,
  path: Path,
  layouts: readonly LinkLayout[],
  check: FieldCheck,
): readonly Finding[] {
  const mistakes = layouts.flatMap((layout) => mistakeOn(layout, name, check) ?? []);
  const all = mistakes.length > 0 ? mistakes : differentTypes(name, layouts);
  return all.map((mistake) => ({ path, at: 'value', ...mistake }));
}

function mistakeOn(layout: LinkLayout, name: FieldName, check: FieldCheck): Mistake | undefined {
  const field = layout.field(name);
  if (field) return check(field, layout);
  if (layout.link.api === 'odata' && repetitionOf(name) !== undefined) return repetition(layout);
  return {
    code: 'config-field-missing',
    message: `${layout.nameOf(name)} is not on ${layout.description}`,
    remedy: `${layout.suggestion(name)}${noFieldRemedy[layout.link.api]}`,
  };
}

const repetition = ({ description }: LinkLayout): Mistake => ({
  code: 'config-field-unusable',
  message: `a repetition after the first, on ${description}; over OData these are not carried`,
  remedy: 'Take it out, or write api: data for that server',
});

function differentTypes(name: FieldName, layouts: readonly LinkLayout[]): readonly Mistake[] {
  const [first, ...others] = layouts;
  const wanted = first?.field(name);
  if (!first || !wanted) return [];
  return others.flatMap((layout) => {
    const { type } = layout.field(name) ?? wanted;
    if (type === wanted.type) return [];
    const here = `${first.nameOf(name)} is ${wanted.type} on server ${first.link.server}`;
    const there = `${layout.nameOf(name)} is ${type} on server ${layout.link.server}`;
    const message = `${name} has different types: ${here}, ${there}`;
    return [
      {
        code: 'config-field-type',
        message,
        remedy: 'Give both fields one type in FileMaker, or take the field out',
      },
    ];
  });
}

const keyCheck: FieldCheck = (field, layout) => {
  if (field.type !== 'text' && field.type !== 'number')
    return typeMistake(field, layout, 'a key is text or number', 'Use the primary-key field');
  if (field.writable || layout.link.role === 'send') return undefined;
  return {
    code: 'config-field-unusable',
    message: `${field.name} cannot be written on ${layout.description}, so no record could be created there`,
    remedy:
      'Use a field that is no calculation, summary or global (auto-enter is fine), or give the server the role send',
  };
};

const timestampCheck: FieldCheck = (field, layout) =>
  field.type === 'timestamp'
    ? undefined
    : typeMistake(
        field,
        layout,
        'a modification stamp is a timestamp',
        'Use a field that auto-enters the modification timestamp, or say stampedBy: utcMilliseconds where it holds these',
      );

const millisecondsCheck: FieldCheck = (field, layout) =>
  field.type === 'number'
    ? undefined
    : typeMistake(
        field,
        layout,
        'a stamp in UTC milliseconds is a number',
        'Use a number field that auto-enters Get(CurrentTimeUTCMilliseconds), or leave stampedBy out for a timestamp',
      );

const valueCheck: FieldCheck = (field, layout) => {
  if (isRelated(field.name))
    return {
      code: 'config-field-unusable',
      message: `${field.name} belongs to a related table on ${layout.description}`,
      remedy: 'Describe that table by itself, and take the field out here',
    };
  if (field.writable) return undefined;
  return {
    code: 'config-field-unusable',
    message: `${field.name} is a calculation, a summary or a global on ${layout.description}; these are never written`,
    remedy: 'Take it out, and keep the fields that it is made of the same instead',
  };
};

const onceCheck: FieldCheck = (field, layout) =>
  field.type === 'container'
    ? {
        code: 'config-field-unusable',
        message: `${field.name} is a container on ${layout.description}, which cannot go with a new record only: files follow once the record is there`,
        remedy: 'Take its mode out: then it is kept the same',
      }
    : valueCheck(field, layout);

function typeMistake(field: LayoutField, layout: LinkLayout, rule: string, remedy: string): Mistake {
  return {
    code: 'config-field-type',
    message: `${field.name} is ${field.type} on ${layout.description}; ${rule}`,
    remedy,
  };
}
