import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { digestOf, digestsOf, type Values } from '../../src/core/digest.ts';
import type { Head, Replica, Seen } from '../../src/core/head.ts';
import { interval } from '../../src/core/interval.ts';
import { type Base, fieldsBehind, judge, knownDigest } from '../../src/core/observation.ts';
import { fieldNames, headOf, plan, seenOn, someValues } from './samples.ts';

const stamp = interval(1000, 2000);
const one = { a: 'one', b: 'one', c: 'one' };
const two = { a: 'two', b: 'one', c: 'one' };

/** A state of record 7 on the branch, as it was just read. */
const seen = (modId: number, values: Values = two) => seenOn('branch', values, stamp, modId);

const replica = (modId: number, more: Partial<Replica> = {}): Replica => ({
  table: 'contacts',
  server: 'branch',
  key: 'k',
  rev: 3,
  recordId: '7',
  modId,
  version: 4,
  at: 600_000,
  until: 600_050,
  digests: digestsOf(one, fieldNames),
  ...more,
});

const merged = (modId: number, recordId = '7'): Seen => ({
  recordId,
  modId,
  version: 5,
  digests: digestsOf({ ...one, c: 'merged' }, fieldNames),
  at: 700_000,
});

const head = (branch?: Seen, hq?: Seen): Head => ({
  ...headOf(one, stamp),
  seen: { ...(branch ? { branch } : {}), ...(hq ? { hq } : {}) },
});

const fromReplica = (modId: number, sent = {}): Base => ({
  digests: digestsOf(one, fieldNames),
  sent,
  at: 600_000,
  modId,
});
const fromHead = (modId: number): Base => ({
  digests: digestsOf({ ...one, c: 'merged' }, fieldNames),
  sent: {},
  at: 700_000,
  modId,
});

const own = { own: true as const };
const gone = { recordId: '6' };

describe('a state that was read from a server', () => {
  test.each([
    ['R6: with the replica’s modId is an echo', seen(5, one), head(), replica(5), { kind: 'echo' }],
    [
      'R6: with the replica’s modId is an echo although somebody else wrote it and it looks different',
      seen(5, two),
      head(),
      replica(5),
      { kind: 'echo' },
    ],
    [
      'R6: that is our own write as we sent it is an echo',
      seen(5, one),
      head(),
      replica(5, own),
      { kind: 'echo' },
    ],
    [
      'R6: that is our own write and was changed by the server is rewritten in those fields',
      seen(5, { ...two, c: 'other' }),
      head(),
      replica(5, own),
      { kind: 'rewritten', fields: ['a', 'c'] },
    ],
    ['R4: with a lower modId than the replica is stale', seen(4), head(), replica(5), { kind: 'stale' }],
    [
      'R4: with a lower modId than the state merged last is stale, though the replica is older still',
      seen(6),
      head(merged(7)),
      replica(5),
      { kind: 'stale' },
    ],
    [
      'is merged against the replica where nothing was merged since',
      seen(6),
      head(),
      replica(5),
      { kind: 'merge', base: fromReplica(5) },
    ],
    [
      'is merged against the replica where the merge was of the same modId',
      seen(6),
      head(merged(5)),
      replica(5),
      { kind: 'merge', base: fromReplica(5) },
    ],
    [
      'is merged against the replica where the merge was of an earlier state',
      seen(6),
      head(merged(3)),
      replica(5),
      { kind: 'merge', base: fromReplica(5) },
    ],
    [
      'is merged against the state merged last where the replica is older',
      seen(8),
      head(merged(7)),
      replica(5),
      { kind: 'merge', base: fromHead(7) },
    ],
    [
      'is merged against the state merged last where its own merge was cut short',
      seen(7),
      head(merged(7)),
      replica(5),
      { kind: 'merge', base: fromHead(7) },
    ],
    [
      'is merged against the replica where the merge was of another recordId',
      seen(6),
      head(merged(9, '6')),
      replica(5),
      { kind: 'merge', base: fromReplica(5) },
    ],
    [
      'is merged against the replica where the merge was of another server',
      seen(6),
      head(undefined, merged(9)),
      replica(5),
      { kind: 'merge', base: fromReplica(5) },
    ],
    [
      'is merged against what was sent where the server rewrote it',
      seen(6),
      head(),
      replica(5, { sent: { b: digestOf('sent') } }),
      { kind: 'merge', base: fromReplica(5, { b: digestOf('sent') }) },
    ],
    [
      'is merged against the replica where there is no head',
      seen(6),
      undefined,
      replica(5),
      { kind: 'merge', base: fromReplica(5) },
    ],
  ])('%s', (_name, state, agreed, known, expected) => {
    expect(judge(state, agreed, known, undefined)).toEqual(expected);
  });

  test.each([
    ['of an unknown record is read again first', head(), undefined, undefined, { kind: 'confirm' }],
    [
      'of another recordId than the replica’s is read again first',
      head(),
      replica(5, gone),
      undefined,
      { kind: 'confirm' },
    ],
    [
      'is read again where the replica was written between the two readings',
      head(),
      replica(5, gone),
      2,
      { kind: 'confirm' },
    ],
    [
      'is read again where the replica that was absent is of another recordId now',
      head(),
      replica(5, gone),
      0,
      { kind: 'confirm' },
    ],
    [
      'is read again where the replica is gone that was there at the first reading',
      head(),
      undefined,
      3,
      { kind: 'confirm' },
    ],
    [
      'of an unknown record, read again, is merged without a base',
      head(),
      undefined,
      0,
      { kind: 'merge', base: undefined },
    ],
    [
      'of an unknown record without a head, read again, is merged without a base',
      undefined,
      undefined,
      0,
      { kind: 'merge', base: undefined },
    ],
    [
      'R4: of a record without a replica, read again, is stale where a later one was merged',
      head(merged(7)),
      undefined,
      0,
      { kind: 'stale' },
    ],
    [
      'of another recordId, read again, is merged without a base',
      head(merged(9, '6')),
      replica(5, gone),
      3,
      { kind: 'merge', base: undefined },
    ],
    [
      'of another recordId, read again, is merged against the state merged last if that was of its recordId',
      head(merged(4)),
      replica(5, gone),
      3,
      { kind: 'merge', base: fromHead(4) },
    ],
  ])('%s', (_name, agreed, known, confirmedRev, expected) => {
    expect(judge(seen(5), agreed, known, confirmedRev)).toEqual(expected);
  });

  test('R4: is merged against the latest state that is known of its recordId, and never if it is older', () => {
    const modIds = fc.integer({ min: 1, max: 6 });
    const recordIds = fc.constantFrom('6', '7');
    fc.assert(
      fc.property(
        modIds,
        fc.option(fc.tuple(modIds, recordIds), { nil: undefined }),
        fc.option(fc.tuple(modIds, recordIds), { nil: undefined }),
        fc.option(fc.constantFrom(0, 3), { nil: undefined }),
        (modId, known, last, confirmedRev) => {
          const held = known && replica(known[0], { recordId: known[1] });
          const verdict = judge(seen(modId), head(last && merged(...last)), held, confirmedRev);
          const newest = Math.max(0, ...[known, last].map((of) => (of?.[1] === '7' ? of[0] : 0)));
          const base = verdict.kind === 'merge' ? (verdict.base?.modId ?? 0) : newest;
          expect([verdict.kind === 'merge' && modId < newest, base]).toEqual([false, newest]);
        },
      ),
      { numRuns: 3000 },
    );
  });
});

describe('the digest under which a server knew a field', () => {
  const base = { ...fromReplica(5), sent: { b: digestOf('sent') } };

  test.each([
    ['is what it held', 'a', digestOf('one')],
    ['is what we sent where the server rewrote it', 'b', digestOf('sent')],
    ['is not known for a field that was not read then', 'new', undefined],
  ])('%s', (_name, field, expected) => {
    expect(knownDigest(base, field)).toBe(expected);
  });
});

describe('the fields in which a server is behind the head', () => {
  test('are those whose value differs, in the order of the plan', () => {
    fc.assert(
      fc.property(someValues, someValues, (wanted, held) => {
        expect(fieldsBehind(plan, headOf(wanted, stamp), { digests: digestsOf(held, fieldNames) })).toEqual(
          fieldNames.filter((name) => wanted[name] !== held[name]),
        );
      }),
    );
  });

  test('are all where nothing is known of the server', () => {
    expect(fieldsBehind(plan, headOf(one, stamp), undefined)).toEqual(['a', 'b', 'c']);
  });

  test('R6: leave out a field that the server rewrote after we sent the head’s value', () => {
    const digests = digestsOf({ ...one, b: 'rewritten', c: 'rewritten' }, fieldNames);
    const sent = { b: digestOf('one'), c: digestOf('before') };
    expect(fieldsBehind(plan, headOf(one, stamp), { digests, sent })).toEqual(['c']);
  });

  test('leave out a field that the head does not have yet', () => {
    const { a: _a, ...fields } = headOf(one, stamp).fields;
    const held = { digests: digestsOf(two, fieldNames), sent: { a: digestOf('sent') } };
    expect(fieldsBehind(plan, { ...headOf(one, stamp), fields }, undefined)).toEqual(['b', 'c']);
    expect(fieldsBehind(plan, { ...headOf(one, stamp), fields }, held)).toEqual([]);
  });
});

test('R6: what a server made of our own write stays that, where the head tells of a newer state than the replica', () => {
  const sent = { a: digestOf('sent'), c: digestOf('sent') };
  const verdict = judge(seen(7), head(merged(6)), replica(5, { sent }), undefined);
  // Field c holds something else by now: what we sent there is over.
  expect(verdict).toMatchObject({ kind: 'merge', base: { modId: 6, sent: { a: digestOf('sent') } } });
  expect(verdict.kind === 'merge' && Object.keys(verdict.base?.sent ?? {})).toEqual(['a']);
});
