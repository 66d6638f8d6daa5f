/**
 * What is kept of a losing value (R5). The id repeats when the same merge is run again, which then overwrites its own.
 * It names the loser too: two runs that see the same state with different knowledge may decide differently, only one of
 * them writes the head, and the other must not overwrite what that one kept.
 */
import type { Interval, Order } from './interval.ts';
import type { EpochMs, FieldName, Key, RecordId, ServerName, TableName } from './names.ts';

export type ConflictKind = 'conflict' | 'first-meeting' | 'overwritten';

/** One of two values in conflict; `deleted`: none, the record was deleted there. */
export type ConflictSide = {
  readonly server: ServerName;
  readonly value: string;
  readonly stamp: Interval;
  readonly deleted?: true;
};

export type Conflict = {
  readonly id: string;
  /** `overwritten`: a receiving server's users changed what we keep the same. */
  readonly kind: ConflictKind;
  readonly table: TableName;
  readonly key: Key;
  readonly field: FieldName;
  readonly winner: ConflictSide;
  readonly loser: ConflictSide;
  /** How the change that came lies in time to the value that the head held. */
  readonly order: Order;
  readonly inexact: boolean;
  readonly at: EpochMs;
};

/** A record that a server refused or that cannot be told apart, set aside with the reason (R7). */
export type Parked = {
  readonly table: TableName;
  readonly server: ServerName;
  /** The key, or `(record id <recordId>)` where the record has none. */
  readonly key: Key;
  readonly recordId?: RecordId;
  /** FileMaker's error code, or one of ours: `empty-key`, `doubled-key`, `look-alike-key`, `unfindable`, `missing`, `no-answer`. */
  readonly code: string;
  /** What is wrong and what to do, without record content (R9). */
  readonly reason: string;
  readonly version: number;
  /** Since when it is parked for this. */
  readonly at: EpochMs;
  /** When it was last looked at again; absent: never. */
  readonly checkedAt?: EpochMs;
  /** How many times in a row the server would not take this version; absent: once, or it is nothing that a server refused. */
  readonly attempts?: number;
  /** When it is tried again by itself, or since a person asked; absent: when it changes, or is looked at for its age. */
  readonly retryAt?: EpochMs;
  /** One of these it is that the server would not take, as far as can be told. */
  readonly fields?: readonly FieldName[];
};
