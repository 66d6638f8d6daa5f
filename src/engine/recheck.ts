/**
 * Parked records, looked at once more because a person asked: what was mended on the server since goes on, the rest
 * is parked again (R7).
 */
import type { Parked } from '../core/conflict.ts';
import { matchRows } from '../core/look-up.ts';
import type { EpochMs, Key } from '../core/names.ts';
import { chunksOf, type Engine, type Place } from './engine.ts';
import { announce, newBatch } from './hand-over.ts';
import { ingest } from './ingest.ts';
import { linkClock, observe } from './link-clock.ts';
import { isParkedForKey, unpark } from './park.ts';

/** Parked records looked at in one run; older ones wait for the next. */
const mostRechecked = 1000;

/** Those parked before `since`. Throws ServerError where the server is at fault. */
export async function recheckParked(
  engine: Engine,
  place: Place,
  since: EpochMs,
  signal: AbortSignal,
): Promise<void> {
  const { plan, link } = place;
  const parked = (await engine.control.parked(mostRechecked)).filter(
    (one) =>
      one.table === plan.name && one.server === link.server && one.at < since && !one.key.startsWith('#'),
  );
  for (const chunk of chunksOf(parked, engine.settings.batchSize)) {
    const keys = chunk.map((one) => one.key);
    const unclear = await stillUnclear(engine, place, chunk.filter(isParkedForKey), signal);
    await deliverAgain(
      engine,
      place,
      keys.filter((key) => !unclear.has(key)),
    );
  }
}

/** Keys that can still not be told apart; those that can are ingested, and parked no more. */
async function stillUnclear(
  engine: Engine,
  place: Place,
  parked: readonly Parked[],
  signal: AbortSignal,
): Promise<ReadonlySet<Key>> {
  const keys = parked.map((one) => one.key);
  if (keys.length === 0) return new Set();
  const at = engine.clock.now();
  const matches = [...matchRows(keys, await place.table.lookUp(keys, signal))];
  const until = engine.clock.now();
  const clock = await linkClock(engine, place);
  const clear = matches.flatMap(([, match]) => (match.kind === 'found' ? [match.row] : []));
  const observations = clear.map((record) => observe(place, record, clock, at, until));
  await ingest(engine, place, observations, clock, at, signal);
  const unclear = new Set(matches.flatMap(([key, match]) => (match.kind === 'ambiguous' ? [key] : [])));
  await unpark(
    engine,
    place,
    keys.filter((key) => !unclear.has(key)),
  );
  return unclear;
}

/** Puts records that have a head into a batch once more. */
async function deliverAgain(engine: Engine, place: Place, keys: readonly Key[]): Promise<void> {
  const heads = await engine.records.heads(place.plan.name, keys);
  if (heads.size === 0) return;
  const wanted = [...heads].map(([key, { version }]) => ({ key, version }));
  const row = newBatch(engine, place, place.link.server, wanted, engine.clock.now());
  await engine.control.putBatches([row]);
  await announce(engine, [row]);
}
