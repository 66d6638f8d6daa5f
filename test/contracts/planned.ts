import { describe, expect, test } from 'vitest';
import type { Planned, PlannedCount, PlannedPlace, PlannedWrite } from '../../src/ports/planned.ts';
import { closing, type Open, portOf } from './opened.ts';
import { conflict } from './samples.ts';

const place: PlannedPlace = { table: 'contacts', server: 'hq' };

const edit = (recordId: string, parts: Partial<PlannedWrite> = {}): PlannedWrite => ({
  ...place,
  recordId,
  key: `key ${recordId}`,
  kind: 'edit',
  values: { name: 'Anne' },
  before: { name: 'Ann' },
  modId: 4,
  baseModId: 3,
  ...parts,
});

const sorted = (counts: readonly PlannedCount[]): readonly PlannedCount[] =>
  counts.toSorted((a, b) => (`${a.server} ${a.kind}` < `${b.server} ${b.kind}` ? -1 : 1));

export function describePlannedContract(name: string, opening: Open<Planned>): void {
  describe(`what is planned: ${name}`, () => {
    const open = portOf(closing(opening));

    test('a write is found by its record, on its own server and table, as it was put last', async () => {
      const port = await open();
      await port.putWrite(edit('1'));
      const last = edit('1', { values: { name: 'Anna', phone: '\r"é' }, modId: 5, parked: '504' });
      await port.putWrite(last);
      expect([...(await port.writesTo(place, ['1', '2']))]).toStrictEqual([['1', last]]);
      expect((await port.writesTo({ ...place, server: 'branch' }, ['1'])).size).toBe(0);
      expect((await port.writesTo({ ...place, table: 'people' }, ['1'])).size).toBe(0);
    });

    test('what would be created is found by keys that FileMaker may take for its own', async () => {
      const port = await open();
      const created = edit('new', { key: 'Zoë', kind: 'create' });
      await port.putWrite(created);
      await port.putWrite(edit('2', { key: 'zoe' }));
      expect(await port.createdLike(place, ['other', 'ZOE', 'zoe'])).toStrictEqual([created]);
      await port.putWrite({ ...created, kind: 'none' });
      expect(await port.createdLike(place, ['ZOE'])).toStrictEqual([]);
    });

    test('records are counted by kind, and the fields of edits, for each place', async () => {
      const port = await open();
      expect(await port.counts()).toStrictEqual([]);
      await port.putWrite(edit('1', { values: { name: 'a', phone: 'b' }, parked: '301' }));
      await port.putWrite(edit('2'));
      await port.putWrite(edit('3', { kind: 'create' }));
      await port.putWrite(edit('4', { kind: 'delete', server: 'branch', values: {} }));
      await port.putWrite(edit('5', { kind: 'none' }));
      expect(sorted(await port.counts())).toStrictEqual([
        { table: 'contacts', server: 'branch', kind: 'delete', records: 1, parked: 0, fields: {} },
        { ...place, kind: 'create', records: 1, parked: 0, fields: {} },
        { ...place, kind: 'edit', records: 2, parked: 1, fields: { name: 2, phone: 1 } },
      ]);
    });

    test('writes of a kind come by key, at most as many as asked for', async () => {
      const port = await open();
      for (const key of ['b', 'a', 'ä', 'B']) await port.putWrite(edit(key, { key }));
      await port.putWrite(edit('0', { key: '0', kind: 'delete' }));
      const keys = async (limit: number): Promise<readonly string[]> =>
        (await port.writes(place, 'edit', limit)).map(({ key }) => key);
      expect(await keys(9)).toStrictEqual(['B', 'a', 'b', 'ä']);
      expect(await keys(2)).toStrictEqual(['B', 'a']);
    });

    test('conflicts that end alike are counted together, each id once', async () => {
      const port = await open();
      const newest = { rule: 'newest' } as const;
      await port.putConflicts([conflict('1', newest), conflict('2', { ...newest, key: 'k0' })]);
      await port.putConflicts([conflict('1', newest), conflict('3', { rule: 'hold' }), conflict('4')]);
      const counted = await port.conflictCounts();
      const alike = { table: 'contacts', kind: 'conflict', winner: 'hq', loser: 'branch' };
      expect(counted.toSorted((a, b) => ((a.rule ?? '') < (b.rule ?? '') ? -1 : 1))).toStrictEqual([
        { ...alike, fields: 1 },
        { ...alike, rule: 'hold', fields: 1 },
        { ...alike, rule: 'newest', fields: 2 },
      ]);
      const ids = (await port.conflicts('contacts', 3)).map(({ id }) => id);
      expect(ids).toStrictEqual(['2', '1', '3']);
      expect(await port.conflicts('people', 3)).toStrictEqual([]);
    });
  });
}
