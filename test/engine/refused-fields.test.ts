import { describe, expect, test } from 'vitest';
import type { FieldPlan, FieldType } from '../../src/core/link.ts';
import { fieldsMeant } from '../../src/engine/refused-fields.ts';

const field = (name: string, type: FieldType): FieldPlan => ({ name, type, rewrites: 'ignore' });
const plan = {
  key: field('id', 'text'),
  fields: [
    field('name', 'text'),
    field('notes', 'text'),
    field('city', 'text'),
    field('amount', 'number'),
    field('born', 'date'),
    field('opens', 'time'),
  ],
  createOnly: [field('made_at', 'timestamp')],
};
const all = plan.fields.map(({ name }) => name);

const meant = (
  kind: 'create' | 'update',
  code: string,
  fields: readonly string[] = all,
  named?: string,
): readonly string[] =>
  fieldsMeant(
    plan,
    { kind, fields },
    { kind: 'refused', code, reason: '', ...(named !== undefined && { field: named }) },
  );

describe('the field that a refusal is about', () => {
  test.each([
    ['is the one that the server named', meant('create', '509', all, 'notes'), ['notes']],
    ['is the only one that was sent', meant('update', '511', ['notes']), ['notes']],
    ['is one of the few that were sent', meant('update', '504', ['city', 'amount']), ['city', 'amount']],
    ['is of a type that the code is about', meant('update', '502'), ['amount']],
    [
      'is known of a new record too where the code is about a type',
      meant('create', '500'),
      ['born', 'made_at'],
    ],
    ['is not said where it may be one of many', meant('update', '509'), []],
    ['is not said of a new record, all of whose fields are validated', meant('create', '504', ['city']), []],
    ['is not said where the code is about the record', meant('update', '200', ['city']), []],
    ['is not said where no field that was sent has the type', meant('update', '501', ['name']), []],
  ])('%s', (_what, found, expected) => {
    expect(found).toEqual(expected);
  });
});
