/** A batch: keys to be delivered to one server. Its row is the truth; a message only hints at it. */
import type { Digests, Values } from './digest.ts';
import type { EpochMs, Key, ServerName, TableName } from './names.ts';

export type BatchId = string;

export type BatchKey = {
  readonly key: Key;
  /** The head's version that was wanted when the row was made: a hint, the writer reads the head. */
  readonly version: number;
  /** It was refused, and its parent in this table is on its way there; absent: nothing is waited for. */
  readonly waitsFor?: TableName;
};

/** What is about to be written for a key; appended before the request, never replaced. */
export type Sending = {
  /** The row that carries it. */
  readonly batch: BatchId;
  readonly key: Key;
  readonly digests: Digests;
  /** Of fields that are added up, the amounts of `digests`; absent: none is known. */
  readonly amounts?: Values;
  /** Of an update: the record's modId, without which it has no effect. Not told by earlier releases. */
  readonly modId?: number;
  /** Of an update: its server has no condition for it, so that it may take effect at any later modId too. */
  readonly unconditional?: true;
  readonly create: boolean;
  /** The record is about to be deleted; `digests` is empty. */
  readonly remove?: true;
  readonly at: EpochMs;
};

export type BatchRow = {
  readonly id: BatchId;
  readonly table: TableName;
  readonly server: ServerName;
  readonly keys: readonly BatchKey[];
  readonly state: 'preparing' | 'ready';
  /** Counts up by one with every write of the row; the first is 1. */
  readonly rev: number;
  readonly sending: readonly Sending[];
  /** How often a writer has claimed it. */
  readonly attempts: number;
  /** Not to be sent before this instant. */
  readonly notBefore: EpochMs;
  /** When its message was last sent, 0 for never. */
  readonly sentAt: EpochMs;
  readonly createdAt: EpochMs;
  /** The earliest change that the row carries, for the lag. */
  readonly oldestChangeAt: EpochMs;
};
