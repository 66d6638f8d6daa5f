/**
 * ingest, of records that are gone from a server: what that means is merged into the heads, in the same order and under the
 * same conditions as what is seen there.
 *
 *   R3  Where the replica moved since the look, the record is looked for once more before its absence counts.
 *   R4  What is about to be done there is loaded first, then head and replica: our own delete is told from a user's.
 */
import {
  goneReplica,
  isByNobody,
  isDelete,
  type LastHeld,
  lastHeld,
  mergeAbsence,
  wentOut,
} from '../core/absence.ts';
import type { Head, Replica } from '../core/head.ts';
import type { EpochMs, Key } from '../core/names.ts';
import type { Engine, Place } from './engine.ts';
import { handOver, type Move } from './hand-over.ts';
import { ingest, type Known, loadKnown } from './ingest.ts';
import type { LinkClock } from './link-clock.ts';
import { type Gone, lookFor } from './look.ts';
import { isOutdated } from './outdated.ts';
import { unpark } from './park.ts';

/** A record that keeps moving under us settles in a later run; each attempt costs a few reads. */
const mostAttempts = 20;

export type AbsencesIngested = {
  /** Records that are deleted everywhere from now on. */
  readonly deleted: readonly Key[];
  /** Records whose end there is put down, `deleted` among them. */
  readonly ended: readonly Key[];
  /** Records of which nothing could be put down: they are unreadable, or kept moving. */
  readonly left: readonly Key[];
  /** Values or deletes that lost. */
  readonly conflicts: number;
};

export type AbsenceOptions = {
  /** Nobody deleted them: a person said that they were lost, or they went with a parent of which that is so. They come back on this server. */
  readonly putBack?: 'lost' | 'taken';
};

/** `since`: no change in these states can be older (for the lag). */
export async function ingestAbsences(
  engine: Engine,
  place: Place,
  gone: readonly Gone[],
  clock: LinkClock,
  since: EpochMs,
  signal: AbortSignal,
  { putBack }: AbsenceOptions = {},
): Promise<AbsencesIngested> {
  const deleted: Key[] = [];
  const ended: Key[] = [];
  const left: Key[] = [];
  let conflicts = 0;
  let open = gone;
  for (let attempt = 0; attempt < mostAttempts && open.length > 0; attempt += 1) {
    signal.throwIfAborted();
    if (await isOutdated(engine, place)) break;
    const known = await loadKnown(
      engine,
      place,
      open.map(({ key }) => key),
    );
    const readable = open.filter(({ key }) => !known.unreadable.has(key));
    left.push(...known.unreadable);
    const [sure, doubtful] = partition(
      readable,
      ({ key, rev }) => rev === (known.replicas.get(key)?.rev ?? 0),
    );
    const moves = sure.flatMap((one) => moveOf(place, one, known, putBack) ?? []);
    const moved = await handOver(engine, place, moves, since);
    const done = moves.filter(({ key }) => !moved.has(key));
    ended.push(...done.map(({ key }) => key));
    deleted.push(...done.filter(({ merged }) => merged.changed).map(({ key }) => key));
    conflicts += done.reduce((sum, { merged }) => sum + merged.lost.length, 0);
    await unpark(
      engine,
      place,
      done.map(({ key }) => key),
    );
    const again = [...sure.filter(({ key }) => moved.has(key)), ...doubtful];
    open = await lookAgain(engine, place, again, known, clock, since, signal);
  }
  left.push(...open.map(({ key }) => key));
  return { deleted, ended, left, conflicts };
}

/** Those of the records whose absence would end them everywhere. */
export async function deletesAmong(
  engine: Engine,
  place: Place,
  keys: readonly Key[],
): Promise<readonly Key[]> {
  const { sending, heads, replicas, unreadable } = await loadKnown(engine, place, keys);
  return keys.filter((key) => {
    const head = heads.get(key);
    if (head === undefined || unreadable.has(key)) return false;
    const held = lastHeld(head, replicas.get(key), place.link.server);
    return held !== undefined && isDelete({ ...place, head, held, sending: sending.get(key) ?? [] });
  });
}

function moveOf(
  place: Place,
  gone: Gone,
  known: Known,
  putBack: AbsenceOptions['putBack'],
): Move | undefined {
  const head = known.heads.get(gone.key);
  const replica = known.replicas.get(gone.key);
  const held = lastHeld(head, replica, place.link.server);
  if (head === undefined) return undefined;
  if (held === undefined) return endedBefore(gone, head, replica);
  const { plan, link } = place;
  const sending = known.sending.get(gone.key) ?? [];
  const of = { plan, link, head, held, sending };
  const merged = putBack
    ? { head, changed: false, stored: false, lost: [] }
    : mergeAbsence({ ...of, absence: gone });
  const version = merged.head?.version ?? head.version;
  return {
    key: gone.key,
    before: head,
    cause: { kind: 'seen', server: gone.server },
    changedAt: gone.until,
    merged,
    replica: {
      ...goneReplica({ ...goneFrom(head, held, gone), version }, replica),
      ...((putBack === 'taken' || wentOut(of)) && { left: true as const }),
      ...((putBack || isByNobody(of)) && { wentAt: gone.until }),
    },
  };
}

/** The head tells of the end already, the replica does not yet: whoever put it down died in between. */
function endedBefore(
  { key, server, at, until }: Gone,
  head: Head,
  replica: Replica | undefined,
): Move | undefined {
  if (replica === undefined || replica.gone) return undefined;
  const merged = { head, changed: false, stored: false, lost: [] };
  const cause = { kind: 'seen', server } as const;
  const put = goneReplica({ ...replica, at, until }, replica);
  return { key, before: head, cause, changedAt: until, merged, replica: put };
}

const goneFrom = (
  { table }: Head,
  { recordId, modId }: LastHeld,
  { server, key, at, until }: Gone,
): Omit<Replica, 'rev' | 'digests' | 'version'> => ({ table, server, key, recordId, modId, at, until });

/** What is there after all is ingested; the rest is gone from the row that is known now. */
async function lookAgain(
  engine: Engine,
  place: Place,
  again: readonly Gone[],
  { replicas }: Pick<Known, 'replicas'>,
  clock: LinkClock,
  since: EpochMs,
  signal: AbortSignal,
): Promise<readonly Gone[]> {
  if (again.length === 0) return [];
  const fresh = await engine.records.replicas(
    place.plan.name,
    place.link.server,
    again.map(({ key }) => key),
  );
  const wanted = again.map(({ key, recordId }) => {
    const replica = fresh.get(key) ?? replicas.get(key);
    return { key, recordId: replica?.recordId ?? recordId, rev: fresh.get(key)?.rev ?? 0 };
  });
  const looked = await lookFor(engine, place, wanted, clock, signal);
  await ingest(engine, place, looked.present, clock, since, signal);
  return looked.gone;
}

function partition<Item>(
  items: readonly Item[],
  holds: (item: Item) => boolean,
): readonly [readonly Item[], readonly Item[]] {
  return [items.filter(holds), items.filter((item) => !holds(item))];
}
