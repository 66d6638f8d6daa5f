import { expect, test } from 'vitest';
import { fileFound, type FoundRow, foundRow } from '../../src/core/moved.ts';

const known = { recordId: '7', modId: 3, digests: { a: 'A', b: 'B' } };

test.each([
  ['as it is known', {}, 'as-known'],
  ['edited since', { modId: 4, digests: { a: 'other' } }, 'as-known'],
  ['with a field that was not known', { digests: { a: 'A', c: 'C' } }, 'as-known'],
  ['at a lower modId', { modId: 2 }, 'older'],
  ['with other content at the same modId', { digests: { a: 'other', b: 'B' } }, 'other'],
  ['in another row', { recordId: '8' }, 'elsewhere'],
] as const)('a row %s is told as such', (_, row, found) => {
  expect(foundRow(known, { ...known, ...row })).toBe(found);
});

const of = (...found: readonly FoundRow[]) => found.map((one, at) => ({ recordId: String(at), found: one }));

test.each<[readonly FoundRow[], ReturnType<typeof fileFound>]>([
  [[], 'same'],
  [['unclear', 'unclear'], 'same'],
  [['as-known'], 'same'],
  [['as-known', 'as-known', 'none'], 'same'],
  [['as-known', 'none'], 'unknown'],
  [['as-known', 'none', 'unclear', 'unclear'], 'unknown'],
  [['none'], 'unknown'],
  [['as-known', 'as-known', 'as-known', 'older'], 'older'],
  [['as-known', 'other', 'other'], 'unknown'],
  [['other', 'other', 'older'], 'unknown'],
  [['as-known', 'elsewhere', 'elsewhere'], 'renumbered'],
  [['elsewhere', 'elsewhere', 'none'], 'renumbered'],
  [['elsewhere', 'none', 'none', 'none'], 'unknown'],
  [['as-known', 'as-known', 'elsewhere'], 'same'],
  [['older', 'elsewhere', 'elsewhere'], 'renumbered'],
])('R8: %j is %s', (found, file) => {
  expect(fileFound(of(...found), [])).toBe(file);
});

test.each<[readonly FoundRow[], ReturnType<typeof fileFound>]>([
  [['none', 'none'], 'older'],
  [['none'], 'same'],
  [['none', 'none', 'as-known'], 'same'],
  [['none', 'none', 'unclear'], 'same'],
])('R8: of a file that most records tell, with the newest %j, is %s', (newest, file) => {
  const others = of('as-known', 'as-known', 'as-known', 'as-known', 'as-known');
  expect(fileFound([...of(...newest), ...others], of(...newest))).toBe(file);
});
