import { expect, test } from 'vitest';
import { most, thinned } from '../../src/cli/console/thinned.ts';

const span = { from: 0, to: 40_000 };
const worst = (points: readonly [{ at: number; lagMs: number }, ...{ at: number; lagMs: number }[]]) => ({
  at: points[0].at,
  lagMs: most(points, ({ lagMs }) => lagMs),
});

test('few points stay as they are', () => {
  const points = [{ at: 1, lagMs: 5 }];
  expect(thinned(points, span, worst)).toBe(points);
});

test('of many each span of time keeps its worst, in the order of time', () => {
  const points = Array.from({ length: 4_000 }, (_, at) => ({ at: at * 10, lagMs: at === 2_345 ? 9_000 : 1 }));
  const found = thinned(points, span, worst);
  expect(found).toHaveLength(400);
  expect(found.filter(({ lagMs }) => lagMs === 9_000)).toEqual([{ at: 23_400, lagMs: 9_000 }]);
  expect(found.map(({ at }) => at)).toEqual(found.map(({ at }) => at).toSorted((a, b) => a - b));
});
