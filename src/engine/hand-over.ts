/**
 * The effects of a merge, in the only order that survives a crash at any point:
 * losing values kept, entries of the history, batch rows in preparation, heads, rows ready, messages sent, the source's replicas last.
 *
 *   R1  When the replica of a state is written, all that follows from the state is in the store.
 *   R2  A crash before the heads leaves hints to nothing; one after them leaves rows that are tried.
 *   R5  The losing value is kept before the head that loses it, and what a head replaces before it is replaced.
 */
import { keptFor } from '../core/conflict.ts';
import type { BatchId, BatchKey, BatchRow } from '../core/batch.ts';
import { type Link, receives } from '../core/link.ts';
import type { EpochMs, Key, ServerName } from '../core/names.ts';
import type { Head, Replica } from '../core/head.ts';
import type { Cause } from '../core/history.ts';
import type { Merged } from '../core/merge.ts';
import { isBehind } from '../core/observation.ts';
import { hasSameShare, shapeOf } from '../core/shape.ts';
import { isOutside } from '../core/share.ts';
import { closeAgreed } from './agreed.ts';
import { chunksOf, type Engine, type Place } from './engine.ts';
import { keepHistory } from './keep-history.ts';

/** What it takes of the engine: what a person chose comes from no server. */
export type Handing = Pick<
  Engine,
  'records' | 'control' | 'queue' | 'clock' | 'newId' | 'settings' | 'report'
>;
type Where = Pick<Place, 'plan'> & Partial<Pick<Place, 'link'>>;

/** One record's merge, before its effects. */
export type Move = {
  readonly key: Key;
  /** The head as it was read. */
  readonly before: Head | undefined;
  readonly cause: Cause;
  /** When the change took place, at the latest. */
  readonly changedAt: EpochMs;
  readonly merged: Merged;
  /** The replica to write last; undefined where no head exists for it. */
  readonly replica: Replica | undefined;
};

/** Returns the records whose head or replica moved meanwhile: they start over. */
export async function handOver(
  engine: Handing,
  place: Where,
  moves: readonly Move[],
  since: EpochMs,
): Promise<ReadonlySet<Key>> {
  if (moves.length === 0) return new Set();
  const lost = moves.flatMap((move) => move.merged.lost);
  await engine.control.putConflicts(lost.map(keptFor(engine.settings.conflictsMs)));
  const heads = await keepHistory(engine, moves);
  const changed = moves.filter((move) => move.merged.changed);
  const joining = await joiningReceivers(engine, place, changed);
  const prepared = await putRows(engine, [
    ...ownRows(engine, place, moves, changed, since),
    ...rowsFor(engine, place, joining, changed, since),
  ]);
  const refused = heads.length === 0 ? new Set<Key>() : await engine.records.putHeads(heads);
  // Whoever lists the heads for a server that has joined since may have passed by before these were stored.
  const joined = (await joiningReceivers(engine, place, changed)).filter((one) => !joining.includes(one));
  const rows = [...prepared, ...(await putRows(engine, rowsFor(engine, place, joined, changed, since)))];
  await announce(engine, rows);
  for (const { table, server, keys } of rows) {
    engine.report({ kind: 'batched', table, server, keys: keys.length });
  }
  const done = moves.filter(({ key }) => !refused.has(key));
  await closeAgreed(
    engine,
    done.map(({ merged }) => merged),
  );
  const replicas = done.flatMap((move) => move.replica ?? []);
  const moved = replicas.length === 0 ? new Set<Key>() : await engine.records.putReplicas(replicas);
  return new Set([...refused, ...moved]);
}

/**
 * Batch rows for every receiver of a head that changed and is or was in its share, in step or not: a writer may be busy there with the head as it
 * was, and whoever finds the record in step closes the row without a request.
 */
const ownRows = (
  engine: Handing,
  place: Where,
  moves: readonly Move[],
  changed: readonly Move[],
  since: EpochMs,
): readonly BatchRow[] =>
  place.plan.links.filter(receives).flatMap((link) => {
    const concerned =
      link === place.link
        ? moves.filter((move) => leavesBehind({ plan: place.plan, link }, move))
        : changed.filter((move) => concerns(link, move));
    return rowsFor(engine, place, [link.server], concerned, since);
  });

const rowsFor = (
  engine: Handing,
  place: Where,
  servers: readonly ServerName[],
  concerned: readonly Move[],
  since: EpochMs,
): readonly BatchRow[] =>
  servers.flatMap((server) =>
    chunksOf(concerned, engine.settings.batchSize).map((chunk) =>
      batchRow(engine, place, server, chunk, since),
    ),
  );

async function putRows(engine: Handing, rows: readonly BatchRow[]): Promise<readonly BatchRow[]> {
  if (rows.length > 0) await engine.control.putBatches(rows);
  return rows;
}

/** Servers that another process, which knows a newer configuration, has begun to hand everything to, or another share. */
async function joiningReceivers(
  { control }: Handing,
  { plan }: Where,
  changed: readonly Move[],
): Promise<readonly ServerName[]> {
  if (changed.length === 0) return [];
  const own = shapeOf(plan);
  const stored = await control.shape(plan.name);
  if (stored === undefined) return [];
  return stored.receivers.filter(
    (server) => !own.receivers.includes(server) || !hasSameShare(stored, own, server),
  );
}

/** The source itself lost something, or holds less than the head. */
const leavesBehind = (place: Pick<Place, 'plan' | 'link'>, { merged: { head }, replica }: Move): boolean =>
  head !== undefined && replica !== undefined && isBehind(place, head, replica);

/**
 * Nothing changes for a server in whose share the record neither was nor is. Whoever may still be bringing it there as it was before it left
 * looks at it again when that is done.
 */
const concerns = (link: Link, { before, merged }: Move): boolean =>
  link.share === undefined || !(isElsewhere(link, before) && isElsewhere(link, merged.head));

const isElsewhere = (link: Link, head: Head | undefined): boolean =>
  head === undefined || isOutside(link, head);

function batchRow(
  engine: Handing,
  place: Where,
  server: ServerName,
  moves: readonly Move[],
  since: EpochMs,
): BatchRow {
  const changes = moves.map(({ changedAt }) => Math.max(changedAt, since));
  const keys = moves.map(({ key, merged }) => ({ key, version: merged.head?.version ?? 0 }));
  return newBatch(engine, place, server, keys, Math.min(...changes));
}

/** A row in preparation; nobody works on it before it is announced. */
export const newBatch = (
  engine: Pick<Engine, 'newId' | 'clock'>,
  { plan }: Pick<Place, 'plan'>,
  server: ServerName,
  keys: readonly BatchKey[],
  oldestChangeAt: EpochMs,
): BatchRow => ({
  id: engine.newId(),
  table: plan.name,
  server,
  keys,
  state: 'preparing',
  rev: 1,
  sending: [],
  attempts: 0,
  notBefore: 0,
  sentAt: 0,
  createdAt: engine.clock.now(),
  oldestChangeAt,
});

type Announcing = Pick<Engine, 'control' | 'clock' | 'queue'>;

/** Makes rows ready and sends their messages. Where a queue takes none its rows are due at once, for who puts back. */
export async function announce(engine: Announcing, rows: readonly BatchRow[]): Promise<void> {
  if (rows.length === 0) return;
  const ids = rows.map((row) => row.id);
  await engine.control.markReady(ids, engine.clock.now());
  for (const [server, of] of Map.groupBy(rows, (row) => row.server)) {
    const own = of.map((row) => row.id);
    try {
      await engine.queue.send(server, own);
    } catch (error) {
      await makeDue(engine, own);
      throw error;
    }
  }
}

/** As well as it can: without it they are found by their age. */
async function makeDue({ control, clock }: Announcing, ids: readonly BatchId[]): Promise<void> {
  const until = clock.now() + 1;
  for (const id of ids) {
    const row = await control.batch(id).catch(() => undefined);
    if (row !== undefined) await control.defer(id, row.rev, until).catch(() => false);
  }
}
