import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { interval } from '../../src/core/interval.ts';
import {
  changedAt,
  notBefore,
  type RawStamp,
  raisedAbove,
  type StampingClock,
  shownInstants,
  utcMillisecondsAt1970,
} from '../../src/core/stamp.ts';
import { parseWallTime, wallTimeAt } from '../../src/core/wall-time.ts';
import { someStamp } from './samples.ts';

const hour = 3_600_000;
const zones = ['America/New_York', 'Europe/London', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC'];
const wall = (text: string): RawStamp => ({ kind: 'wall', wall: parseWallTime(text) ?? Number.NaN });

/** Around the autumn hour and the spring gap of New York and of London, and any time of 2026. */
const instants = fc.oneof(
  fc.integer({ min: Date.UTC(2026, 9, 25, 0), max: Date.UTC(2026, 9, 25, 3) }),
  fc.integer({ min: Date.UTC(2026, 10, 1, 4), max: Date.UTC(2026, 10, 1, 8) }),
  fc.integer({ min: Date.UTC(2026, 2, 8, 5), max: Date.UTC(2026, 2, 8, 9) }),
  fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2026, 11, 31) }),
);

/** A clock whose true offset and lag lie anywhere within what is known of it. */
const clocks = fc
  .record({
    lo: fc.integer({ min: -2 * hour, max: 2 * hour }),
    width: fc.integer({ min: 0, max: 2000 }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    behindMs: fc.integer({ min: 0, max: 3 * hour }),
    lagging: fc.double({ min: 0, max: 1, noNaN: true }),
    timeZone: fc.constantFrom(...zones),
    stampedBy: fc.constantFrom('host', 'user', 'utcMilliseconds'),
  })
  .map(({ lo, width, share, behindMs, lagging, timeZone, stampedBy }) => {
    const known: StampingClock = { timeZone, offset: interval(lo, lo + width), stampedBy, behindMs };
    const behind = stampedBy === 'host' ? 0 : Math.round(behindMs * lagging);
    return { known, trulyOffBy: lo + Math.round(width * share) - behind };
  });

/** What a clock that is off by so much writes into the record at an instant. */
function stamped(instant: number, { stampedBy, timeZone }: StampingClock, offBy: number): RawStamp {
  const byThatClock = instant + offBy;
  if (stampedBy === 'utcMilliseconds')
    return { kind: 'utcMilliseconds', value: byThatClock + utcMillisecondsAt1970 };
  return { kind: 'wall', wall: Math.floor(wallTimeAt(byThatClock, timeZone) / 1000) * 1000 };
}

const seconds = (text: string, ms: number): number => Date.parse(text) + ms;

describe('when a record was changed', () => {
  test('R4: holds the true instant, whatever the clock, the zone and the season', () => {
    fc.assert(
      fc.property(
        instants,
        clocks,
        fc.integer({ min: 0, max: 48 * hour }),
        (changed, { known, trulyOffBy }, seenAfter) => {
          const at = changedAt(stamped(changed, known, trulyOffBy), known, changed + seenAfter);
          expect(at.lo).toBeLessThanOrEqual(changed);
          expect(at.hi).toBeGreaterThanOrEqual(changed);
        },
      ),
      { numRuns: 4000 },
    );
  });

  test('R4: is an interval that ends at the latest when it was seen, whatever the stamp claims', () => {
    fc.assert(
      fc.property(
        instants,
        clocks,
        fc.integer({ min: -48 * hour, max: 48 * hour }),
        (claimed, { known, trulyOffBy }, later) => {
          const seenBy = claimed + later;
          const at = changedAt(stamped(claimed, known, trulyOffBy), known, seenBy);
          expect(at.hi).toBeLessThanOrEqual(seenBy);
          expect(at.lo).toBeLessThanOrEqual(at.hi);
        },
      ),
      { numRuns: 2000 },
    );
  });

  const london = { timeZone: 'Europe/London', offset: interval(-400, 600), behindMs: 5000 };

  test.each([
    [
      'the host’s whole second, less what its clock may be off',
      wall('2026-07-01T12:00:00'),
      'host',
      seconds('2026-07-01T11:00:00Z', -600),
      seconds('2026-07-01T11:00:00.999Z', 400),
    ],
    [
      'later by what users’ clocks were seen behind, where users’ machines stamp',
      wall('2026-07-01T12:00:00'),
      'user',
      seconds('2026-07-01T11:00:00Z', -600),
      seconds('2026-07-01T11:00:00.999Z', 400 + 5000),
    ],
    [
      'both hours, in the autumn hour',
      wall('2026-10-25T01:30:00'),
      'host',
      seconds('2026-10-25T00:30:00Z', -600),
      seconds('2026-10-25T01:30:00.999Z', 400),
    ],
    [
      'the very millisecond, from UTC milliseconds since year 1',
      { kind: 'utcMilliseconds', value: 63_918_500_400_123 },
      'utcMilliseconds',
      seconds('2026-07-01T11:00:00.123Z', -600),
      seconds('2026-07-01T11:00:00.123Z', 400 + 5000),
    ],
    ['any time, from an empty stamp', { kind: 'empty' }, 'host', 0, seconds('2027-01-01T00:00:00Z', 0)],
  ] as const)('is %s', (_name, stamp, stampedBy, lo, hi) => {
    const seenBy = Date.parse('2027-01-01T00:00:00Z');
    expect(changedAt(stamp, { ...london, stampedBy }, seenBy)).toEqual({ lo, hi });
  });

  test.each([
    { seenBy: '2026-10-25T00:40:00Z', hours: 'the first', hi: seconds('2026-10-25T00:30:00.999Z', 400) },
    { seenBy: '2026-10-25T01:29:59Z', hours: 'the first', hi: seconds('2026-10-25T00:30:00.999Z', 400) },
    { seenBy: '2026-10-25T01:30:00Z', hours: 'either', hi: seconds('2026-10-25T01:30:00Z', 0) },
  ])('in the autumn hour is $hours of the two, where it was seen by $seenBy', ({ seenBy, hi }) => {
    const at = changedAt(wall('2026-10-25T01:30:00'), { ...london, stampedBy: 'host' }, Date.parse(seenBy));
    expect(at).toEqual({ lo: seconds('2026-10-25T00:30:00Z', -600), hi });
  });

  test('is when it was seen, where the stamp lies in the future', () => {
    const seenBy = Date.parse('2026-07-01T08:00:00Z');
    expect(changedAt(wall('2026-07-01T12:00:00'), { ...london, stampedBy: 'host' }, seenBy)).toEqual(
      interval(seenBy, seenBy),
    );
  });
});

describe('the instants that a stamp shows', () => {
  test('are none where it is empty', () => {
    expect(shownInstants({ kind: 'empty' }, 'UTC')).toBeUndefined();
  });

  test('are the whole second where it is local time, the offset of the clock left out', () => {
    const start = Date.parse('2026-01-01T15:00:00Z');
    expect(shownInstants(wall('2026-01-01T10:00:00'), 'America/New_York')).toEqual(
      interval(start, start + 999),
    );
  });

  test('start on 1 January of year 1 where it is UTC milliseconds', () => {
    const start = Date.parse('0001-01-01T00:00:00Z');
    expect(shownInstants({ kind: 'utcMilliseconds', value: 0 }, 'UTC')).toEqual(interval(start, start));
  });
});

describe('a stamp', () => {
  test('R4: is moved up to a reading that did not show it yet, and no further', () => {
    fc.assert(
      fc.property(someStamp, fc.integer({ min: 0, max: 1_000_000 }), (stamp, lastSeenAt) => {
        const later = notBefore(stamp, lastSeenAt);
        expect(later.lo).toBe(stamp.lo < lastSeenAt ? lastSeenAt : stamp.lo);
        expect(later.hi).toBe(stamp.hi < lastSeenAt ? lastSeenAt : stamp.hi);
      }),
    );
  });

  test('R4: is raised so that both its ends lie after those of the value that it replaces', () => {
    fc.assert(
      fc.property(someStamp, someStamp, (stamp, other) => {
        const raised = raisedAbove(stamp, other);
        expect(raised.lo).toBeGreaterThan(other.lo);
        expect(raised.hi).toBeGreaterThan(other.hi);
        expect(raised.lo).toBeLessThanOrEqual(raised.hi);
      }),
    );
  });

  test.each([
    ['stays where it lies after already', interval(100, 200), interval(10, 20), interval(100, 200)],
    [
      'moves by one more than the other where it lies before',
      interval(1, 5),
      interval(10, 20),
      interval(11, 21),
    ],
    ['moves only the end that lies before', interval(15, 18), interval(10, 20), interval(15, 21)],
  ])('that is raised above another %s', (_name, stamp, other, expected) => {
    expect(raisedAbove(stamp, other)).toEqual(expected);
  });
});
