import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { digestsOf } from '../../src/core/digest.ts';
import { isDangerous, meetingDifferences } from '../../src/core/first-meeting.ts';
import { fieldNames, someValues } from './samples.ts';

describe('a first meeting', () => {
  test.each([
    [19, 100, false],
    [19, 19, false],
    [20, 20, true],
    [20, 100, true],
    [20, 1999, true],
    [20, 2000, false],
    [21, 2000, true],
    [1000, 100_000, false],
    [1001, 100_000, true],
    [0, 0, false],
  ])('R8: with %i of %i shared keys that differ, halting is %s', (differing, shared, dangerous) => {
    expect(isDangerous(shared, differing)).toBe(dangerous);
  });

  test('counts a field as different only where both servers hold something and not the same', () => {
    fc.assert(
      fc.property(someValues, someValues, (here, head) => {
        const expected = fieldNames.filter(
          (name) => here[name] !== '' && head[name] !== '' && here[name] !== head[name],
        );
        expect(
          meetingDifferences(digestsOf(here, fieldNames), digestsOf(head, fieldNames), fieldNames),
        ).toEqual(expected);
      }),
    );
  });

  test.each([
    ['empty here', { a: '' }, { a: 'x' }],
    ['empty in the head', { a: 'x' }, { a: '' }],
    ['not known here', {}, { a: 'x' }],
    ['not in the head', { a: 'x' }, {}],
    ['different in a field that is not asked for', { a: 'x', b: 'y' }, { a: 'x', b: 'z' }],
  ])('does not count a field that is %s', (_name, here, head) => {
    expect(meetingDifferences(here, head, ['a'])).toEqual([]);
  });
});
