/** Conflicts, as `serversync conflicts --json` has them, in words too. Values of records are in them. */
import type { Interval } from '../../core/interval.ts';

/** `held`: `1` for those that wait for a choice. `limit`: 1 to 1000, default 100. */
export type ConflictsQuery = { readonly table?: string; readonly held?: '1'; readonly limit?: string };

export type ConflictsAnswer = {
  /** A field each; fields of one change have the same `id`. */
  readonly conflicts: readonly ConflictField[];
  /** There may be more than `limit`. */
  readonly hasMore: boolean;
};

export type ConflictId = { readonly id: string };

export type ConflictAnswer = {
  /** All fields of the one change. At least one. */
  readonly conflicts: readonly (ConflictField & {
    /** What the field held before the first of the two changes came in; absent where that is not kept. */
    readonly base?: FieldValue;
  })[];
};

export type FieldValue = {
  /** By the canonical form: times as 2026-11-22T10:00:00, numbers plain. */
  readonly value: string;
  readonly server: string;
  /** When it was set there: surely between the two. A `lo` of 0 or less: it is only known that it was before `hi`. */
  readonly stamp: Interval;
};

/** `deleted`: there is no value, the record was deleted there. */
export type Side = FieldValue & { readonly deleted?: true };

export type ConflictField = {
  /** What a person types; the fields of one change have it in common. */
  readonly id: string;
  readonly table: string;
  readonly key: string;
  readonly field: string;
  /** When it was found. */
  readonly at: number;
  readonly rule: string;
  /** By what it was decided, a clause without a full stop. */
  readonly words: string;
  /** It waits for a choice: each server keeps its own value, neither side won, and `candidates` are what they hold now. */
  readonly held: boolean;
  readonly winner: Side;
  readonly loser: Side;
  /** By server, while it is held. */
  readonly candidates?: Readonly<Record<string, { readonly value: string; readonly stamp: Interval }>>;
  /** A record was changed more than once: the time may be that of another field. */
  readonly inexact: boolean;
  /** What is so everywhere now; absent while it is held, and where the record or the field is not known any more. */
  readonly now?: FieldValue;
  /** When the servers came to hold the same by themselves after it was held. */
  readonly agreedAt?: number;
  /** How often something was chosen about it, or taken back: see `Seen`. */
  readonly decided: number;
  /** The oldest first. The last one, unless undone, is in force. */
  readonly choices: readonly {
    readonly at: number;
    readonly value: string;
    /** Whose value was kept; absent where a value of its own was given. */
    readonly server?: string;
    readonly undoneAt?: number;
  }[];
};

/**
 * `seen`: the sum of `decided` of what the person sees and chooses about (of `field`, or of all). Where it is another by now, the
 * answer is 409 with the code `chosen-since`, and nothing is changed. Left out, or with `force`: whatever was decided since.
 */
type Seen = { readonly seen?: number };

/**
 * `keep`: the value of that server; `value`: this one, in the canonical form. Exactly one of the two. `field`: this one only
 * (a value needs it where the conflict is about several). `force`: also where the field was changed since; without it that is
 * answered with 400 and the code `not-chosen`, and nothing is changed.
 */
export type ResolveBody = Seen & {
  readonly id: string;
  readonly keep?: string;
  readonly value?: string;
  readonly field?: string;
  readonly force?: boolean;
};

export type UndoBody = Seen & { readonly id: string; readonly field?: string; readonly force?: boolean };
