import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalNumber } from '../../src/core/canonical.ts';
import { digestsOf } from '../../src/core/digest.ts';
import type { Head, Replica } from '../../src/core/head.ts';
import { interval } from '../../src/core/interval.ts';
import type { TablePlan } from '../../src/core/link.ts';
import { merge, type MergeInput } from '../../src/core/merge.ts';
import { type Base, judge, type Observation } from '../../src/core/observation.ts';
import { minus, plus } from '../../src/core/sums.ts';
import { linkOf, plan as plain } from './samples.ts';

const plan: TablePlan = {
  ...plain,
  fields: [{ name: 'stock', type: 'number', rewrites: 'ignore', merge: 'add' }],
};

const early = interval(100_000, 101_000);
const late = interval(800_000, 801_000);

const digests = (stock: string) => digestsOf({ stock }, ['stock']);
const headWith = (stock: string, of: Partial<Head> = {}): Head => ({
  table: 'contacts',
  key: 'k',
  version: 1,
  fields: { stock: { value: stock, digest: digests(stock)['stock'] ?? '', stamp: early, origin: 'hq' } },
  createOnly: {},
  seen: {},
  ...of,
});
const seenWith = (server: string, stock: string, modId = 5, changedAt = late): Observation => ({
  server,
  key: 'k',
  recordId: '7',
  modId,
  values: { stock },
  digests: digests(stock),
  changedAt,
  at: 1_000_000,
  until: 1_000_050,
});
const baseWith = (stock: string, modId = 4): Base => ({
  digests: digests(stock),
  amounts: { stock },
  sent: {},
  at: 500_000,
  modId,
});
const merged = (server: string, input: Omit<MergeInput, 'plan' | 'link' | 'sending'> & Partial<MergeInput>) =>
  merge({ plan, link: linkOf(server), sending: [], ...input });
const replicaOf = (stock: string): Replica => ({
  ...baseWith(stock),
  table: 'contacts',
  server: 'branch',
  key: 'k',
  rev: 1,
  recordId: '7',
  version: 1,
  until: 500_050,
  amounts: { stock },
});
const stockOf = (head: Head | undefined) => head?.fields['stock']?.value;
const announced = (
  stock: string,
  of: { readonly modId?: number; readonly create?: boolean; readonly unconditional?: true } = {},
) => ({
  batch: '1',
  key: 'k',
  digests: digests(stock),
  amounts: { stock },
  create: false,
  modId: 4,
  at: 400_000,
  ...of,
});

const hundredths = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n });
const written = (of: bigint): string => canonicalNumber(`${of}e-2`);

describe('sums of decimals', () => {
  test('are exact, however large and with whatever places after the point', () => {
    fc.assert(
      fc.property(hundredths, hundredths, (one, other) => {
        expect(plus(written(one), written(other))).toBe(written(one + other));
        expect(minus(written(one), written(other))).toBe(written(one - other));
      }),
    );
  });

  test.each([
    ['0.1', '0.2', '0.3'],
    ['9007199254740993', '0.001', '9007199254740993.001'],
    ['-0.5', '0.5', '0'],
    ['1.25', '-1', '0.25'],
    ['-0.05', '0.01', '-0.04'],
    ['', '3', '3'],
  ])('%s and %s make %s', (one, other, sum) => {
    expect(plus(one, other)).toBe(sum);
  });

  test('there is none with text', () => {
    expect([plus('12 boxes', '1'), minus('1', 'none'), plus(undefined, '1')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('a field that is added up', () => {
  test('R2: comes to what it was and all changes, in whatever order servers are read, and each again', () => {
    const change = fc.record({ server: fc.constantFrom('hq', 'branch', 'kiosk'), by: hundredths });
    fc.assert(
      fc.property(
        hundredths,
        fc.array(change, { maxLength: 12 }),
        fc.infiniteStream(fc.nat()),
        (start, changes, dice) => {
          const servers = ['hq', 'branch', 'kiosk'];
          const held = new Map(servers.map((server) => [server, { amount: start, modId: 4 }]));
          const known = new Map(servers.map((server) => [server, baseWith(written(start))]));
          let head: Head | undefined = headWith(written(start));
          const read = (server: string): void => {
            const { amount, modId } = held.get(server) ?? { amount: 0n, modId: 0 };
            const seen = seenWith(server, written(amount), modId);
            head = merged(server, { seen, head, base: known.get(server) }).head;
            known.set(server, { ...baseWith(written(amount), modId) });
          };
          for (const { server, by } of changes) {
            const { amount, modId } = held.get(server) ?? { amount: 0n, modId: 0 };
            held.set(server, { amount: amount + by, modId: modId + 1 });
            if ((dice.next().value ?? 0) % 2 === 0) read(servers[(dice.next().value ?? 0) % 3] ?? 'hq');
          }
          for (const server of [...servers, ...servers]) read(server);
          expect(stockOf(head)).toBe(written(changes.reduce((sum, { by }) => sum + by, start)));
        },
      ),
    );
  });

  test('R2: counts no change again of which only the head tells, and all that came after', () => {
    const first = merged('branch', {
      seen: seenWith('branch', '8'),
      head: headWith('9'),
      base: baseWith('10'),
    });
    const seen = seenWith('branch', '5', 6);
    const verdict = judge(seen, first.head, { ...replicaOf('10'), modId: 4 }, undefined);
    const base = verdict.kind === 'merge' ? verdict.base : undefined;
    expect(stockOf(merged('branch', { seen, head: first.head, base }).head)).toBe('4');
  });

  test('keeps no conflict, and the head tells what was added', () => {
    const { head, lost } = merged('branch', {
      seen: seenWith('branch', '8'),
      head: headWith('9'),
      base: baseWith('10'),
    });
    expect(head?.fields['stock']).toMatchObject({ value: '7', added: '-2', origin: 'branch' });
    expect(lost).toEqual([]);
  });

  test('counts the same change on two servers twice', () => {
    const { head } = merged('branch', {
      seen: seenWith('branch', '9'),
      head: headWith('9'),
      base: baseWith('10'),
    });
    expect(stockOf(head)).toBe('8');
  });

  test('is what its server holds where that had held the value of the head', () => {
    const { head } = merged('branch', {
      seen: seenWith('branch', '8'),
      head: headWith('10'),
      base: { ...baseWith('10'), amounts: undefined },
    });
    expect(head?.fields['stock']).toMatchObject({ value: '8' });
    expect(head?.fields['stock']?.added).toBeUndefined();
  });

  test('counts empty as nothing', () => {
    const toEmpty = { seen: seenWith('branch', ''), head: headWith('9'), base: baseWith('10') };
    expect(stockOf(merged('branch', toEmpty).head)).toBe('-1');
    const fromEmpty = { seen: seenWith('branch', '4'), head: headWith('9'), base: baseWith('') };
    expect(stockOf(merged('branch', fromEmpty).head)).toBe('13');
  });

  test.each([
    ['text on the server', 'twelve', '9', '10'],
    ['text in the head', '12', 'nine', '10'],
    ['text before', '12', '9', 'ten'],
  ])('is the newest one, and the other is kept, with %s', (_what, now, before, base) => {
    const { head, lost } = merged('branch', {
      seen: seenWith('branch', now),
      head: headWith(before),
      base: baseWith(base),
    });
    expect(stockOf(head)).toBe(now);
    expect(lost).toMatchObject([{ rule: 'newest', loser: { value: before } }]);
  });

  test('is the newest one, and the other is kept, where it is not known what was changed', () => {
    const base = { ...baseWith('10'), amounts: undefined };
    const { head, lost } = merged('branch', { seen: seenWith('branch', '8'), head: headWith('9'), base });
    expect(stockOf(head)).toBe('8');
    expect(lost).toMatchObject([{ rule: 'newest', loser: { value: '9' } }]);
  });

  test('comes back with what was added where a record was deleted elsewhere', () => {
    const head = headWith('9', { deleted: { stamp: early, origin: 'hq' } });
    const result = merged('branch', { seen: seenWith('branch', '8'), head, base: baseWith('10') });
    expect(result.head?.deleted).toBeUndefined();
    expect(stockOf(result.head)).toBe('7');
  });

  test('R3: our own write is no change', () => {
    const result = merged('branch', {
      seen: seenWith('branch', '9'),
      head: headWith('9'),
      base: baseWith('10'),
      sending: [announced('9')],
    });
    expect(result).toMatchObject({ changed: false, lost: [] });
  });

  test('R3: an amount that we wrote before, and to which somebody came back since, is a change', () => {
    const result = merged('branch', {
      seen: seenWith('branch', '9', 9),
      head: headWith('5'),
      base: baseWith('6', 8),
      sending: [announced('9')],
    });
    expect(stockOf(result.head)).toBe('8');
  });

  test('R3: a change by one commit came instead of our write, which counts for nothing', () => {
    const { head, lost } = merged('branch', {
      seen: seenWith('branch', '7', 5),
      head: headWith('9'),
      base: baseWith('10'),
      sending: [announced('9')],
    });
    expect([stockOf(head), lost]).toEqual(['6', []]);
  });

  test('R5: where our write may have come before the change it counts as made, and a conflict tells of it', () => {
    const { head, lost } = merged('branch', {
      seen: seenWith('branch', '7', 6),
      head: headWith('8'),
      base: baseWith('10'),
      sending: [announced('9')],
    });
    expect(stockOf(head)).toBe('6');
    expect(lost).toMatchObject([{ field: 'stock', rule: 'sent-before', loser: { value: '8' } }]);
  });

  describe('where a write has no condition, so that it may be done on top of what was read since', () => {
    const hanging = announced('9', { unconditional: true });
    const seenAs = (stock: string, modId: number, head: string) =>
      merged('branch', {
        seen: seenWith('branch', stock, modId),
        head: headWith(head),
        base: baseWith('6', 8),
        sending: [hanging],
      });

    test('R4: our own one is no change, however late it comes', () => {
      expect(seenAs('9', 9, '5')).toMatchObject({ changed: false, lost: [] });
    });

    test('R3: a change by one commit came instead of it', () => {
      const { head, lost } = seenAs('7', 9, '8');
      expect([stockOf(head), lost]).toEqual(['9', []]);
    });

    test('R5: one by two may have come behind it: it counts as made, and a conflict tells of it', () => {
      const { head, lost } = seenAs('7', 10, '8');
      expect(stockOf(head)).toBe('6');
      expect(lost).toMatchObject([{ field: 'stock', rule: 'sent-before', loser: { value: '8' } }]);
    });
  });

  test('R3: of a record that is known our create is past', () => {
    const { head, lost } = merged('branch', {
      seen: seenWith('branch', '7', 1),
      head: headWith('12'),
      base: baseWith('10', 0),
      sending: [announced('10', { create: true })],
    });
    expect([stockOf(head), lost]).toEqual(['9', []]);
  });
});
