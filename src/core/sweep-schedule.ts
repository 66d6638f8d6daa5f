/** When a table is due to be swept. */
import type { EpochMs } from './names.ts';
import type { SweepState } from './sweep.ts';
import type { TimeZone } from './time-zone.ts';
import { instantBounds, wallTimeAt } from './wall-time.ts';

export type SweepSchedule =
  /** `atMs`: after midnight, by the clock of the server's zone. */
  | { readonly kind: 'daily'; readonly atMs: number }
  | { readonly kind: 'every'; readonly ms: number }
  | { readonly kind: 'never' };

const dayMs = 86_400_000;

/** One that was never swept is due at once. */
export function isSweepDue(
  schedule: SweepSchedule,
  state: SweepState | undefined,
  now: EpochMs,
  timeZone: TimeZone,
): boolean {
  if (schedule.kind === 'never') return false;
  const last = state?.last?.startedAt;
  if (last === undefined) return true;
  return schedule.kind === 'every'
    ? last + schedule.ms <= now
    : last < lastTime(schedule.atMs, now, timeZone);
}

/** The last instant at which it was that time of day. */
function lastTime(atMs: number, now: EpochMs, timeZone: TimeZone): EpochMs {
  const today = Math.floor(wallTimeAt(now, timeZone) / dayMs) * dayMs;
  const times = [today + atMs, today + atMs - dayMs].map((wall) => instantBounds(wall, timeZone).lo);
  return times.find((instant) => instant <= now) ?? now - dayMs;
}
