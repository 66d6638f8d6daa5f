import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  dayMs,
  lastMaintenanceEnd,
  type Maintenance,
  maintenanceNow,
  weekMs,
} from '../../src/core/maintenance.ts';
import { formatWallTime, wallTimeAt } from '../../src/core/wall-time.ts';

const minute = 60_000;
const hour = 60 * minute;

const zones = ['America/New_York', 'Europe/London', 'Australia/Lord_Howe', 'UTC', 'Asia/Kolkata'] as const;

const daily = (fromMs: number, lengthMs: number, timeZone = 'America/New_York'): Maintenance => ({
  timeZone,
  windows: [{ everyMs: dayMs, fromMs, lengthMs }],
});

const holds = (of: Maintenance, text: string): boolean => maintenanceNow(of, Date.parse(text)) !== undefined;

/** By the clock on the wall alone, as a person reads it. */
function isInside({ timeZone, windows }: Maintenance, at: number): boolean {
  const wall = wallTimeAt(at, timeZone);
  return windows.some(
    ({ everyMs, fromMs, lengthMs }) => (((wall - fromMs) % everyMs) + everyMs) % everyMs < lengthMs,
  );
}

/** Within three hours. */
const isNearChange = ({ timeZone }: Maintenance, at: number): boolean =>
  [-3 * hour, -2 * hour, -hour, hour, 2 * hour, 3 * hour].some(
    (by) => wallTimeAt(at + by, timeZone) - wallTimeAt(at, timeZone) !== by,
  );

const window = fc
  .record({
    everyMs: fc.constantFrom(dayMs, dayMs, weekMs),
    from: fc.integer({ min: 0, max: 1439 }),
    day: fc.integer({ min: 0, max: 6 }),
    length: fc.integer({ min: 1, max: 600 }),
  })
  .map(({ everyMs, from, day, length }) => ({
    everyMs,
    fromMs: from * minute + (everyMs === weekMs ? day * dayMs : 0),
    lengthMs: length * minute,
  }));

const maintenance = fc.record({ timeZone: fc.constantFrom(...zones), windows: fc.tuple(window) });

/** In a year, by the minute; half of them within a day of a change of clocks in New York, London or on Lord Howe. */
const instant = fc.oneof(
  fc.integer({ min: 0, max: 525_600 }).map((n) => Date.UTC(2026, 0, 1) + n * minute),
  fc
    .tuple(
      fc.constantFrom('2026-03-08', '2026-11-01', '2026-03-29', '2026-10-25', '2026-04-05', '2026-10-04'),
      fc.integer({ min: -1440, max: 2880 }),
    )
    .map(([day, n]) => Date.parse(day) + n * minute),
);

describe('a window', () => {
  test('holds at every instant at which the clock of its server shows a time in it', () => {
    fc.assert(
      fc.property(maintenance, instant, (of, at) => {
        fc.pre(isInside(of, at));
        expect(maintenanceNow(of, at)).toBeDefined();
      }),
      { numRuns: 1000 },
    );
  });

  test('holds at no other instant, but near one at which clocks are changed', () => {
    fc.assert(
      fc.property(maintenance, instant, (of, at) => {
        fc.pre(!isInside(of, at) && !isNearChange(of, at));
        expect(maintenanceNow(of, at)).toBe(undefined);
      }),
      { numRuns: 1000 },
    );
  });

  test('ends when it says, and what ended last is known then', () => {
    fc.assert(
      fc.property(maintenance, instant, (of, at) => {
        const until = maintenanceNow(of, at)?.until ?? lastMaintenanceEnd(of, at);
        expect(maintenanceNow(of, until - 1)?.until).toBe(until);
        expect(maintenanceNow(of, until)).toBe(undefined);
        expect(lastMaintenanceEnd(of, until)).toBe(until);
        expect(maintenanceNow(of, at) === undefined).toBe(until <= at);
      }),
      { numRuns: 3000 },
    );
  });

  test('over midnight holds on both days', () => {
    const of = daily(23 * hour, 90 * minute);
    expect(holds(of, '2026-06-01T22:59:59-04:00')).toBe(false);
    expect(holds(of, '2026-06-01T23:00:00-04:00')).toBe(true);
    expect(holds(of, '2026-06-02T00:29:59-04:00')).toBe(true);
    expect(holds(of, '2026-06-02T00:30:00-04:00')).toBe(false);
  });

  test('that ends within the hour that is passed twice in autumn ends with its second passing', () => {
    const of = daily(23 * hour, 150 * minute);
    // 01:00 to 02:00 comes twice on the first of November 2026.
    const at = Date.parse('2026-11-01T01:15:00-04:00');
    expect(formatWallTime(wallTimeAt(at, of.timeZone))).toBe('2026-11-01T01:15:00');
    expect(maintenanceNow(of, at)?.until).toBe(Date.parse('2026-11-01T01:30:00-05:00'));
    expect(holds(of, '2026-11-01T01:45:00-04:00')).toBe(true);
    expect(holds(of, '2026-11-01T01:30:00-05:00')).toBe(false);
  });

  test('whose times are all skipped in spring still holds for as long as it says', () => {
    // 02:00 to 03:00 does not come on the eighth of March 2026.
    const until = maintenanceNow(
      daily(2 * hour + 10 * minute, 30 * minute),
      Date.parse('2026-03-08T03:20:00-04:00'),
    );
    expect(until).toEqual({ why: 'maintenance', until: Date.parse('2026-03-08T03:40:00-04:00') });
    expect(holds(daily(2 * hour + 10 * minute, 30 * minute), '2026-03-08T03:40:00-04:00')).toBe(false);
  });

  test('of a week holds on its days alone', () => {
    // Day 2 behind a Thursday is a Saturday.
    const of = {
      timeZone: 'Europe/London',
      windows: [{ everyMs: weekMs, fromMs: 2 * dayMs + 22 * hour, lengthMs: 8 * hour }],
    };
    expect(holds(of, '2026-11-28T22:30:00Z')).toBe(true);
    expect(holds(of, '2026-11-29T05:59:00Z')).toBe(true);
    expect(holds(of, '2026-11-29T06:00:00Z')).toBe(false);
    expect(holds(of, '2026-11-27T22:30:00Z')).toBe(false);
  });
});

test('of no windows none holds, and none has ended', () => {
  expect(maintenanceNow({ timeZone: 'UTC', windows: [] }, 0)).toBe(undefined);
  expect(maintenanceNow(undefined, 0)).toBe(undefined);
  expect(lastMaintenanceEnd({ timeZone: 'UTC', windows: [] }, 0)).toBe(0);
});
