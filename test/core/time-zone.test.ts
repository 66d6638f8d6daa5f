import { describe, expect, test } from 'vitest';
import { isTimeZone, offsetAt } from '../../src/core/time-zone.ts';

const hours = (count: number): number => count * 3_600_000;

describe('the offset of a time zone', () => {
  test.each([
    ['America/New_York', '2026-01-15T12:00:00Z', -5],
    ['America/New_York', '2026-07-15T12:00:00Z', -4],
    ['America/New_York', '2006-04-01T12:00:00Z', -5],
    ['America/New_York', '2007-04-01T12:00:00Z', -4],
    ['Europe/London', '1970-01-01T00:00:00Z', 1],
    ['Europe/London', '2026-12-31T23:59:59.999Z', 0],
    ['Europe/Moscow', '2013-01-15T00:00:00Z', 4],
    ['Europe/Moscow', '2026-01-15T00:00:00Z', 3],
    ['Asia/Kathmandu', '2026-01-15T00:00:00Z', 5.75],
    ['Australia/Lord_Howe', '2026-01-15T00:00:00Z', 11],
    ['Australia/Lord_Howe', '2026-07-15T00:00:00Z', 10.5],
    ['Pacific/Apia', '2011-12-30T09:59:59Z', -10],
    ['Pacific/Apia', '2011-12-30T10:00:00Z', 14],
    ['UTC', '0001-01-01T00:00:00Z', 0],
    ['UTC', '-000001-06-01T00:00:00Z', 0],
    ['UTC', '4000-12-31T23:59:59Z', 0],
  ])('%s at %s is %d hours', (zone, instant, expected) => {
    expect(offsetAt(Date.parse(instant), zone)).toBe(hours(expected));
  });

  test.each([
    ['in spring', '2026-03-08T07:00:00Z', -5, -4],
    ['in autumn', '2026-11-01T06:00:00Z', -4, -5],
  ])('changes %s at the very millisecond, whichever side is asked for first', (_name, at, before, after) => {
    const change = Date.parse(at);
    const asked = [change - 1, change, change - 1, change + 1].map((instant) =>
      offsetAt(instant, 'America/New_York'),
    );
    expect(asked).toEqual([before, after, before, after].map(hours));
  });

  test('of one zone is not given for another that is asked for at the same instant', () => {
    const at = Date.parse('2026-05-05T05:05:05Z');
    const zones = ['Asia/Tokyo', 'America/Lima', 'Asia/Tokyo'];
    expect(zones.map((zone) => offsetAt(at, zone))).toEqual([9, -5, 9].map(hours));
  });

  test('is refused with a RangeError for a zone that is not known, each time', () => {
    expect(() => offsetAt(0, 'Europe/Nowhere')).toThrow(RangeError);
    expect(() => offsetAt(0, 'Europe/Nowhere')).toThrow(RangeError);
  });
});

describe('the name of a time zone', () => {
  test.each(['America/New_York', 'Europe/London', 'Asia/Kathmandu', 'UTC'])('%s is one', (name) => {
    expect(isTimeZone(name)).toBe(true);
  });

  test.each(['', 'Europe/Nowhere', 'Mars/Olympus', 'New York', 'GMT+25', 'America/New_York '])(
    '%j is none',
    (name) => {
      expect(isTimeZone(name)).toBe(false);
    },
  );
});
