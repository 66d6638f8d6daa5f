import { describe, expect, test } from 'vitest';
import type { HistoryEntry } from '../../src/core/history.ts';
import type { Histories } from '../../src/ports/history.ts';
import { manyKeys, oddKeys } from './odd-keys.ts';
import { closing, type Open } from './opened.ts';
import { historyEntry } from './samples.ts';

const placesOf = (entries: readonly HistoryEntry[]): readonly string[] =>
  entries.map(({ version, id }) => `${version} ${id}`);

export function describeHistoryContract(name: string, open: Open<Histories>): void {
  describe(`history: ${name}`, () => {
    const opened = closing(open);

    test('entries are read as they were stored, the highest version first, after a reopening too', async () => {
      const { port, reopen } = await opened();
      const entries = [
        historyEntry(9, { cause: { kind: 'put-back', to: 3 }, previous: { version: 2, id: 'a' } }),
        historyEntry(10, {
          replaced: {
            fields: { notes: 'absent' },
            createOnly: { by: 'Zoë' },
            deleted: { stamp: { lo: 1.5, hi: 2 }, origin: 'hq' },
          },
        }),
        historyEntry(2),
        historyEntry(1_000_000_007),
      ];
      await port.putHistory(entries);
      await port.putHistory([]);
      const newestFirst = entries.toSorted((a, b) => b.version - a.version);
      expect(await port.history('contacts', 'k1', 9)).toStrictEqual(newestFirst);
      expect(await (await reopen()).history('contacts', 'k1', 9)).toStrictEqual(newestFirst);
    });

    test('each attempt at a version has an entry of its own, and one that is stored again is there once', async () => {
      const { port } = await opened();
      const attempts = ['b', 'a', 'B'].map((id) => historyEntry(2, { id }));
      await port.putHistory(attempts);
      await port.putHistory(attempts.slice(0, 1));
      expect(placesOf(await port.history('contacts', 'k1', 9))).toEqual(['2 B', '2 a', '2 b']);
    });

    test('they come in pages, behind an entry that may be gone', async () => {
      const { port } = await opened();
      const entries = [3, 2, 1].flatMap((version) => ['a', 'b'].map((id) => historyEntry(version, { id })));
      await port.putHistory(entries);
      const first = await port.history('contacts', 'k1', 3);
      expect(placesOf(first)).toEqual(['3 a', '3 b', '2 a']);
      expect(placesOf(await port.history('contacts', 'k1', 3, first.at(-1)))).toEqual(['2 b', '1 a', '1 b']);
      expect(placesOf(await port.history('contacts', 'k1', 1, { version: 3, id: 'aa' }))).toEqual(['3 b']);
      expect(await port.history('contacts', 'k1', 3, { version: 1, id: 'b' })).toEqual([]);
    });

    test('keys are told apart however alike they look, and however long they are; so are tables', async () => {
      const { port } = await opened();
      const long = 'ä'.repeat(3_000);
      const keys = [...oddKeys, long, `${long}b`];
      await port.putHistory(keys.map((key, at) => historyEntry(at + 2, { key })));
      await port.putHistory([historyEntry(1, { table: 'other' })]);
      for (const [at, key] of keys.entries()) {
        expect(placesOf(await port.history('contacts', key, 9))).toEqual([`${at + 2} a`]);
      }
      expect(await port.history('contacts', 'never', 9)).toEqual([]);
    });

    test('all entries of one record are dropped, and none of another', async () => {
      const { port, reopen } = await opened();
      const own = [2, 3].flatMap((version) => ['a', 'b'].map((id) => historyEntry(version, { id })));
      const others = [historyEntry(2, { key: 'K1' }), historyEntry(2, { table: 'other' })];
      await port.putHistory([...own, ...others]);
      expect(await port.dropHistory('contacts', 'k1')).toBe(4);
      expect(await port.dropHistory('contacts', 'k1')).toBe(0);
      const after = await reopen();
      expect(await after.history('contacts', 'k1', 9)).toEqual([]);
      expect(await after.history('contacts', 'K1', 9)).toHaveLength(1);
      expect(await after.history('other', 'k1', 9)).toHaveLength(1);
    });

    test('1,200 entries are stored in one call', async () => {
      const { port } = await opened();
      await port.putHistory(manyKeys.map((key) => historyEntry(2, { key })));
      expect(await port.history('contacts', manyKeys[1_100] ?? '', 9)).toHaveLength(1);
    });
  });
}
