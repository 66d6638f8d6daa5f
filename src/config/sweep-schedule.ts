/** When tables are swept, as people write it: `daily at 02:00 local`, `6 hours`, `never`. */
import type { SweepSchedule } from '../core/sweep-schedule.ts';
import { parseDuration } from './duration.ts';
import { dailyPattern, parseDailyTime } from './daily-time.ts';
import type { Mistake } from './problem.ts';

export const sweepPattern = `^(never|${dailyPattern}|\\d+ (second|minute|hour)s?)$`;

const hourMs = 3_600_000;

/** A table that is swept more often than it can be listed would be listed without a pause. */
const range = { min: hourMs / 6, max: 31 * 24 * hourMs };

const remedy =
  'Write a time of day as in "daily at 02:00 local", a time between two sweeps as in "6 hours", or never';

export function parseSweepSchedule(text: string): SweepSchedule | Mistake {
  if (text === 'never') return { kind: 'never' };
  const atMs = parseDailyTime(text, remedy);
  if (typeof atMs === 'number') return { kind: 'daily', atMs };
  if (atMs !== undefined) return atMs;
  const ms = parseDuration(text, range);
  if (typeof ms === 'number') return { kind: 'every', ms };
  return ms.message === 'not a duration'
    ? { code: 'config-schedule', message: 'not a time for sweeps', remedy }
    : ms;
}
