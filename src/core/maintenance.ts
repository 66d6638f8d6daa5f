/**
 * Windows in which nothing is asked of a server, by the clock on its wall.
 *
 *   R2  As a pause, a window changes nothing of what waits.
 *
 * Where the clock is set back within a window, or shows its start or its end twice, the window lasts from the earliest of
 * these instants to the latest: a backup is not disturbed in the second passing of an hour. Where its start or its end is
 * skipped in spring it begins, or ends, up to an hour beyond: never is a window shorter than it is by the clock.
 */
import type { EpochMs } from './names.ts';
import type { Standstill } from './pause.ts';
import type { TimeZone } from './time-zone.ts';
import { instantBounds, wallTimeAt } from './wall-time.ts';

export const dayMs = 86_400_000;
export const weekMs = 7 * dayMs;

export type MaintenanceWindow = {
  /** Between two beginnings, ms: a day or a week. */
  readonly everyMs: number;
  /** Its first beginning behind 1970-01-01T00:00:00, a Thursday, as the wall clock counts, ms; less than `everyMs`. */
  readonly fromMs: number;
  /** As the wall clock counts, ms; above 0 and below `everyMs`. */
  readonly lengthMs: number;
};

export type Maintenance = { readonly timeZone: TimeZone; readonly windows: readonly MaintenanceWindow[] };

/** From and until when, in instants. */
type Span = { readonly from: EpochMs; readonly until: EpochMs };

/** Those that may hold `now`, and the last ones that ended before. */
function around({ timeZone, windows }: Maintenance, now: EpochMs): readonly Span[] {
  const wall = wallTimeAt(now, timeZone);
  return windows.flatMap(({ everyMs, fromMs, lengthMs }) => {
    const last = Math.floor((wall - fromMs) / everyMs);
    return [last - 2, last - 1, last, last + 1].map((nth) => {
      const start = nth * everyMs + fromMs;
      return {
        from: instantBounds(start, timeZone).lo,
        until: instantBounds(start + lengthMs, timeZone).hi,
      };
    });
  });
}

/** Of several that hold now, the one that ends last. */
export function maintenanceNow(of: Maintenance | undefined, now: EpochMs): Standstill | undefined {
  if (of === undefined || of.windows.length === 0) return undefined;
  const ends = around(of, now).flatMap(({ from, until }) => (from <= now && now < until ? until : []));
  return ends.length === 0 ? undefined : { why: 'maintenance', until: Math.max(...ends) };
}

/** When the last window ended; 0 where there are none. */
export function lastMaintenanceEnd(of: Maintenance | undefined, now: EpochMs): EpochMs {
  if (of === undefined) return 0;
  return Math.max(0, ...around(of, now).flatMap(({ until }) => (until <= now ? until : [])));
}
