/**
 * Dates and times between FileMaker's US form and the canonical one. The US form is what the API speaks whatever the
 * file's locale (help.claris.com data-api-guide; product information shows it). Text that is no date stays as it is.
 */

const usDate = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/;
const isoDate = /^(\d{4})-(\d{1,2})-(\d{1,2})$/;
const clockTime = /^(\d+):(\d{1,2})(?::(\d{1,2})(\.\d+)?)?(?:\s*([AaPp])[Mm])?$/;

/** `11/22/2026` or ISO to `2026-11-22`. */
export const dateFromWire = (text: string): string => canonicalDate(text.trim()) ?? text;

/** `9:05:00 PM` or `21:05:00` to `21:05:00`; a time may go beyond 24 hours. */
export const timeFromWire = (text: string): string => canonicalTime(text.trim()) ?? text;

/** `11/22/2026 10:00:00`, ISO with `T` or a blank, to `2026-11-22T10:00:00`. */
export function timestampFromWire(text: string): string {
  const [, day = '', time = ''] = /^([\d/-]+)(?:T|\s+)(.+)$/.exec(text.trim()) ?? [];
  const date = canonicalDate(day);
  const clock = canonicalTime(time);
  return date === undefined || clock === undefined ? text : `${date}T${clock}`;
}

export const dateToWire = (canonical: string): string => {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(canonical) ?? [];
  return year === undefined ? canonical : `${month}/${day}/${year}`;
};

export const timestampToWire = (canonical: string): string => {
  const [, date, time] = /^(\d{4}-\d\d-\d\d)T(\S+)$/.exec(canonical) ?? [];
  return date === undefined || time === undefined ? canonical : `${dateToWire(date)} ${time}`;
};

function canonicalDate(text: string): string | undefined {
  const [, month, day, year] = usDate.exec(text) ?? [];
  if (month !== undefined && day !== undefined && year !== undefined) return existing(year, month, day);
  const [, isoYear, isoMonth, isoDay] = isoDate.exec(text) ?? [];
  if (isoYear === undefined || isoMonth === undefined || isoDay === undefined) return undefined;
  return existing(isoYear, isoMonth, isoDay);
}

/** Undefined for a day that no calendar has, such as 02/30. By hand: `Date` takes longer than the rest of a page. */
function existing(year: string, month: string, day: string): string | undefined {
  const [y, m, d] = [Number(year), Number(month), Number(day)];
  if (d < 1 || d > (daysIn[m - 1] ?? 0)) return undefined;
  if (m === 2 && d === 29 && !isLeap(y)) return undefined;
  return `${year}-${two(month)}-${two(day)}`;
}

const daysIn: readonly number[] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

function canonicalTime(text: string): string | undefined {
  const [, hour, minute = '', second = '0', fraction = '', half] = clockTime.exec(text) ?? [];
  if (hour === undefined || Number(minute) > 59 || Number(second) > 59) return undefined;
  const hours = half === undefined ? Number(hour) : onTwelveHours(Number(hour), half);
  const rest = fraction === '' ? '' : fraction.replace(/\.?0+$/, '');
  return `${two(hours)}:${two(minute)}:${two(second)}${rest}`;
}

const onTwelveHours = (hour: number, half: string): number =>
  (hour % 12) + (half.toLowerCase() === 'p' ? 12 : 0);

function two(value: number | string): string {
  const text = String(value);
  return text.length < 2 ? `0${text}` : text;
}
