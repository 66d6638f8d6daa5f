import { describe, expect, test } from 'vitest';
import { lagMs, skewMs } from '../../src/core/lag.ts';

describe('lag', () => {
  test.each([
    ['is the age of the oldest change that waits', 60_000, 95_000, 35_000],
    ['is nothing where nothing waits', undefined, 95_000, 0],
    ['is not below nothing where a clock says that the change is yet to come', 96_000, 95_000, 0],
    ['counts from a change at the start of time', 0, 95_000, 95_000],
  ])('%s', (_name, oldest, now, expected) => {
    expect(lagMs(oldest, now)).toBe(expected);
  });
});

describe('skew', () => {
  test.each([
    [
      'is how far the first clock is ahead of the second',
      { lo: 900, hi: 1100 },
      { lo: -600, hi: -400 },
      1500,
    ],
    ['is negative where the first is behind', { lo: -600, hi: -400 }, { lo: 900, hi: 1100 }, -1500],
    ['is nothing between a clock and itself', { lo: 3, hi: 8 }, { lo: 3, hi: 8 }, 0],
    ['does not grow with what is not known of a clock', { lo: -5000, hi: 5000 }, { lo: 0, hi: 0 }, 0],
  ])('%s', (_name, a, b, expected) => {
    expect(skewMs(a, b)).toBe(expected);
  });
});
