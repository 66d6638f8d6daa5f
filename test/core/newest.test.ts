import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  compareRecordIds,
  type Found,
  foundInPlaceOf,
  isPutBack,
  isReached,
  withNewest,
  withoutKey,
} from '../../src/core/newest.ts';

const rowOf = (id: number | bigint) => ({ recordId: String(id), key: `k${id}`, modId: 3 });

test('record ids are compared as numbers, however long', () => {
  const ids = fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 25n }), fc.bigInt({ min: 0n, max: 10n ** 25n }));
  fc.assert(
    fc.property(ids, fc.nat(2), ([a, b], zeros) => {
      const sign = Math.sign(compareRecordIds('0'.repeat(zeros) + String(a), String(b)));
      expect(sign).toBe(a < b ? -1 : a > b ? 1 : 0);
    }),
  );
});

test('of all rows that were seen, in whatever order and pages, the five with the highest ids are kept', () => {
  const seen = fc.uniqueArray(fc.bigInt({ min: 1n, max: 10n ** 20n }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(seen, fc.nat(30), (ids, cut) => {
      const pages = [ids.slice(0, cut), ids.slice(cut)].map((page) => page.map(rowOf));
      const newest = pages.reduce((before, page) => withNewest(before, page), withNewest([], []));
      const highest = ids.toSorted((a, b) => (a < b ? 1 : -1)).slice(0, 5);
      expect(newest).toEqual(highest.map(rowOf));
      const top = highest[0] ?? 0n;
      expect([isReached(newest, String(top)), isReached(newest, String(top + 1n))]).toEqual([true, false]);
    }),
  );
});

test('one that is seen again is kept as it was seen last', () => {
  const newest = withNewest([rowOf(7)], [{ ...rowOf(7), key: 'renamed', modId: 4 }]);
  expect(newest).toEqual([{ recordId: '7', key: 'renamed', modId: 4 }]);
});

describe('what stands in the place of a known row', () => {
  test.each<[string, Parameters<typeof foundInPlaceOf>[1], Found]>([
    ['nothing', undefined, 'none'],
    ['one that the account may not see', 'denied', 'unclear'],
    ['the row, edited since', { key: 'k7', modId: 9 }, 'itself'],
    ['the row, older than it was', { key: 'k7', modId: 0 }, 'itself'],
    ['another key at a higher modId: somebody edited the key', { key: 'x', modId: 4 }, 'unclear'],
    ['another key at the same modId', { key: 'x', modId: 3 }, 'another'],
  ])('%s', (_what, row, found) => {
    expect(foundInPlaceOf(rowOf(7), row)).toBe(found);
  });
});

const looked = (...of: readonly (readonly [number, Found])[]) =>
  of.map(([id, found]) => ({ recordId: String(id), found }));

describe('a file was put back', () => {
  test.each([
    [
      'where another row stands in the place of the newest',
      looked([9, 'another'], [8, 'itself']),
      ['9'],
      true,
    ],
    [
      'not where two are gone and the next one is there',
      looked([9, 'none'], [8, 'none'], [7, 'itself']),
      ['8'],
      false,
    ],
    ['where all that are known are gone', looked([19, 'none'], [18, 'none']), ['2'], true],
    ['not where the newest is there', looked([9, 'itself']), ['5'], false],
    ['not by one row that is gone', looked([9, 'none'], [7, 'itself']), ['8'], false],
    [
      'not where the row that is not known is older than one that is there',
      looked([9, 'none'], [8, 'none'], [7, 'itself']),
      ['3'],
      false,
    ],
    ['not where nothing tells', looked([9, 'unclear'], [8, 'none']), ['8'], false],
  ] as const)('%s', (_where, of, reached, isSo) => {
    expect(isPutBack(of, reached)).toBe(isSo);
  });
});

test('a row whose record was forgotten has no key, and still tells that its id was reached', () => {
  const newest = withNewest([], [rowOf(8), rowOf(9)]);
  const forgotten = withoutKey(newest, 'k9');
  expect(forgotten).toEqual([{ recordId: '9', key: '', modId: 3, forgotten: true }, rowOf(8)]);
  expect(withNewest(forgotten, [rowOf(7)])).toEqual([...forgotten, rowOf(7)]);
  expect(isReached(forgotten, '9')).toBe(true);
  expect(withoutKey(newest, 'other')).toBe(newest);
});
