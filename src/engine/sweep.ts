/**
 * sweep: one table of one server, listed as a whole and compared with what is held, trusting no stamp and no watermark.
 *
 *   R1  What changed without a stamp, or was visible too late, is ingested.
 *   R2  What is behind and in no batch gets into one.
 *   R8  What is held and was not listed is suspected only when the listing is complete; it is looked for at once, and again
 *       later, before that counts.
 *
 * Listed rows are remembered as numbers, 8 bytes each, in parts that are stored, so that a sweep that stops goes on.
 */
import { receives } from '../core/link.ts';
import type { ListPlace } from '../core/bookmark.ts';
import type { Replica } from '../core/head.ts';
import { digestOf, numberOf } from '../core/digest.ts';
import type { FieldName, Key } from '../core/names.ts';
import { covers, isBehind, type Observation } from '../core/observation.ts';
import { rowNumber } from '../core/sweep.ts';
import { rowsInPart } from '../ports/safety.ts';
import type { ServerRecord } from '../ports/server.ts';
import { closeLeftOpen } from './agreed.ts';
import { chunksOf, type Engine, type Place } from './engine.ts';
import { announce, newBatch } from './hand-over.ts';
import { keysInBatches } from './in-batches.ts';
import { ingest } from './ingest.ts';
import { observe } from './link-clock.ts';
import { lookFor, type Wanted } from './look.ts';
import { isMet, onAndOn, type Pace } from './meet.ts';
import { suspect } from './missing.ts';
import { isOutdated } from './outdated.ts';
import { paged } from './paged.ts';
import { pagesOf, type ReadPage } from './pager.ts';
import { readable } from './readable.ts';
import { isBelow } from './reading-window.ts';
import type { Sightings } from './sightings.ts';
import { limitOf } from './suspects.ts';
import { add, begin, nameOf, save, storeRows, type SweepWork } from './sweep-work.ts';

/** `waiting`: the table may not be worked on there (yet); `unfinished`: `pace` said to stop, whoever is next goes on. */
export type Swept = 'done' | 'waiting' | 'unfinished';

/** By one process at a time for a server; best behind a reading of changes. Throws ServerError where the server is at fault. */
export async function sweep(
  engine: Engine,
  place: Place,
  signal: AbortSignal,
  pace: Pace = onAndOn,
): Promise<Swept> {
  if (!(await isMet(engine, place)) || (await isOutdated(engine, place))) return 'waiting';
  const work = await begin(engine, place, signal, pace);
  if (work.at.phase === 'listing') {
    const listed = await listAll(work, work.at.place);
    if (listed !== 'done') return listed === 'halted' ? 'waiting' : 'unfinished';
  }
  if ((await compareAll(work)) === 'unfinished') return 'unfinished';
  await closeLeftOpen(engine, place);
  await end(work);
  return 'done';
}

async function listAll(work: SweepWork, from: ListPlace): Promise<'done' | 'unfinished' | 'halted'> {
  const { engine, place, signal, pace } = work;
  const fetch = (range: { offset: number; limit: number }) => place.table.list(range, signal);
  let unstored = 0;
  for await (const page of pagesOf(engine.clock, fetch, engine.settings.pageSize, { from })) {
    if ((await comparePage(work, page)) === 'halted') return 'halted';
    for (const { key, recordId } of page.records) work.rows.add(rowNumber(key, recordId));
    unstored += page.records.length;
    const { records, foundCount: total } = page;
    engine.report({ kind: 'read', ...nameOf(place), phase: 'sweep', records: records.length, total });
    const stops = page.next !== undefined && (await pace()) === 'stop';
    if (page.next === undefined || (!stops && unstored + engine.settings.pageSize <= rowsInPart)) continue;
    await storeRows(work);
    unstored = 0;
    await save(work, { phase: 'listing', place: page.next, parts: work.parts });
    if (stops) return 'unfinished';
  }
  await storeRows(work);
  await save(work, { phase: 'comparing', parts: work.parts });
  return 'done';
}

/** Rows that are not as they are held are ingested. */
async function comparePage(work: SweepWork, page: ReadPage): Promise<'halted' | 'compared'> {
  const { engine, place, clock, fields } = work;
  const { table, server } = nameOf(place);
  const keys = [...new Set(page.records.flatMap(({ key }) => (key === '' ? [] : [key])))];
  const replicas = await engine.records.replicas(table, server, keys);
  const other = page.records
    .filter((record) => !isHeld(record, replicas.get(record.key), fields))
    .map((record) => observe(place, record, clock, page.at, page.until));
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

/** Whether the row is as we know it; of our own write it need not be what we wrote (auto-enter). */
function isHeld(
  { recordId, modId, values }: ServerRecord,
  replica: Replica | undefined,
  fields: readonly FieldName[],
): boolean {
  if (replica === undefined || replica.gone || replica.recordId !== recordId || replica.modId !== modId)
    return false;
  if (!covers(replica, fields)) return false;
  return !replica.own || fields.every((field) => digestOf(values[field] ?? '') === replica.digests[field]);
}

async function ingested(
  { engine, place, clock, startedAt, signal }: SweepWork,
  seen: readonly Observation[],
  isStamped: boolean,
): Promise<Sightings | undefined> {
  if (seen.length === 0) return undefined;
  return ingest(engine, place, seen, clock, startedAt, signal, { isStamped });
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

/** Heads compared at once. */
const headsInOnePage = 1000;

/** All that is held, in the order of keys: what was not listed is suspected, what is behind gets into a batch. */
async function compareAll(work: SweepWork): Promise<'done' | 'unfinished'> {
  const { engine, place, pace, at } = work;
  const { table, server } = nameOf(place);
  const inBatches = receives(place.link) ? await keysInBatches(engine, table, server) : new Set<number>();
  const from = at.phase === 'comparing' ? at.after : undefined;
  let before = from;
  const pages = paged<{ key: Key; version: number }>((last) =>
    engine.records.keys(table, headsInOnePage, last?.key ?? from),
  );
  for await (const page of pages) {
    const keys = page.map(({ key }) => key);
    const { result: replicas } = await readable(engine, place, keys, (of) =>
      engine.records.replicas(table, server, of),
    );
    if ((await suspectUnlisted(work, [...replicas.values()])) === 'stop') {
      await saveComparing(work, before);
      return 'unfinished';
    }
    if (receives(place.link)) {
      const doubtful = page.filter(
        ({ key, version }) => isDoubtful(replicas.get(key), version) && !inBatches.has(numberOf(key)),
      );
      await putBackBehind(
        work,
        doubtful.map(({ key }) => key),
        replicas,
      );
    }
    before = page.at(-1)?.key;
    if ((await pace()) === 'on') continue;
    await saveComparing(work, before);
    return 'unfinished';
  }
  return 'done';
}

const saveComparing = (work: SweepWork, after: Key | undefined): Promise<void> =>
  save(work, { phase: 'comparing', parts: work.parts, ...(after !== undefined && { after }) });

/** A version is only a hint; one that ended there may be alive by now, or by another policy. */
const isDoubtful = (replica: Replica | undefined, version: number): boolean =>
  replica?.version !== version || replica.behind === true || replica.gone === true;

/** What was made or seen while the listing went on need not be in it. */
async function suspectUnlisted(work: SweepWork, replicas: readonly Replica[]): Promise<'on' | 'stop'> {
  const { engine, place, clock, signal, startedAt, pace } = work;
  const before = startedAt - engine.settings.settleMs;
  const unlisted = replicas.filter(
    ({ key, recordId, until, gone }) => !gone && until < before && !work.rows.has(rowNumber(key, recordId)),
  );
  for (const chunk of chunksOf<Wanted>(unlisted, engine.settings.batchSize)) {
    if (work.counts.absent > mostLookedFor(work)) {
      await suspectUnseen(work, chunk);
      continue;
    }
    const looked = await lookFor(engine, place, chunk, clock, signal);
    await ingest(engine, place, looked.present, clock, startedAt, signal);
    await suspect(engine, place, looked.gone, 'sweep');
    add(work, { absent: looked.gone.length });
    // Each of them was a request: what is done of the page is found so by whoever goes on.
    if ((await pace()) === 'stop') return 'stop';
  }
  return 'on';
}

/** As the limit is reckoned when they are looked for again. */
function mostLookedFor({ place, counts, before }: SweepWork): number {
  const rows = Math.max(counts.rows, before.last?.counts.rows ?? 0) + counts.absent;
  return limitOf(place.plan, rows);
}

/** So many are gone that a person has to say so anyway: each is looked for then, and not one by one now. */
async function suspectUnseen(work: SweepWork, unlisted: readonly Wanted[]): Promise<void> {
  const { engine, place } = work;
  const at = engine.clock.now();
  const { server } = nameOf(place);
  await suspect(
    engine,
    place,
    unlisted.map(({ key, recordId, rev }) => ({ key, recordId, rev, server, at, until: at })),
    'sweep',
  );
  add(work, { absent: unlisted.length });
}

async function putBackBehind(
  work: SweepWork,
  keys: readonly Key[],
  replicas: ReadonlyMap<Key, Replica>,
): Promise<void> {
  if (keys.length === 0) return;
  const { engine, place, startedAt } = work;
  const { table, server } = nameOf(place);
  const { result: heads } = await readable(engine, place, keys, (of) => engine.records.heads(table, of));
  const parked = await engine.control.parkedAmong(table, server, keys);
  const suspects = await engine.control.suspectsAmong(table, server, keys);
  const behind = [...heads.values()].filter(
    (head) =>
      !parked.has(head.key) && !suspects.has(head.key) && isBehind(place.plan, head, replicas.get(head.key)),
  );
  if (behind.length === 0) return;
  const wanted = behind.map(({ key, version }) => ({ key, version }));
  const rows = chunksOf(wanted, engine.settings.batchSize).map((chunk) =>
    newBatch(engine, place, server, chunk, startedAt),
  );
  await engine.control.putBatches(rows);
  await announce(engine, rows);
  add(work, { putBack: behind.length });
}

async function end({ engine, place, startedAt, counts }: SweepWork): Promise<void> {
  const { table, server } = nameOf(place);
  const last = { startedAt, endedAt: engine.clock.now(), counts };
  await engine.control.putSweep({ table, server, last });
  await engine.control.dropSweepParts(table, server);
  engine.report({ kind: 'swept', table, server, counts });
}
