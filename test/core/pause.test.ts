import { expect, test } from 'vitest';
import {
  activePauses,
  lastPauseEnd,
  type Pause,
  type PausedAt,
  pausedNow,
  type PauseList,
  type PauseScope,
  resumed,
  withPause,
} from '../../src/core/pause.ts';

const at = 1_732_000_000_000;
const hour = 3_600_000;

const listOf = (...pauses: readonly Pause[]): PauseList => ({ rev: 1, pauses });

const everything: PauseScope = {};
const hq: PauseScope = { server: 'hq' };
const contacts: PauseScope = { table: 'contacts' };
const contactsOnHq: PauseScope = { table: 'contacts', server: 'hq' };

test.each<{ scope: PauseScope; of: PausedAt; paused: boolean }>([
  { scope: everything, of: { table: 'contacts', server: 'hq' }, paused: true },
  { scope: everything, of: { server: 'hq' }, paused: true },
  { scope: hq, of: { table: 'contacts', server: 'hq' }, paused: true },
  { scope: hq, of: { table: 'contacts', server: 'branch' }, paused: false },
  { scope: hq, of: { server: 'hq' }, paused: true },
  { scope: contacts, of: { table: 'contacts', server: 'branch' }, paused: true },
  { scope: contacts, of: { table: 'invoices', server: 'branch' }, paused: false },
  { scope: contacts, of: { server: 'hq' }, paused: false },
  { scope: contactsOnHq, of: { table: 'contacts', server: 'hq' }, paused: true },
  { scope: contactsOnHq, of: { table: 'contacts', server: 'branch' }, paused: false },
  { scope: contactsOnHq, of: { table: 'invoices', server: 'hq' }, paused: false },
  { scope: contactsOnHq, of: { server: 'hq' }, paused: false },
])('a pause of $scope holds for $of: $paused', ({ scope, of, paused }) => {
  expect(pausedNow(listOf({ ...scope, at }), of, at + hour) !== undefined).toBe(paused);
});

test('a pause holds up to its end and not at it', () => {
  const list = listOf({ ...hq, at, until: at + hour });
  expect(pausedNow(list, { server: 'hq' }, at + hour - 1)).toEqual({ why: 'pause', until: at + hour });
  expect(pausedNow(list, { server: 'hq' }, at + hour)).toBe(undefined);
});

test('of several that hold, the one without an end counts, else the one that ends last', () => {
  const ends = [1, 3, 2].map((n) => ({ ...hq, at, until: at + n * hour }));
  expect(pausedNow(listOf(...ends), { server: 'hq' }, at)?.until).toBe(at + 3 * hour);
  expect(pausedNow(listOf({ at }, ...ends), { server: 'hq' }, at)).toEqual({ why: 'pause' });
});

test('pausing the same again sets its end anew, and leaves other pauses', () => {
  const first = withPause(withPause(undefined, { ...hq, at }), { ...contacts, at });
  const second = withPause(first, { ...hq, at: at + 1, until: at + hour });
  expect(second.rev).toBe(3);
  expect(activePauses(second, at + 2)).toEqual([
    { ...contacts, at },
    { ...hq, at: at + 1, until: at + hour },
  ]);
});

test('resuming ends what lies within the scope, and nothing beyond it', () => {
  const list = listOf({ at }, { ...hq, at }, { ...contacts, at }, { ...contactsOnHq, at });
  const left = (scope: PauseScope) => activePauses(resumed(list, scope, at + 1), at + 1);
  expect(left(everything)).toEqual([]);
  expect(left(hq)).toEqual([{ at }, { ...contacts, at }]);
  expect(left(contacts)).toEqual([{ at }, { ...hq, at }]);
  expect(left(contactsOnHq)).toEqual([{ at }, { ...hq, at }, { ...contacts, at }]);
});

test('resuming what is not paused, or not any more, changes nothing', () => {
  expect(resumed(undefined, everything, at)).toBe(undefined);
  expect(resumed(listOf({ ...hq, at, until: at + 1 }), hq, at + 1)).toBe(undefined);
  expect(resumed(listOf({ ...hq, at }), { server: 'branch' }, at + 1)).toBe(undefined);
});

test('when a pause ended is known for a day', () => {
  const ended = resumed(listOf({ ...hq, at }), hq, at + hour);
  const of = { table: 'contacts', server: 'hq' };
  expect(lastPauseEnd(ended, of, at + 2 * hour)).toBe(at + hour);
  expect(lastPauseEnd(ended, { ...of, server: 'branch' }, at + 2 * hour)).toBe(0);
  const later = withPause(ended, { ...contacts, at: at + 26 * hour });
  expect(lastPauseEnd(later, of, at + 27 * hour)).toBe(0);
});

test('the end of a pause counts only once it has come', () => {
  const list = listOf({ ...hq, at, until: at + hour });
  expect(lastPauseEnd(list, { server: 'hq' }, at + hour - 1)).toBe(0);
  expect(lastPauseEnd(list, { server: 'hq' }, at + hour)).toBe(at + hour);
});
