/**
 * sweep: one table of one server, listed as a whole and compared with what is held, trusting no stamp and no watermark.
 *
 *   R1  What changed without a stamp, or was visible too late, is ingested.
 *   R2  What is behind and in no batch gets into one.
 *   R8  What is held and was not listed is suspected only when the listing is complete; it is looked for at once, and again
 *       later, before that counts.
 *
 * Where there is a layout for sweeps, rows are listed by it, and those that are not as they are held are read by the other one.
 * Listed rows are remembered as numbers, 8 bytes each, in parts that are stored, so that a sweep that stops goes on.
 */
import type { ListPlace } from '../core/bookmark.ts';
import type { Doubled } from '../core/doubled.ts';
import type { Replica } from '../core/head.ts';
import { differsFrom } from '../core/files.ts';
import { covers, type Observation } from '../core/observation.ts';
import { rowNumber } from '../core/sweep.ts';
import { limitOf } from '../core/suspect.ts';
import type { ServerRecord } from '../ports/server.ts';
import { keepView, ListedView } from './account-view.ts';
import { closeLeftOpen } from './agreed.ts';
import type { Engine, Place } from './engine.ts';
import { haltForHidden } from './hidden-rows.ts';
import { ingest } from './ingest.ts';
import { observe, stateOf } from './link-clock.ts';
import { isMet, onAndOn, type Pace } from './meet.ts';
import { isOutdated } from './outdated.ts';
import { pagesOf, type ReadPage } from './pager.ts';
import { unlessPaused } from './paused.ts';
import { isBelow } from './reading-window.ts';
import type { Sightings } from './sightings.ts';
import { compareAll } from './sweep-compare.ts';
import { findDoubled } from './sweep-doubled.ts';
import { readInFull } from './sweep-listing.ts';
import { add, begin, hasRoom, isHalted, nameOf, save, storeRows, type SweepWork } from './sweep-work.ts';

/** `waiting`: the table may not be worked on there (yet); `unfinished`: `pace` said to stop, whoever is next goes on. */
export type Swept = 'done' | 'waiting' | 'unfinished';

/** By one process at a time for a server; best behind a reading of changes. Throws ServerError where the server is at fault. */
export const sweep = (
  engine: Engine,
  place: Place,
  signal: AbortSignal,
  pace: Pace = onAndOn,
): Promise<Swept> =>
  unlessPaused(engine, place, pace, 'waiting', (paced) => sweepAll(engine, place, signal, paced));

async function sweepAll(engine: Engine, place: Place, signal: AbortSignal, pace: Pace): Promise<Swept> {
  if (!(await isMet(engine, place)) || (await isOutdated(engine, place))) return 'waiting';
  const work = await begin(engine, place, signal, pace);
  if (work.at.phase === 'listing') {
    const listed = await listAll(work, work.at.place);
    if (listed !== 'done') return listed === 'halted' ? 'waiting' : 'unfinished';
  }
  const compared = work.at.phase === 'doubled' ? 'done' : await compareAll(work);
  if (compared !== 'done') return compared === 'halted' ? 'waiting' : compared;
  const doubled = await findDoubled(work);
  if (doubled === 'unfinished') return 'unfinished';
  await closeLeftOpen(engine, place);
  await end(work, doubled);
  await haltIfHidden(work);
  return 'done';
}

async function listAll(work: SweepWork, from: ListPlace): Promise<'done' | 'unfinished' | 'halted'> {
  const { engine, place, listing, pace } = work;
  const view = new ListedView();
  const fetch = view.watching((range) => listing.page(range));
  for await (const page of pagesOf(engine.clock, fetch, engine.settings.pageSize, { from })) {
    if ((await isHalted(work)) || (await comparePage(work, page)) === 'halted') return 'halted';
    for (const { key, recordId } of page.records) work.rows.add(rowNumber(key, recordId));
    const { records, foundCount: total } = page;
    engine.report({ kind: 'read', ...nameOf(place), phase: 'sweep', records: records.length, total });
    const stops = page.next !== undefined && (await pace()) === 'stop';
    if (page.next === undefined || (!stops && hasRoom(work))) continue;
    await storeRows(work);
    await save(work, { phase: 'listing', place: page.next, parts: work.parts });
    if (stops) return 'unfinished';
  }
  await keepView(engine, place, view);
  await storeRows(work);
  await save(work, { phase: 'comparing', parts: work.parts });
  return 'done';
}

/** Rows that are not as they are held are ingested. */
async function comparePage(work: SweepWork, page: ReadPage): Promise<'halted' | 'compared'> {
  const { engine, place } = work;
  const { table, server } = nameOf(place);
  const keys = [...new Set(page.records.flatMap(({ key }) => (key === '' ? [] : [key])))];
  const replicas = await engine.records.replicas(table, server, keys);
  const unlike = page.records.filter((record) => !isHeld(work, record, replicas.get(record.key)));
  const other = await observed(work, { ...page, records: unlike });
  const unstamped = other.filter((seen) => isBelow(seen, work.window));
  const stamped = other.filter((seen) => !unstamped.includes(seen));
  const late = await ingested(work, unstamped, false);
  const inTime = await ingested(work, stamped, true);
  if (late?.halted || inTime?.halted) return 'halted';
  const found = late?.changed ?? 0;
  const changed = found + (inTime?.changed ?? 0);
  const emptyKeys = page.records.filter(({ key }) => key === '').length;
  add(work, { rows: page.records.length, changed, unstamped: found, emptyKeys });
  await countDoubled(work, other);
  return 'compared';
}

/** Of a layout without values nothing is taken but which records to read. */
async function observed(work: SweepWork, page: ReadPage): Promise<readonly Observation[]> {
  const { place, clock, listing } = work;
  if (listing.isThin) return readInFull(work, page.records);
  return page.records.map((record) => observe(place, record, clock, page.at, page.until));
}

/**
 * Whether the row is as we know it; of our own write it need not be what we wrote (auto-enter). A listing without values tells
 * that only where an earlier sweep has compared it.
 */
function isHeld(
  { place, fields, listing, before, engine }: SweepWork,
  record: ServerRecord,
  replica: Replica | undefined,
): boolean {
  const { recordId, modId } = record;
  if (replica === undefined || replica.gone || replica.recordId !== recordId || replica.modId !== modId)
    return false;
  if (!covers(replica, fields) || replica.unread !== undefined) return false;
  if (!replica.own) return true;
  if (listing.isThin) return replica.until < (before.last?.startedAt ?? 0) - engine.settings.settleMs;
  const state = stateOf(place.plan, record);
  return fields.every((field) => !differsFrom(replica, state, field));
}

async function ingested(
  { engine, place, clock, startedAt, signal, watch }: SweepWork,
  seen: readonly Observation[],
  isStamped: boolean,
): Promise<Sightings | undefined> {
  if (seen.length === 0) return undefined;
  return ingest(engine, place, seen, clock, startedAt, signal, { isStamped, watch, retriesFiles: true });
}

async function countDoubled(work: SweepWork, seen: readonly Observation[]): Promise<void> {
  const keys = [...new Set(seen.map(({ key }) => key))];
  if (keys.length === 0) return;
  const { table, server } = nameOf(work.place);
  const parked = await work.engine.control.parkedAmong(table, server, keys);
  const doubled = [...parked.values()].filter(
    ({ code }) => code === 'doubled-key' || code === 'look-alike-key',
  );
  add(work, { doubledKeys: doubled.length });
}

/** Behind the end of the sweep, so that those which are known by then are no news to the next one. */
async function haltIfHidden({ engine, place, counts, hidden, before }: SweepWork): Promise<void> {
  const rows = counts.rows + hidden;
  const limit = limitOf(place.plan, rows);
  if (hidden > limit) await haltForHidden(engine, place, { hidden, rows, limit }, before.last?.endedAt ?? 0);
}

async function end(
  { engine, place, startedAt, counts, listing: { unfit } }: SweepWork,
  doubled: Doubled | undefined,
): Promise<void> {
  const { table, server } = nameOf(place);
  const last = {
    startedAt,
    endedAt: engine.clock.now(),
    counts,
    ...(doubled && { doubled }),
    ...(unfit && { unfit }),
  };
  const found = doubled?.fields.reduce((sum, { values }) => sum + values, 0);
  await engine.control.putSweep({ table, server, last });
  await engine.control.dropSweepParts(table, server);
  engine.report({ kind: 'swept', table, server, counts, ...(found !== undefined && { doubled: found }) });
}
