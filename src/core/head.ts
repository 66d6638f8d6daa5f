/**
 * The two records that the protocol turns on: the head (what all servers should hold) and the replica
 * (what we know one server holds). Plain values; every write of one is conditional on the state read.
 */
import type { Digest, Digests, Values } from './digest.ts';
import type { Interval } from './interval.ts';
import type { EpochMs, FieldName, Key, RecordId, ServerName, TableName } from './names.ts';
import type { Turns } from './turns.ts';

export type HeadField = {
  /** Canonical value. */
  readonly value: string;
  readonly digest: Digest;
  /** When the value was set, in reference time. */
  readonly stamp: Interval;
  /** The record had more than one commit since we last saw it: the stamp is its latest, not surely this field's. */
  readonly inexact?: true;
  readonly origin: ServerName;
  /** The server whose rewriting of our own write this value is (`rewrites: accept`). */
  readonly rewrittenBy?: ServerName;
  /** The change of `origin` that was added to what stood here; absent where the value is what that server held. */
  readonly added?: string;
  /**
   * Of a field that is added up: what stood here when that was first done. A server that holds it still is counted from it, as
   * long as nothing else tells what it holds.
   */
  readonly counted?: string;
  /** Servers changed it in turn. */
  readonly turns?: Turns;
  /** It waits for a person: each server keeps its own value, whatever stands here. */
  readonly held?: Held;
};

/** What servers hold in a field that waits for a person. Those that are not named never changed it, or hold the head's value. */
export type Held = {
  readonly candidates: Readonly<Record<ServerName, Candidate>>;
  /** The conflicts, by their ids, that are kept of it. */
  readonly conflicts: readonly string[];
};

export type Candidate = Pick<HeadField, 'value' | 'digest' | 'stamp' | 'inexact'>;

/** The state of a contributing server that was last merged into the head. */
export type Seen = {
  readonly recordId: RecordId;
  readonly modId: number;
  /** The head's version that this merge made. */
  readonly version: number;
  readonly digests: Digests;
  /** Of fields that are added up, the amounts of `digests`; absent: none is known. */
  readonly amounts?: Values;
  /** As in Replica. */
  readonly unread?: UnreadFiles;
  /** Reference time just before the request that showed it. */
  readonly at: EpochMs;
  /** It was the absence of a record that was there before, in the row and at the modId given. */
  readonly gone?: true;
};

/** That a record was deleted: when, in reference time, and on which server. */
export type Deletion = {
  readonly stamp: Interval;
  readonly origin: ServerName;
  /** What it held was forgotten, since a person asked for it or its time was over: it can not be put back. */
  readonly bare?: true;
};

export type Head = {
  readonly table: TableName;
  readonly key: Key;
  /** Counts up by one with every write; 1 is the first. */
  readonly version: number;
  readonly fields: Readonly<Record<FieldName, HeadField>>;
  /** Values that go with a create only, as the record's first server had them. */
  readonly createOnly: Values;
  readonly seen: Readonly<Record<ServerName, Seen>>;
  /** The head is a tombstone; `fields` and `createOnly` keep what the record held (R5), until that is forgotten. */
  readonly deleted?: Deletion;
  /** Where its history is found; absent in a first version, and where none is kept. */
  readonly history?: HistoryMark;
};

/** An entry of a record's history: the version that it tells of, and the attempt that stored it. */
export type EntryPlace = { readonly version: number; readonly id: string };

export type HistoryMark = {
  /** Of every version above this one that changed what the head holds an entry was stored. */
  readonly since: number;
  /** The version under which this was written: not the head's where a process wrote over it that stores no history. */
  readonly upTo: number;
  /** The newest entry. */
  readonly last?: EntryPlace;
};

/** When the file that could not be taken was put there: looks that failed since then tell nothing of that (R4). */
export type UnreadFiles = Readonly<Record<FieldName, Interval>>;

export type Replica = {
  readonly table: TableName;
  readonly server: ServerName;
  readonly key: Key;
  /** Counts up by one with every write; the first is 1. Absent counts as 0. */
  readonly rev: number;
  readonly recordId: RecordId;
  readonly modId: number;
  /** The head's version under which this was written. */
  readonly version: number;
  /** Reference time just before the request that showed or made this state. */
  readonly at: EpochMs;
  /** Reference time when the answer was here; the server's clock is measured by own writes between the two. */
  readonly until: EpochMs;
  /** This state is our own write (its stamp then shows the server's stamping clock). */
  readonly own?: true;
  readonly digests: Digests;
  /** Of fields that are added up, the amounts of `digests`; absent: none is known. */
  readonly amounts?: Values;
  /**
   * Containers of which the file that is there now could not be taken: `digests` tells what was last known of them, if anything. Until it
   * is taken nothing is written to them, and the record is parked there.
   */
  readonly unread?: UnreadFiles;
  /** What we sent where the server rewrote it: the field counts as in step with this digest. */
  readonly sent?: Digests;
  /** It was not where the head is when this was written: a sweep looks whether it is in a batch. */
  readonly behind?: true;
  /** The record is not on the server any more; recordId and modId are those it had, `digests` is empty. */
  readonly gone?: true;
  /**
   * It is outside the server's share, and a writer has looked at it there since: what is changed there from then on counts for nothing.
   * With `gone`: it went for that, and nobody there deleted it.
   */
  readonly left?: true;
  /**
   * When it last went from there, at the latest, without anybody there having deleted it: we removed it, a person said that it was lost, or
   * it went with a parent of which that is so. It may be back since.
   */
  readonly wentAt?: EpochMs;
  /** What was brought there last, the earliest first. */
  readonly delivered?: readonly Delivered[];
};

/** A version of the head that our own write brought to a server. */
export type Delivered = {
  readonly version: number;
  /** Reference time when the server had answered. */
  readonly at: EpochMs;
};
