/**
 * What to make of a state of a record that was read from a server, given the head and the replica (protocol of
 * docs/architecture.md, ingest steps 4 and 5).
 *
 *   R4  A state older than the one we know is never merged.
 *   R6  Our own write coming back is an echo, not an edit.
 */
import type { Digest, Digests, Values } from './digest.ts';
import { differsFrom, fieldsOf, type FilesShown } from './files.ts';
import type { Head, Replica, Seen, UnreadFiles } from './head.ts';
import type { Interval } from './interval.ts';
import type { DeletePolicy, FieldPlan } from './link.ts';
import type { EpochMs, FieldName, Key, RecordId, ServerName } from './names.ts';
import { isApart, type Share, standingOf } from './share.ts';

/** One state of one record, as one request to its server showed it. */
export type Observation = {
  readonly server: ServerName;
  readonly key: Key;
  readonly recordId: RecordId;
  readonly modId: number;
  readonly values: Values;
  /** Of the table's merged fields, those left out that hold a file of which it is not known yet what it is. */
  readonly digests: Digests;
  /** Of containers, what the record showed of them where they are not empty. */
  readonly files?: FilesShown;
  /** Of those, the ones of which the file could not be taken: nothing is said of them (see Replica). */
  readonly unread?: readonly FieldName[];
  /** When the record was last changed, by its stamp, in reference time. */
  readonly changedAt: Interval;
  /** What the stamping clock showed then, as instants by that clock; absent where the stamp is empty. */
  readonly shown?: Interval;
  /** Reference times just before the request and when its answer was here. */
  readonly at: EpochMs;
  readonly until: EpochMs;
};

/** What the server was last known to hold: what an edit is measured against. */
export type Base = {
  readonly digests: Digests;
  /** Of fields that are added up, the amounts of `digests`. */
  readonly amounts?: Values | undefined;
  /** What we sent where the server rewrote it. */
  readonly sent: Digests;
  /** Fields that may have been changed before: of their files it was not known which they are. */
  readonly unread?: UnreadFiles;
  readonly at: EpochMs;
  readonly modId: number;
};

export type Verdict =
  | { readonly kind: 'echo' }
  /** Our own write, which the server changed in these fields without anybody editing. */
  | { readonly kind: 'rewritten'; readonly fields: readonly FieldName[] }
  | { readonly kind: 'stale' }
  /** Nothing is known of this record there: read it again before it counts. */
  | { readonly kind: 'confirm' }
  | { readonly kind: 'merge'; readonly base: Base | undefined };

/**
 * `confirmedRev`: the replica's rev before the read that showed this observation, where that read was made to
 * confirm it. `byContent`: it was compared, and is no echo though its modId says so.
 */
export function judge(
  seen: Observation,
  head: Head | undefined,
  replica: Replica | undefined,
  confirmedRev: number | undefined,
  byContent = false,
): Verdict {
  const known = rowOf(replica, seen.recordId);
  if (known && seen.modId < known.modId) return { kind: 'stale' };
  if (known && seen.modId === known.modId && !byContent && !isOfOtherFile(seen, known)) {
    const verdict = echoOf(seen, known);
    // Fields that are synced since then come after: what the server made of our own write is told apart first.
    if (verdict.kind === 'rewritten' || covers(known, fieldsOf(seen))) return verdict;
  }
  if (!known && confirmedRev !== (replica?.rev ?? 0)) return { kind: 'confirm' };
  const last = rowOf(head?.seen[seen.server], seen.recordId);
  if (last && last.modId > seen.modId) return { kind: 'stale' };
  if (last && (!known || last.modId > known.modId)) {
    return { kind: 'merge', base: baseOf(last, sentStill(known, last.digests)) };
  }
  return { kind: 'merge', base: known && baseOf(known, known.sent ?? {}) };
}

const baseOf = ({ digests, amounts, unread, at, modId }: Seen | Replica, sent: Digests): Base => ({
  digests,
  amounts,
  sent,
  ...(unread && { unread }),
  at,
  modId,
});

/** What is known of this row; of one that was found gone nothing counts any more, it has to be read again. */
const rowOf = <Known extends Replica | Seen>(
  known: Known | undefined,
  recordId: RecordId,
): Known | undefined => (known?.recordId === recordId && !known.gone ? known : undefined);

/** Whether it tells of all these fields: of one that is synced since then it does not. */
export const covers = (
  { digests, unread = {} }: Pick<Base, 'digests' | 'unread'>,
  fields: readonly FieldName[],
): boolean => fields.every((field) => digests[field] !== undefined || unread[field] !== undefined);

/** What we sent, for the fields in which the server still holds what it made of that. */
function sentStill(known: Replica | undefined, digests: Digests): Digests {
  const sent = Object.entries(known?.sent ?? {});
  return Object.fromEntries(sent.filter(([field]) => known?.digests[field] === digests[field]));
}

/**
 * Changed since it was known, at the same modId: in one file that cannot be, so these rows were put into another one, where they
 * count anew, and people edited them in between (R5).
 */
const isOfOtherFile = (seen: Observation, known: Replica): boolean =>
  isChangedSince(seen, known) && Object.keys(known.digests).some((field) => differsFrom(known, seen, field));

/** By its stamp, surely. */
export const isChangedSince = ({ changedAt }: Observation, { until }: Pick<Replica, 'until'>): boolean =>
  changedAt.lo > until;

function echoOf(seen: Observation, known: Replica): Verdict {
  if (!known.own) return { kind: 'echo' };
  const fields = Object.keys(known.digests).filter((field) => differsFrom(known, seen, field));
  return fields.length === 0 ? { kind: 'echo' } : { kind: 'rewritten', fields };
}

/** The digest under which the server knew the head's value of a field. */
export const knownDigest = (base: Base, field: FieldName): Digest | undefined =>
  base.sent[field] ?? base.digests[field];

/** What of a table it hangs on whether a server is where the head is. */
export type Followed = {
  readonly fields: readonly Pick<FieldPlan, 'name'>[];
  readonly deletes: DeletePolicy;
};

/** A table on one server, as far as it hangs on it. */
export type FollowedThere = { readonly plan: Followed; readonly link: { readonly share?: Share } };

/** Whether the server is not where the head is, or its share is not as it should be. */
export function isBehind({ plan, link }: FollowedThere, head: Head, replica: Replica | undefined): boolean {
  const isThere = replica !== undefined && !replica.gone;
  const standing = standingOf(link, head);
  if (isApart(link, head, replica)) return isThere && (link.share?.leave === 'remove' || !replica.left);
  // Of what cannot be judged yet nothing goes anywhere new.
  if (standing === 'unknown' && !isThere) return false;
  // Deletes that are ignored stay where they were made.
  if (plan.deletes === 'ignore' && (head.deleted || (replica?.gone && !replica.left))) return false;
  if (head.deleted) return isThere;
  // It is back in the share: what is known of it says so before it counts again.
  return !isThere || replica.left === true || fieldsBehind(plan, head, replica).length > 0;
}

/**
 * Fields in which the server is not where the head is; all of them where nothing is known of it. What waits for a person stays as it is
 * there; where it is not what stands for the server, as in a record that was made anew without it, the server lacks that. What could not be
 * read there stays as well: it could be kept nowhere (R5).
 */
export function fieldsBehind(
  plan: Pick<Followed, 'fields'>,
  head: Head,
  replica: (Pick<Replica, 'digests' | 'sent' | 'unread'> & Partial<Pick<Replica, 'server'>>) | undefined,
): readonly FieldName[] {
  return plan.fields
    .map((field) => field.name)
    .filter((field) => replica?.unread?.[field] === undefined)
    .filter((field) => {
      const wanted = head.fields[field];
      if (wanted === undefined) return false;
      const due = wanted.held === undefined ? wanted : wanted.held.candidates[replica?.server ?? ''];
      return due !== undefined && !holds(replica, field, due.digest);
    });
}

const holds = (
  replica: Pick<Replica, 'digests' | 'sent'> | undefined,
  field: FieldName,
  wanted: Digest,
): boolean => replica?.digests[field] === wanted || replica?.sent?.[field] === wanted;
