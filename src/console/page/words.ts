/** Times, clocks and sizes in words, as the commands have them; times in the zone of who looks. */
import { clockWords as clockWordsOf, duration, roughly } from '../../composition/words.ts';
import { type Interval, middle, uncertainty } from '../../core/interval.ts';

const two = (n: number): string => String(n).padStart(2, '0');

/** `2026-11-24 18:10:03` */
export function localTime(at: number): string {
  const date = new Date(at);
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')}`;
}

/** `2026-11-24 18:10:03 UTC` */
export const utcTime = (at: number): string =>
  `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

export const ago = (at: number, now: number): string =>
  now - at < 1_000 ? 'just now' : `${roughly(now - at)} ago`;

const unbroken = (text: string): string => text.replaceAll(' ', '\u00a0');

/** `3 min 12 s behind (± 0.5 s)`, broken before the bracket only. */
export const clockWords = (offset: Interval): string => clockWordsOf(offset).replace(/\(.*\)/, unbroken);

/** Of a stamp that is not known at all only the end counts; one that our own clock set is exact. */
export const uncertaintyWords = (stamp: Interval): string =>
  stamp.lo <= 0 ? 'or before' : stamp.lo === stamp.hi ? '' : unbroken(`± ${duration(uncertainty(stamp))}`);

export const shownTimeOf = (stamp: Interval): number => (stamp.lo <= 0 ? stamp.hi : middle(stamp));

const units = ['bytes', 'KB', 'MB', 'GB', 'TB'];

/** `1.2 GB` */
export function bytes(n: number): string {
  const power = n < 1 ? 0 : Math.min(Math.floor(Math.log10(n) / 3), units.length - 1);
  const shown = n / 1000 ** power;
  return `${shown < 10 && power > 0 ? shown.toFixed(1) : Math.round(shown)} ${units[power]}`;
}

/** Clauses of the commands, where they stand alone. */
export const upperFirst = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

export const figure = (n: number): string => n.toLocaleString('en-US');
