import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { UserClock } from '../../src/core/clock-state.ts';
import { behindMs, withBehind } from '../../src/core/user-clock.ts';

const hour = 3_600_000;
const day = 24 * hour;
const noon = Date.UTC(2026, 5, 1, 12);
const dayOf = (at: number): number => Math.floor(at / day);

type Sighting = { readonly byMs: number; readonly at: number };

const noted = (sightings: readonly Sighting[]): UserClock | undefined =>
  sightings.reduce<UserClock | undefined>(
    (state, { byMs, at }) => withBehind(state, 'contacts', 'hq', byMs, at),
    undefined,
  );

const inOrder = fc
  .array(
    fc.record({
      byMs: fc.integer({ min: -hour, max: 40 * hour }),
      after: fc.integer({ min: 0, max: 5 * day }),
    }),
    { maxLength: 12 },
  )
  .map((steps) => {
    let at = noon;
    return steps.map(({ byMs, after }) => ({ byMs, at: (at += after) }));
  });

describe('how far users’ clocks are behind', () => {
  test('is the worst that was seen on this day and the 13 before it, at most 26 hours', () => {
    fc.assert(
      fc.property(inOrder, fc.integer({ min: 0, max: 20 * day }), (sightings, later) => {
        const now = (sightings.at(-1)?.at ?? noon) + later;
        const counted = sightings
          .filter(({ at }) => dayOf(at) > dayOf(now) - 14)
          .map(({ byMs }) => Math.min(byMs, 26 * hour));
        expect(behindMs(noted(sightings), now)).toBe(Math.max(0, ...counted));
      }),
      { numRuns: 2000 },
    );
  });

  test('is nothing where nothing was seen', () => {
    expect(behindMs(undefined, noon)).toBe(0);
  });

  test.each([
    ['on the same day', 0, 5000],
    ['on the 14th day', 13 * day, 5000],
    ['on the 15th day', 14 * day, 0],
  ])(
    '%s after a clock was seen 5 seconds behind is known as it was or forgotten',
    (_name, later, expected) => {
      expect(behindMs(noted([{ byMs: 5000, at: noon }]), noon + later)).toBe(expected);
    },
  );

  test('is not made smaller by a smaller sighting on the same day', () => {
    const worse = { byMs: 5000, at: noon };
    const better = { byMs: 100, at: noon + 1 };
    expect(behindMs(noted([worse, better]), noon)).toBe(5000);
  });

  test('counts 26 hours where a stamp is off by years', () => {
    expect(behindMs(noted([{ byMs: 400 * day, at: noon }]), noon)).toBe(26 * hour);
  });

  test('is kept for 14 days at most, so that the state does not grow', () => {
    const daily = Array.from({ length: 100 }, (_, index) => ({ byMs: 1000, at: noon + index * day }));
    expect(Object.keys(noted(daily)?.worstByDay ?? {})).toHaveLength(14);
  });
});
