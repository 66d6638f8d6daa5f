import { describe, expect, test } from 'vitest';
import { thinned } from '../../src/cli/console/thinned.ts';
import { worstLag } from '../../src/cli/console/trends.ts';
import type { TrendsAnswer } from '../../src/console/api/trends.ts';
import { dataOf } from '../../src/console/page/plots/columns.ts';
import { dotsOf } from '../../src/console/page/plots/dots.ts';
import { lagLines, writtenIn } from '../../src/console/page/plots/series.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const now = Date.UTC(2026, 9, 8, 12);

const trendsOf = (hours: number, of: Partial<TrendsAnswer['servers'][number]>): TrendsAnswer => ({
  from: now - hours * hour,
  to: now,
  servers: [{ server: 'hq', lag: [], clock: [], written: [], ...of }],
});

/** A sample before and after each run of some seconds. The lag was at its most before one of them. */
const runsAt = (times: readonly number[], worst: number) =>
  times.flatMap((at) => [
    { at, lagMs: at === worst ? 116 * second : 4 * second, pending: 1 },
    { at: at + 8 * second, lagMs: 0, pending: 0 },
  ]);

const everyHours = (step: number, hours: number) =>
  Array.from({ length: Math.floor(hours / step) }, (_, n) => now - (n + 0.5) * step * hour).toReversed();

const drawn = (hours: number, written: TrendsAnswer['servers'][number]['written']) =>
  writtenIn(trendsOf(hours, { written })).lines[0]?.points.map(({ y }) => y);

const note = (before: number, records: number) => ({
  from: now - before,
  at: now - before + minute,
  records,
});

const line = (name: string, ...points: readonly (readonly [number, number | null])[]) => ({
  name,
  points: points.map(([at, y]) => ({ at, y })),
});

describe('the worst lag that is named is drawn', () => {
  test.each([
    ['the last hour, of runs every 5 minutes', 1, 1 / 12],
    ['24 hours, of a few runs', 24, 6],
    ['24 hours, of runs every 2 minutes', 24, 1 / 30],
    ['7 days, of runs every night', 168, 24],
    ['7 days, of runs every 5 minutes', 168, 1 / 12],
    ['30 days, of runs every hour', 720, 1],
  ])('in %s', (_, hours, step) => {
    const times = everyHours(step, hours);
    const worst = times[Math.floor(times.length / 2)] ?? 0;
    const trends = trendsOf(hours, {});
    const lag = thinned(runsAt(times, worst), trends, worstLag);
    const points = lagLines(trendsOf(hours, { lag }))[0]?.points ?? [];
    const most = points.findIndex(({ y }) => y === 116 * second);
    expect(points[most]?.at).toBe(worst);
    const xs = (at: number) => (((points[at]?.at ?? 0) - trends.from) / (hours * hour)) * 800;
    const isDot = dotsOf(
      points.map(({ y }) => y),
      xs,
    ).includes(most);
    const isAt = (index: number) => index >= 0 && index < points.length && points[index]?.y !== null;
    const joined = [most - 1, most + 1].filter(isAt);
    expect(isDot || joined.some((index) => Math.abs(xs(index) - xs(most)) >= 1)).toBe(true);
  });

  test.each([
    [
      'a run of which both samples fall into one pixel, at its higher one',
      [null, 0, 9, null, 0],
      [0, 400, 400.1, 500, 600],
      [2, 4],
    ],
    ['the last point of a line', [1, 2, 3], [0, 50, 100], [2]],
    ['one sample alone', [7], [40], [0]],
    ['what has points of another server between', [null, 5, undefined, 3, null], [0, 10, 10.5, 11, 50], [1]],
    ['nothing of nothing', [null, undefined], [0, 1], []],
  ])('a dot is for %s', (_, ys, xs, dots) => {
    expect(dotsOf(ys, (index) => xs[index] ?? 0)).toEqual(dots);
  });
});

test('what waits at a server that is paused is known beside a lag of 0', () => {
  const lag = [{ at: now, lagMs: 0, pending: 41 }];
  expect(lagLines(trendsOf(24, { lag }))[0]?.points).toEqual([{ at: now, y: 0, waiting: 41 }]);
});

describe('records written', () => {
  test('are not drawn before the first run and where none was, and are 0 where one wrote nothing', () => {
    const noted = [note(5 * hour, 7), note(4 * hour, 0), note(hour, 3)];
    expect(drawn(24, noted)).toEqual([...Array.from({ length: 19 }, () => null), 7, 0, null, null, 3]);
  });

  test('are shared out by time, and a note of no time counts where it lies', () => {
    expect(drawn(24, [{ from: now - 2 * hour, at: now, records: 10 }])?.slice(-3)).toEqual([null, 5, 5]);
    expect(drawn(24, [{ from: now - hour, at: now - hour, records: 4 }])?.slice(-2)).toEqual([null, 4]);
  });

  test('are nothing at all of a server of which nothing was put down', () => {
    expect(drawn(24, [])).toEqual([]);
  });
});

describe('breaks', () => {
  const span = { from: 0, to: 60_000 };

  test('a break lasts from the point before it to the point after it, whatever points another line has within', () => {
    const lines = [
      line('hq', [0, 1], [20_000, null], [50_000, 2]),
      line('branch', [10_000, 3], [30_000, 4], [55_000, 5]),
    ];
    const [times, hq, , , branch] = dataOf({ ...span, lines, kind: 'line' });
    expect(times).toEqual([0, 10, 20, 30, 50, 55]);
    expect(hq).toEqual([1, null, null, null, 2, undefined]);
    expect(branch).toEqual([undefined, 3, undefined, 4, undefined, 5]);
  });

  test('a step goes on to the break after it, and the last one to the end of what is shown', () => {
    const lines = [line('hq', [0, null], [10_000, 7], [20_000, null], [30_000, null], [40_000, 0])];
    const [times, hq] = dataOf({ ...span, lines, kind: 'steps' });
    expect(times).toEqual([0, 10, 20, 20.001, 30, 40, 60]);
    expect(hq).toEqual([null, 7, 7, null, null, 0, 0]);
  });
});
