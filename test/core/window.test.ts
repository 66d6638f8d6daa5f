import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { wallTimeAt } from '../../src/core/wall-time.ts';
import { lowerWallTime, movedWatermark, overlapMs, windowStart } from '../../src/core/window.ts';

const zones = ['America/New_York', 'Europe/London', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC'];
const place = { table: 'contacts', server: 'hq', fields: ['name'] };
const minute = 60_000;

/** Around the autumn hour and the spring gap of New York and London in 2026, and any other time of that year. */
const instant = fc.oneof(
  fc.integer({ min: Date.UTC(2026, 9, 25, 0), max: Date.UTC(2026, 9, 25, 3) }),
  fc.integer({ min: Date.UTC(2026, 10, 1, 4), max: Date.UTC(2026, 10, 1, 8) }),
  fc.integer({ min: Date.UTC(2026, 2, 8, 5), max: Date.UTC(2026, 2, 8, 9) }),
  fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2026, 11, 31) }),
);

/** A server's clock: what it really is off by lies somewhere in the interval that we know. */
const clocks = fc
  .record({
    lo: fc.integer({ min: -3_700_000, max: 3_700_000 }),
    width: fc.integer({ min: 0, max: 2000 }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ lo, width, share }) => ({ offset: { lo, hi: lo + width }, truly: lo + width * share }));

describe('the window of a run', () => {
  test('R1: no change that an earlier run could not see lies below it, whatever the clock, the zone and the season', () => {
    fc.assert(
      fc.property(
        instant,
        clocks,
        fc.constantFrom(...zones),
        fc.record({
          settleMs: fc.integer({ min: 0, max: 5 * minute }),
          behindMs: fc.integer({ min: 0, max: 90 * minute }),
          early: fc.double({ min: 0, max: 1, noNaN: true }),
          behind: fc.double({ min: 0, max: 1, noNaN: true }),
          nextRunAfter: fc.integer({ min: 0, max: 26 * 60 * minute }),
        }),
        (startedAt, { offset, truly }, zone, { settleMs, behindMs, early, behind, nextRunAfter }) => {
          const clock = { epoch: 1, offset, behindMs };
          const watermark = movedWatermark(undefined, place, clock, startedAt);
          // Stamped before the last run began but not visible to it, by a clock that is as far behind as was ever seen.
          const changedAt = startedAt - settleMs * early;
          const stamp = Math.floor(wallTimeAt(changedAt + truly - behindMs * behind, zone) / 1000) * 1000;
          const now = startedAt + nextRunAfter;
          const bound = lowerWallTime(windowStart(watermark, clock, settleMs), now, clock, zone);
          expect(stamp).toBeGreaterThanOrEqual(bound);
        },
      ),
      { numRuns: 3000 },
    );
  });

  test('R1: a clock that was set between two runs hides no change made since the first', () => {
    fc.assert(
      fc.property(
        instant,
        clocks,
        clocks,
        fc.integer({ min: 0, max: 10 * minute }),
        (startedAt, before, after, later) => {
          const watermark = movedWatermark(
            undefined,
            place,
            { epoch: 1, offset: before.offset, behindMs: 0 },
            startedAt,
          );
          const clock = { epoch: 2, offset: after.offset, behindMs: 0 };
          const bound = lowerWallTime(windowStart(watermark, clock, 0), startedAt + later, clock, 'UTC');
          for (const truly of [before.truly, after.truly]) {
            const stamp = Math.floor((startedAt + later + truly) / 1000) * 1000;
            expect(stamp).toBeGreaterThanOrEqual(bound);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('R1: the watermark does not pass what the server’s own clock can show at the start of the run', () => {
    fc.assert(
      fc.property(instant, clocks, (startedAt, { offset, truly }) => {
        const clock = { epoch: 1, offset, behindMs: 0 };
        expect(movedWatermark(undefined, place, clock, startedAt).at).toBeLessThanOrEqual(startedAt + truly);
      }),
    );
  });

  test('the overlap is the uncertainty, what users’ clocks lag, and the settle time', () => {
    const clock = { epoch: 1, offset: { lo: -400, hi: 600 }, behindMs: 3000 };
    expect(overlapMs(clock, 120_000)).toBe(500 + 3000 + 120_000);
  });
});
