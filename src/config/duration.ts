/** Durations as people write them: `5 minutes`. */
import type { Mistake } from './problem.ts';

const unitMs: Readonly<Record<string, number>> = { second: 1000, minute: 60_000, hour: 3_600_000 };

export const durationPattern = '^(\\d+) (second|minute|hour)s?$';

/** Both inclusive, in milliseconds. */
export type DurationRange = { readonly min: number; readonly max: number };

export function parseDuration(text: string, range: DurationRange): number | Mistake {
  const [, count, unit = ''] = new RegExp(durationPattern).exec(text) ?? [];
  const ms = Number(count) * (unitMs[unit] ?? Number.NaN);
  const remedy = `Write a whole number with a unit, from ${showDuration(range.min)} to ${showDuration(range.max)}, such as "5 minutes"`;
  if (Number.isNaN(ms)) return { code: 'config-duration', message: 'not a duration', remedy };
  if (ms < range.min) return { code: 'config-duration', message: 'too short', remedy };
  if (ms > range.max) return { code: 'config-duration', message: 'too long', remedy };
  return ms;
}

export function showDuration(ms: number): string {
  const [unit, size] = Object.entries(unitMs).findLast(([, each]) => ms % each === 0 && ms >= each) ?? [
    'second',
    1000,
  ];
  const count = ms / size;
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
