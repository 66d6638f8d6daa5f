/** What a merge does with a conflict by each policy of the table. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Conflict } from '../../src/core/conflict.ts';
import { digestOf, digestsOf } from '../../src/core/digest.ts';
import type { Head } from '../../src/core/head.ts';
import { interval } from '../../src/core/interval.ts';
import type { ConflictPolicy, TablePlan } from '../../src/core/link.ts';
import { merge, type MergeInput } from '../../src/core/merge.ts';
import { fieldsBehind } from '../../src/core/observation.ts';
import { baseOf, fieldNames, headOf, linkOf, plan, seenOn } from './samples.ts';

const early = interval(600_000, 601_000);
const late = interval(800_000, 801_000);
const old = { a: 'one', b: 'one', c: 'one' };
const prefer = (...servers: readonly string[]): ConflictPolicy => ({ kind: 'prefer', servers });
const byPolicy = (conflicts: ConflictPolicy, parts: Partial<TablePlan> = {}): TablePlan => ({
  ...plan,
  ...parts,
  conflicts,
});

/** A change on a server, seen after what it was known to hold; `head` is what the servers before it made. */
const seeing = (
  of: TablePlan,
  server: string,
  now: Readonly<Record<string, string>>,
  head: Head,
  parts: Partial<MergeInput> & { readonly changedAt?: MergeInput['seen']['changedAt'] } = {},
) => {
  const merged = merge({
    plan: of,
    link: linkOf(server),
    seen: seenOn(server, { ...old, ...now }, parts.changedAt ?? late),
    head,
    base: baseOf(old),
    sending: [],
    ...parts,
  });
  return { ...merged, head: merged.head ?? head };
};

const shown = (head: Head | undefined, field = 'a') => {
  const { value, held } = head?.fields[field] ?? {};
  const candidates = Object.entries(held?.candidates ?? {}).map(([server, one]) => `${server}=${one.value}`);
  return { value, held: candidates.toSorted() };
};
const outcome = ({ rule, winner, loser }: Conflict) => [rule, winner.value, loser.value];

describe('prefer', () => {
  test.each([
    [
      'the server named first wins though it was earlier',
      prefer('branch', 'hq'),
      'branch',
      'hq',
      interval(0, 1),
      'two',
    ],
    [
      'the server named later loses though it was later',
      prefer('hq', 'branch'),
      'branch',
      'hq',
      late,
      'head',
    ],
    ['who is named wins against who is not', prefer('kiosk'), 'kiosk', 'hq', interval(0, 1), 'two'],
    [
      'of two that are not named the first of the configuration wins',
      prefer('hq'),
      'kiosk',
      'branch',
      late,
      'head',
    ],
  ])('%s', (_name, policy, server, origin, changedAt, expected) => {
    const head = headOf({ ...old, a: 'head' }, early, origin);
    const base = baseOf(old, 0);
    const { head: after, lost } = seeing(byPolicy(policy), server, { a: 'two' }, head, { changedAt, base });
    expect(after?.fields['a']?.value).toBe(expected);
    expect(lost.map(outcome)).toEqual([['prefer', expected, expected === 'two' ? 'head' : 'two']]);
  });

  test('R4: a server that may have seen the preferred value before it changed it wins', () => {
    const head = headOf({ ...old, a: 'head' }, early);
    const digests = digestsOf({ a: 'head' }, ['a']);
    const sending = [{ batch: '1', key: 'k', digests, create: false, at: 550_000 }];
    const { head: after } = seeing(byPolicy(prefer('hq')), 'branch', { a: 'two' }, head, { sending });
    expect(after?.fields['a']?.value).toBe('two');
  });

  test('of two changes on one server the later one wins', () => {
    const head = headOf({ ...old, a: 'head' }, early, 'branch');
    const { lost } = seeing(byPolicy(prefer('branch')), 'branch', { a: 'two' }, head);
    expect(lost.map(outcome)).toEqual([['newest', 'two', 'head']]);
  });

  test('with merge: record the preferred server wins the record, though another one changed it last', () => {
    const of = byPolicy(prefer('hq'), { merge: 'record' });
    const fields = headOf({ ...old, a: 'of hq' }, early).fields;
    const head = {
      ...headOf({ ...old, a: 'of hq' }, early),
      fields: {
        ...fields,
        b: {
          ...fields['b'],
          value: 'of kiosk',
          digest: digestOf('of kiosk'),
          stamp: interval(700_000, 700_001),
          origin: 'kiosk',
        },
      },
    };
    const { head: after, lost } = seeing(of, 'branch', { a: 'mine', b: 'mine' }, head);
    expect([shown(after, 'a').value, shown(after, 'b').value]).toEqual(['of hq', 'of kiosk']);
    expect(lost.map(({ rule }) => rule)).toEqual(['prefer', 'prefer']);
  });
});

describe('newest', () => {
  test('says which rule decided', () => {
    const head = headOf({ ...old, a: 'head' }, interval(600_000, 602_000), 'hq');
    const rules = [late, interval(601_000, 603_000)].map(
      (changedAt) => seeing(plan, 'branch', { a: 'two' }, head, { changedAt }).lost[0]?.rule,
    );
    expect(rules).toEqual(['newest', 'unknowable-order']);
  });

  test('the fields of one change have one code, those of another have another', () => {
    const head = headOf({ ...old, a: 'head', b: 'head' }, early);
    const codes = (modId: number) =>
      merge({
        plan,
        link: linkOf('branch'),
        seen: seenOn('branch', { ...old, a: 'two', b: 'two' }, late, modId),
        head,
        base: baseOf(old),
        sending: [],
      }).lost.map(({ code }) => code);
    expect(new Set(codes(5)).size).toBe(1);
    expect(codes(5)[0]).toMatch(/^[0-9a-f]{16}$/);
    expect(codes(6)[0]).not.toBe(codes(5)[0]);
  });
});

describe('hold', () => {
  const holding = byPolicy({ kind: 'hold' });
  const start = headOf({ ...old, a: 'of hq' }, early);
  const held = () => seeing(holding, 'branch', { a: 'of branch' }, start).head;

  test('nobody wins: both values wait, and one open conflict is kept', () => {
    const { head, lost, changed } = seeing(holding, 'branch', { a: 'of branch' }, start);
    expect(shown(head)).toEqual({ value: 'of hq', held: ['branch=of branch', 'hq=of hq'] });
    expect(lost.map(outcome)).toEqual([['hold', 'of hq', 'of branch']]);
    expect(lost[0]?.open).toBe(true);
    expect(head?.fields['a']?.held?.conflicts).toEqual([lost[0]?.id]);
    expect(changed).toBe(true);
  });

  test('a server that holds something else in a held field is in step, one that differs elsewhere is not', () => {
    const digests = digestsOf({ ...old, a: 'of branch' }, fieldNames);
    expect(fieldsBehind(holding, held(), { digests })).toEqual([]);
    expect(fieldsBehind(holding, held(), { digests: { ...digests, b: 'x' } })).toEqual(['b']);
  });

  test('what stands for a server, and is not there, is due there; nothing is of a server that has no part in it', () => {
    const digests = digestsOf({ ...old, a: '' }, fieldNames);
    const dueOn = (server: string) => fieldsBehind(holding, held(), { server, digests });
    expect([dueOn('hq'), dueOn('branch'), dueOn('kiosk')]).toEqual([['a'], ['a'], []]);
    const asHeld = { server: 'branch', digests: digestsOf({ ...old, a: 'of branch' }, fieldNames) };
    expect(fieldsBehind(holding, held(), asHeld)).toEqual([]);
  });

  test.each([
    ['hq', 'of hq, again', { value: 'of hq, again', held: ['branch=of branch', 'hq=of hq, again'] }],
    ['branch', 'again', { value: 'of hq', held: ['branch=again', 'hq=of hq'] }],
  ])(
    'a further change on %s replaces what waits of it, and is no conflict more',
    (server, value, expected) => {
      const base = baseOf({ ...old, a: `of ${server}` });
      const { head, lost } = seeing(holding, server, { a: value }, held(), { base });
      expect(shown(head)).toEqual(expected);
      expect(lost).toEqual([]);
    },
  );

  test('a third server that changes it is one more that waits, with a conflict of its own', () => {
    const { head, lost } = seeing(holding, 'kiosk', { a: 'of kiosk' }, held());
    expect(shown(head)).toEqual({ value: 'of hq', held: ['branch=of branch', 'hq=of hq', 'kiosk=of kiosk'] });
    expect(lost.map(outcome)).toEqual([['hold', 'of hq', 'of kiosk']]);
    expect(head?.fields['a']?.held?.conflicts).toHaveLength(2);
  });

  test('where the servers come to hold the same it is held no longer, and everybody gets that', () => {
    const base = baseOf({ ...old, a: 'of branch' });
    const before = held();
    const { head, agreed, lost } = seeing(holding, 'branch', { a: 'of hq' }, before, { base });
    expect(shown(head)).toEqual({ value: 'of hq', held: [] });
    expect(head?.fields['a']?.stamp.hi).toBeGreaterThan(late.hi - 1);
    expect(agreed).toEqual(before.fields['a']?.held?.conflicts);
    expect(lost).toEqual([]);
    expect(fieldsBehind(holding, head, { digests: digestsOf(old, fieldNames) })).toEqual(['a']);
  });

  test('other fields of the record go on', () => {
    const base = baseOf({ ...old, a: 'of branch' });
    const { head } = seeing(holding, 'branch', { a: 'of branch', b: 'new' }, held(), { base });
    expect(shown(head, 'b')).toEqual({ value: 'new', held: [] });
    expect(shown(head).held).toHaveLength(2);
  });

  test('what is held stays so when the policy is another one later', () => {
    const { head, lost } = seeing(plan, 'kiosk', { a: 'of kiosk' }, held());
    expect(shown(head).held).toHaveLength(3);
    expect(lost.map(({ rule }) => rule)).toEqual(['hold']);
  });

  test('of two changes on one server nobody has to choose: the later one stands', () => {
    const head = headOf({ ...old, a: 'head' }, early, 'branch');
    const { head: after, lost } = seeing(holding, 'branch', { a: 'two' }, head);
    expect(shown(after)).toEqual({ value: 'two', held: [] });
    expect(lost.map(outcome)).toEqual([['newest', 'two', 'head']]);
  });

  test('R6: the same state again changes nothing', () => {
    const again = seeing(holding, 'branch', { a: 'of branch' }, held());
    expect(shown(again.head)).toEqual(shown(held()));
    expect([again.changed, again.lost]).toEqual([false, []]);
  });

  test('R5: whatever is changed in whatever order, each server’s last value waits until all are the same', () => {
    const edit = fc.tuple(fc.constantFrom('hq', 'branch', 'kiosk'), fc.constantFrom('x', 'y', 'z'));
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 8 }), (edits) => {
        const last = new Map([
          ['hq', 'of hq'],
          ['branch', 'of branch'],
        ]);
        let head = held();
        for (const [server, value] of edits) {
          if (head.fields['a']?.held === undefined) break;
          const base = baseOf({ ...old, a: last.get(server) ?? 'one' });
          head = seeing(holding, server, { a: value }, head, { base }).head;
          last.set(server, value);
        }
        const values = new Set(last.values());
        const { held: waiting, value } = shown(head);
        const [agreed] = values;
        const expected =
          values.size === 1
            ? { value: agreed, waiting: [] }
            : { value, waiting: [...last].map(([server, one]) => `${server}=${one}`).toSorted() };
        expect({ value, waiting }).toEqual(expected);
      }),
    );
  });
});

describe('hold with merge: record', () => {
  const whole = byPolicy({ kind: 'hold' }, { merge: 'record' });
  // hq changed a, branch b: neither saw the other's change.
  const start = headOf({ ...old, a: 'of hq' }, early);
  const held = () => seeing(whole, 'branch', { b: 'of branch' }, start).head;

  test('all that differs waits together, each server with its own record', () => {
    expect(shown(held(), 'a')).toEqual({ value: 'of hq', held: ['branch=one', 'hq=of hq'] });
    expect(shown(held(), 'b')).toEqual({ value: 'one', held: ['branch=of branch', 'hq=one'] });
    expect(shown(held(), 'c')).toEqual({ value: 'one', held: [] });
  });

  test('a field that is changed later waits with the others, and the other server’s is what it was', () => {
    const base = baseOf({ ...old, a: 'of hq' });
    const { head } = seeing(whole, 'hq', { a: 'of hq', c: 'of hq' }, held(), { base });
    expect(shown(head, 'c')).toEqual({ value: 'of hq', held: ['branch=one', 'hq=of hq'] });
  });

  test('it ends when the last field is the same, not before', () => {
    const base = baseOf({ ...old, b: 'of branch' });
    const { head: some } = seeing(whole, 'branch', { a: 'of hq', b: 'of branch' }, held(), { base });
    expect([shown(some, 'a').held, shown(some, 'b').held].map(({ length }) => length)).toEqual([2, 2]);
    const { head: all } = seeing(whole, 'branch', { a: 'of hq' }, some, {
      base: baseOf({ ...old, a: 'of hq', b: 'of branch' }),
    });
    expect([shown(all, 'a'), shown(all, 'b')]).toEqual([
      { value: 'of hq', held: [] },
      { value: 'one', held: [] },
    ]);
  });
});

test('R5: with merge: record a field that the head does not have yet is taken, whoever wins the rest', () => {
  const { c: _new, ...fields } = headOf({ ...old, a: 'head' }, late).fields;
  const head = { ...headOf(old, late), fields };
  const { c: _unread, ...digests } = baseOf(old).digests;
  const base = { ...baseOf(old), digests };
  const { head: after } = seeing(
    byPolicy({ kind: 'newest' }, { merge: 'record' }),
    'branch',
    { a: 'two', c: 'mine' },
    head,
    {
      base,
      changedAt: early,
    },
  );
  expect([shown(after, 'a').value, shown(after, 'c').value]).toEqual(['head', 'mine']);
});
