/** A time of day as people write it, `daily at 02:00 local`. */
import type { Mistake } from './problem.ts';

const hourMs = 3_600_000;

export const dailyPattern = 'daily at ([01]\\d|2[0-3]):[0-5]\\d local';

/** Milliseconds after midnight; undefined where it is none, a mistake where there is no such time. */
export function parseDailyTime(text: string, remedy: string): number | Mistake | undefined {
  const [, hours, minutes] = /^daily at (\d\d):(\d\d) local$/.exec(text) ?? [];
  if (hours === undefined || minutes === undefined) return undefined;
  if (Number(hours) > 23 || Number(minutes) > 59)
    return { code: 'config-schedule', message: 'not a time of day', remedy };
  return Number(hours) * hourMs + Number(minutes) * 60_000;
}
