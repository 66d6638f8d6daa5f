/**
 * Local time as FileMaker keeps it: a date and a time without a zone.
 *
 *   R1  A wall time stands for the *set* of instants that show it: two in the autumn hour, none in the spring
 *       gap. Whoever needs a bound takes the outermost.
 */
import type { Interval } from './interval.ts';
import { offsetAt, type TimeZone } from './time-zone.ts';

/** Milliseconds since 1970-01-01T00:00:00 as the wall clock counts, as if it were UTC. */
export type WallTime = number;

const dayMs = 86_400_000;

/** What a clock in the zone shows at this instant, with its milliseconds. */
export const wallTimeAt = (instant: number, zone: TimeZone): WallTime => instant + offsetAt(instant, zone);

/** All instants that show this wall time, earliest first: none, one or two. */
export function instantsOf(wall: WallTime, zone: TimeZone): readonly number[] {
  const [before, after] = [offsetAt(wall - dayMs, zone), offsetAt(wall + dayMs, zone)];
  const offsets = new Set([before, offsetAt(wall, zone), after]);
  if (offsets.size === 1) return [wall - before];
  return [...offsets]
    .map((offset) => wall - offset)
    .filter((instant) => wallTimeAt(instant, zone) === wall)
    .toSorted((a, b) => a - b);
}

/**
 * The outermost instants that a wall time can stand for. In the spring gap, where no clock shows it, the instants
 * that the offsets on both sides of the gap would give.
 */
export function instantBounds(wall: WallTime, zone: TimeZone): Interval {
  const shown = instantsOf(wall, zone);
  const possible =
    shown.length > 0 ? shown : [wall - offsetAt(wall - dayMs, zone), wall - offsetAt(wall + dayMs, zone)];
  return { lo: Math.min(...possible), hi: Math.max(...possible) };
}

/** The smallest wall time that a clock in the zone shows at any instant of the interval. */
export function lowestWallTime(span: Interval, zone: TimeZone): WallTime {
  // A wall time falls only where the offset falls, so the lowest is at the start or just after such a step.
  let lowest = wallTimeAt(span.lo, zone);
  for (let from = span.lo; from < span.hi; from += dayMs) {
    const to = Math.min(from + dayMs, span.hi);
    if (offsetAt(to, zone) >= offsetAt(from, zone)) continue;
    lowest = Math.min(lowest, wallTimeAt(stepBetween(from, to, zone), zone));
  }
  return lowest;
}

/** The first instant, to the second, at which the zone has the offset that it has at `to`. */
function stepBetween(from: number, to: number, zone: TimeZone): number {
  let before = from;
  let after = to;
  while (after - before > 1000) {
    const middle = Math.floor((before + after) / 2000) * 1000;
    if (middle <= before) break;
    if (offsetAt(middle, zone) === offsetAt(to, zone)) after = middle;
    else before = middle;
  }
  return after;
}

/** `2026-11-22T10:00:00`, the canonical form of a timestamp. */
export const formatWallTime = (wall: WallTime): string => new Date(wall).toISOString().slice(0, 19);

/** Reads the canonical form of a timestamp; undefined where it is none. */
export function parseWallTime(text: string): WallTime | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(text)) return undefined;
  const wall = Date.parse(`${text}Z`);
  return Number.isNaN(wall) ? undefined : wall;
}
