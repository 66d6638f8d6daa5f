import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchRows } from '../../src/core/look-up.ts';

const row = (recordId: string, key: string) => ({ recordId, key });

/** Spellings that FileMaker takes for the same text, by hand: the code under test is not asked what looks alike. */
const families = [
  ['ana', 'Ana', 'ANA', 'aná', 'ana\u0301', ' ana', 'ａｎａ'],
  ['bo', 'Bo', 'bö', 'bo\u0308', 'bo '],
  ['7', '７'],
  ['strasse', 'straße', 'STRASSE'],
  ['οδος', 'ΟΔΟΣ', 'οδοσ'],
];
const familyOf = (key: string): number => families.findIndex((family) => family.includes(key));
const keys = fc.constantFrom(...families.flat());
const rows = fc
  .array(keys, { maxLength: 6 })
  .map((found) => found.map((key, index) => row(`${index + 1}`, key)));

describe('a look-up by key', () => {
  test('R3: finds a key only where exactly one row has it byte for byte and no other row looks like it', () => {
    fc.assert(
      fc.property(fc.uniqueArray(keys, { maxLength: 5 }), rows, (asked, found) => {
        const matches = matchRows(asked, found);
        for (const key of asked) {
          const alike = found.filter((one) => familyOf(one.key) === familyOf(key));
          const sole = alike.length === 1 && alike[0]?.key === key ? alike[0] : undefined;
          const match = matches.get(key);
          expect(match?.kind === 'found' ? match.row : undefined).toBe(sole);
        }
      }),
      { numRuns: 3000 },
    );
  });

  test('R3: says that a key is absent only where no row looks like it', () => {
    fc.assert(
      fc.property(keys, rows, (key, found) => {
        const alike = found.some((one) => familyOf(one.key) === familyOf(key));
        expect(matchRows([key], found).get(key)?.kind === 'absent').toBe(!alike);
      }),
      { numRuns: 2000 },
    );
  });

  test('answers every key that was asked for and no other', () => {
    const matches = matchRows(['ana', 'bo'], [row('1', 'ana'), row('2', 'seven')]);
    expect([...matches.keys()]).toEqual(['ana', 'bo']);
  });

  test.each([
    ['two rows with the key', ['ana', 'ana'], 'doubled-key'],
    ['two rows with the key and one that looks like it', ['ana', 'Ana', 'ana'], 'doubled-key'],
    ['the key and another case of it', ['ana', 'ANA'], 'look-alike-key'],
    ['the key and an accented form', ['ana', 'aná'], 'look-alike-key'],
    ['only another case of it', ['Ana'], 'look-alike-key'],
    ['only the same letters, composed otherwise', ['ana\u0301'], 'look-alike-key'],
    ['only the key with a space', ['ana '], 'look-alike-key'],
  ])('R3: parks the key where it meets %s', (_name, found, code) => {
    const matches = matchRows(
      ['ana'],
      found.map((key, index) => row(`${index}`, key)),
    );
    expect(matches.get('ana')).toEqual({ kind: 'ambiguous', code });
  });

  test('counts a row that two pages showed once', () => {
    const matches = matchRows(['ana'], [row('1', 'ana'), row('1', 'ana')]);
    expect(matches.get('ana')).toEqual({ kind: 'found', row: row('1', 'ana') });
  });

  test('takes the later state of a row whose key changed between two pages', () => {
    const matches = matchRows(['ana', 'bo'], [row('1', 'ana'), row('1', 'bo')]);
    expect([matches.get('ana')?.kind, matches.get('bo')?.kind]).toEqual(['absent', 'found']);
  });
});
