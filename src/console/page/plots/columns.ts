/** From lines to the columns that uPlot draws. */
import type { Line, Point } from './series.ts';

export type Span = { readonly from: number; readonly to: number };

type Lines = { readonly lines: readonly Line[]; readonly kind: 'line' | 'band' | 'steps' };

type Column = (number | null | undefined)[];

/** Three columns for each line: what is drawn, and the bounds of its band. `null` breaks a line, what is absent does not. */
function columnsOf({ points }: Line, times: readonly number[]): Column[] {
  const at = new Map(points.map((point) => [point.at, point]));
  const column = (pick: (point: Point) => number | null): Column =>
    broken(
      times.map((time) => {
        const point = at.get(time);
        return point === undefined ? undefined : point.y === null ? null : pick(point);
      }),
    );
  return [column(({ y }) => y), column(({ lo, y }) => lo ?? y), column(({ hi, y }) => hi ?? y)];
}

/** A break goes from point to point: uPlot would end it where another line has a point, and draw on from there. */
function broken(column: Column): Column {
  const spread = (ys: Column): Column => {
    let isBroken = false;
    return ys.map((y) => {
      if (y !== undefined) isBroken = y === null;
      return isBroken ? null : y;
    });
  };
  return spread(spread(column).toReversed()).toReversed();
}

/** A step goes on to the break after it, or to the end of what is shown: uPlot draws it to the next point that is one. */
function closedAt({ name, points }: Line, end: number): Line {
  const closed = points.flatMap((point, n) => {
    const y = points[n - 1]?.y;
    return point.y === null && y != null
      ? [
          { at: point.at, y },
          { at: point.at + 1, y: null },
        ]
      : [point];
  });
  const y = points.at(-1)?.y;
  return { name, points: y == null ? closed : [...closed, { at: end, y }] };
}

/** Lines are measured at times of their own; all of them get one axis of time. */
export function dataOf({ lines, from, to, kind }: Span & Lines): [number[], ...Column[]] {
  const drawn = kind === 'steps' ? lines.map((line) => closedAt(line, to)) : lines;
  const known = new Set(drawn.flatMap(({ points }) => points.map(({ at }) => at)));
  const times = known.size === 0 ? [from, to] : [...known].toSorted((a, b) => a - b);
  return [times.map((at) => at / 1_000), ...drawn.flatMap((line) => columnsOf(line, times))];
}
