/**
 * Parked records, looked at once more, since a person asked or a day is over: what was mended on the server since goes on,
 * the rest is parked again (R7).
 */
import type { Parked } from '../core/conflict.ts';
import { receives } from '../core/link.ts';
import { matchRows } from '../core/look-up.ts';
import type { EpochMs, Key, ServerName } from '../core/names.ts';
import { putOff } from '../core/parking.ts';
import { stillHas } from './confirm.ts';
import { orHalt } from './drift.ts';
import { chunksOf, type Engine, type Place, placeOf } from './engine.ts';
import { announce, newBatch } from './hand-over.ts';
import { ingest } from './ingest.ts';
import { tryOnceMore } from './kept-files.ts';
import { linkClock, observe } from './link-clock.ts';
import { isMet, onAndOn, type Pace } from './meet.ts';
import { isOutdated } from './outdated.ts';
import { paged } from './paged.ts';
import { isPaused } from './paused.ts';
import { readable } from './readable.ts';
import { isKeyless, isToBeRead, unpark } from './park.ts';
import { mostDue } from './retry-parked.ts';

/** Those parked, and last looked at, before `since`, while `pace` says so. Throws ServerError where the server is at fault. */
export async function recheckParked(
  engine: Engine,
  place: Place,
  since: EpochMs,
  signal: AbortSignal,
  pace: Pace = onAndOn,
): Promise<void> {
  if (!(await isMet(engine, place)) || (await isOutdated(engine, place))) return;
  const { plan, link } = place;
  const limit = engine.settings.batchSize;
  const pages = paged<Parked>((after) =>
    engine.control.parkedPage(plan.name, link.server, limit, after?.key),
  );
  for await (const page of pages) {
    const parked = page.filter((one) => (one.checkedAt ?? one.at) < since && !isKeyless(one));
    if (parked.length === 0) continue;
    if ((await isPaused(engine, place)) || (await pace()) === 'stop') return;
    await lookAgain(engine, place, parked, signal);
  }
}

/** Those whose time has come (what `parked retry` asked for), while `pace` says so; keyless ones come out by being read. */
export async function recheckDue(
  engine: Engine,
  server: ServerName,
  signal: AbortSignal,
  pace: Pace = onAndOn,
): Promise<void> {
  const now = engine.clock.now();
  const due = await engine.control.parkedDue(server, now, mostDue);
  for (const [table, of] of Map.groupBy(due, (one) => one.table)) {
    const place = placeOf(engine, table, server);
    if (place !== undefined && (await isPaused(engine, place))) continue;
    if (place === undefined || !(await isMet(engine, place))) {
      // Asked for once, not minute after minute.
      await engine.control.park(of.map((one) => putOff(one, now)));
      continue;
    }
    for (const parked of chunksOf(of, engine.settings.batchSize)) {
      if ((await pace()) === 'stop') return;
      await orHalt(engine, place, () => lookAgain(engine, place, parked, signal), signal);
    }
  }
}

async function lookAgain(
  engine: Engine,
  place: Place,
  given: readonly Parked[],
  signal: AbortSignal,
): Promise<void> {
  const checkedAt = engine.clock.now();
  await engine.control.park(given.map((one) => ({ ...putOff(one, checkedAt), checkedAt })));
  // Others that are looked at by the way are parked again without another try.
  for (const { code, recordId, retryAt } of given)
    if (code === 'file-slow' && recordId !== undefined && retryAt !== undefined)
      await tryOnceMore(engine, place, recordId);
  const parked = given.filter((one) => !isKeyless(one));
  await dropRefusals(engine, place, parked);
  const { unclear, parted } = await stillUnclear(engine, place, parked.filter(isToBeRead), signal);
  const clear = parked.flatMap(({ key }) => (unclear.has(key) && !parted.has(key) ? [] : [key]));
  await deliverAgain(engine, place, clear);
}

/** What a server that receives no more would not take holds up nothing. */
async function dropRefusals(engine: Engine, place: Place, parked: readonly Parked[]): Promise<void> {
  if (receives(place.link)) return;
  const refused = parked.filter((one) => !isToBeRead(one)).map(({ key }) => key);
  await unpark(engine, place, refused);
}

type Unclear = {
  readonly unclear: ReadonlySet<Key>;
  /** Of those, the ones that only lack a file: all else of them goes on. */
  readonly parted: ReadonlySet<Key>;
};

/** Keys that can still not be told apart, or lack a file; the others are ingested, and parked no more. */
async function stillUnclear(
  engine: Engine,
  place: Place,
  parked: readonly Parked[],
  signal: AbortSignal,
): Promise<Unclear> {
  const keys = parked.map((one) => one.key);
  if (keys.length === 0) return { unclear: new Set(), parted: new Set() };
  const at = engine.clock.now();
  const matches = matchRows(keys, await place.table.lookUp(keys, signal));
  const until = engine.clock.now();
  const clock = await linkClock(engine, place, signal);
  const clear = [...matches.values()].flatMap((match) => (match.kind === 'found' ? [match.row] : []));
  const observations = clear.map((record) => observe(place, record, clock, at, until));
  const retrying = { retriesFiles: true };
  const { halted, withoutFile, unsettled } = await ingest(
    engine,
    place,
    observations,
    clock,
    at,
    signal,
    retrying,
  );
  if (halted) return { unclear: new Set(keys), parted: new Set() };
  const { name } = place.plan;
  const { unreadable } = await readable(engine, place, keys, (of) => engine.records.heads(name, of));
  const replicas = await engine.records.replicas(name, place.link.server, keys);
  const parted = keys.filter((key) => replicas.get(key)?.unread !== undefined && !withoutFile.has(key));
  const ambiguous = keys.filter((key) => matches.get(key)?.kind === 'ambiguous');
  const unclear = new Set([...ambiguous, ...unreadable, ...withoutFile, ...unsettled, ...parted]);
  for (const one of parked) {
    const absent = matches.get(one.key)?.kind === 'absent';
    if (!absent || one.recordId === undefined) continue;
    const isUnfindable = one.code === 'unfindable' && (await stillHas(place, one.key, one.recordId, signal));
    const isHidden = one.code === 'hidden' && (await place.table.read(one.recordId, signal)) === 'denied';
    if (isUnfindable || isHidden) unclear.add(one.key);
  }
  await unpark(
    engine,
    place,
    keys.filter((key) => !unclear.has(key)),
  );
  return { unclear, parted: new Set(parted) };
}

/** Puts records that have a head into a batch once more. */
export async function deliverAgain(engine: Engine, place: Place, keys: readonly Key[]): Promise<void> {
  if (!receives(place.link)) return;
  const { result: heads } = await readable(engine, place, keys, (of) =>
    engine.records.heads(place.plan.name, of),
  );
  if (heads.size === 0) return;
  const wanted = [...heads].map(([key, { version }]) => ({ key, version }));
  const row = newBatch(engine, place, place.link.server, wanted, engine.clock.now());
  await engine.control.putBatches([row]);
  await announce(engine, [row]);
}
