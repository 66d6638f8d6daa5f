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
import { unknownFiles, withKnownFiles } from '../core/files.ts';
import type { Head, Replica } from '../core/head.ts';
import { sends } from '../core/link.ts';
import type { EpochMs, Key } from '../core/names.ts';
import { judge, type Observation, type Verdict } from '../core/observation.ts';
import { confirm } from './confirm.ts';
import { chunksOf, type Engine, type Place } from './engine.ts';
import { readFiles, stillRead } from './files.ts';
import { keepSightings } from './keep-sightings.ts';
import type { LinkClock } from './link-clock.ts';
import { handOver } from './hand-over.ts';
import { isOutdated } from './outdated.ts';
import { emptyKey, isMendedBySight, isOfFile, isUnclear, parkRecords, rowKey, unpark } from './park.ts';
import { readable } from './readable.ts';
import { type FileWatch, haltIfOtherFile } from './restored.ts';
import { moveOf } from './seen-move.ts';
import { Sightings, sight } from './sightings.ts';
import { mayGoWithout } from './unread-files.ts';

/** A record on its way into the head. */
export type Pending = {
  readonly seen: Observation;
  /** The replica's rev before the read that showed `seen`, where that read was made to confirm it. */
  readonly confirmedRev?: number;
  /** Two rows with this key were seen, now or before: the look-up has to say. */
  readonly doubted?: true;
  /** What differs counts, though the modId be the one that is known. */
  readonly byContent?: boolean;
  /** Files of it that could not be taken are tried again though it is as it was known: as asked for, and where it is not parked for one. */
  readonly retriesFiles?: boolean;
};

export type Known = {
  readonly sending: ReadonlyMap<Key, readonly Sending[]>;
  readonly heads: ReadonlyMap<Key, Head>;
  readonly replicas: ReadonlyMap<Key, Replica>;
};

/** A record that keeps moving under us settles in a later run; each attempt costs a few reads. */
const mostAttempts = 20;

export type IngestOptions = {
  /** Whether stamps tell of users' clocks. Of what changed without a stamp they do not. Default: true. */
  readonly isStamped?: boolean;
  /** These were compared: what differs in them counts though their modIds did not change. Default: false. */
  readonly byContent?: boolean;
  /** Files that could not be taken are tried again. Default: only of records that changed since. */
  readonly retriesFiles?: boolean;
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
  { isStamped = true, byContent = false, retriesFiles = false, watch }: IngestOptions = {},
): Promise<Sightings> {
  const sightings = new Sightings(place, clock, isStamped, watch);
  const usable = await withUsableKeys(engine, place, observations, sightings);
  const how = { ...(byContent && { byContent }), ...(retriesFiles && { retriesFiles }) };
  const open = usable.map((pending) => ({ ...pending, ...how }));
  const work = { engine, place, clock, since, sightings, signal };
  // Contents of containers come last, a few records at a time: what was read so far is put down before the next is read.
  for (
    let wanting = await settle(work, open, { attempts: 0, reads: 0 });
    wanting.length > 0 && !sightings.halted;
  )
    wanting = await settleWithFiles(work, wanting);
  await keepSightings(engine, place, sightings);
  engine.report({
    kind: 'ingested',
    table: place.plan.name,
    server: place.link.server,
    ...sightings.counts(),
  });
  return sightings;
}

type Work = {
  readonly engine: Engine;
  readonly place: Place;
  readonly clock: LinkClock;
  readonly since: EpochMs;
  readonly sightings: Sightings;
  readonly signal: AbortSignal;
};

/** Records of which files have to be read before they can be merged. */
type Wanting = Tries & { readonly pending: Pending };

/** `reads`: of its files. */
type Tries = { readonly attempts: number; readonly reads: number };

/** Passes until all are settled, or left for a later run; returns those that want their files. */
async function settle(
  work: Work,
  given: readonly Pending[],
  { attempts, reads }: Tries,
): Promise<readonly Wanting[]> {
  const wanting: Wanting[] = [];
  let open = given;
  let attempt = attempts;
  for (; attempt < mostAttempts && open.length > 0; attempt += 1) {
    work.signal.throwIfAborted();
    const passed = await once(work, open);
    open = passed.again;
    wanting.push(...passed.wanting.map((pending) => ({ pending, attempts: attempt + 1, reads })));
  }
  for (const { seen } of open) work.sightings.unsettled.add(seen.key);
  return wanting;
}

/** Records whose files are read at once: more keep more of a server's sessions busy, and are read again after a crash. Assumed. */
const filesAtOnce = 4;

/** Returns those that have to be read again, since they changed meanwhile. What has a large file comes last, and alone. */
async function settleWithFiles(
  work: Work,
  wanting: readonly Wanting[],
  atOnce = filesAtOnce,
): Promise<readonly Wanting[]> {
  const { engine, place, clock, sightings, signal } = work;
  const again: Wanting[] = [];
  const later: Wanting[] = [];
  for (const some of chunksOf(wanting, atOnce)) {
    signal.throwIfAborted();
    const keys = some.map(({ pending }) => pending.seen.key);
    const known = await loadKnown(engine, place, keys, sightings);
    const left = await stillRead(engine, place, { some, known, sightings });
    const came = await readFiles(engine, place, { some: left, known, clock, sightings }, signal);
    for (const { one, kept } of came.read) {
      again.push(...(await settle(work, [one.pending], { ...one, reads: one.reads + 1 })));
      await kept?.drop();
    }
    later.push(...came.later);
    if (sightings.halted) return [];
  }
  return later.length === 0 ? again : [...again, ...(await settleWithFiles(work, later, 1))];
}

type Passed = { readonly again: readonly Pending[]; readonly wanting: readonly Pending[] };
const nothing: Passed = { again: [], wanting: [] };

/** One pass over the protocol's steps: the records that have to start over, and those of which files have to be read before. */
async function once(
  { engine, place, clock, since, sightings, signal }: Work,
  open: readonly Pending[],
): Promise<Passed> {
  const keys = open.map(({ seen }) => seen.key);
  const [isOld, known] = await Promise.all([
    isOutdated(engine, place),
    loadKnown(engine, place, keys, sightings),
  ]);
  // Another process may have come to other names of fields since this one began to read.
  if (isOld) {
    sightings.halted = true;
    return nothing;
  }
  const readableOnes = open
    .filter(({ seen }) => !known.unreadable.has(seen.key))
    .map((pending) => asFarAsKnown(place, pending, known));
  const all = readableOnes.map((pending) => ({ pending, verdict: verdictOn(place, pending, known) }));
  const judged = all.filter(({ pending, verdict }) => mayGoWithout(place, pending.seen, verdict, known));
  for (const one of all) if (!judged.includes(one)) sightings.withoutFile.add(one.pending.seen.key);
  const wanting = judged.flatMap(({ pending, verdict }) => (wantsFiles(pending, verdict) ? pending : []));
  for (const { pending, verdict } of judged) {
    const replica = known.replicas.get(pending.seen.key);
    if (!wanting.includes(pending)) sight(sightings, pending.seen, verdict, replica);
    // Of what is set aside already it is known why nothing is known of it.
    if (!pending.doubted) sightings.signs.add(pending.seen, verdict, replica);
  }
  // Before anything else of the page counts: in another file nothing of it means what it seems to.
  if (await haltIfOtherFile(engine, place, sightings.takeSigns(), signal)) {
    sightings.halted = true;
    return nothing;
  }
  const doubtful = judged.filter(({ verdict }) => verdict.kind === 'confirm').map(({ pending }) => pending);
  const moves = judged
    .filter(({ pending }) => !wanting.includes(pending))
    .flatMap(({ pending, verdict }) => moveOf(place, pending, verdict, known) ?? []);
  const moved = await handOver(engine, place, moves, since);
  const again = moves.filter(({ key }) => moved.has(key)).map(({ pending }) => pending);
  const done = moves.filter(({ key }) => !moved.has(key));
  sightings.merged(done);
  await unpark(
    engine,
    place,
    done.flatMap(({ pending: { seen }, unfinished: more }) => [
      ...(seen.unread || more ? [] : [seen.key]),
      rowKey(seen.recordId),
    ]),
    isMendedBySight,
  );
  const unfinished = done.flatMap(({ pending, unfinished: more }) => (more ? pending : []));
  const confirmed = await confirm(engine, place, doubtful, known, clock, sightings, signal);
  return { again: [...again, ...unfinished, ...confirmed], wanting };
}

/** Files of a row that is as it was known are those that were known. */
function asFarAsKnown({ plan, link }: Place, pending: Pending, { heads, replicas }: Known): Pending {
  const { seen } = pending;
  if (unknownFiles(seen).length === 0) return pending;
  const head = heads.get(seen.key);
  // Of what was forgotten nothing is known any more: where it comes back it is read.
  if (head?.deleted?.bare) return pending;
  // Where a record is taken as one field, what was not changed may become the head's.
  const how = { withValues: plan.merge === 'record', retries: pending.retriesFiles === true };
  const byReplica = withKnownFiles(seen, replicas.get(seen.key), head, how);
  return { ...pending, seen: withKnownFiles(byReplica, head?.seen[link.server], head, how) };
}

const wantsFiles = ({ seen }: Pending, { kind }: Verdict): boolean =>
  (kind === 'merge' || kind === 'rewritten') && unknownFiles(seen).length > 0;

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
  const { seen, confirmedRev, doubted, byContent, retriesFiles } = pending;
  if (doubted) return { kind: 'confirm' };
  const [head, replica] = [heads.get(seen.key), replicas.get(seen.key)];
  const verdict = judge(seen, head, replica, confirmedRev, byContent);
  const counts = sends(link) && head !== undefined && !head.deleted && !replica?.left;
  const isMore = counts && hasMoreOnce(plan, head, seen);
  const isRetry = retriesFiles === true && replica?.unread !== undefined;
  return verdict.kind === 'echo' && (isMore || isRetry)
    ? judge(seen, head, replica, confirmedRev, true)
    : verdict;
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
    // Who is not parked for a file is not looked at again for one (R2): so it is tried, and parked if that fails.
    const retriesFiles = before === undefined || !isOfFile(before);
    return [{ seen: first, ...(doubted && { doubted }), ...(retriesFiles && { retriesFiles }) }];
  });
}
