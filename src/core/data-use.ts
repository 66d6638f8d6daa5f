/**
 * What a server has sent us, in bytes: its licence may limit what the Data API sends in a year. Counted by days of the
 * calendar of the server's own zone, since whoever compares it with the counter in the Admin Console lives by that clock.
 */
import type { EpochMs, ServerName } from './names.ts';
import type { TimeZone } from './time-zone.ts';
import { formatWallTime, wallTimeAt } from './wall-time.ts';

/** `2026-11-29`. */
export type Day = string;
/** `2026-11`. */
export type Month = string;

/** The most that a server is meant to send; nothing stops where it is reached. */
export type DataBudget = { readonly bytes: number; readonly per: 'day' | 'month' };

export type DataUse = {
  readonly day: Day;
  /** Bytes on that day, and in its month so far. */
  readonly today: number;
  readonly thisMonth: number;
};

export const dayAt = (instant: EpochMs, zone: TimeZone): Day =>
  formatWallTime(wallTimeAt(instant, zone)).slice(0, 10);

export const monthOf = (day: Day): Month => day.slice(0, 7);

/** `byDay`: of the month of that day; days on which nothing was sent are absent. */
export const useOn = (day: Day, byDay: ReadonlyMap<Day, number>): DataUse => ({
  day,
  today: byDay.get(day) ?? 0,
  thisMonth: [...byDay.values()].reduce((sum, bytes) => sum + bytes, 0),
});

/** 1 where the budget is used up. */
export const shareOf = ({ today, thisMonth }: DataUse, { bytes, per }: DataBudget): number =>
  (per === 'day' ? today : thisMonth) / bytes;

/** From this share on a person is told: there is time to look before it is used up. */
export const toldFromShare = 0.8;

export type DataSent = { readonly server: ServerName; readonly day: Day; readonly bytes: number };

/** What to do about 953: facts of help.claris.com server-help config-fmodata-limits. */
export const dataLimitRemedy =
  'it is asked again once an hour, and goes on by itself; in its Admin Console, Connectors > FileMaker Data API, see Annual Limit, Total Data Transmitted by All Hosts, and Annual Reset Date, on which it begins anew; more is bought in the Claris Store';
