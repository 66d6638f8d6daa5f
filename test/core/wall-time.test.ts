import * as fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import {
  formatWallTime,
  instantBounds,
  instantsOf,
  lowestWallTime,
  parseWallTime,
  wallTimeAt,
} from '../../src/core/wall-time.ts';

const zones = fc.constantFrom(
  'America/New_York',
  'Europe/London',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'America/St_Johns',
  'UTC',
);
const instants = fc.integer({ min: Date.UTC(1990, 0, 1), max: Date.UTC(2037, 0, 1) });
const seconds = instants.map((ms) => Math.floor(ms / 1000) * 1000);

describe('wall time', () => {
  test('an instant shows what Temporal says that a clock in the zone shows', () => {
    fc.assert(
      fc.property(seconds, zones, (instant, zone) => {
        const zoned = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone);
        expect(formatWallTime(wallTimeAt(instant, zone))).toBe(
          zoned.toPlainDateTime().toString({ smallestUnit: 'second' }),
        );
      }),
      { numRuns: 2000 },
    );
  });

  test('a zone that changed at one minute past midnight did so at that minute', () => {
    const change = Date.UTC(2004, 3, 4, 3, 31);
    const shown = [-1000, 0].map((by) => formatWallTime(wallTimeAt(change + by, 'America/St_Johns')));
    expect(shown).toEqual(['2004-04-04T00:00:59', '2004-04-04T01:01:00']);
  });

  test('every instant is among the instants of the wall time that it shows', () => {
    fc.assert(
      fc.property(seconds, zones, (instant, zone) => {
        expect(instantsOf(wallTimeAt(instant, zone), zone)).toContain(instant);
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    [
      'the autumn hour of New York is two instants',
      'America/New_York',
      '2026-11-01T01:30:00',
      ['2026-11-01T05:30:00Z', '2026-11-01T06:30:00Z'],
    ],
    ['the spring gap of New York is none', 'America/New_York', '2026-03-08T02:30:00', []],
    [
      'the autumn half hour of Lord Howe is two instants',
      'Australia/Lord_Howe',
      '2026-04-05T01:45:00',
      ['2026-04-04T14:45:00Z', '2026-04-04T15:15:00Z'],
    ],
    ['an ordinary hour is one', 'Europe/London', '2026-07-01T12:00:00', ['2026-07-01T11:00:00Z']],
  ])('%s', (_name, zone, shown, expected) => {
    expect(instantsOf(parseWallTime(shown) ?? Number.NaN, zone)).toEqual(
      expected.map((text) => Date.parse(text)),
    );
  });

  test('a wall time that no clock shows has bounds on both sides of the gap', () => {
    const { lo, hi } = instantBounds(parseWallTime('2026-03-08T02:30:00') ?? Number.NaN, 'America/New_York');
    expect([lo, hi].map((at) => new Date(at).toISOString())).toEqual([
      '2026-03-08T06:30:00.000Z',
      '2026-03-08T07:30:00.000Z',
    ]);
  });

  test('R1: no instant of a span shows less than the lowest wall time of the span', () => {
    fc.assert(
      fc.property(
        fc.oneof(instants, fc.integer({ min: Date.UTC(2026, 10, 1, 3), max: Date.UTC(2026, 10, 1, 8) })),
        fc.integer({ min: 0, max: 400 * 86_400_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        zones,
        (start, length, share, zone) => {
          const within = Math.floor(start + length * share);
          expect(wallTimeAt(within, zone)).toBeGreaterThanOrEqual(
            lowestWallTime({ lo: start, hi: start + length }, zone),
          );
        },
      ),
      { numRuns: 2000 },
    );
  });

  test.each(['2026-11-22 10:00:00', '11/22/2026 10:00:00', '2026-11-22T10:00', '2026-13-22T10:00:00', ''])(
    '%j is no wall time',
    (text) => {
      expect(parseWallTime(text)).toBeUndefined();
    },
  );
});
