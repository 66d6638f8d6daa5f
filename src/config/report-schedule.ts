/** When what waits for a person is mailed, as people write it: `daily at 07:00 local`, `never`. */
import { dailyPattern, parseDailyTime } from './daily-time.ts';
import type { Mistake } from './problem.ts';

/** `atMs`: after midnight, by the clock of the first server's zone. */
export type ReportSchedule = { readonly kind: 'daily'; readonly atMs: number } | { readonly kind: 'never' };

export const reportPattern = `^(never|${dailyPattern})$`;

const remedy = 'Write a time of day as in "daily at 07:00 local", or never';

export function parseReportSchedule(text: string): ReportSchedule | Mistake {
  if (text === 'never') return { kind: 'never' };
  const atMs = parseDailyTime(text, remedy);
  if (typeof atMs === 'number') return { kind: 'daily', atMs };
  return atMs ?? { code: 'config-schedule', message: 'not a time for reports', remedy };
}
