/** As many points as a plot has room for: what falls into one span of time is told by its worst. */
import type { EpochMs } from '../../core/names.ts';

/** More than a plot is wide in marks, few enough to be sent every minute. */
const mostPoints = 400;

export type Span = { readonly from: EpochMs; readonly to: EpochMs };

/** `points` by time; `join`: one point of several, at least one, in the order of time. */
export function thinned<Point extends { readonly at: EpochMs }>(
  points: readonly Point[],
  { from, to }: Span,
  join: (points: readonly [Point, ...Point[]]) => Point,
): readonly Point[] {
  if (points.length <= mostPoints) return points;
  const spanMs = (to - from) / mostPoints;
  const spans = Map.groupBy(points, ({ at }) => Math.floor((at - from) / spanMs));
  return [...spans.values()].flatMap(([first, ...rest]) =>
    first === undefined ? [] : join([first, ...rest]),
  );
}

/** The largest that each gives. */
export const most = <Point>(points: readonly Point[], of: (point: Point) => number): number =>
  points.reduce((largest, point) => Math.max(largest, of(point)), Number.NEGATIVE_INFINITY);

export const least = <Point>(points: readonly Point[], of: (point: Point) => number): number =>
  -most(points, (point) => -of(point));
