import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { didYouMean, editDistance, nearest } from '../../src/config/suggest.ts';

test.each([
  ['same', 'same', 0],
  ['', 'abc', 3],
  ['kitten', 'sitting', 3],
  ['nmae', 'name', 1],
  ['sesions', 'sessions', 1],
] as const)('%s and %s are %i edits apart', (a, b, edits) => {
  expect(editDistance(a, b)).toBe(edits);
});

test('the distance is symmetric, and zero for equal texts only', () => {
  const word = fc.string({ maxLength: 8 });
  fc.assert(
    fc.property(word, word, (a, b) => {
      expect(editDistance(a, b)).toBe(editDistance(b, a));
      expect(editDistance(a, b) === 0).toBe(a === b);
    }),
  );
});

test('case, blanks, - and _ cost nothing', () => {
  expect(nearest('Full name', ['full-name', 'fullnames'])).toBe('full-name');
});

test('nothing is suggested where nothing is near', () => {
  expect(didYouMean('colour', ['version', 'servers'])).toBe('');
});
