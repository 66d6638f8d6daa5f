import type { NewestRow } from './newest.ts';
import type { EpochMs, FieldName, ServerName, TableName } from './names.ts';

/** The instant up to which something that a server stamps has been read. */
export type ReadMark = {
  /** The epoch of the server's clock in which `at` was read. */
  readonly epoch: number;
  /** Milliseconds since 1970 UTC by the *server's* clock, at its earliest (R1). */
  readonly at: number;
  /** Reference time of the run that set it. */
  readonly setAt: EpochMs;
  /** Reference time of the last run that looked further back (`looksWide`); absent before the first. */
  readonly wideAt?: EpochMs;
};

/** The instant up to which a server's changes have been ingested and handed over. */
export type Watermark = ReadMark & {
  readonly table: TableName;
  readonly server: ServerName;
  /** Counts up by one with every write; the first is 1. */
  readonly generation: number;
  /** The fields that were read; absent where they are not known, from before they were stored. */
  readonly fields?: readonly FieldName[];
  /** Of all rows that were read there, those with the highest recordIds, the highest first. */
  readonly newest?: readonly NewestRow[];
};

/** The same, read up to there. */
export const advanced = (
  { wideAt: before, ...watermark }: Watermark,
  { epoch, at, setAt, wideAt = before }: ReadMark,
): Watermark => ({ ...watermark, epoch, at, setAt, ...(wideAt !== undefined && { wideAt }) });

/** Whether all these fields were read by whoever set it; another process may go by an older field list. */
export const isOfFields = ({ fields }: Watermark, wanted: readonly FieldName[]): boolean =>
  fields === undefined || wanted.every((field) => fields.includes(field));
