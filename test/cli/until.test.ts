import { describe, expect, test } from 'vitest';
import { untilOf } from '../../src/cli/until.ts';

/** By the clock of this machine, whatever its zone is. */
const now = new Date(2026, 10, 29, 17, 30).getTime();

describe('--until', () => {
  test.each([
    ['2 hours', new Date(2026, 10, 29, 19, 30)],
    ['1 minute', new Date(2026, 10, 29, 17, 31)],
    ['18:00', new Date(2026, 10, 29, 18, 0)],
    ['7:15', new Date(2026, 10, 30, 7, 15)],
    ['17:30', new Date(2026, 10, 30, 17, 30)],
    ['2026-12-01 06:00', new Date(2026, 11, 1, 6, 0)],
    ['2026-12-01T06:00:30', new Date(2026, 11, 1, 6, 0, 30)],
    ['2026-12-01T06:00:00Z', new Date(Date.UTC(2026, 11, 1, 6))],
    ['2026-12-01T06:00+02:00', new Date(Date.UTC(2026, 11, 1, 4))],
  ])('takes %s', (text, meant) => {
    expect(untilOf(text, now)).toBe(meant.getTime());
  });

  test.each([
    'tomorrow',
    '25:00',
    '2026-13-01 06:00',
    '2027-02-30 06:00',
    '2026-11-31T06:00:00Z',
    '2026-12-01',
    'hours',
    '2 weeks',
    '',
  ])('refuses %j as no time', (text) => {
    expect(() => untilOf(text, now)).toThrow('is not a time');
  });

  test.each(['2026-11-29 17:30', '2026-11-28T00:00:00Z', '0 hours'])('refuses %s as past', (text) => {
    expect(() => untilOf(text, now)).toThrow('has passed');
  });
});
