import { expect, test } from 'vitest';
import { clockWords, count, duration } from '../../src/composition/words.ts';
import { columns } from '../../src/cli/words.ts';

test.each([
  [0, '0.0 s'],
  [840, '0.8 s'],
  [9_940, '9.9 s'],
  [10_000, '10 s'],
  [59_400, '59 s'],
  [60_000, '1 min'],
  [200_000, '3 min 20 s'],
  [3_599_000, '59 min 59 s'],
  [3_600_000, '1 h'],
  [7_500_000, '2 h 5 min'],
  [86_400_000, '24 h'],
  [2 * 86_400_000, '2 days'],
  [4 * 86_400_000 + 3 * 3_600_000, '4 days 3 h'],
  [-200_000, '3 min 20 s'],
])('%d ms are "%s"', (ms, words) => {
  expect(duration(ms)).toBe(words);
});

test.each([
  [59_600, '1 min'],
  [9_970, '10 s'],
  [3_599_700, '1 h'],
])('%d ms round to "%s", never to a sixtieth second or minute', (ms, words) => {
  expect(duration(ms)).toBe(words);
});

test.each([
  [{ lo: -500, hi: 500 }, 'right (± 0.5 s)'],
  [{ lo: 0, hi: 1000 }, 'right (± 0.5 s)'],
  [{ lo: -200_500, hi: -199_500 }, '3 min 20 s behind (± 0.5 s)'],
  [{ lo: 46_000, hi: 48_000 }, '47 s ahead (± 1.0 s)'],
])('the offset %o is "%s"', (offset, words) => {
  expect(clockWords(offset)).toBe(words);
});

test('a count has thousands and its plural', () => {
  expect([count(0, 'record'), count(1, 'record'), count(1500, 'city', 'cities')]).toEqual([
    '0 records',
    '1 record',
    '1,500 cities',
  ]);
});

test('columns are as wide as their widest cell, and no line ends in blanks', () => {
  expect(
    columns([
      ['table', 'n', ''],
      ['a', '10,000', ''],
    ]),
  ).toEqual(['table  n', 'a      10,000']);
});
