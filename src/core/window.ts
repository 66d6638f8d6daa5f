/**
 * What one run reads again, and how far the watermark then moves.
 *
 *   R1  The lower bound lies at or below the stamp of every change that an earlier run could not have seen, and
 *       the watermark never passes `now` on that server's clock, at its earliest.
 *
 * Local time repeats an hour each autumn, so the bound is the smallest wall time shown by any instant in the
 * window, not the wall time of its start.
 */
import { type Interval, uncertainty } from './interval.ts';
import type { EpochMs } from './names.ts';
import { utcMillisecondsAt1970 } from './stamp.ts';
import type { TimeZone } from './time-zone.ts';
import { lowestWallTime, type WallTime } from './wall-time.ts';
import type { ReadMark, Watermark } from './watermark.ts';

export type WindowClock = {
  readonly epoch: number;
  /** Stamping clock minus reference, ms. */
  readonly offset: Interval;
  /** How far users' clocks were seen behind, ms. */
  readonly behindMs: number;
};

/** How far below the watermark each run reads again, ms. */
export const overlapMs = (clock: WindowClock, settleMs: number): number =>
  uncertainty(clock.offset) + clock.behindMs + settleMs;

/** Where the window begins, as an instant by the server's clock. */
export function windowStart(watermark: ReadMark, clock: WindowClock, settleMs: number): number {
  // After a step the clock shows earlier times for changes made since: begin at what it would have shown then.
  const stepped = watermark.epoch !== clock.epoch;
  const from = stepped ? Math.min(watermark.at, watermark.setAt + clock.offset.lo) : watermark.at;
  return from - overlapMs(clock, settleMs);
}

const dayMs = 86_400_000;

/** More than any two time zones differ. */
export const wideMs = 26 * 3_600_000;

/**
 * Once a day, and at the first run after the first read, a window begins `wideMs` earlier. A zone that is
 * configured too far east, or a clock that is hours behind, would otherwise keep changes out of every window, and nothing
 * would show that they are there. What is found there counts, and shows how far the clock is behind.
 */
export const looksWide = (watermark: ReadMark, now: EpochMs): boolean =>
  watermark.wideAt === undefined || now - watermark.wideAt >= dayMs || watermark.wideAt > now;

/** The lower bound of a window in local time, whole seconds. */
export function lowerWallTime(start: number, now: EpochMs, clock: WindowClock, zone: TimeZone): WallTime {
  const end = Math.max(start, now + clock.offset.hi);
  return Math.floor(lowestWallTime({ lo: start, hi: end }, zone) / 1000) * 1000;
}

/** The lower bound for a field that holds UTC milliseconds since year 1. */
export const lowerUtcMilliseconds = (start: number): number => Math.floor(start) + utcMillisecondsAt1970;

/** What is read when a run that began at `startedAt` is over. */
export function movedMark(before: ReadMark | undefined, clock: WindowClock, startedAt: EpochMs): ReadMark {
  const wideAt = before && (looksWide(before, startedAt) ? startedAt : before.wideAt);
  return {
    epoch: clock.epoch,
    at: Math.floor(startedAt + clock.offset.lo),
    setAt: startedAt,
    ...(wideAt === undefined ? {} : { wideAt }),
  };
}

/** The watermark after a run that began at `startedAt`. */
export const movedWatermark = (
  before: Watermark | undefined,
  of: Required<Pick<Watermark, 'table' | 'server' | 'fields'>>,
  clock: WindowClock,
  startedAt: EpochMs,
): Watermark => ({
  ...of,
  generation: (before?.generation ?? 0) + 1,
  ...movedMark(before, clock, startedAt),
  ...(before?.newest && { newest: before.newest }),
});
