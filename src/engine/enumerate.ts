/**
 * enumerate: read what changed on a server since the watermark, and ingest it.
 *
 *   R1  The watermark moves after every page was ingested, to the start of this run by the server's clock at its
 *       earliest. A run that dies leaves it where it was, and the next one reads the same again.
 *
 * The first read of a table is a listing, since a record with an empty stamp matches no range. Where the file keeps a log of
 * deletes, that is read behind it.
 */
import { sends } from '../core/link.ts';
import { isOpen } from '../core/breaker.ts';
import { ServerError } from '../ports/server-errors.ts';
import { type Bookmark, type ChangesPlace, isFor, type ListPlace } from '../core/bookmark.ts';
import type { Meeting } from '../core/first-meeting.ts';
import { withNewest } from '../core/newest.ts';
import type { EpochMs, FieldName, ServerName, TableName } from '../core/names.ts';
import { isOfFields, type Watermark } from '../core/watermark.ts';
import { movedWatermark } from '../core/window.ts';
import { keepView, ListedView } from './account-view.ts';
import { changesSince } from './changes.ts';
import type { Engine, Place } from './engine.ts';
import { ingest } from './ingest.ts';
import { type LinkClock, linkClockOf, observe, storedClocks } from './link-clock.ts';
import { isPassed, meet, onAndOn, type Pace } from './meet.ts';
import { isOutdated } from './outdated.ts';
import { pagesOf, type ReadPage } from './pager.ts';
import { isPaused, untilPaused } from './paused.ts';
import { readDeleteLog } from './delete-log.ts';
import { stampBounds } from './reading-window.ts';
import { PlaceKeeping } from './place-keeping.ts';
import { FileWatch } from './restored.ts';

/**
 * `halted`: the first meeting, or what was found since, waits for a person; `waiting`: for other servers; `outdated`: this process goes by an older
 * plan. Nothing was ingested. `paused`: nothing is read there now; what was read before is kept. `unfinished`: `pace` said to stop; whoever is next goes on from there.
 */
export type Enumeration = 'done' | 'halted' | 'waiting' | 'outdated' | 'unfinished' | 'paused';

export type EnumerateOptions = {
  /** Whoever delivers at the same time holds reading up by it; whose time is short ends it. Default: on and on. */
  readonly pace?: Pace;
  /** Asked before a first meeting, or the rest of one, is held: false makes it wait. Default: true. */
  readonly mayMeet?: () => Promise<boolean>;
};

export const enumerate = (
  engine: Engine,
  place: Place,
  signal: AbortSignal,
  { pace = onAndOn, mayMeet = () => Promise.resolve(true) }: EnumerateOptions = {},
): Promise<Enumeration> =>
  untilPaused(engine, place, pace, 'paused', (paced) =>
    readOrMeet(engine, place, signal, { pace: paced, mayMeet }),
  );

async function readOrMeet(
  engine: Engine,
  place: Place,
  signal: AbortSignal,
  { pace, mayMeet }: Required<EnumerateOptions>,
): Promise<Enumeration> {
  const known = await load(engine, place, signal);
  if (known === 'paused') return 'paused';
  if (known.isOutdated) return 'outdated';
  if (known.isHalted) return 'halted';
  const { meeting, watermark, bookmark } = known;
  if (!isPassed(place.link, meeting, watermark)) {
    if (!(await mayMeet())) return 'waiting';
    const met = await meet(engine, place, { before: meeting, bookmark, pace }, signal);
    const isOver = met !== 'unfinished' && (met !== 'passed' || bookmark?.kind === 'meeting');
    if (bookmark !== undefined && isOver) await dropBookmark(engine, place);
    if (met !== 'passed') return met;
  }
  if (!sends(place.link)) {
    await askWhetherItSends(engine, place, signal);
    return 'done';
  }
  const done = await read(engine, place, known, pace, signal);
  return done === 'done' ? readDeleteLog(engine, place, known.clock, pace, signal) : done;
}

/**
 * What only receives is not read, so that nobody would find out that its licence lets it send again: one row is asked for, when
 * that is due. What else fails there is for those to say who write.
 */
async function askWhetherItSends(
  { control, clock }: Engine,
  { table, link }: Place,
  signal: AbortSignal,
): Promise<void> {
  const stop = await control.breaker(link.server, 'data');
  if (!isOpen(stop) || clock.now() < (stop?.tryAt ?? 0)) return;
  try {
    await table.list({ offset: 0, limit: 1 }, signal);
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
  }
}

type Known = {
  readonly meeting: Meeting | undefined;
  readonly watermark: Watermark | undefined;
  /** Of the fields that are read now. */
  readonly bookmark: Bookmark | undefined;
  readonly clock: LinkClock;
  readonly isOutdated: boolean;
  readonly isHalted: boolean;
};

/** Asked for at once: over DynamoDB that is one request. Nothing is asked of a server that is paused, its clock neither. */
async function load(engine: Engine, place: Place, signal: AbortSignal): Promise<Known | 'paused'> {
  const { control } = engine;
  const { table, server } = placeName(place);
  const [paused, meeting, watermark, bookmark, clocks, isOld, halt] = await Promise.all([
    isPaused(engine, place),
    control.meeting(table, server),
    control.watermark(table, server),
    control.bookmark(table, server),
    storedClocks(engine, place),
    isOutdated(engine, place),
    control.halt(table, server),
  ]);
  if (paused) return 'paused';
  const clock = await linkClockOf(engine, place, clocks, signal);
  const isOurs = isFor(bookmark, fieldsOf(place));
  if (bookmark !== undefined && !isOurs && !isOld) await dropBookmark(engine, place);
  const isHalted = halt !== undefined;
  return { meeting, watermark, bookmark: isOurs ? bookmark : undefined, clock, isOutdated: isOld, isHalted };
}

async function read(
  engine: Engine,
  place: Place,
  { watermark: stored, bookmark, clock }: Known,
  pace: Pace,
  signal: AbortSignal,
): Promise<Enumeration> {
  const now = engine.clock.now();
  const fields = fieldsOf(place);
  // One that an older field list was read for says nothing of the new fields: all is read anew.
  const watermark = stored && isOfFields(stored, fields) ? stored : undefined;
  const goOn = readingOf(bookmark, stored, clock);
  const startedAt = goOn?.startedAt ?? now;
  const of = { ...placeName(place), fields };
  const moved = goOn?.watermark ?? movedWatermark(stored, of, clock, startedAt);
  const phase = watermark === undefined ? 'first-read' : 'changes';
  const since = watermark?.setAt ?? startedAt;
  const watch = new FileWatch(stored?.newest);
  // Without one, a first read that broke off is compared as a whole before it begins anew.
  const atOnce = goOn === undefined && watermark === undefined;
  const keeping = new PlaceKeeping(engine, place, { isStored: bookmark !== undefined, atOnce });
  let newest = moved.newest ?? [];
  let count = 0;
  for await (const page of pages(engine, place, watermark, goOn, clock, now, signal)) {
    count += page.records.length;
    if ((await engine.control.halt(of.table, of.server)) !== undefined) return 'halted';
    const observations = page.records.map((record) => observe(place, record, clock, page.at, page.until));
    const sightings = await ingest(engine, place, observations, clock, since, signal, { watch });
    engine.report({
      kind: 'read',
      ...placeName(place),
      phase,
      records: page.records.length,
      total: Math.max(count, page.foundCount),
    });
    if (sightings.halted) return (await isOutdated(engine, place)) ? 'outdated' : 'halted';
    if (sightings.unsettled > 0) return 'done';
    newest = withNewest(newest, page.records);
    const stops = (await pace()) === 'stop';
    const { mark } = page;
    if (mark === undefined) continue;
    const sofar = { startedAt, watermark: { ...moved, newest } };
    await keeping.behindPage(stops, () => ({ ...of, ...sofar, ...mark }));
    if (stops) return 'unfinished';
  }
  // Where another run was faster its watermark stands: it read at least as much.
  await engine.control.putWatermark({ ...moved, newest });
  await keeping.drop();
  return 'done';
}

type Reading = Exclude<Bookmark, { readonly kind: 'meeting' }>;

/** The bookmark, if it is of the reading that would begin now; after a step of the clock its stamps mean other times. */
function readingOf(
  bookmark: Bookmark | undefined,
  watermark: Watermark | undefined,
  { epoch }: LinkClock,
): Reading | undefined {
  if (bookmark === undefined || bookmark.kind === 'meeting') return undefined;
  const isNext = bookmark.watermark.generation === (watermark?.generation ?? 0) + 1;
  return isNext && bookmark.watermark.epoch === epoch ? bookmark : undefined;
}

const fieldsOf = ({ plan }: Place): readonly FieldName[] => plan.fields.map((field) => field.name);

const placeName = ({ plan, link }: Place): { table: TableName; server: ServerName } => ({
  table: plan.name,
  server: link.server,
});

const dropBookmark = (engine: Engine, { plan, link }: Place): Promise<void> =>
  engine.control.dropBookmark(plan.name, link.server);

type MarkedPage = ReadPage & {
  /** What a bookmark holds that is set behind this page; undefined at the end. */
  readonly mark:
    | { readonly kind: 'first-read'; readonly place: ListPlace }
    | ({ readonly kind: 'changes' } & ChangesPlace)
    | undefined;
};

async function* pages(
  engine: Engine,
  place: Place,
  watermark: Watermark | undefined,
  goOn: Reading | undefined,
  clock: LinkClock,
  now: EpochMs,
  signal: AbortSignal,
): AsyncGenerator<MarkedPage> {
  if (watermark === undefined) {
    const from = goOn?.kind === 'first-read' ? { from: goOn.place } : {};
    const view = new ListedView();
    const fetch = view.watching((range) => place.table.list(range, signal));
    for await (const page of pagesOf(engine.clock, fetch, engine.settings.pageSize, from)) {
      yield { ...page, mark: page.next && { kind: 'first-read', place: page.next } };
    }
    return keepView(engine, place, view);
  }
  const [lowest, latest] = stampBounds(engine, place.link, watermark, clock, now);
  const from = goOn?.kind === 'changes' ? goOn : { from: lowest };
  for await (const page of changesSince(engine, place, from, latest, signal)) {
    yield { ...page, mark: page.behind && { kind: 'changes', ...page.behind } };
  }
}
