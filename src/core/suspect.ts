/** A record that was found gone once: it is looked for again before that is believed. */
import type { Interval } from './interval.ts';
import type { TablePlan } from './link.ts';
import type { EpochMs, Key, RecordId, ServerName, TableName } from './names.ts';

/** What showed it: a sweep, a writer that found nothing to write to, a log of deletes, the listing of a file that a person took for right. */
export type SuspectSource = 'sweep' | 'delivery' | 'log' | 'restored';

export type Suspect = {
  readonly table: TableName;
  readonly server: ServerName;
  readonly key: Key;
  readonly recordId: RecordId;
  /** Of the replica that says that it was there; where that moved, the first look counts no more. */
  readonly rev: number;
  /** When it was first found gone. */
  readonly at: EpochMs;
  readonly source: SuspectSource;
  /** When the last sweep began that came to its end before: it listed the record. Absent: none did. */
  readonly listedAt?: EpochMs;
  /** As a log of deletes tells it. */
  readonly deletedAt?: Interval;
  /** The halt that it is part of. */
  readonly halt?: string;
};

/** A person said that the file, in which the record is missing, is right: of the row that has this rev. */
export const isTakenForRight = (suspect: Suspect | undefined, rev: number): boolean =>
  suspect?.source === 'restored' && suspect.rev === rev;

/** The most deletes of a table of so many rows in a day. */
export const limitOf = (
  { deleteLimit: { records, percent } }: Pick<TablePlan, 'deleteLimit'>,
  rows: number,
): number => Math.max(records, Math.floor((rows * percent) / 100));

const hourMs = 3_600_000;

/** Deletes of a server that went everywhere, by the hour (hours since 1970), for the limit on a day's deletes. */
export type DeleteCount = {
  readonly table: TableName;
  readonly server: ServerName;
  /** Counts up by one with every write; the first is 1. */
  readonly rev: number;
  readonly byHour: Readonly<Record<string, number>>;
};

const hourOf = (at: EpochMs): number => Math.floor(at / hourMs);

/** In the 24 hours before `now`, begun ones included. */
export function deletesOfDay(count: DeleteCount | undefined, now: EpochMs): number {
  const first = hourOf(now) - 24;
  return Object.entries(count?.byHour ?? {})
    .filter(([hour]) => Number(hour) >= first)
    .reduce((sum, [, number]) => sum + number, 0);
}

export function withDeletes(
  before: DeleteCount | undefined,
  { table, server }: Pick<DeleteCount, 'table' | 'server'>,
  number: number,
  now: EpochMs,
): DeleteCount {
  const first = hourOf(now) - 24;
  const kept = Object.entries(before?.byHour ?? {}).filter(([hour]) => Number(hour) >= first);
  const byHour = Object.fromEntries(kept);
  const hour = String(hourOf(now));
  byHour[hour] = (byHour[hour] ?? 0) + number;
  return { table, server, rev: (before?.rev ?? 0) + 1, byHour };
}
