/**
 * Records of which nothing is known on their server are read once more, by key, before they count.
 *
 *   R1  One that was listed and that the look-up does not show is parked, not passed over, unless it is gone by now.
 *   R3  What a look-up by key cannot tell apart is parked: it could not be written without taking one for another.
 */
import { type Match, matchRows } from '../core/look-up.ts';
import type { Key } from '../core/names.ts';
import type { ServerRecord } from '../ports/server.ts';
import { all } from './all.ts';
import { chunksOf, type Engine, type Place } from './engine.ts';
import type { Known, Pending } from './ingest.ts';
import { type LinkClock, observe } from './link-clock.ts';
import { ambiguousKey, parkRecords, type Reason, unfindableRecord } from './park.ts';
import type { Sightings } from './sightings.ts';

/** The records as the look-up showed them. */
export async function confirm(
  engine: Engine,
  place: Place,
  doubtful: readonly Pending[],
  known: Pick<Known, 'replicas'>,
  clock: LinkClock,
  sightings: Sightings,
  signal: AbortSignal,
): Promise<readonly Pending[]> {
  const confirmed = await all(
    chunksOf(doubtful, engine.settings.batchSize).map(async (chunk) => {
      const keys = chunk.map(({ seen }) => seen.key);
      const at = engine.clock.now();
      const rows = await place.table.lookUp(keys, signal);
      const until = engine.clock.now();
      const matches = matchRows(keys, rows);
      const alike = [...matches].flatMap(([key, match]) =>
        match.kind === 'ambiguous' ? ambiguousKey(place, key, match.code) : [],
      );
      const stale = await notBack(place, chunk, matches, known, signal);
      const absent = chunk.filter(({ seen }) => matches.get(seen.key)?.kind === 'absent');
      const unfindable = await unfindableOf(place, absent, signal);
      await parkRecords(engine, place, [...alike, ...unfindable], sightings);
      return [...matches].flatMap(([key, match]): readonly Pending[] => {
        if (match.kind !== 'found' || stale.has(key)) return [];
        const confirmedRev = known.replicas.get(key)?.rev ?? 0;
        return [{ seen: observe(place, match.row, clock, at, until), confirmedRev }];
      });
    }),
  );
  return confirmed.flat();
}

/**
 * Keys whose row was found gone before, is shown by the look-up again, and not by a read of that row: the find showed an
 * earlier state.
 */
async function notBack(
  place: Place,
  chunk: readonly Pending[],
  matches: ReadonlyMap<Key, Match<ServerRecord>>,
  { replicas }: Pick<Known, 'replicas'>,
  signal: AbortSignal,
): Promise<ReadonlySet<Key>> {
  const stale = new Set<Key>();
  for (const { seen } of chunk) {
    const match = matches.get(seen.key);
    const before = replicas.get(seen.key);
    if (match?.kind !== 'found' || !before?.gone || match.row.recordId !== before.recordId) continue;
    if (!(await stillHas(place, seen.key, before.recordId, signal))) stale.add(seen.key);
  }
  return stale;
}

/** Those of the records that are there all the same. */
async function unfindableOf(
  place: Place,
  absent: readonly Pending[],
  signal: AbortSignal,
): Promise<readonly Reason[]> {
  const reasons: Reason[] = [];
  for (const { seen } of absent) {
    if (await stillHas(place, seen.key, seen.recordId, signal))
      reasons.push(unfindableRecord(place, seen.key, seen.recordId));
  }
  return reasons;
}

/** Whether the row is there and has this key. */
export async function stillHas(
  { table }: Place,
  key: Key,
  recordId: string,
  signal: AbortSignal,
): Promise<boolean> {
  const row = await table.read(recordId, signal);
  return row !== undefined && row !== 'denied' && row.key === key;
}
