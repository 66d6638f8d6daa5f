/**
 * How many records of a table the account of the sync sees on a server, against how many the server says there are
 * (`totalRecordCount`): a privilege set that limits which records may be viewed hides the others from finds and lists.
 *
 * Both are of one answer, so that nothing lies between them that was created or deleted; whether the server counts what the
 * account may not see is not verified. Nothing but words rests on it.
 */
import type { EpochMs, ServerName, TableName } from './names.ts';

export type AccountView = {
  readonly table: TableName;
  readonly server: ServerName;
  /** As the listing shows them. */
  readonly seen: number;
  /** As the server counts them. */
  readonly total: number;
  readonly at: EpochMs;
};

export type Counts = Pick<AccountView, 'seen' | 'total'>;

export const unseenOf = ({ seen, total }: Counts): number => Math.max(0, total - seen);

/**
 * That of two answers of one listing that shows the fewer hidden: what is hidden is hidden from both, while a record that was
 * made or deleted as one of them was put together is in one alone.
 */
export const surer = (one: Counts | undefined, other: Counts): Counts =>
  one !== undefined && unseenOf(one) <= unseenOf(other) ? one : other;
