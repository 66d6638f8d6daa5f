/** What a state that was seen on a server makes of the head and of what is known of that server: the merge, and the replica to write after it. */
import { deliveredBefore } from '../core/delivered.ts';
import { digestOf, type Digests } from '../core/digest.ts';
import { unreadFiles } from '../core/field-stamp.ts';
import type { Head, Replica } from '../core/head.ts';
import { merge } from '../core/merge.ts';
import { type Base, covers, isBehind, type Observation, type Verdict } from '../core/observation.ts';
import { isApart } from '../core/share.ts';
import { amountsOf } from '../core/sums.ts';
import { wentBefore } from '../core/went.ts';
import type { Place } from './engine.ts';
import type { Move } from './hand-over.ts';
import type { Known, Pending } from './ingest.ts';
import { withFormerFiles, withoutFilesOfLate } from './unread-files.ts';

export type SeenMove = Move & {
  readonly pending: Pending;
  readonly base: Base | undefined;
  /** Fields are left that were never read there, or came since: the record goes through once more. */
  readonly unfinished: boolean;
};

export function moveOf(place: Place, pending: Pending, verdict: Verdict, known: Known): SeenMove | undefined {
  if (verdict.kind !== 'merge' && verdict.kind !== 'rewritten') return undefined;
  const head = known.heads.get(pending.seen.key);
  const replica = known.replicas.get(pending.seen.key);
  const base = verdict.kind === 'merge' ? verdict.base : replica && { ...replica, sent: replica.sent ?? {} };
  const isRewritten = verdict.kind === 'rewritten';
  const seen = withFormerFiles(isRewritten ? withoutFilesOfLate(pending.seen, base) : pending.seen, base);
  const hasLeft = base !== undefined && hasLeftShare(place, seen, head, replica);
  const accepted = isRewritten ? (hasLeft ? [] : acceptedRewrites(place, verdict.fields)) : undefined;
  const merged = merge({
    plan: place.plan,
    link: place.link,
    seen,
    head,
    base,
    sending: known.sending.get(seen.key) ?? [],
    recreated: replica?.gone === true,
    hasLeft,
    ...(accepted === undefined
      ? {}
      : { only: accepted, rewrittenElsewhere: rewrittenElsewhere(accepted, head, seen) }),
  });
  return {
    key: seen.key,
    before: head,
    cause: { kind: 'seen', server: seen.server },
    changedAt: Math.max(seen.changedAt.hi, base?.at ?? 0),
    pending,
    base,
    merged,
    replica:
      merged.head &&
      marked(place, merged.head, {
        ...nextReplica(place, seen, merged.head, base, replica, accepted),
        ...(hasLeft && { left: true }),
      }),
    unfinished:
      isRewritten &&
      base !== undefined &&
      (seen.unread?.length !== pending.seen.unread?.length || !covers(base, Object.keys(seen.digests))),
  };
}

/** What the row holds counts for nothing: it had left the server's share, and is not back in it. */
const hasLeftShare = (
  { link }: Place,
  { recordId }: Observation,
  head: Head | undefined,
  replica: Replica | undefined,
): boolean =>
  replica?.left === true &&
  replica.recordId === recordId &&
  head !== undefined &&
  isApart(link, head, replica);

/** Rewrites that count as edits, since the field says so. */
const acceptedRewrites = ({ plan }: Place, fields: readonly string[]): readonly string[] =>
  fields.filter((name) => plan.fields.find((field) => field.name === name)?.rewrites === 'accept');

/** Another server rewrites the same field differently: they would do so for ever (R6). */
const rewrittenElsewhere = (
  fields: readonly string[],
  head: Head | undefined,
  { server }: Observation,
): readonly string[] =>
  fields.filter((name) => {
    const by = head?.fields[name]?.rewrittenBy;
    return by !== undefined && by !== server;
  });

const marked = (place: Place, head: Head, replica: Replica): Replica =>
  isBehind(place, head, replica) ? { ...replica, behind: true } : replica;

function nextReplica(
  { plan }: Place,
  seen: Observation,
  head: Head,
  base: Base | undefined,
  before: Replica | undefined,
  accepted: readonly string[] | undefined,
): Replica {
  const { server, key, recordId, modId, at, until } = seen;
  const digests = accepted === undefined ? seen.digests : sameFields(seen.digests, base?.digests ?? {});
  const sent = Object.entries(base === undefined ? {} : rewrittenFrom(seen, base, accepted));
  return {
    table: head.table,
    server,
    key,
    rev: (before?.rev ?? 0) + 1,
    recordId,
    modId,
    version: head.version,
    at,
    until,
    digests,
    ...unreadFiles({ seen, base }),
    // Of what was forgotten no value is kept.
    ...(head.deleted?.bare ? {} : amountsOf(plan.fields, seen.values)),
    ...(sent.length === 0 ? {} : { sent: Object.fromEntries(sent) }),
    ...deliveredBefore(before),
    ...wentBefore(before),
  };
}

const sameFields = (digests: Digests, as: Digests): Digests =>
  Object.fromEntries(Object.entries(digests).filter(([field]) => as[field] !== undefined));

/** What we sent, for the fields in which the server holds its own version of that. */
function rewrittenFrom(
  seen: Observation,
  base: Base,
  accepted: readonly string[] | undefined,
): Readonly<Record<string, string>> {
  const kept = Object.entries(base.sent).filter(([field]) => seen.digests[field] === base.digests[field]);
  if (accepted === undefined) return Object.fromEntries(kept);
  const now = Object.keys(base.digests)
    .filter((field) => seen.digests[field] !== base.digests[field] && !accepted.includes(field))
    .map((field) => [field, base.sent[field] ?? base.digests[field] ?? digestOf('')]);
  return Object.fromEntries([...kept, ...now]);
}
