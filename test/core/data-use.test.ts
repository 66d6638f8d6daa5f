import { expect, test } from 'vitest';
import { dayAt, monthOf, shareOf, useOn } from '../../src/core/data-use.ts';

test.each([
  ['2026-11-30T23:59:59Z', 'UTC', '2026-11-30', '2026-11'],
  ['2026-11-30T23:59:59Z', 'Europe/Berlin', '2026-12-01', '2026-12'],
  ['2026-12-01T04:59:59Z', 'America/New_York', '2026-11-30', '2026-11'],
  ['2026-11-01T05:30:00Z', 'America/New_York', '2026-11-01', '2026-11'],
])('%s counts for the calendar of %s', (instant, zone, day, month) => {
  expect(dayAt(Date.parse(instant), zone)).toBe(day);
  expect(monthOf(day)).toBe(month);
});

test('a month is the sum of its days, and a budget is measured against its own span', () => {
  const use = useOn(
    '2026-11-29',
    new Map([
      ['2026-11-01', 300],
      ['2026-11-29', 100],
    ]),
  );
  expect(use).toStrictEqual({ day: '2026-11-29', today: 100, thisMonth: 400 });
  expect(shareOf(use, { bytes: 200, per: 'day' })).toBe(0.5);
  expect(shareOf(use, { bytes: 200, per: 'month' })).toBe(2);
  expect(useOn('2026-11-30', new Map()).today).toBe(0);
});
