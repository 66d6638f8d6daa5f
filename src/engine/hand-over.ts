/**
 * The effects of a merge, in the only order that survives a crash at any point:
 * losing values kept, batch rows in preparation, heads, rows ready, messages sent, the source's replicas last.
 *
 *   R1  When the replica of a state is written, all that follows from the state is in the store.
 *   R2  A crash before the heads leaves hints to nothing; one after them leaves rows that are tried.
 *   R5  The losing value is kept before the head that loses it.
 */
import type { BatchRow } from '../core/batch.ts';
import type { Head, Replica } from '../core/head.ts';
import { type Link, receives } from '../core/link.ts';
import type { EpochMs, Key, ServerName } from '../core/names.ts';
import { fieldsBehind } from '../core/observation.ts';
import { chunksOf, type Engine, type Place } from './engine.ts';
import type { Move, Pending } from './ingest.ts';

/** Returns the records whose head or replica moved meanwhile: they start over. */
export async function handOver(
  engine: Engine,
  place: Place,
  moves: readonly Move[],
  since: EpochMs,
): Promise<readonly Pending[]> {
  if (moves.length === 0) return [];
  await engine.control.putConflicts(moves.flatMap((move) => move.merged.lost));
  const rows = await prepare(engine, place, moves, since);
  const heads = moves.flatMap(({ merged }) => (merged.changed && merged.head ? [merged.head] : []));
  const refused = heads.length === 0 ? new Set<Key>() : await engine.records.putHeads(heads);
  await announce(engine, rows);
  for (const { table, server, keys } of rows) {
    engine.report({ kind: 'batched', table, server, keys: keys.length });
  }
  const done = moves.filter((move) => !refused.has(move.pending.seen.key));
  const replicas = done.flatMap((move) => move.replica ?? []);
  const moved = replicas.length === 0 ? new Set<Key>() : await engine.records.putReplicas(replicas);
  return moves
    .filter(({ pending }) => refused.has(pending.seen.key) || moved.has(pending.seen.key))
    .map((move) => move.pending);
}

/** Batch rows for every receiver that will not be in step. */
async function prepare(
  engine: Engine,
  place: Place,
  moves: readonly Move[],
  since: EpochMs,
): Promise<readonly BatchRow[]> {
  const rows: BatchRow[] = [];
  for (const link of place.plan.links.filter(receives)) {
    const late = await movesBehind(engine, place, link, moves);
    for (const chunk of chunksOf(late, engine.settings.batchSize)) {
      rows.push(batchRow(engine, place, link.server, chunk, since));
    }
  }
  if (rows.length > 0) await engine.control.putBatches(rows);
  return rows;
}

/** A head that did not change left its rows with whoever changed it; only the source itself may be behind then. */
async function movesBehind(
  engine: Engine,
  { plan, link: source }: Place,
  target: Link,
  moves: readonly Move[],
): Promise<readonly Move[]> {
  const concerned = moves.filter(({ merged }) => merged.head && (merged.changed || target === source));
  if (concerned.length === 0) return [];
  const known = target === source ? undefined : await replicasOf(engine, plan.name, target.server, concerned);
  return concerned.filter(({ merged, replica, pending }) => {
    const there = known === undefined ? replica : known.get(pending.seen.key);
    return merged.head !== undefined && isBehind(plan, merged.head, there);
  });
}

const isBehind = (plan: Place['plan'], head: Head, replica: Replica | undefined): boolean =>
  replica === undefined || fieldsBehind(plan, head, replica).length > 0;

const replicasOf = (engine: Engine, table: string, server: ServerName, moves: readonly Move[]) =>
  engine.records.replicas(
    table,
    server,
    moves.map((move) => move.pending.seen.key),
  );

function batchRow(
  engine: Engine,
  { plan }: Place,
  server: ServerName,
  moves: readonly Move[],
  since: EpochMs,
): BatchRow {
  const changes = moves.map(({ pending, base }) => Math.max(pending.seen.changedAt.hi, base?.at ?? 0, since));
  return {
    id: engine.newId(),
    table: plan.name,
    server,
    keys: moves.map(({ pending, merged }) => ({ key: pending.seen.key, version: merged.head?.version ?? 0 })),
    state: 'preparing',
    rev: 1,
    sending: [],
    attempts: 0,
    notBefore: 0,
    sentAt: 0,
    createdAt: engine.clock.now(),
    oldestChangeAt: Math.min(...changes),
  };
}

/** Makes rows ready and sends their messages. */
export async function announce(engine: Engine, rows: readonly BatchRow[]): Promise<void> {
  if (rows.length === 0) return;
  await engine.control.markReady(
    rows.map((row) => row.id),
    engine.clock.now(),
  );
  for (const [server, of] of Map.groupBy(rows, (row) => row.server)) {
    await engine.queue.send(
      server,
      of.map((row) => row.id),
    );
  }
}
