/**
 * Closed intervals on the time line, in milliseconds. Everything that clocks tell us is one of these:
 * a FileMaker stamp shows whole seconds of a clock that we know only within bounds.
 */
export type Interval = { readonly lo: number; readonly hi: number };

export const interval = (lo: number, hi: number): Interval => ({ lo, hi });

export const width = (a: Interval): number => a.hi - a.lo;

/** Half the width. */
export const uncertainty = (a: Interval): number => width(a) / 2;

export const middle = (a: Interval): number => (a.lo + a.hi) / 2;

export const widen = (a: Interval, by: number): Interval => ({ lo: a.lo - by, hi: a.hi + by });

/** The smallest interval that holds both. */
export const hull = (a: Interval, b: Interval): Interval => ({
  lo: Math.min(a.lo, b.lo),
  hi: Math.max(a.hi, b.hi),
});

/** What both allow, or undefined where they contradict each other. */
export function intersect(a: Interval, b: Interval): Interval | undefined {
  const lo = Math.max(a.lo, b.lo);
  const hi = Math.min(a.hi, b.hi);
  return lo <= hi ? { lo, hi } : undefined;
}

export type Order = 'before' | 'after' | 'unknowable';

/** Two stamps are ordered only when their intervals do not touch. */
export function order(a: Interval, b: Interval): Order {
  if (a.hi < b.lo) return 'before';
  if (b.hi < a.lo) return 'after';
  return 'unknowable';
}
