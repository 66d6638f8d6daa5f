import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { digestsOf } from '../../src/core/digest.ts';
import { interval } from '../../src/core/interval.ts';
import type { ConflictPolicy } from '../../src/core/link.ts';
import { merge, type MergeInput } from '../../src/core/merge.ts';
import { baseOf, fieldNames, headOf, linkOf, plan, seenOn, someStamp, someValues } from './samples.ts';

const values = (head: ReturnType<typeof merge>['head']) =>
  Object.fromEntries(fieldNames.map((name) => [name, head?.fields[name]?.value]));

const on = (server: string, input: Partial<MergeInput> & Pick<MergeInput, 'seen'>): MergeInput => ({
  plan,
  link: linkOf(server),
  head: undefined,
  base: undefined,
  sending: [],
  ...input,
});

const policies: readonly ConflictPolicy[] = [
  { kind: 'newest' },
  { kind: 'hold' },
  { kind: 'prefer', servers: ['branch', 'kiosk'] },
];
const early = interval(100_000, 101_000);
const late = interval(800_000, 801_000);
const old = { a: 'one', b: 'one', c: 'one' };

describe('a merge', () => {
  test('R4: a field that was changed after its server held the head’s value wins, whatever the clocks say', () => {
    fc.assert(
      fc.property(someValues, someValues, someStamp, someStamp, (held, now, headStamp, changedAt) => {
        const { head, lost } = merge(
          on('branch', {
            seen: seenOn('branch', now, changedAt),
            head: headOf(held, headStamp),
            base: baseOf(held),
          }),
        );
        expect(values(head)).toEqual(now);
        expect(lost).toEqual([]);
      }),
    );
  });

  test('R4: its new stamp lies after the one it replaces, so that what comes later is measured against it', () => {
    fc.assert(
      fc.property(someStamp, someStamp, (headStamp, changedAt) => {
        const now = { ...old, a: 'two' };
        const { head } = merge(
          on('branch', {
            seen: seenOn('branch', now, changedAt),
            head: headOf(old, headStamp),
            base: baseOf(old),
          }),
        );
        expect(head?.fields['a']?.stamp.hi).toBeGreaterThan(headStamp.hi);
      }),
    );
  });

  test('R4: a field that was never read on its server has the time of its change, not that of the last reading', () => {
    const { b: _unread, ...digests } = baseOf(old).digests;
    const base = { ...baseOf(old), digests, at: 900_000 };
    const { head, lost } = merge(
      on('branch', {
        seen: seenOn('branch', { ...old, b: 'of branch' }, early),
        head: headOf({ ...old, b: 'of hq' }, late),
        base,
      }),
    );
    expect(values(head)).toEqual({ ...old, b: 'of hq' });
    expect(lost.map(({ loser, order }) => [loser.value, order])).toEqual([['of branch', 'before']]);
  });

  test.each([
    ['it over the one before it', 'of branch', 5, interval(850_000, 851_000), 'after'],
    ['a later one of another server', 'of hq', 5, early, 'before'],
    ['the first named where it was edited on', 'of hq', 6, early, 'unknowable'],
  ] as const)(
    'R4: a file that could be read only after looks that failed counts as put there when it was first seen, so that %s wins',
    (_name, winner, modId, put, ordered) => {
      // The last look was ours: in between we wrote another field.
      const base = { ...baseOf(old, 900_000, 5), unread: { b: put } };
      const { head, lost } = merge(
        on('branch', {
          seen: seenOn('branch', { ...old, b: 'of branch' }, interval(950_000, 951_000), modId),
          head: headOf({ ...old, b: 'of hq' }, late),
          base,
        }),
      );
      expect(values(head)).toEqual({ ...old, b: winner });
      expect(lost.map(({ order }) => order)).toEqual([ordered]);
    },
  );

  test('R5: every value that was there before and is not there after, or came and was not taken, is kept', () => {
    fc.assert(
      fc.property(
        someValues,
        someValues,
        fc.option(someValues, { nil: undefined }),
        fc.record({ head: someStamp, changed: someStamp, link: fc.constantFrom('hq', 'branch', 'kiosk') }),
        fc.constantFrom<'field' | 'record'>('field', 'record'),
        fc.constantFrom(...policies),
        (before, now, held, { head: headStamp, changed, link }, by, conflicts) => {
          const base = held && baseOf(held);
          const result = merge(
            on(link, {
              plan: { ...plan, merge: by, conflicts },
              seen: seenOn(link, now, changed),
              head: headOf(before, headStamp, 'branch'),
              base,
            }),
          );
          const waiting = fieldNames.flatMap((name) =>
            Object.values(result.head?.fields[name]?.held?.candidates ?? {}).map(
              ({ value }) => `${name}=${value}`,
            ),
          );
          const lost = result.lost
            .filter(({ open }) => !open)
            .map(({ field, loser }) => `${field}=${loser.value}`);
          const kept = new Set([...waiting, ...lost]);
          const vanished = fieldNames.flatMap((name) => {
            const [was, came, is] = [before[name], now[name], values(result.head)[name]];
            // The server knew the head's value and replaced it: no conflict. Or it brings nothing new.
            const replaced = held?.[name] === was;
            const unchanged = held?.[name] === came;
            return [
              ...(is !== was && !replaced && was !== '' ? [`${name}=${was}`] : []),
              ...(is !== came && !unchanged && came !== '' ? [`${name}=${came}`] : []),
            ].filter((value) => !kept.has(value));
          });
          expect(vanished).toEqual([]);
        },
      ),
      { numRuns: 3000 },
    );
  });

  test('R6: merging the same state again changes nothing', () => {
    fc.assert(
      fc.property(someValues, someValues, someStamp, someStamp, (before, now, headStamp, changed) => {
        const seen = seenOn('branch', now, changed);
        const once = merge(on('branch', { seen, head: headOf(before, headStamp), base: undefined }));
        const again = merge(on('branch', { seen, head: once.head, base: undefined }));
        expect(values(again.head)).toEqual(values(once.head));
      }),
    );
  });

  test('two fields of one record changed on two sides are both kept', () => {
    const head = headOf({ ...old, a: 'two' }, early);
    const { head: after, lost } = merge(
      on('branch', { seen: seenOn('branch', { ...old, b: 'three' }, early), head, base: baseOf(old) }),
    );
    expect(values(after)).toEqual({ a: 'two', b: 'three', c: 'one' });
    expect(lost).toEqual([]);
  });

  test.each([
    ['the later stamp wins', late, 'two', 'after'],
    ['the earlier stamp loses', interval(520_000, 521_000), 'head', 'before'],
  ])('of two edits to one field that did not see each other, %s', (_name, changedAt, expected, order) => {
    const head = headOf({ ...old, a: 'head' }, interval(600_000, 601_000));
    const { head: after, lost } = merge(
      on('branch', { seen: seenOn('branch', { ...old, a: 'two' }, changedAt), head, base: baseOf(old) }),
    );
    expect(after?.fields['a']?.value).toBe(expected);
    expect(lost).toMatchObject([
      { field: 'a', order, loser: { value: expected === 'two' ? 'head' : 'two' } },
    ]);
  });

  test.each([
    ['branch', 'hq', 'head'],
    ['hq', 'branch', 'two'],
  ])(
    'where the order cannot be known %s gives way to the server named first (head from %s)',
    (server, origin, expected) => {
      const head = headOf({ ...old, a: 'head' }, interval(600_000, 602_000), origin);
      const { head: after, lost } = merge(
        on(server, {
          seen: seenOn(server, { ...old, a: 'two' }, interval(601_000, 603_000)),
          head,
          base: baseOf(old),
        }),
      );
      expect(after?.fields['a']?.value).toBe(expected);
      expect(lost).toMatchObject([{ order: 'unknowable' }]);
    },
  );

  test('R4: a server that may have held the head’s value wins where the order cannot be known', () => {
    const head = headOf({ ...old, a: 'head' }, interval(600_000, 602_000), 'hq');
    const digests = digestsOf({ a: 'head' }, ['a']);
    const sending = [{ batch: '1', key: 'k', digests, create: false, at: 550_000 }];
    const seen = seenOn('branch', { ...old, a: 'two' }, interval(601_000, 603_000));
    expect(merge(on('branch', { seen, head, base: baseOf(old), sending })).head?.fields['a']?.value).toBe(
      'two',
    );
  });

  test('R6: our own write is no edit, even where its answer was lost', () => {
    const head = headOf({ ...old, a: 'later' }, late);
    const sending = [
      { batch: '1', key: 'k', digests: digestsOf({ a: 'two' }, ['a']), create: false, at: 550_000 },
    ];
    const result = merge(
      on('branch', { seen: seenOn('branch', { ...old, a: 'two' }, late), head, base: baseOf(old), sending }),
    );
    expect(result).toMatchObject({ head: { fields: head.fields }, changed: false, lost: [] });
  });

  test('R4: a state that changes nothing is put down in the head, so that no older state of the server counts any more', () => {
    const head = headOf({ ...old, a: 'later' }, late);
    const seen = seenOn('branch', old, early);
    const once = merge(on('branch', { seen, head, base: baseOf(old) }));
    expect([once.changed, once.stored, once.head?.version]).toEqual([false, true, head.version + 1]);
    expect(once.head?.seen['branch']?.modId).toBe(seen.modId);
    const again = merge(on('branch', { seen, head: once.head, base: baseOf(old) }));
    expect([again.stored, again.head]).toEqual([false, once.head]);
  });

  test('at a first meeting empty gives way to non-empty on both sides, without a conflict', () => {
    const head = headOf({ a: 'one', b: '', c: '' }, early);
    const { head: after, lost } = merge(
      on('branch', { seen: seenOn('branch', { a: '', b: 'two', c: '' }, late), head }),
    );
    expect(values(after)).toEqual({ a: 'one', b: 'two', c: '' });
    expect(lost).toEqual([]);
  });

  test('a receiving server changes no head, and what its users changed is kept', () => {
    const head = headOf(old, early);
    const result = merge(
      on('kiosk', {
        link: linkOf('kiosk', 'receive'),
        seen: seenOn('kiosk', { ...old, a: 'mine' }, late),
        head,
        base: baseOf(old),
      }),
    );
    expect(result.head).toBe(head);
    expect(result.lost).toMatchObject([{ kind: 'overwritten', loser: { server: 'kiosk', value: 'mine' } }]);
  });

  test('with merge: record one outcome holds for the whole record', () => {
    const head = headOf({ ...old, a: 'head' }, interval(600_000, 601_000));
    const { head: after, lost } = merge(
      on('branch', {
        plan: { ...plan, merge: 'record' },
        seen: seenOn('branch', { ...old, b: 'mine' }, late),
        head,
        base: baseOf(old),
      }),
    );
    expect(values(after)).toEqual({ a: 'one', b: 'mine', c: 'one' });
    expect(lost.map((loser) => loser.loser.value).toSorted()).toEqual(['head', 'one']);
  });

  test('values that go with a create only are those of the record’s first server', () => {
    const first = merge(on('hq', { seen: seenOn('hq', { ...old, made_by: 'ann' }, early) }));
    const then = merge(
      on('branch', {
        seen: seenOn('branch', { ...old, a: 'two', made_by: 'bob' }, late),
        head: first.head,
        base: baseOf(old),
      }),
    );
    expect(then.head?.createOnly).toEqual({ made_by: 'ann' });
  });
});
