import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Doubled,
  DoubledRecords,
  isToldDoubled,
  ValueNumbers,
  withoutDoubled,
} from '../../src/core/doubled.ts';
import { numberOf } from '../../src/core/digest.ts';

type Row = readonly [key: string, value: string];

function doubledIn(rows: readonly Row[]) {
  const numbers = new ValueNumbers();
  for (const [, value] of rows) numbers.add(value);
  const records = new DoubledRecords('no', numbers.repeated());
  for (const [key, value] of rows) records.add(key, value);
  return records.found();
}

test('values in several records are found with the keys of these, whatever they are; empty ones and single ones are not', () => {
  const row = fc.tuple(fc.uuid(), fc.constantFrom('', '1', '2', '10', 'R-1', 'r-1', 'R-1 '));
  fc.assert(
    fc.property(fc.uniqueArray(row, { selector: ([key]) => key, maxLength: 12 }), (rows) => {
      const byValue = Map.groupBy(rows, ([, value]) => value);
      const expected = [...byValue].filter(([value, of]) => value !== '' && of.length > 1);
      const found = doubledIn(rows);
      expect(found?.values ?? 0).toBe(expected.length);
      expect(found?.records ?? 0).toBe(expected.reduce((sum, [, of]) => sum + of.length, 0));
      expect(new Set(found?.groups)).toEqual(
        new Set(expected.map(([, of]) => ({ records: of.length, keys: of.map(([key]) => key).slice(0, 5) }))),
      );
    }),
  );
});

test('of very many all are counted, and 20 are told of with 5 keys each', () => {
  const rows = Array.from({ length: 300 }, (_, n): Row => [`k${n}`, `R-${n % 30}`]);
  const found = doubledIn([...rows, ['e1', ''], ['e2', '']]);
  expect(found).toMatchObject({ field: 'no', values: 30, records: 300 });
  expect(found?.groups.map(({ keys, records }) => [keys.length, records])).toEqual(
    Array.from({ length: 20 }, () => [5, 10]),
  );
});

test('two values that have one number by chance, and what was changed meanwhile, are no doubles', () => {
  const repeated = { values: 2, records: 4, told: new Set([numberOf('a'), numberOf('b')]) };
  const records = new DoubledRecords('no', repeated);
  for (const [key, value] of [
    ['k1', 'a'],
    ['k3', 'b'],
    ['k4', 'b'],
  ] as const)
    records.add(key, value);
  expect(records.found()).toEqual({
    field: 'no',
    values: 1,
    records: 2,
    groups: [{ records: 2, keys: ['k3', 'k4'] }],
  });
  expect(new DoubledRecords('no', repeated).found()).toBe(undefined);
});

test('a record that is forgotten is named no more, and the others are', () => {
  const one = { field: 'no', values: 1, records: 2, groups: [{ records: 2, keys: ['k1', 'k2'] }] };
  const doubled: Doubled = { fields: [one] };
  expect([isToldDoubled(doubled, 'k1'), isToldDoubled(doubled, 'k3')]).toEqual([true, false]);
  expect(withoutDoubled(doubled, 'k1')).toEqual({
    fields: [{ ...one, groups: [{ records: 2, keys: ['k2'] }] }],
  });
});
