import { describe, expect, test } from 'vitest';
import type { Halt } from '../../src/core/halt.ts';
import type { DeleteCount, Suspect } from '../../src/core/suspect.ts';
import { noCounts, type SweepState } from '../../src/core/sweep.ts';
import { type Halts, rowsInPart, type Suspects, type Sweeps } from '../../src/ports/safety.ts';
import { closing, type Open } from './opened.ts';

const at = 1_732_000_000_000;

const suspectOf = (key: string, parts: Partial<Suspect> = {}): Suspect => ({
  table: 'contacts',
  server: 'hq',
  key,
  recordId: `row of ${key}`,
  rev: 3,
  at,
  source: 'sweep',
  listedAt: at - 86_400_000,
  ...parts,
});

const count = (rev: number, number: number): DeleteCount => ({
  table: 'contacts',
  server: 'hq',
  rev,
  byHour: { '481111': number },
});

export function describeSuspectsContract(name: string, open: Open<Suspects>): void {
  describe(`suspects: ${name}`, () => {
    const opened = closing(open);

    test('they are read as they were put last, in pages in the order of keys, after a reopening too', async () => {
      const { port, reopen } = await opened();
      const told = suspectOf('b', { deletedAt: { lo: at - 0.5, hi: at }, halt: 'h1', source: 'log' });
      await port.putSuspects([suspectOf('c'), suspectOf('a'), suspectOf('b')]);
      await port.putSuspects([
        told,
        suspectOf('a', { server: 'branch' }),
        suspectOf('a', { table: 'orders' }),
      ]);
      const again = await reopen();
      expect(await again.suspects('contacts', 'hq', 2)).toStrictEqual([suspectOf('a'), told]);
      expect(await again.suspects('contacts', 'hq', 2, 'b')).toStrictEqual([suspectOf('c')]);
      expect(await again.suspects('contacts', 'hq', 2, 'c')).toStrictEqual([]);
      expect(await again.suspectsAmong('contacts', 'hq', ['c', 'B', 'b'])).toStrictEqual(
        new Map([
          ['b', told],
          ['c', suspectOf('c')],
        ]),
      );
    });

    test('those that are dropped are gone, and only those', async () => {
      const { port } = await opened();
      const many = Array.from({ length: 60 }, (_, n) => suspectOf(`k${String(n).padStart(2, '0')}`));
      await port.putSuspects([...many, suspectOf('k01', { server: 'branch' })]);
      await port.dropSuspects('contacts', 'hq', ['never', ...many.slice(0, 58).map(({ key }) => key)]);
      expect(await port.suspects('contacts', 'hq', 10)).toStrictEqual(many.slice(58));
      expect(await port.suspects('contacts', 'branch', 10)).toHaveLength(1);
    });

    test('a count of deletes follows only the one before it', async () => {
      const { port, reopen } = await opened();
      expect(await port.deleteCount('contacts', 'hq')).toBe(undefined);
      expect(await port.putDeleteCount(count(2, 1))).toBe(false);
      expect(await port.putDeleteCount(count(1, 1))).toBe(true);
      expect(await port.putDeleteCount(count(1, 9))).toBe(false);
      expect(await port.putDeleteCount(count(2, 5))).toBe(true);
      expect(await port.deleteCount('contacts', 'branch')).toBe(undefined);
      expect(await (await reopen()).deleteCount('contacts', 'hq')).toStrictEqual(count(2, 5));
    });
  });
}

const haltOf = (rev: number, parts: Partial<Halt> = {}): Halt => ({
  table: 'contacts',
  server: 'hq',
  rev,
  id: 'a1b2c3',
  kind: 'mass-delete',
  at,
  figures: { gone: 50, rows: 130, limit: 20 },
  examples: ['k1', 'Zoë "Z"\n'],
  ...parts,
});

export function describeHaltsContract(name: string, open: Open<Halts>): void {
  describe(`halts: ${name}`, () => {
    const opened = closing(open);

    test('one for each table on a server, written only after the one before it, and read after a reopening too', async () => {
      const { port, reopen } = await opened();
      const place = { phase: 'listing', place: { offset: 499, seen: ['1', '2'] }, parts: 1 } as const;
      const progress = { startedAt: at + 2, fields: ['name'], place };
      const answered = haltOf(2, { answer: { what: 'approve', at: at + 1 }, progress });
      expect(await port.halt('contacts', 'hq')).toBe(undefined);
      expect(await port.putHalt(haltOf(2))).toBe(false);
      expect(await port.putHalt(haltOf(1))).toBe(true);
      expect(await port.putHalt(haltOf(1, { id: 'another' }))).toBe(false);
      expect(await port.putHalt(answered)).toBe(true);
      expect(await port.putHalt(haltOf(1, { server: 'branch' }))).toBe(true);
      const again = await reopen();
      expect(await again.halt('contacts', 'hq')).toStrictEqual(answered);
      expect(new Set(await again.halts())).toStrictEqual(
        new Set([answered, haltOf(1, { server: 'branch' })]),
      );
    });

    test('one is ended only as it was read, and then another can be raised', async () => {
      const { port } = await opened();
      await port.putHalt(haltOf(1));
      await port.putHalt(haltOf(2));
      expect(await port.endHalt(haltOf(1))).toBe(false);
      expect(await port.endHalt(haltOf(2))).toBe(true);
      expect(await port.endHalt(haltOf(2))).toBe(false);
      expect(await port.halts()).toStrictEqual([]);
      expect(await port.putHalt(haltOf(1, { id: 'another' }))).toBe(true);
    });
  });
}

const stateOf = (parts: Partial<SweepState> = {}): SweepState => ({
  table: 'contacts',
  server: 'hq',
  underWay: {
    startedAt: at,
    fields: ['name'],
    place: { phase: 'listing', place: { offset: 499, seen: ['1', '2'] }, parts: 1 },
    counts: { ...noCounts, rows: 500 },
  },
  ...parts,
});

export function describeSweepsContract(name: string, open: Open<Sweeps>): void {
  describe(`sweeps: ${name}`, () => {
    const opened = closing(open);

    test('one is read as it was put last, and all are listed, after a reopening too', async () => {
      const { port, reopen } = await opened();
      const { underWay: _, ...ended } = stateOf({
        last: {
          startedAt: at,
          endedAt: at + 9,
          counts: noCounts,
          doubled: {
            fields: [{ field: 'no', values: 1, records: 2, groups: [{ records: 2, keys: ['k1', 'ключ'] }] }],
          },
        },
      });
      expect(await port.sweep('contacts', 'hq')).toBe(undefined);
      for (const one of [stateOf(), ended, stateOf({ server: 'branch' })]) await port.putSweep(one);
      const again = await reopen();
      expect(await again.sweep('contacts', 'hq')).toStrictEqual(ended);
      expect(new Set(await again.sweeps())).toStrictEqual(new Set([ended, stateOf({ server: 'branch' })]));
    });

    test('what was asked for last is read, of that table on that server alone, after a reopening too', async () => {
      const { port, reopen } = await opened();
      const of = { table: 'contacts', server: 'hq' };
      await port.putSweepAsk({ ...of, after: 0 });
      await port.putSweepAsk({ ...of, after: at + 0.5 });
      await port.putSweepAsk({ ...of, server: 'branch', after: 1 });
      const again = await reopen();
      expect(await again.sweepAsk('contacts', 'hq')).toStrictEqual({ ...of, after: at + 0.5 });
      expect(await again.sweepAsk('contact', 'hq')).toBe(undefined);
      expect(await again.sweep('contacts', 'hq')).toBe(undefined);
    });

    test('a part holds its rows to the last bit, and is gone when they are dropped', async () => {
      const { port, reopen } = await opened();
      const of = { table: 'contacts', server: 'hq', startedAt: at + 0.5 };
      const rows = Float64Array.from({ length: rowsInPart }, (_, n) => 2 ** 52 - 1 - n * 7);
      await port.putSweepPart({ ...of, part: 0, rows: Float64Array.from([1]) });
      await port.putSweepPart({ ...of, part: 0, rows });
      await port.putSweepPart({ ...of, part: 1, rows: new Float64Array() });
      await port.putSweepPart({ ...of, server: 'hq2', part: 0, rows: Float64Array.from([2]) });
      const again = await reopen();
      expect(await again.sweepPart({ ...of, part: 0 })).toStrictEqual(rows);
      expect(await again.sweepPart({ ...of, part: 1 })).toStrictEqual(new Float64Array());
      expect(await again.sweepPart({ ...of, part: 2 })).toBe(undefined);
      expect(await again.sweepPart({ ...of, startedAt: at, part: 0 })).toBe(undefined);
      await again.dropSweepParts('contacts', 'hq');
      expect(await again.sweepPart({ ...of, part: 0 })).toBe(undefined);
      expect(await again.sweepPart({ ...of, server: 'hq2', part: 0 })).toStrictEqual(Float64Array.from([2]));
    });
  });
}
