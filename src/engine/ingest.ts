/**
 * ingest: states of records were seen on a server; what that server changed is merged into the heads.
 *
 *   R2  The batch rows of all who will be behind are in the store before the head that makes them so.
 *   R4  The order of the loads matters: what is about to be written there first, then head and replica. A row is
 *       closed only after its replicas are written, so what is no longer in the first is already in the second.
 *   R7  A record whose key is empty, doubled or looks like another is parked; the others go on.
 *
 * Every write is conditional on what was loaded; where a condition fails, that record starts over.
 */
import type { Sending } from '../core/batch.ts';
import { hasMoreOnce } from '../core/create-only.ts';
import { deliveredBefore } from '../core/delivered.ts';
import { digestOf, type Digests } from '../core/digest.ts';
import type { Head, Replica } from '../core/head.ts';
import { merge } from '../core/merge.ts';
import { sends } from '../core/link.ts';
import type { EpochMs, Key } from '../core/names.ts';
import { amountsOf } from '../core/sums.ts';
import { type Base, covers, isBehind, judge, type Observation, type Verdict } from '../core/observation.ts';
import { isApart } from '../core/share.ts';
import { wentBefore } from '../core/went.ts';
import { confirm } from './confirm.ts';
import type { Engine, Place } from './engine.ts';
import { keepSightings } from './keep-sightings.ts';
import type { LinkClock } from './link-clock.ts';
import { handOver, type Move } from './hand-over.ts';
import { isOutdated } from './outdated.ts';
import { emptyKey, isMendedBySight, isUnclear, parkRecords, rowKey, unpark } from './park.ts';
import { readable } from './readable.ts';
import { type FileWatch, haltIfOtherFile } from './restored.ts';
import { Sightings, sight } from './sightings.ts';

/** A record on its way into the head. */
export type Pending = {
  readonly seen: Observation;
  /** The replica's rev before the read that showed `seen`, where that read was made to confirm it. */
  readonly confirmedRev?: number;
  /** Two rows with this key were seen, now or before: the look-up has to say. */
  readonly doubted?: true;
  /** What differs counts, though the modId be the one that is known. */
  readonly byContent?: boolean;
};

export type Known = {
  readonly sending: ReadonlyMap<Key, readonly Sending[]>;
  readonly heads: ReadonlyMap<Key, Head>;
  readonly replicas: ReadonlyMap<Key, Replica>;
};

export type SeenMove = Move & {
  readonly pending: Pending;
  readonly base: Base | undefined;
  /** Fields are left that were never read there: the record goes through once more. */
  readonly unfinished: boolean;
};

/** A record that keeps moving under us settles in a later run; each attempt costs a few reads. */
const mostAttempts = 20;

export type IngestOptions = {
  /** Whether stamps tell of users' clocks. Of what changed without a stamp they do not. Default: true. */
  readonly isStamped?: boolean;
  /** These were compared: what differs in them counts though their modIds did not change. Default: false. */
  readonly byContent?: boolean;
  /** Of a reading that goes through many rows. */
  readonly watch?: FileWatch;
};

/** `since`: no change in these states can be older (for the lag). */
export async function ingest(
  engine: Engine,
  place: Place,
  observations: readonly Observation[],
  clock: LinkClock,
  since: EpochMs,
  signal: AbortSignal,
  { isStamped = true, byContent = false, watch }: IngestOptions = {},
): Promise<Sightings> {
  const sightings = new Sightings(place, clock, isStamped, watch);
  const usable = await withUsableKeys(engine, place, observations, sightings);
  let open: readonly Pending[] = byContent ? usable.map((pending) => ({ ...pending, byContent })) : usable;
  for (let attempt = 0; attempt < mostAttempts && open.length > 0; attempt += 1) {
    signal.throwIfAborted();
    open = await once(engine, place, open, clock, since, sightings, signal);
  }
  sightings.unsettled += open.length;
  await keepSightings(engine, place, sightings);
  engine.report({
    kind: 'ingested',
    table: place.plan.name,
    server: place.link.server,
    ...sightings.counts(),
  });
  return sightings;
}

/** One pass over the protocol's steps; returns the records that have to start over. */
async function once(
  engine: Engine,
  place: Place,
  open: readonly Pending[],
  clock: LinkClock,
  since: EpochMs,
  sightings: Sightings,
  signal: AbortSignal,
): Promise<readonly Pending[]> {
  const keys = open.map(({ seen }) => seen.key);
  const [isOld, known] = await Promise.all([
    isOutdated(engine, place),
    loadKnown(engine, place, keys, sightings),
  ]);
  // Another process may have come to other names of fields since this one began to read.
  if (isOld) {
    sightings.halted = true;
    return [];
  }
  const readableOnes = open.filter(({ seen }) => !known.unreadable.has(seen.key));
  const judged = readableOnes.map((pending) => ({ pending, verdict: verdictOn(place, pending, known) }));
  for (const { pending, verdict } of judged) {
    const replica = known.replicas.get(pending.seen.key);
    sight(sightings, pending.seen, verdict, replica);
    // Of what is set aside already it is known why nothing is known of it.
    if (!pending.doubted) sightings.signs.add(pending.seen, verdict, replica);
  }
  // Before anything else of the page counts: in another file nothing of it means what it seems to.
  if (await haltIfOtherFile(engine, place, sightings.takeSigns(), signal)) {
    sightings.halted = true;
    return [];
  }
  const doubtful = judged.filter(({ verdict }) => verdict.kind === 'confirm').map(({ pending }) => pending);
  const moves = judged.flatMap(({ pending, verdict }) => moveOf(place, pending, verdict, known) ?? []);
  const moved = await handOver(engine, place, moves, since);
  const again = moves.filter(({ key }) => moved.has(key)).map(({ pending }) => pending);
  const done = moves.filter(({ key }) => !moved.has(key));
  sightings.merged(done);
  await unpark(
    engine,
    place,
    done.flatMap(({ pending: { seen } }) => [seen.key, rowKey(seen.recordId)]),
    isMendedBySight,
  );
  const unfinished = done.flatMap(({ pending, unfinished: more }) => (more ? pending : []));
  return [
    ...again,
    ...unfinished,
    ...(await confirm(engine, place, doubtful, known, clock, sightings, signal)),
  ];
}

/** What is about to be done there first, then heads and replicas (R4). What cannot be read is parked. */
export async function loadKnown(
  engine: Engine,
  place: Place,
  keys: readonly Key[],
  counter?: { parked: number },
): Promise<Known & { readonly unreadable: ReadonlySet<Key> }> {
  const { plan, link } = place;
  const sending = await engine.control.sendingOf(plan.name, link.server, keys);
  const read = async (of: readonly Key[]): Promise<Known> => {
    const heads = await engine.records.heads(plan.name, of);
    return { sending, heads, replicas: await engine.records.replicas(plan.name, link.server, of) };
  };
  const { result, unreadable } = await readable(engine, place, keys, read, counter);
  return { ...result, unreadable };
}

function verdictOn({ plan, link }: Place, pending: Pending, { heads, replicas }: Known): Verdict {
  const { seen, confirmedRev, doubted, byContent } = pending;
  if (doubted) return { kind: 'confirm' };
  const [head, replica] = [heads.get(seen.key), replicas.get(seen.key)];
  const verdict = judge(seen, head, replica, confirmedRev, byContent);
  const counts = sends(link) && head !== undefined && !head.deleted && !replica?.left;
  const isMore = verdict.kind === 'echo' && counts && hasMoreOnce(plan, head, seen);
  return isMore ? judge(seen, head, replica, confirmedRev, true) : verdict;
}

function moveOf(place: Place, pending: Pending, verdict: Verdict, known: Known): SeenMove | undefined {
  if (verdict.kind !== 'merge' && verdict.kind !== 'rewritten') return undefined;
  const { seen } = pending;
  const head = known.heads.get(seen.key);
  const replica = known.replicas.get(seen.key);
  const base = verdict.kind === 'merge' ? verdict.base : replica && { ...replica, sent: replica.sent ?? {} };
  const hasLeft = base !== undefined && hasLeftShare(place, seen, head, replica);
  const accepted =
    verdict.kind === 'rewritten' ? (hasLeft ? [] : acceptedRewrites(place, verdict.fields)) : undefined;
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
    unfinished: accepted !== undefined && base !== undefined && !covers(base, Object.keys(seen.digests)),
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

/** Parks records without a key, and marks keys that two rows of this page share. */
async function withUsableKeys(
  engine: Engine,
  place: Place,
  observations: readonly Observation[],
  sightings: Sightings,
): Promise<readonly Pending[]> {
  const keyless = observations.filter((seen) => seen.key === '');
  await parkRecords(
    engine,
    place,
    keyless.map((seen) => emptyKey(place, seen.recordId)),
    sightings,
  );
  const byKey = Map.groupBy(
    observations.filter((seen) => seen.key !== ''),
    (seen) => seen.key,
  );
  const parked = await engine.control.parkedAmong(place.plan.name, place.link.server, [...byKey.keys()]);
  return [...byKey].flatMap(([key, rows]): readonly Pending[] => {
    const [first, ...others] = rows.toSorted((a, b) => b.modId - a.modId);
    if (first === undefined) return [];
    const before = parked.get(key);
    const doubled = others.some((row) => row.recordId !== first.recordId);
    // One of two rows that share a key may change by itself: only a look-up shows whether they still do.
    const doubted = doubled || (before !== undefined && isUnclear(before));
    return [doubted ? { seen: first, doubted } : { seen: first }];
  });
}
