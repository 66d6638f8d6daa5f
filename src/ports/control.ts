/**
 * Everything but records: batch rows, watermarks, clocks, conflicts, parked records, first meetings, sessions.
 * Reads are strongly consistent. A write named "if" is conditional and atomic; a call with many items is not
 * atomic as a whole. Nothing here is trusted to be exclusive: a lease saves double work, no rule rests on it.
 *
 * Split by duty so that an implementation can be, and a caller can ask for what it needs.
 */
import type { AccountView } from '../core/account-view.ts';
import type { BatchId, BatchRow, Sending } from '../core/batch.ts';
import type { Bookmark } from '../core/bookmark.ts';
import type { Breaker, BreakerTask } from '../core/breaker.ts';
import type { ClockState, UserClock } from '../core/clock-state.ts';
import type { Parked } from '../core/conflict.ts';
import type { DataSent, Day, Month } from '../core/data-use.ts';
import type { DeleteLogState } from '../core/delete-log.ts';
import type { FilesRead } from '../core/files-read.ts';
import type { EpochMs, Key, RecordId, ServerName, TableName } from '../core/names.ts';
import type { Watermark } from '../core/watermark.ts';
import type { WebhookState } from '../core/webhook.ts';
import type { Meeting } from '../core/first-meeting.ts';
import type { RunRecord } from '../core/run-record.ts';
import type { TableShape } from '../core/shape.ts';
import type { Audit } from './audit.ts';
import type { Safety } from './safety.ts';
import type { Conflicts } from './conflicts.ts';
import type { Histories } from './history.ts';
import type { Pauses } from './pauses.ts';
import type { LayoutField } from './server.ts';

/** Where a row lies in the order of its server's open rows. */
export type BatchPlace = Pick<BatchRow, 'createdAt' | 'id'>;

export interface BatchRows {
  /** Stores new rows (state `preparing`, rev 1, no `sending`). Ids are new. */
  putBatches(rows: readonly BatchRow[]): Promise<void>;

  /** `preparing` becomes `ready`, with `sentAt` and rev + 1; rows that are gone or ready already stay as they are. */
  markReady(ids: readonly BatchId[], sentAt: EpochMs): Promise<void>;

  /** The row as it is now, or undefined where it is closed. */
  batch(id: BatchId): Promise<BatchRow | undefined>;

  /** Takes the row for one writer: attempts + 1, rev + 1, state `ready`. Undefined where it is closed. */
  claim(id: BatchId): Promise<BatchRow | undefined>;

  /** Appends to `sending` if the row has this rev. Returns the new rev, or undefined: another writer has the row. */
  appendSending(id: BatchId, rev: number, sending: readonly Sending[]): Promise<number | undefined>;

  /**
   * Takes entries, known by key and `at`, out of the row's `sending` if it has this rev: they were not written, or what
   * they wrote is known otherwise. Returns the new rev, or undefined: another writer has the row.
   */
  withdrawSending(id: BatchId, rev: number, sending: readonly Sending[]): Promise<number | undefined>;

  /** Leaves the row for a later try, if it has this rev (rev + 1). False: another writer has the row. */
  defer(id: BatchId, rev: number, notBefore: EpochMs): Promise<boolean>;

  /** Removes the row, with its `sending`, if it has this rev. False: another writer has it or it is gone. */
  close(id: BatchId, rev: number): Promise<boolean>;

  /** Sets `sentAt` on each row whose `sentAt` is still the given one; returns the ids where it was. Ready rows only. */
  markSent(
    rows: readonly { readonly id: BatchId; readonly sentAt: EpochMs }[],
    now: EpochMs,
  ): Promise<readonly BatchId[]>;

  /** Open rows of a server by `createdAt`, then id, at most `limit`; those behind `after` if given, which may be gone. */
  openBatches(server: ServerName, limit: number, after?: BatchPlace): Promise<readonly BatchRow[]>;

  /** What open rows of this server are about to write or wrote, by key; keys without any are absent. */
  sendingOf(
    table: TableName,
    server: ServerName,
    keys: readonly Key[],
  ): Promise<ReadonlyMap<Key, readonly Sending[]>>;

  /** For each server: how many rows and keys are open, and the earliest `oldestChangeAt`. Servers without any are absent. */
  backlog(): Promise<
    ReadonlyMap<
      ServerName,
      { readonly rows: number; readonly keys: number; readonly oldestChangeAt: EpochMs }
    >
  >;

  /** The same by table and server, in no order: for people. Those without any are absent. */
  backlogPlaces(): Promise<readonly BacklogPlace[]>;
}

/** What is open for a table on a server. */
export type BacklogPlace = {
  readonly table: TableName;
  readonly server: ServerName;
  readonly keys: number;
  readonly oldestChangeAt: EpochMs;
};

export interface Watermarks {
  watermark(table: TableName, server: ServerName): Promise<Watermark | undefined>;

  /** Stores it if the stored one has `generation - 1` (none stored counts as 0). False: another run was faster. */
  putWatermark(watermark: Watermark): Promise<boolean>;

  /**
   * After readings that found nothing, of one server: of each that this process has read, and of which the stored one has this very
   * generation, what was read up to (`ReadMark`) becomes what is given. Nothing else of it changes, the generation neither. Of others
   * nothing does. May be lost where two do it at once: then more is read again.
   */
  advanceWatermarks(server: ServerName, watermarks: readonly Watermark[]): Promise<void>;

  /** Forgets those of all servers of a table: each is read from the beginning. */
  dropWatermarks(table: TableName): Promise<void>;
}

export interface DeleteLogs {
  /** Undefined where the log of deletes of a table on a server was never read. */
  deleteLog(table: TableName, server: ServerName): Promise<DeleteLogState | undefined>;

  /** Stores it if the stored one has `generation - 1` (none stored counts as 0). False: another run was faster. */
  putDeleteLog(state: DeleteLogState): Promise<boolean>;
}

export interface Clocks {
  clock(server: ServerName): Promise<ClockState | undefined>;

  /** Stores the state if the stored one has `rev - 1` (none stored counts as 0); false otherwise. The last thousands of older states stay as history. */
  putClock(state: ClockState): Promise<boolean>;

  /** Latest first, at most `limit`. */
  clockHistory(server: ServerName, limit: number): Promise<readonly ClockState[]>;

  userClock(table: TableName, server: ServerName): Promise<UserClock | undefined>;

  /** Stores it if the stored one has `rev - 1` (none stored counts as 0); false otherwise. */
  putUserClock(state: UserClock): Promise<boolean>;
}

export interface Keepsakes {
  /** Stores or overwrites by table, server and key. */
  park(parked: readonly Parked[]): Promise<void>;

  /** Takes these keys out; absent ones are ignored. */
  unpark(table: TableName, server: ServerName, keys: readonly Key[]): Promise<void>;

  /** Latest first, at most `limit`. */
  parked(limit: number): Promise<readonly Parked[]>;

  /** A server's in one table, at most `limit`, in the order of the keys' UTF-8 bytes; those behind `after` if given. */
  parkedPage(table: TableName, server: ServerName, limit: number, after?: Key): Promise<readonly Parked[]>;

  /** Those of the keys that are parked. */
  parkedAmong(table: TableName, server: ServerName, keys: readonly Key[]): Promise<ReadonlyMap<Key, Parked>>;

  /** A server's whose `retryAt` has come, the earliest first, at most `limit`. */
  parkedDue(server: ServerName, now: EpochMs, limit: number): Promise<readonly Parked[]>;
  countParked(): Promise<number>;
  /** Servers without any are absent. */
  parkedByServer(): Promise<ReadonlyMap<ServerName, number>>;
  /** How many of each table on each server, in no order; those without any are absent. */
  parkedPlaces(): Promise<readonly ParkedPlace[]>;
}

export type ParkedPlace = {
  readonly table: TableName;
  readonly server: ServerName;
  readonly records: number;
};

export interface Meetings {
  /** How the first meeting of a server with a table went; undefined before it. */
  meeting(table: TableName, server: ServerName): Promise<Meeting | undefined>;
  /** Stores or overwrites. */
  putMeeting(meeting: Meeting): Promise<void>;
  meetings(): Promise<readonly Meeting[]>;
}

/** The fields of a layout when its server last showed them: what a run goes by while that server is down. */
export type FieldList = {
  readonly server: ServerName;
  readonly database: string;
  readonly layout: string;
  readonly fields: readonly LayoutField[];
  /** What it shows since, where its tables cannot be worked on with that: `fields` are those they were worked on with. None: it is missing. */
  readonly shown?: readonly LayoutField[];
  /** The server knows the layout (a table occurrence) by its id alone: it is called otherwise now. */
  readonly isRenamed?: true;
};

export interface FieldLists {
  fieldList(server: ServerName, database: string, layout: string): Promise<FieldList | undefined>;
  /** Stores or overwrites. */
  putFieldList(list: FieldList): Promise<void>;
}

export interface Shapes {
  /** Undefined for a table that was never worked on. */
  shape(table: TableName): Promise<TableShape | undefined>;
  /** Stores or overwrites. */
  putShape(shape: TableShape): Promise<void>;
}

export interface Runs {
  /** Stores or overwrites by id; the `startedAt` of an id never changes. */
  putRun(run: RunRecord): Promise<void>;
  /** Latest first, at most `limit`. */
  runs(limit: number): Promise<readonly RunRecord[]>;
}

/** A lease: saves two runs from doing the same work. No rule rests on it. */
export interface Leases {
  /** True if nobody else holds it at `now`; then it is the holder's until `now + ms`. The holder may take it again. */
  takeLease(name: string, holder: string, ms: number, now: EpochMs): Promise<boolean>;
  /** Whether anybody but this holder has it at `now`. */
  isLeased(name: string, holder: string, now: EpochMs): Promise<boolean>;
  /** Gives it back; nothing happens where another holds it. */
  dropLease(name: string, holder: string): Promise<void>;
}

export interface Bookmarks {
  /** How far the last reading came that had to stop; undefined where none did, or it was ended since. */
  bookmark(table: TableName, server: ServerName): Promise<Bookmark | undefined>;
  /** Stores or overwrites. */
  putBookmark(bookmark: Bookmark): Promise<void>;
  /** Nothing happens where there is none. */
  dropBookmark(table: TableName, server: ServerName): Promise<void>;
  bookmarks(): Promise<readonly Bookmark[]>;
}

export interface Breakers {
  breaker(server: ServerName, task: BreakerTask): Promise<Breaker | undefined>;
  /** Stores it if the stored one has `rev - 1` (none stored counts as 0); false otherwise. */
  putBreaker(breaker: Breaker): Promise<boolean>;
  breakers(): Promise<readonly Breaker[]>;
}

export interface WebhookStates {
  /** Undefined where its webhooks were never looked at. */
  webhookState(server: ServerName): Promise<WebhookState | undefined>;
  /** Stores or overwrites. */
  putWebhookState(state: WebhookState): Promise<void>;
  webhookStates(): Promise<readonly WebhookState[]>;
}

export interface AccountViews {
  /** Undefined where nothing was ever hidden from the account. */
  accountView(table: TableName, server: ServerName): Promise<AccountView | undefined>;
  /** Stores or overwrites. */
  putAccountView(view: AccountView): Promise<void>;
}

export interface FilesReadings {
  /** Undefined where nothing is known of files of that row, or what was is too old to count. */
  filesRead(table: TableName, server: ServerName, recordId: RecordId): Promise<FilesRead | undefined>;
  /** Stores or overwrites. */
  putFilesRead(read: FilesRead): Promise<void>;
  /** Nothing is known any more. There was nothing: no harm. */
  dropFilesRead(table: TableName, server: ServerName, recordId: RecordId): Promise<void>;
}

export interface DataUses {
  /** Adds to what was sent on that day. Of many that add at once each counts; where AWS's answer was lost one may count twice. */
  addDataUse(sent: DataSent): Promise<void>;
  /** Bytes by day of that month; days without any are absent. */
  dataUse(server: ServerName, month: Month): Promise<ReadonlyMap<Day, number>>;
}

export interface Control
  extends BatchRows,
    Watermarks,
    DeleteLogs,
    Clocks,
    Conflicts,
    Histories,
    Keepsakes,
    Meetings,
    FieldLists,
    Shapes,
    Runs,
    Bookmarks,
    Breakers,
    AccountViews,
    WebhookStates,
    FilesReadings,
    DataUses,
    Leases,
    Pauses,
    Safety,
    Audit {}
