/**
 * A log of deletes: a table in which a customer's file keeps a row for each record that is deleted, with its key and the time.
 * A row only says where to look: what it tells of is believed as any other absence is.
 */
import type { ChangesPlace, ListPlace } from './bookmark.ts';
import type { Interval } from './interval.ts';
import type { EpochMs, Key, ServerName, TableName } from './names.ts';
import { changedAt, type RawStamp, type StampingClock } from './stamp.ts';
import type { ReadMark } from './watermark.ts';

/** Where a reading of a log goes on. Rows without a time come before those that have one, which are read by it. */
export type LogPlace =
  | { readonly kind: 'listing' | 'unstamped'; readonly place: ListPlace }
  | ({ readonly kind: 'changes' } & ChangesPlace);

/** How far the log of a table on a server was read. */
export type DeleteLogState = {
  readonly table: TableName;
  readonly server: ServerName;
  /** Counts up by one with every write; the first is 1. */
  readonly generation: number;
  /** Which log: of another one nothing of this holds. */
  readonly log: string;
  /** Each row below it became a suspect, or told of nothing that is held there. Absent: it was never read to its end. */
  readonly read?: ReadMark;
  /** A reading that suspected some and did not come to its end. */
  readonly underWay?: LogUnderWay;
};

export type LogUnderWay = {
  readonly startedAt: EpochMs;
  /** What is put as `read` when all was read. */
  readonly mark: ReadMark;
  /** Absent: it broke off, and begins anew. */
  readonly place?: LogPlace;
};

/** A row of the log. */
export type LogRow = { readonly key: Key; readonly stamp: RawStamp };

/** For each key when it was deleted last, in reference time, as the rows tell it; `seenBy`: they were there by then. */
export function toldDeletes(
  rows: readonly LogRow[],
  clock: StampingClock,
  seenBy: EpochMs,
): ReadonlyMap<Key, Interval> {
  const told = new Map<Key, Interval>();
  for (const { key, stamp } of rows) {
    if (key === '') continue;
    const at = changedAt(stamp, clock, seenBy);
    if (isLater(at, told.get(key))) told.set(key, at);
  }
  return told;
}

/** A row without a time tells the least. */
export const isLater = (told: Interval, before: Interval | undefined): boolean =>
  before === undefined || told.lo > before.lo || (told.lo === before.lo && told.hi > before.hi);
