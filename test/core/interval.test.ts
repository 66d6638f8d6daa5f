import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  hull,
  type Interval,
  intersect,
  interval,
  middle,
  order,
  uncertainty,
  widen,
  width,
} from '../../src/core/interval.ts';

/** Close together, so that they touch, overlap, nest and lie apart. */
const intervals = fc
  .tuple(fc.integer({ min: -20, max: 20 }), fc.integer({ min: 0, max: 15 }))
  .map(([lo, length]) => interval(lo, lo + length));
const points = fc.integer({ min: -60, max: 60 });

const holds = (outer: Interval, point: number): boolean => outer.lo <= point && point <= outer.hi;
const opposite = { before: 'after', after: 'before', unknowable: 'unknowable' } as const;

describe('the order of two intervals', () => {
  test('is the opposite when they are exchanged', () => {
    fc.assert(
      fc.property(intervals, intervals, (a, b) => {
        expect(order(b, a)).toBe(opposite[order(a, b)]);
      }),
    );
  });

  test('is before only where every instant of the one is before every instant of the other', () => {
    fc.assert(
      fc.property(intervals, intervals, (a, b) => {
        expect(order(a, b) === 'before').toBe(a.hi < b.lo);
      }),
    );
  });

  test('is unknowable exactly where they have an instant in common', () => {
    fc.assert(
      fc.property(intervals, intervals, (a, b) => {
        expect(order(a, b) === 'unknowable').toBe(intersect(a, b) !== undefined);
      }),
    );
  });

  test.each([
    ['apart by one', interval(0, 9), interval(10, 20), 'before'],
    ['touching', interval(0, 10), interval(10, 20), 'unknowable'],
    ['overlapping', interval(0, 15), interval(10, 20), 'unknowable'],
    ['one within the other', interval(12, 13), interval(10, 20), 'unknowable'],
    ['the same instant', interval(5, 5), interval(5, 5), 'unknowable'],
    ['later', interval(21, 22), interval(10, 20), 'after'],
  ])('of intervals that are %s', (_name, a, b, expected) => {
    expect(order(a, b)).toBe(expected);
  });
});

describe('two intervals', () => {
  test('intersect in exactly the instants that both hold', () => {
    fc.assert(
      fc.property(intervals, intervals, points, (a, b, point) => {
        const both = intersect(a, b);
        expect(both !== undefined && holds(both, point)).toBe(holds(a, point) && holds(b, point));
      }),
      { numRuns: 2000 },
    );
  });

  test('have a hull that holds both and ends nowhere but at their ends', () => {
    fc.assert(
      fc.property(intervals, intervals, (a, b) => {
        const all = hull(a, b);
        expect([a.lo, a.hi, b.lo, b.hi].every((end) => holds(all, end))).toBe(true);
        expect([a.lo, b.lo]).toContain(all.lo);
        expect([a.hi, b.hi]).toContain(all.hi);
      }),
    );
  });

  test('have the same hull and the same intersection when they are exchanged', () => {
    fc.assert(
      fc.property(intervals, intervals, (a, b) => {
        expect(hull(a, b)).toEqual(hull(b, a));
        expect(intersect(a, b)).toEqual(intersect(b, a));
      }),
    );
  });
});

describe('an interval', () => {
  test('grows on both sides when it is widened, around the same middle', () => {
    const wider = widen(interval(10, 16), 4);
    expect(wider).toEqual({ lo: 6, hi: 20 });
    expect(middle(wider)).toBe(middle(interval(10, 16)));
  });

  test('has an uncertainty of half its width', () => {
    expect([width(interval(-3, 4)), uncertainty(interval(-3, 4)), middle(interval(-3, 4))]).toEqual([
      7, 3.5, 0.5,
    ]);
  });
});
