/** From the trends of servers to what is drawn: one line for each, with a band where the truth lies within bounds. */
import type { ServerTrend, TrendsAnswer } from '../../api/trends.ts';

/** `y` null: nobody looked then, the line is broken. `lo` and `hi`: between these it surely lies. */
export type Point = {
  readonly at: number;
  readonly y: number | null;
  readonly lo?: number;
  readonly hi?: number;
  /** Records that wait to be delivered; with no lag they stand still on purpose, as while it is paused. */
  readonly waiting?: number;
};

export type Line = { readonly name: string; readonly points: readonly Point[] };

/** A gap of more than so many of the usual steps means that nobody looked. */
const gapInSteps = 4;

/** Puts a break where more time passed than usually does. */
export function withGaps(points: readonly Point[]): readonly Point[] {
  const steps = points.slice(1).map(({ at }, before) => at - (points[before]?.at ?? at));
  const usual = steps.toSorted((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0;
  return points.flatMap((point, n) => {
    const last = points[n - 1];
    const isGap = last !== undefined && usual > 0 && point.at - last.at > usual * gapInSteps;
    return isGap ? [{ at: last.at + usual, y: null }, point] : [point];
  });
}

export const lagLines = ({ servers }: TrendsAnswer): readonly Line[] =>
  servers.map(({ server, lag }) => ({
    name: server,
    points: withGaps(lag.map(({ at, lagMs, pending }) => ({ at, y: lagMs, waiting: pending }))),
  }));

export const clockLines = ({ servers }: TrendsAnswer): readonly Line[] =>
  servers.map(({ server, clock }) => ({
    name: server,
    points: withGaps(clock.map(({ at, lo, hi }) => ({ at, y: (lo + hi) / 2, lo, hi }))),
  }));

export type Buckets = { readonly ofMs: number; readonly lines: readonly Line[] };

const stepsMs = [60_000, 300_000, 900_000, 3_600_000, 6 * 3_600_000, 86_400_000];
const mostBuckets = 60;

/**
 * Records written in equal spans of time. What was written over several is shared out by time. `null` in those of which nothing
 * was put down (before the first run, while the machine was off): that is not known to be none.
 */
export function writtenIn({ from, to, servers }: TrendsAnswer): Buckets {
  const ofMs = stepsMs.find((step) => (to - from) / step <= mostBuckets) ?? 86_400_000;
  const first = Math.floor(from / ofMs) * ofMs;
  const starts = Array.from({ length: Math.ceil((to - first) / ofMs) }, (_, n) => first + n * ofMs);
  return { ofMs, lines: servers.map((one) => ({ name: one.server, points: pointsOf(one, starts, ofMs) })) };
}

function pointsOf({ written }: ServerTrend, starts: readonly number[], ofMs: number): readonly Point[] {
  if (written.length === 0) return [];
  const sums = new Map<number, number>();
  for (const { from, at, records } of written)
    for (let start = Math.floor(from / ofMs) * ofMs; start < Math.max(at, from + 1); start += ofMs) {
      const within = Math.min(at, start + ofMs) - Math.max(from, start);
      const share = at > from ? within / (at - from) : 1;
      sums.set(start, (sums.get(start) ?? 0) + records * share);
    }
  const known = (at: number): number | null => {
    const sum = sums.get(at);
    return sum === undefined ? null : Math.round(sum);
  };
  return starts.map((at) => ({ at, y: known(at) }));
}
