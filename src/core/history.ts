/**
 * The history of a record: each version of a head that changed what it holds leaves an entry, which tells what it replaced.
 *
 *   R5  What a record held after a version is what it holds now with all later entries undone, the newest first. So no value
 *       that a head ever held is gone before its time.
 *
 * An entry is stored before its head, and a head may not come to be stored: so each names the one before by its version and its
 * attempt, and the head names the newest. What is not in that chain never was.
 */
import { codeOfConflict, type Conflict, type ConflictRule } from './conflict.ts';
import type { Values } from './digest.ts';
import type { Deletion, EntryPlace, Head, HeadField, HistoryMark } from './head.ts';
import type { EpochMs, FieldName, Key, ServerName, TableName } from './names.ts';

/** What a head holds of its record. */
export type Content = Pick<Head, 'fields' | 'createOnly' | 'deleted'>;

/** What a version replaced: only what is not the same after it. */
export type Replaced = {
  readonly fields: Readonly<Record<FieldName, HeadField | 'absent'>>;
  readonly createOnly?: Values;
  readonly deleted?: Deletion | 'alive';
};

/** What made a version. */
export type Cause =
  /** The record was seen on this server, or was found gone there. */
  | { readonly kind: 'seen'; readonly server: ServerName }
  /** This server's file had been put back to an earlier state, which was taken for all. */
  | { readonly kind: 'restored'; readonly server: ServerName }
  /** A person chose the outcome of a conflict, or took that back. */
  | { readonly kind: 'choice' | 'choice-undone' }
  /** Fields are kept the same again that were not for a while: what they held before counts no more. */
  | { readonly kind: 'taken-up' }
  /** A person had it hold again what it held after this version; absent: what it held when it was deleted. */
  | { readonly kind: 'put-back'; readonly to?: number };

export type HistoryEntry = EntryPlace & {
  readonly table: TableName;
  readonly key: Key;
  /** The entry before it; absent where no earlier one was stored. */
  readonly previous?: EntryPlace;
  /** When it was stored. */
  readonly at: EpochMs;
  /** It may be gone from then on. */
  readonly keepUntil: EpochMs;
  readonly cause: Cause;
  readonly replaced: Replaced;
  /** Conflicts about what it changed. */
  readonly decided?: readonly Decided[];
};

export type Decided = {
  readonly field: FieldName;
  readonly rule?: ConflictRule;
  /** The code of the conflict. */
  readonly conflict: string;
};

/** A change of a head that is about to be stored. */
export type HeadChange = {
  readonly before: Head | undefined;
  readonly after: Head;
  readonly cause: Cause;
  /** What is kept of conflicts with it. */
  readonly lost: readonly Conflict[];
};

export type Attempt = {
  /** No other attempt at that version has it. */
  readonly id: string;
  readonly at: EpochMs;
  /** How long an entry is kept; 0: none is stored. */
  readonly keptMs: number;
};

export type Recorded = {
  /** As it is to be stored: it names its history. */
  readonly head: Head;
  /** To be stored before it; undefined where the version replaces nothing. */
  readonly entry: HistoryEntry | undefined;
};

export function recorded(change: HeadChange, attempt: Attempt): Recorded {
  const { before, after, cause, lost } = change;
  const { history: _, ...head } = after;
  if (before === undefined || attempt.keptMs === 0) return { head, entry: undefined };
  const mark = markOf(before);
  const replaced = replacedBy(before, after);
  const { table, key, version } = after;
  const place = { version, id: attempt.id };
  const last = replaced === undefined ? mark.last : place;
  const marked = { ...head, history: { since: mark.since, upTo: version, ...(last && { last }) } };
  if (replaced === undefined) return { head: marked, entry: undefined };
  const decided = lost.filter(isAbout(replaced)).map(decidedBy);
  const entry = {
    table,
    key,
    ...place,
    ...(mark.last && { previous: mark.last }),
    at: attempt.at,
    keepUntil: attempt.at + attempt.keptMs,
    cause,
    replaced,
    ...(decided.length > 0 && { decided }),
  };
  return { head: marked, entry };
}

/** What is known of the history of a head: nothing before it where a process wrote over the mark that stores no history. */
export function markOf({ version, history }: Head): HistoryMark {
  if (history?.upTo === version) return history;
  return { since: version, upTo: version };
}

const isAbout =
  ({ fields, deleted }: Replaced) =>
  ({ field }: Conflict): boolean =>
    deleted !== undefined || Object.hasOwn(fields, field);

const decidedBy = (conflict: Conflict): Decided => ({
  field: conflict.field,
  ...(conflict.rule && { rule: conflict.rule }),
  conflict: codeOfConflict(conflict),
});

/** Undefined where both hold the same. */
export function replacedBy(before: Content, after: Content): Replaced | undefined {
  const names = new Set([...Object.keys(before.fields), ...Object.keys(after.fields)]);
  const fields = [...names].flatMap((name) => {
    const was = before.fields[name];
    return isSameField(was, after.fields[name]) ? [] : [[name, was ?? ('absent' as const)] as const];
  });
  const isSameOnce = isSame(before.createOnly, after.createOnly);
  const isSameEnd = isSame(before.deleted, after.deleted);
  if (fields.length === 0 && isSameOnce && isSameEnd) return undefined;
  return {
    fields: Object.fromEntries(fields),
    ...(!isSameOnce && { createOnly: before.createOnly }),
    ...(!isSameEnd && { deleted: before.deleted ?? ('alive' as const) }),
  };
}

const isSame = (one: unknown, other: unknown): boolean =>
  one === other || JSON.stringify(one) === JSON.stringify(other);

/** Whatever the order in which their parts were put down. */
function isSameField(one: HeadField | undefined, other: HeadField | undefined): boolean {
  if (one === other) return true;
  if (one === undefined || other === undefined) return false;
  return (
    one.digest === other.digest &&
    one.stamp.lo === other.stamp.lo &&
    one.stamp.hi === other.stamp.hi &&
    one.origin === other.origin &&
    one.inexact === other.inexact &&
    one.rewrittenBy === other.rewrittenBy &&
    isSame(one.held, other.held)
  );
}

/** What was held before the version that replaced this. */
export function undone(after: Content, { fields, createOnly, deleted }: Replaced): Content {
  const kept = { ...after.fields };
  for (const [name, was] of Object.entries(fields)) {
    if (was === 'absent') delete kept[name];
    else kept[name] = was;
  }
  const end = deleted ?? after.deleted ?? 'alive';
  return {
    fields: kept,
    createOnly: createOnly ?? after.createOnly,
    ...(end !== 'alive' && { deleted: end }),
  };
}

/** An entry, and what the record held before and after its version. */
export type Step = { readonly entry: HistoryEntry; readonly before: Content; readonly after: Content };

/** `entries`: the head's own, the newest first, none left out between two of them. */
export function stepsBack(
  { fields, createOnly, deleted }: Content,
  entries: readonly HistoryEntry[],
): readonly Step[] {
  let after: Content = { fields, createOnly, ...(deleted && { deleted }) };
  return entries.map((entry) => {
    const step = { entry, before: undone(after, entry.replaced), after };
    after = step.before;
    return step;
  });
}
