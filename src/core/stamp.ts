/**
 * From what a record shows to when it was changed, in reference time.
 *
 *   R4  What we know for certain goes before what a clock says: a state was changed before the answer that
 *       showed it, and a field that differs from what we read earlier was changed after that reading.
 */
import { type Interval, interval } from './interval.ts';
import type { StampSource } from './link.ts';
import type { EpochMs } from './names.ts';
import type { TimeZone } from './time-zone.ts';
import { instantBounds, instantsOf, type WallTime } from './wall-time.ts';

/** The modification stamp as it stands in the record: local time, UTC milliseconds since year 1, or empty. */
export type RawStamp =
  | { readonly kind: 'wall'; readonly wall: WallTime }
  | { readonly kind: 'utcMilliseconds'; readonly value: number }
  | { readonly kind: 'empty' };

/** `Get(CurrentTimeUTCMilliseconds)` counts from 0001-01-01; this is 1970 on that scale. */
export const utcMillisecondsAt1970 = 62_135_596_800_000;

/** What turns a stamp of one table on one server into reference time. */
export type StampingClock = {
  readonly timeZone: TimeZone;
  /** Stamping clock minus reference, ms. */
  readonly offset: Interval;
  readonly stampedBy: StampSource;
  /** How far users' own clocks were seen behind, ms; counts where users' machines stamp. */
  readonly behindMs: number;
};

/** The instants by the stamping clock, as if it were right, that a stamp can stand for; undefined where it is empty. */
export function shownInstants(stamp: RawStamp, timeZone: TimeZone): Interval | undefined {
  if (stamp.kind === 'empty') return undefined;
  if (stamp.kind === 'utcMilliseconds') {
    return interval(stamp.value - utcMillisecondsAt1970, stamp.value - utcMillisecondsAt1970);
  }
  const bounds = instantBounds(stamp.wall, timeZone);
  // A whole second is shown from its start to its end.
  return interval(bounds.lo, bounds.hi + 999);
}

/** When the state was last changed, in reference time; it was there at `seenBy`. */
export function changedAt(stamp: RawStamp, clock: StampingClock, seenBy: EpochMs): Interval {
  const shown = shownBy(stamp, clock, seenBy);
  if (shown === undefined) return interval(0, seenBy);
  const behind = clock.stampedBy === 'host' ? 0 : clock.behindMs;
  const hi = Math.min(shown.hi - clock.offset.lo + behind, seenBy);
  return interval(Math.min(shown.lo - clock.offset.hi, hi), hi);
}

/** Of the two instants of the autumn hour, one that was still to come is none. */
function shownBy(
  stamp: RawStamp,
  { timeZone, offset }: StampingClock,
  seenBy: EpochMs,
): Interval | undefined {
  const shown = shownInstants(stamp, timeZone);
  if (shown === undefined || stamp.kind !== 'wall') return shown;
  const past = instantsOf(stamp.wall, timeZone).filter((instant) => instant - offset.hi <= seenBy);
  return past.length === 0 ? shown : interval(Math.min(...past), Math.max(...past) + 999);
}

/** The same, for a field that differs from what we read at `lastSeenAt`. */
export function notBefore(stamp: Interval, lastSeenAt: EpochMs): Interval {
  return interval(Math.max(stamp.lo, lastSeenAt), Math.max(stamp.hi, lastSeenAt));
}

/** A stamp of which both ends lie after the other's. */
export function raisedAbove(stamp: Interval, other: Interval): Interval {
  return interval(Math.max(stamp.lo, other.lo + 1), Math.max(stamp.hi, other.hi + 1));
}
