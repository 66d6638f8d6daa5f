/**
 * A FileMaker Server as the engine sees it, whatever API speaks to it.
 *
 *   R3  An update is sent with the modId given, to the recordId given; a create is sent once.
 *   R9  No error of an implementation holds record content or a credential.
 *
 * Expected outcomes are values. Thrown are only the errors of server-errors.ts. Implementations retry what is
 * safe to repeat (reads, and writes that surely did not arrive), with backoff, before they throw.
 */
import type { FilesShown } from '../core/files.ts';
import type { FieldType, Role, StampSource } from '../core/link.ts';
import type { EpochMs, FieldName, Key, RecordId, ServerName, TableName } from '../core/names.ts';
import type { Values } from '../core/digest.ts';
import type { Probe } from '../core/server-clock.ts';
import type { RawStamp } from '../core/stamp.ts';
import type { WallTime } from '../core/wall-time.ts';

/** One record as one request showed it. Values are canonical (docs/architecture.md), by configured field name. */
export type ServerRecord = {
  readonly recordId: RecordId;
  readonly modId: number;
  /** Canonical value of the key field; '' where it is empty. */
  readonly key: Key;
  /** All of the table's fields and createOnly fields; containers only where they are empty. */
  readonly values: Values;
  /** Containers that are not empty, as far as the record shows them; absent: all are empty. */
  readonly files?: FilesShown;
  readonly stamp: RawStamp;
};

/** It may hold fewer records than were asked for though there are more: `foundCount` says whether there are. */
export type Page = {
  readonly records: readonly ServerRecord[];
  /** How many records the request matched in all, of which the page is a part. */
  readonly foundCount: number;
  /** Of a listing: how many the server says that the table has, also such as the account may not see (not verified); undefined where it does not say. */
  readonly totalCount?: number;
};

/** Records `offset` (0-based) to `offset + limit - 1`, in order of creation. */
export type PageRange = { readonly offset: number; readonly limit: number };

/** Bounds of a modification stamp, both inclusive, in whole seconds; without `to` it is open. `none`: records without one that can be read. */
export type StampRange =
  | { readonly kind: 'none' }
  | { readonly kind: 'wall'; readonly from: WallTime; readonly to?: WallTime }
  | { readonly kind: 'utcMilliseconds'; readonly from: number; readonly to?: number };

export type WriteOutcome =
  /** Done: the record's id, and its modId after the write. */
  | { readonly kind: 'written'; readonly recordId: RecordId; readonly modId: number }
  /** 306: the record is no longer at that modId; nothing was written. */
  | { readonly kind: 'moved' }
  /** The record was deleted. */
  | { readonly kind: 'removed' }
  /** 101: no record with that recordId; nothing was written. */
  | { readonly kind: 'missing' }
  /** 301 and its like: somebody has it open; nothing was written. */
  | { readonly kind: 'locked'; readonly code: string }
  /** The server will not take this record (validation, privileges, an unnamed code); nothing was written. */
  | {
      readonly kind: 'refused';
      readonly code: string;
      readonly reason: string;
      /** The field that the server named. */
      readonly field?: FieldName;
    }
  /** It could not be sent by the time given; nothing was written, nor will be. */
  | { readonly kind: 'unsent' }
  /**
   * The answer was lost or cannot be read: it may have been written or may yet be. `isOver`: the server has answered that it was, but not
   * what the record is since, or somebody else changed it just then; nothing of it is still to come.
   */
  | { readonly kind: 'unknown'; readonly isOver?: true };

/** One of many writes that go together. What `create`, `update` and `remove` do with it, but that a delete is done only at `modId`. */
export type BulkWrite = { readonly key: Key } & (
  | { readonly kind: 'create'; readonly values: Values }
  | {
      readonly kind: 'update';
      readonly recordId: RecordId;
      readonly modId: number;
      readonly values: Values;
    }
  | { readonly kind: 'remove'; readonly recordId: RecordId; readonly modId: number }
);

/** Many writes of one table in one request. */
export interface Bulk {
  /** How many of these, from the first on, fit into the next request; 0: the first has to go by itself. */
  most(writes: readonly BulkWrite[]): number;

  /**
   * Sends these in one request, which leaves at `departBy` at the latest, or not at all; then all are `unsent`. Each is done
   * or refused by itself; the outcomes come in the order of the writes. Nothing is repeated once it may have arrived. An
   * `unknown` is told only when no step of that request can begin any more, but for what still hangs on its way there. Throws only
   * where nothing was done: what fails later leaves `unknown` or `unsent` what it keeps from being known or sent.
   */
  apply(
    writes: readonly BulkWrite[],
    departBy: EpochMs,
    signal: AbortSignal,
  ): Promise<readonly WriteOutcome[]>;

  /**
   * What its requests showed of the server's clock, more exactly than a probe; undefined where nothing did, or somebody was told
   * lately. No request.
   */
  clockShown?(): Probe | undefined;
}

/** Whether there is a way to send many writes together now; `untried`: it is not known before the table has a record. */
export type BulkWay = Bulk | 'untried' | undefined;

/** A file on its way from a server. */
export type FileFrom = {
  /** As the server tells them; '' where it does not. */
  readonly name: string;
  readonly type: string;
  /** In bytes; undefined where the server does not tell it beforehand. */
  readonly size: number | undefined;
  /**
   * From the first byte on, read as they are asked for. Throws FileBrokenOff where they do not come to their end, though it was tried
   * to go on where they stopped.
   */
  readonly bytes: AsyncIterable<Uint8Array>;
};

export type Downloaded<Result> =
  | {
      readonly kind: 'taken';
      /** Of the record, where it was read for the address of the file. */
      readonly modId?: number;
      readonly result: Result;
    }
  | { readonly kind: 'empty'; readonly modId?: number }
  /** The container holds a path only. */
  | { readonly kind: 'reference' }
  /** The record is not there, or may not be seen. */
  | { readonly kind: 'none' }
  /** The server does not give the file away though it shows it, whatever is tried; `reason`: in words, no content (R9). */
  | { readonly kind: 'refused'; readonly reason: string };

/** A file on its way to a server. */
export type FileTo = {
  readonly name: string;
  /** '' where it is not known. */
  readonly type: string;
  readonly size: number;
  /** From the first byte on; may be called again where nothing was done with what it gave before. */
  readonly open: () => AsyncIterable<Uint8Array>;
};

/** Containers of one table on one server. Nothing of a file is held in memory as a whole. */
export interface ServerFiles {
  /**
   * Gives the file in a container to `take`, which reads it to its end. Where it broke off, the record is asked again for the
   * address and `take` called once more, some times. What `take` throws is thrown.
   */
  download<Result>(
    recordId: RecordId,
    field: FieldName,
    take: (file: FileFrom) => Promise<Result>,
    signal: AbortSignal,
  ): Promise<Downloaded<Result>>;

  /**
   * Puts a file into one container, if the record is still at `modId`: one commit. Never repeated by itself once it may have arrived. Leaves
   * as an update does.
   */
  upload(
    recordId: RecordId,
    modId: number,
    field: FieldName,
    file: FileTo,
    signal: AbortSignal,
    departBy?: EpochMs,
  ): Promise<WriteOutcome>;

  /** Why a file of this kind cannot be put into a container there, as a code and in words; undefined: it can. No request. */
  refusal?(file: Omit<FileTo, 'open'>): { readonly code: string; readonly reason: string } | undefined;
}

/** One table on one server. */
export interface ServerTable {
  /**
   * Records whose stamp lies in the range, in order of creation. None found is an empty page. One request.
   */
  changed(range: StampRange, page: PageRange, signal: AbortSignal): Promise<Page>;

  /** All records of the table, in order of creation. One request. */
  list(page: PageRange, signal: AbortSignal): Promise<Page>;

  /**
   * The records whose key is one of `keys` for the server. FileMaker compares text without regard to case,
   * so rows with other keys may be among them: the caller compares byte for byte. At most 250 keys; one request, and
   * another one where many rows share a key: then enough of them are given to see that they cannot be told apart.
   */
  lookUp(keys: readonly Key[], signal: AbortSignal): Promise<readonly ServerRecord[]>;

  /** The record with this id; undefined: the server has none; `denied`: it may not be seen by this account. One request. */
  read(recordId: RecordId, signal: AbortSignal): Promise<ServerRecord | 'denied' | undefined>;

  /**
   * Creates a record with this key and these values. Never repeated by itself once it may have arrived. It leaves at
   * `departBy` at the latest, or not at all: who believes the record absent after that may make it.
   */
  create(key: Key, values: Values, departBy: EpochMs, signal: AbortSignal): Promise<WriteOutcome>;

  /**
   * Writes the given fields only, if the record is still at `modId`. Not `refused` for what repeating would mend. Of a container '' alone
   * is given here, which empties it, and nothing else together with it; `refused` where it is not empty after that. Where updates are
   * unconditional it leaves at `departBy` at the latest, or not at all.
   */
  update(
    recordId: RecordId,
    modId: number,
    values: Values,
    signal: AbortSignal,
    departBy?: EpochMs,
  ): Promise<WriteOutcome>;

  /**
   * The server itself has no condition for an update: the record is looked at right before. So one whose answer was lost may take effect
   * later, whatever has become of the record by then, until it has settled as a create or a delete has. Absent: `modId` is a condition.
   */
  readonly updatesUnconditionally?: boolean;

  /**
   * Deletes the record, whatever its modId: the APIs have no condition for it, so the caller reads it just before. Never
   * repeated by itself once it may have arrived; leaves at `departBy` at the latest, or not at all.
   */
  remove(recordId: RecordId, departBy: EpochMs, signal: AbortSignal): Promise<WriteOutcome>;

  /**
   * Absent, or undefined: there is no way now to send many writes together. `untried`: it is not known before the table has a
   * record. It may be found out by requests of its own, which change nothing, and may be another answer the next time.
   */
  bulk?(signal: AbortSignal): Promise<BulkWay>;

  /** Absent: contents of containers cannot be read or written there. */
  readonly files?: ServerFiles;

  /** About so many writes are soon to come: what takes time before them may begin now. Says nothing and fails never. */
  expect?(writes: number): void;
}

/** What a table binds to on a server. Names here are the server's own. */
export type TableBinding = {
  readonly table: TableName;
  readonly role: Role;
  readonly database: string;
  /** Layout (Data API) or table occurrence (OData). */
  readonly layout: string;
  readonly keyField: string;
  readonly stampField: string;
  readonly stampedBy: StampSource;
  /** The server's field name for each configured name, key and stamp left out. */
  readonly fieldNames: Readonly<Record<FieldName, string>>;
  /** Types of the fields and of the key (under its configured name). */
  readonly types: Readonly<Record<FieldName, FieldType>>;
  /** The key's configured name. */
  readonly key: FieldName;
  /**
   * What the server itself calls the table and its fields, where it has ids for them that outlive a renaming (OData's `FMTID:n` and
   * `FMFID:n`): the names above are those by which it called them when the ids were told. A connector that knows ids asks by them; one
   * that does not goes by the names. Fields left out go by their names.
   */
  readonly ids?: {
    readonly table?: string;
    /** By the server's own names. */
    readonly fields: Readonly<Record<string, string>>;
  };
};

/** A field as a layout (Data API) or table occurrence (OData) shows it. */
export type LayoutField = {
  readonly name: string;
  readonly type: FieldType;
  /** Calculations, summaries and globals are never written. */
  readonly writable: boolean;
  /** Auto-entered by FileMaker itself. */
  readonly autoEnter: boolean;
  readonly repetitions: number;
  /** The server's own id of the field on this table (OData: `FMFID:n`), which a renaming does not change; absent where it tells none. */
  readonly id?: string;
  /** What it was called before, by this id: put down by who keeps lists of fields, told by no server. Latest first. */
  readonly formerly?: readonly string[];
};

export interface Server {
  readonly name: ServerName;

  /**
   * The server's clock against ours, from one unauthenticated request without a session: what the offset
   * (server minus reference, ms) can be, given when it was sent and answered and the whole second it showed.
   * Also the cheapest proof that a FileMaker Server answers there, and when its certificate ends.
   */
  probe(signal: AbortSignal): Promise<Probe>;

  /** The fields of a layout, by one request; throws LayoutMissing. */
  layout(database: string, layout: string, signal: AbortSignal): Promise<readonly LayoutField[]>;

  table(binding: TableBinding): ServerTable;

  /** Logs out every session that this object opened. After it nothing else may be called. Never throws. */
  close(): Promise<void>;
}
