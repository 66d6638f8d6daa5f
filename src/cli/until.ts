/** When something ends, as a person types it: a time by this machine's clock, an instant in ISO form, or how long. */
import type { EpochMs } from '../core/names.ts';
import { Refused } from './refused.ts';
import { localTime } from './words.ts';

const unitMs: Readonly<Record<string, number>> = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};

const remedy =
  'Write how long, as in "2 hours"; a time of day, as in 18:00; or a time, as in "2026-11-30 06:00" (both by the clock of ' +
  'this machine) or 2026-11-30T06:00:00Z';

/** Throws Refused for what is no time, or has passed. */
export function untilOf(text: string, now: EpochMs): EpochMs {
  const at = afterDuration(text, now) ?? nextTimeOfDay(text, now) ?? instantOf(text);
  if (at === undefined)
    throw new Refused('no-time', `--until ${JSON.stringify(text)} is not a time. ${remedy}`);
  if (at > now) return at;
  throw new Refused(
    'no-time',
    `--until ${JSON.stringify(text)} has passed: it is ${localTime(now)} now. ${remedy}`,
  );
}

function afterDuration(text: string, now: EpochMs): EpochMs | undefined {
  const [, count, unit = ''] = /^(\d{1,4}) (minute|hour|day)s?$/.exec(text) ?? [];
  const ms = Number(count) * (unitMs[unit] ?? Number.NaN);
  return Number.isNaN(ms) ? undefined : now + ms;
}

/** Today, or tomorrow where it has passed today. */
function nextTimeOfDay(text: string, now: EpochMs): EpochMs | undefined {
  const [, hours, minutes] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
  if (hours === undefined || minutes === undefined) return undefined;
  const date = new Date(now);
  date.setHours(Number(hours), Number(minutes), 0, 0);
  if (date.getTime() <= now) date.setDate(date.getDate() + 1);
  return date.getTime();
}

/** Without a zone it is by the clock of this machine, as `Date` reads it. */
function instantOf(text: string): EpochMs | undefined {
  const [, day, time, zone = ''] =
    /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d)?)(Z|[+-]\d\d:\d\d)?$/.exec(text) ?? [];
  if (day === undefined || !isDay(day)) return undefined;
  const at = Date.parse(`${day}T${time}${zone}`);
  return Number.isNaN(at) ? undefined : at;
}

/** `Date` takes the 30th of February for a day of March. */
function isDay(day: string): boolean {
  const at = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(day);
}
