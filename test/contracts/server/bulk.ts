/** Many writes in one request. */
import { describe, expect, test } from 'vitest';
import type { Bulk, BulkWrite, WriteOutcome } from '../../../src/ports/server.ts';
import { anyTime, never, type Opened, openServer, type Opening, type ServerKind } from './kind.ts';
import { place } from './simulated.ts';

export function describeBulk(kind: ServerKind): void {
  describe('many at once', () => {
    test('creates, updates and deletes are done in one go, with their outcomes in the order of the writes', async () => {
      await using opened = await opening(kind, { rows: five });
      const outcomes = await opened.bulk.apply(
        [created('n1'), updated(1, 'Ann'), removed(2), created('n2'), updated(3, "O'Hara\nB")],
        anyTime,
        never,
      );
      expect(outcomes).toEqual([
        { kind: 'written', recordId: '6', modId: 0 },
        { kind: 'written', recordId: '1', modId: 1 },
        { kind: 'removed' },
        { kind: 'written', recordId: '7', modId: 0 },
        { kind: 'written', recordId: '3', modId: 1 },
      ]);
      expect(shown(opened)).toEqual({
        k1: 'Ann',
        k3: "O'Hara\rB",
        k4: '',
        k5: '',
        n1: 'new',
        n2: 'new',
      });
    });

    test('R7: a record that is refused keeps no other from being written', async () => {
      await using opened = await opening(kind, { rows: five });
      const { simulator, bulk } = opened;
      simulator.control.updateAsUser({ ...place, recordId: 5, values: { Code: 'taken' } });
      simulator.control.lock({ ...place, recordIds: [2] });
      const outcomes = await settled(bulk, [
        updated(1, 'a'),
        updated(2, 'b'),
        { ...updated(3, 'c'), values: { code: 'taken' } },
        created('n1'),
        updated(4, 'd'),
      ]);
      expect(outcomes).toMatchObject([
        { kind: 'written', modId: 1 },
        { kind: 'locked', code: '301' },
        { kind: 'refused', code: '504', reason: expect.stringMatching(/not unique/) },
        { kind: 'written' },
        { kind: 'written', modId: 1 },
      ]);
      expect(shown(opened)).toMatchObject({ k1: 'a', k2: '', k3: '', k4: 'd', n1: 'new' });
    });

    test('R3: a record that has moved, or is gone, is not written, and not made anew', async () => {
      await using opened = await opening(kind, { rows: five });
      const { simulator, bulk } = opened;
      simulator.control.updateAsUser({ ...place, recordId: 1, values: { Name: 'by a user' } });
      simulator.control.updateAsUser({ ...place, recordId: 2, values: { Name: 'by a user' } });
      simulator.control.deleteAsUser({ ...place, recordId: 3 });
      simulator.control.deleteAsUser({ ...place, recordId: 4 });
      const outcomes = await settled(bulk, [
        updated(1, 'x'),
        removed(2),
        updated(3, 'x'),
        removed(4),
        updated(5, 'y'),
      ]);
      expect(outcomes).toEqual([
        { kind: 'moved' },
        { kind: 'moved' },
        { kind: 'missing' },
        { kind: 'missing' },
        { kind: 'written', recordId: '5', modId: 1 },
      ]);
      expect(shown(opened)).toEqual({ k1: 'by a user', k2: 'by a user', k5: 'y' });
    });

    test('R3: what could not leave in time is unsent, and nothing of it is ever done', async () => {
      await using opened = await opening(kind, { rows: five });
      const outcomes = await opened.bulk.apply(
        [created('n1'), updated(1, 'x'), removed(2)],
        opened.clock.now() - 1,
        never,
      );
      expect(outcomes.map((outcome) => outcome.kind)).toEqual(['unsent', 'unsent', 'unsent']);
      expect(opened.simulator.control.stats().writes).toBe(0);
    });

    test('as many as 250 go in one request', async () => {
      const rows = Array.from({ length: 250 }, (_, at) => ({ PK: `k${at + 1}`, Name: '' }));
      await using opened = await opening(kind, { rows });
      const writes = rows.map((_, at) => updated(at + 1, `name ${at}`));
      let left = writes;
      let requests = 0;
      for (; left.length > 0; requests++) {
        const most = opened.bulk.most(left);
        expect(most).toBeGreaterThan(0);
        const outcomes = await opened.bulk.apply(left.slice(0, most), anyTime, never);
        expect(new Set(outcomes.map((outcome) => outcome.kind))).toEqual(new Set(['written']));
        left = left.slice(most);
      }
      expect(requests).toBeLessThanOrEqual(5);
      expect(opened.simulator.control.records(place).at(-1)?.values['Name']).toBe('name 249');
    });

    test.each([
      ['after all was done', { kind: 'resetAfter' }],
      ['before anything was', { kind: 'resetBefore' }],
    ] as const)('a lost answer, %s, leaves each unknown, and nothing is sent again', async (_, effect) => {
      await using opened = await opening(kind, { rows: five });
      const { simulator, bulk, clock } = opened;
      const before = clock.now();
      simulator.control.addTrouble({ effect, on: ['update'], next: 1 });
      const outcomes = await bulk.apply([updated(1, 'x'), updated(2, 'y')], anyTime, never);
      expect(outcomes).toEqual([{ kind: 'unknown' }, { kind: 'unknown' }]);
      // Told only when the server can begin nothing more of it.
      expect(clock.now() - before).toBeGreaterThanOrEqual(4_000);
      expect(simulator.control.stats().writes).toBeLessThanOrEqual(1);
    });

    test('an account that is refused stops it all', async () => {
      await using opened = await opening(kind, { rows: five });
      opened.simulator.control.addTrouble({ effect: { kind: 'error', code: '212' } });
      const applied = opened.bulk.apply([updated(1, 'x')], anyTime, never);
      await expect(applied).rejects.toMatchObject({ code: 'account-refused' });
    });
  });
}

const five = Array.from({ length: 5 }, (_, at) => ({ PK: `k${at + 1}`, Name: '' }));

const created = (key: string): BulkWrite => ({ kind: 'create', key, values: { name: 'new' } });

const updated = (recordId: number, name: string) => ({
  kind: 'update' as const,
  key: `k${recordId}`,
  recordId: String(recordId),
  modId: 0,
  values: { name } as Record<string, string>,
});

const removed = (recordId: number): BulkWrite => ({
  kind: 'remove',
  key: `k${recordId}`,
  recordId: String(recordId),
  modId: 0,
});

type OpenedBulk = Opened & { readonly bulk: Bulk };

/** With all that is found out beforehand found out. */
async function opening(kind: ServerKind, how: Opening): Promise<OpenedBulk> {
  const opened = await openServer(kind, how);
  const table = await opened.bind({ fieldNames: { name: 'Name', code: 'Code' } });
  const bulk = await table.bulk?.(never);
  if (bulk === undefined || bulk === 'untried') throw new Error('there is no way for many');
  return { ...opened, bulk };
}

/** What a server has left undone behind a record that it refused goes again. */
async function settled(bulk: Bulk, writes: readonly BulkWrite[]): Promise<readonly WriteOutcome[]> {
  const outcomes = new Map<BulkWrite, WriteOutcome>();
  for (let left = writes; left.length > 0; ) {
    const next = left.slice(0, bulk.most(left));
    const told = await bulk.apply(next, anyTime, never);
    next.forEach((write, at) => outcomes.set(write, told[at] ?? { kind: 'unknown' }));
    left = left.filter((write) => (outcomes.get(write)?.kind ?? 'unsent') === 'unsent');
  }
  return writes.map((write) => outcomes.get(write) ?? { kind: 'unsent' });
}

const shown = ({ simulator }: Opened): Record<string, string> =>
  Object.fromEntries(
    simulator.control.records(place).map(({ values }) => [values['PK'] ?? '', values['Name'] ?? '']),
  );
