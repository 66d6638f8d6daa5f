/** Looking records up by their keys. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchRows } from '../../../src/core/look-up.ts';
import { never, openServer, type ServerKind } from './kind.ts';

const characters = Array.from('aB1 @*#?!=<>"~/\\.{}≤≥…,-:;\'\n(é漢😀%&+$');

const nasty = fc.string({ unit: fc.constantFrom(...characters), minLength: 1, maxLength: 12 });

/** FileMaker compares without regard to case; here it is enough that no other key is nearer than that. */
const folded = (key: string): string => key.toLowerCase();

export function describeKeys(kind: ServerKind): void {
  describe('keys', () => {
    test('a key finds its own record and no other, whatever operators and quotes it holds', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.uniqueArray(nasty, { selector: folded, minLength: 2, maxLength: 12 }),
          async (keys) => {
            const rows = keys.map((key) => ({ PK: key.replaceAll('\n', '\r') }));
            await using opened = await openServer(kind, { rows });
            for (const key of keys) {
              const found = await opened.table.lookUp([key], never);
              expect(found.map((record) => record.key)).toEqual([key]);
            }
            const halves = keys.slice(0, Math.ceil(keys.length / 2));
            const together = await opened.table.lookUp(halves, never);
            expect(together.map((record) => record.key)).toEqual(halves);
          },
        ),
        { numRuns: 20 },
      );
    });

    test.each([
      ["O'Brien", ["O'Brien", 'OBrien', "O''Brien"]],
      ['a*@"=1', ['a*@"=1', 'abc"=1', 'a', 'a*@"=12', 'xa*@"=1', 'ab1']],
      ["' or 1 eq 1 or 'x' eq '", ["' or 1 eq 1 or 'x' eq '", 'x', '1']],
      ['50%20&$top=1#', ['50%20&$top=1#', '50 &$top=1#', '50%20']],
    ])('the key %s is found among look-alikes', async (key, keys) => {
      await using opened = await openServer(kind, { rows: keys.map((PK) => ({ PK })) });
      const found = await opened.table.lookUp([key], never);
      expect(found.map((record) => record.key)).toEqual([key]);
    });

    test('a key is found, and with it what the server holds for equal, for the caller to compare', async () => {
      await using opened = await openServer(kind, { rows: [{ PK: 'abc' }, { PK: 'ABC' }, { PK: 'abcd' }] });
      const found = await opened.table.lookUp(['abc'], never);
      expect(found.map(({ key }) => key)).toEqual(kind.findsAlike ? ['abc', 'ABC'] : ['abc']);
    });

    test('number keys are found by their value, beyond 2^53 too', async () => {
      const big = '12345678901234567891';
      const rows = [{ Number: big }, { Number: '12345678901234567892' }, { Number: -5 }];
      await using opened = await openServer(kind, { rows });
      const table = await opened.bind({ keyField: 'Number' }, { id: 'number' });
      const found = await table.lookUp([big, '-5'], never);
      expect(found.map(({ key }) => key)).toEqual([big, '-5']);
    });

    test.each([
      ['date', 'Born', '2026-11-22', '2026-11-23'],
      ['timestamp', 'Seen', '2026-11-22T10:00:00', '2026-11-22T10:00:01'],
    ] as const)('a key that is a %s is found by its value', async (type, keyField, key, other) => {
      await using opened = await openServer(kind, { rows: [{ [keyField]: key }, { [keyField]: other }] });
      const table = await opened.bind({ keyField }, { id: type });
      expect((await table.lookUp([key], never)).map((record) => record.key)).toEqual([key]);
    });

    test('of 250 keys each is found once', async () => {
      const keys = Array.from({ length: 250 }, (_, at) => `ABCDEF01-2345-6789-ABCD-${at + 1_000_000}`);
      await using opened = await openServer(kind, { rows: keys.map((PK) => ({ PK })) });
      const found = await opened.table.lookUp(keys, never);
      expect(new Set(found.map(({ key }) => key))).toEqual(new Set(keys));
      expect(found).toHaveLength(250);
    });

    test('however many rows share a key, all others are found, and few rows are read', async () => {
      const same = Array.from({ length: 3000 }, () => ({ PK: 'same' }));
      const singles = Array.from({ length: 9 }, (_, at) => ({ PK: `single ${at}` }));
      await using opened = await openServer(kind, { rows: [...same, ...singles] });
      const keys = ['same', 'nobody', ...singles.map(({ PK }) => PK)];
      const found = await opened.table.lookUp(keys, never);
      const kinds = [...matchRows(keys, found)].map(([key, match]) => `${key}: ${match.kind}`);
      expect(kinds).toEqual([
        'same: ambiguous',
        'nobody: absent',
        ...singles.map(({ PK }) => `${PK}: found`),
      ]);
      expect(found.length).toBeLessThan(200);
    });

    test('an empty key is looked up nowhere', async () => {
      await using opened = await openServer(kind, { rows: [{ PK: '' }] });
      expect(await opened.table.lookUp([''], never)).toEqual([]);
      expect(opened.simulator.control.stats().requests.find).toBe(0);
    });
  });
}
