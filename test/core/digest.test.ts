import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { digestOf, digestsOf, emptyDigest } from '../../src/core/digest.ts';

/** Texts without half characters, often equal or equal but for a character. */
const near = fc.string({ unit: fc.constantFrom('a', 'A', ' ', '\n', 'é', 'e\u0301', '0') });
const texts = fc.oneof(near, fc.string({ unit: 'binary' }));

describe('a digest', () => {
  test('is equal for two values exactly if the values are equal', () => {
    const pairs = fc.oneof(
      fc.tuple(near, near),
      fc.tuple(texts, texts),
      texts.map((text): [string, string] => [text, text]),
    );
    fc.assert(
      fc.property(pairs, ([one, other]) => {
        expect(digestOf(one) === digestOf(other)).toBe(one === other);
      }),
      { numRuns: 3000 },
    );
  });

  test.each([
    ['composed and decomposed letters', 'é', 'e\u0301'],
    ['cases', 'one', 'One'],
    ['spaces', 'one', 'one '],
    ['spellings of a number', '1', '1.0'],
  ])('tells %s apart: what counts as equal is decided before, by the canonical form', (_name, a, b) => {
    expect(digestOf(a)).not.toBe(digestOf(b));
  });

  test('is empty for the empty value and for no other', () => {
    expect(digestOf('')).toBe(emptyDigest);
    fc.assert(
      fc.property(texts, (text) => {
        expect(digestOf(text) === '').toBe(text === '');
      }),
    );
  });

  test('is 22 characters however long the value', () => {
    expect([digestOf('0'), digestOf('x'.repeat(1_000_000))].map((digest) => digest.length)).toEqual([22, 22]);
  });

  test('is the one that earlier versions stored: the SHA-256 of “abc”, cut', () => {
    expect(digestOf('abc')).toBe('ungWv48Bz-pBQUDeXa4iI7');
  });
});

describe('the digests of a record', () => {
  test('are of the fields asked for and no others; a field that is missing counts as empty', () => {
    expect(digestsOf({ a: 'one', b: 'two', c: 'three' }, ['a', 'c', 'd'])).toEqual({
      a: digestOf('one'),
      c: digestOf('three'),
      d: '',
    });
  });
});
