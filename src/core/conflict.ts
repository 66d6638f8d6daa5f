/**
 * What is kept of a losing value (R5). The id repeats when the same merge is run again, which then overwrites its own.
 * It names the loser too: two runs that see the same state with different knowledge may decide differently, only one of
 * them writes the head, and the other must not overwrite what that one kept.
 */
import { codeOf } from './digest.ts';
import type { HeadField } from './head.ts';
import type { Interval, Order } from './interval.ts';
import type { EpochMs, FieldName, Key, RecordId, ServerName, TableName } from './names.ts';

export type ConflictKind = 'conflict' | 'first-meeting' | 'overwritten';

/** By what a conflict was decided. */
export type ConflictRule =
  /** The later edit won. */
  | 'newest'
  /** Which was later cannot be known: the server won that the configuration names first. */
  | 'unknowable-order'
  /** The same, but the winner had been sent the other value and may have seen it. */
  | 'sent-before'
  /** The server won that the table prefers. */
  | 'prefer'
  /** Nobody won: it waits for a person. */
  | 'hold'
  /** The same, since two servers set the field again after each of our writes, each in its own way. */
  | 'rewritten'
  /** What is changed on a server that only receives never wins. */
  | 'role'
  /** What is changed in a record that has left the server's share never wins. */
  | 'share'
  /** A delete that had not seen an edit lost, or an edit that had not seen a delete. */
  | 'edit-wins'
  | 'delete-wins'
  /** The server's file had been put back, and a person had it filled anew, or its state taken for all. */
  | 'refilled'
  | 'restored';

/** One of two values in conflict; `deleted`: none, the record was deleted there. */
export type ConflictSide = {
  readonly server: ServerName;
  readonly value: string;
  readonly stamp: Interval;
  readonly deleted?: true;
};

/** What a person decided afterwards, and what it replaced, so that it can be taken back (R5). */
export type Choice = {
  readonly at: EpochMs;
  /** Whose value was kept; absent where a value of its own was given. */
  readonly server?: ServerName;
  readonly value: string;
  /** The head's field as it was: its candidates too, where it was held. */
  readonly before: HeadField;
  /** The ids of all conflicts, of this field and others, that were decided with it. */
  readonly conflicts: readonly string[];
  readonly undone?: {
    readonly at: EpochMs;
    /** What that replaced. */
    readonly before: HeadField;
  };
};

export type Conflict = {
  readonly id: string;
  /** Common to the fields of one change, for people; those that were stored without have one by their id. */
  readonly code?: string;
  /** `overwritten`: a receiving server's users changed what we keep the same, or somebody a record that had left the server's share. */
  readonly kind: ConflictKind;
  readonly table: TableName;
  readonly key: Key;
  readonly field: FieldName;
  /** Where it is held neither won: `winner` is what the head held. */
  readonly winner: ConflictSide;
  readonly loser: ConflictSide;
  /** How the change that came lies in time to the value that the head held. */
  readonly order: Order;
  /** Absent where it was stored by an earlier release, which knew `newest` and what follows from it only. */
  readonly rule?: ConflictRule;
  readonly inexact: boolean;
  readonly at: EpochMs;
  /** For how long it is kept from `keptFrom` on; absent: `conflictKeptMs`. */
  readonly keptMs?: number;
  /** It waits for a person, and is kept as long as it does. */
  readonly open?: true;
  /** When the servers came to hold the same by themselves, the record ended, or the field was left out, after it was held. */
  readonly agreedAt?: EpochMs;
  /** The last one, unless undone, is in force. */
  readonly choices?: readonly Choice[];
};

/** The ids of a record's conflicts begin with `idStart` of it; the rest says which state of which server lost in which field. */
export const conflictId = (
  table: TableName,
  key: Key,
  ...of: readonly [FieldName, ServerName, RecordId, modId: number, lost: string]
): string => JSON.stringify([table, key, ...of]);

export const idStart = (table: TableName, key: Key): string =>
  `${JSON.stringify([table, key]).slice(0, -1)},`;

/** What the ids of all of a table begin with. */
export const idsOfTable = (table: TableName): string => `${JSON.stringify([table]).slice(0, -1)},`;

/** What a person types to name it: the beginning of this is enough. */
export const codeOfConflict = ({ code, id }: Pick<Conflict, 'id' | 'code'>): string => code ?? codeOf(id);

/** The choice that is in force, if one is. */
export const choiceIn = ({ choices = [] }: Pick<Conflict, 'choices'>): Choice | undefined =>
  choices.findLast(({ undone }) => undone === undefined);

/** For how long a conflict is kept at least, from `keptFrom` on, unless it is open, or says otherwise. */
export const conflictKeptMs = 90 * 86_400_000;

/** The last time that something happened to it. */
export const keptFrom = ({ at, agreedAt = at, choices = [] }: Conflict): EpochMs =>
  Math.max(at, agreedAt, ...choices.map((choice) => choice.undone?.at ?? choice.at));

/** Until when it is kept at least, unless it is open. */
export const keptUntil = (conflict: Conflict): EpochMs =>
  keptFrom(conflict) + (conflict.keptMs ?? conflictKeptMs);

/** The same, to be kept for so long; what says so already stays. */
export const keptFor =
  (keptMs: number) =>
  (conflict: Conflict): Conflict =>
    conflict.keptMs !== undefined || keptMs === conflictKeptMs ? conflict : { ...conflict, keptMs };

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
