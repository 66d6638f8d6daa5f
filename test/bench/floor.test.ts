/** What counts as the floor, and where the time of sessions went. */
import { expect, test } from 'vitest';
import { floorMs, timeUsed } from '../../bench/floor.ts';
import { percentile } from '../../bench/percentile.ts';
import { profiles, requestMs } from '../../bench/profiles.ts';
import type { RequestKind } from '../../src/simulator/description.ts';

const asking = (counts: Partial<Record<RequestKind, number>>) => ({ requests: counts });

test('the floor is the time of the writes alone, over the sessions', () => {
  const servers = [asking({ create: 8000, find: 80, login: 8 })];
  expect(floorMs(profiles.lan, 8, servers)).toBe(15_000);
  expect(floorMs(profiles.wan, 8, servers)).toBe(75_000);
});

test('of several servers the one that has most to write sets the floor', () => {
  expect(floorMs(profiles.lan, 1, [asking({ update: 10 }), asking({ create: 10, delete: 5 })])).toBe(210);
});

test('where servers take no time there is no floor', () => {
  expect(floorMs(profiles.none, 8, [asking({ create: 8000 })])).toBeUndefined();
});

test('a page takes longer for each row', () => {
  expect(requestMs(profiles.wan, 'list', 500)).toBe(30 + 25 + 60);
  expect(requestMs(profiles.lan, 'productInfo')).toBe(0);
});

test('time before the first write, after the last and between is told apart', () => {
  const slots = [
    { at: 1000, busyMs: { login: 100 } },
    { at: 1200, busyMs: { create: 150, find: 50 } },
    // Nothing at all from 1300 to 1400.
    { at: 1400, busyMs: { create: 200 } },
  ];
  expect(timeUsed(slots, { from: 1000, to: 1700 }, 2)).toEqual({
    writingMs: 175,
    beforeMs: 200,
    otherMs: 25,
    idleMs: 100,
    afterMs: 200,
  });
});

test('p99 is the figure that one in a hundred exceeds', () => {
  const figures = Array.from({ length: 100 }, (_, at) => 100 - at);
  expect([percentile(figures, 0.5), percentile(figures, 0.99), percentile([], 0.5)]).toEqual([50, 99, 0]);
});
