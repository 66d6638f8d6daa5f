/**
 * enumerate: read what changed on a server since the watermark, and ingest it.
 *
 *   R1  The watermark moves after every page was ingested, to the start of this run by the server's clock at its
 *       earliest. A run that dies leaves it where it was, and the next one reads the same again.
 *
 * Where nothing was found nothing of a rule rests on who else reads the server: so such a reading takes no turn, and its watermark
 * may be stored with those of others.
 *
 * The first read of a table is a listing, since a record with an empty stamp matches no range. Where the file keeps a log of
 * deletes, that is read behind it.
 */
import { sends } from '../core/link.ts';
import { type Breaker, isOpen } from '../core/breaker.ts';
import { ServerError } from '../ports/server-errors.ts';
import { type Bookmark, type ChangesPlace, isFor, type ListPlace } from '../core/bookmark.ts';
import { withNewest } from '../core/newest.ts';
import type { Interval } from '../core/interval.ts';
import type { EpochMs, FieldName, ServerName, TableName } from '../core/names.ts';
import { isOfFields, type Watermark } from '../core/watermark.ts';
import { movedWatermark } from '../core/window.ts';
import { keepView, ListedView } from './account-view.ts';
import { changesSince } from './changes.ts';
import { chunksOf, type Engine, type Place } from './engine.ts';
import { ingest } from './ingest.ts';
import { type LinkClock, linkClockOf, observe } from './link-clock.ts';
import { isPassed, meet, onAndOn, type Pace } from './meet.ts';
import { isOutdated, isOutdatedBy } from './outdated.ts';
import { pagesOf, type ReadPage } from './pager.ts';
import { isPausedBy, untilPaused } from './paused.ts';
import { readDeleteLog } from './delete-log.ts';
import { taken, type Turn } from './reading-turn.ts';
import { stampBounds } from './reading-window.ts';
import { PlaceKeeping } from './place-keeping.ts';
import { FileWatch } from './restored.ts';
import { type StoredPlace, storedPlace } from './stored-place.ts';

/**
 * `halted`: the first meeting, or what was found since, waits for a person; `waiting`: for other servers; `outdated`: this process goes by an older
 * plan; `busy`: another process reads the server. Nothing was ingested. `paused`: nothing is read there now; what was read before is kept. `unfinished`: `pace` said to stop; whoever is next goes on from there.
 */
export type Enumeration = 'done' | 'halted' | 'waiting' | 'outdated' | 'unfinished' | 'paused' | 'busy';

export type EnumerateOptions = {
  /** Whoever delivers at the same time holds reading up by it; whose time is short ends it. Default: on and on. */
  readonly pace?: Pace;
  /** Asked before a first meeting, or the rest of one, is held: false makes it wait. Default: true. */
  readonly mayMeet?: () => Promise<boolean>;
  /** Taken before anything is worked on that was found, or begun. Default: the server is this process's alone. */
  readonly turn?: Pick<Turn, 'isTaken' | 'take'>;
  /** As it was loaded just now. Default: it is loaded. */
  readonly stored?: StoredPlace | undefined;
  /** Told once how many rows the reading found, when some of them are surely new here: what changed may be our own writes. */
  readonly found?: (rows: number) => void;
  /** Told of each change that was made on this server since it was last read, by its stamp; of a first read none is. */
  readonly changed?: (at: Interval) => void;
  /** Given the watermark of a reading that found nothing, to advance it with others. Default: it is advanced at once. */
  readonly keepQuiet?: (mark: Watermark) => void;
};

export const enumerate = (
  engine: Engine,
  place: Place,
  signal: AbortSignal,
  { pace = onAndOn, mayMeet = () => Promise.resolve(true), turn = taken, ...more }: EnumerateOptions = {},
): Promise<Enumeration> =>
  untilPaused(engine, place, pace, 'paused', (paced) =>
    inTurn(engine, place, signal, { pace: paced, mayMeet, turn, ...more }),
  );

type Options = EnumerateOptions & Required<Pick<EnumerateOptions, 'pace' | 'mayMeet' | 'turn'>>;

/** More than to look for changes is done in turn, by what is stored since then: a person's answer may have come before. */
async function inTurn(
  engine: Engine,
  place: Place,
  signal: AbortSignal,
  options: Options,
): Promise<Enumeration> {
  const known = await load(engine, place, options.stored, signal);
  if (typeof known === 'string' || isQuiet(place, known) || options.turn.isTaken())
    return readOrMeet(engine, place, known, signal, options);
  if (!(await options.turn.take())) return 'busy';
  return readOrMeet(engine, place, await load(engine, place, undefined, signal), signal, options);
}

/** Nothing but what changed since is to be read, if anything. */
const isQuiet = (place: Place, { meeting, watermark, bookmark }: Known): boolean =>
  isPassed(place.link, meeting, watermark) &&
  bookmark === undefined &&
  (!sends(place.link) || (watermark !== undefined && isOfFields(watermark, fieldsOf(place))));

async function readOrMeet(
  engine: Engine,
  place: Place,
  known: Known | Stop,
  signal: AbortSignal,
  options: Options,
): Promise<Enumeration> {
  if (typeof known === 'string') return known;
  const { meeting, watermark, bookmark } = known;
  const { pace, mayMeet } = options;
  if (!isPassed(place.link, meeting, watermark)) {
    if (!(await mayMeet())) return 'waiting';
    const met = await meet(engine, place, { before: meeting, bookmark, pace }, signal);
    const isOver = met !== 'unfinished' && (met !== 'passed' || bookmark?.kind === 'meeting');
    if (bookmark !== undefined && isOver) await dropBookmark(engine, place);
    if (met !== 'passed') return met;
  }
  if (!sends(place.link)) {
    await askWhetherItSends(engine, place, known.dataStop, signal);
    return 'done';
  }
  const done = await read(engine, place, known, options, signal);
  return done === 'done' ? readDeleteLog(engine, place, known.clock, pace, signal) : done;
}

/**
 * What only receives is not read, so that nobody would find out that its licence lets it send again: one row is asked for, when
 * that is due. What else fails there is for those to say who write.
 */
async function askWhetherItSends(
  { clock }: Engine,
  { table }: Place,
  stop: Breaker | undefined,
  signal: AbortSignal,
): Promise<void> {
  if (!isOpen(stop) || clock.now() < (stop?.tryAt ?? 0)) return;
  try {
    await table.list({ offset: 0, limit: 1 }, signal);
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
  }
}

/** Nothing is read there now. */
type Stop = 'paused' | 'outdated' | 'halted';

type Known = Pick<StoredPlace, 'meeting' | 'watermark' | 'dataStop'> & {
  /** Of the fields that are read now. */
  readonly bookmark: Bookmark | undefined;
  readonly clock: LinkClock;
};

/** Nothing is asked of a server that is paused, its clock neither. */
async function load(
  engine: Engine,
  place: Place,
  loaded: StoredPlace | undefined,
  signal: AbortSignal,
): Promise<Known | Stop> {
  const stored = loaded ?? (await storedPlace(engine.control, placeName(place)));
  if (isPausedBy(engine, place, stored.pauses)) return 'paused';
  const { meeting, watermark, bookmark, dataStop } = stored;
  const clock = await linkClockOf(engine, place, stored, signal);
  const isOld = isOutdatedBy(engine, place, stored.shape);
  const isOurs = isFor(bookmark, fieldsOf(place));
  if (bookmark !== undefined && !isOurs && !isOld) await dropBookmark(engine, place);
  if (isOld) return 'outdated';
  if (stored.halt !== undefined) return 'halted';
  return { meeting, watermark, bookmark: isOurs ? bookmark : undefined, clock, dataStop };
}

async function read(
  engine: Engine,
  place: Place,
  { watermark: stored, bookmark, clock }: Known,
  { pace, turn, keepQuiet, found, changed: tellChange }: Options,
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
    const isFirst = count === 0;
    if (isFirst && phase === 'first-read') found?.(page.foundCount);
    count += page.records.length;
    if (!(await turn.take())) return 'busy';
    if ((await engine.control.halt(of.table, of.server)) !== undefined) return 'halted';
    const { halted, unsettled, changedAt } = await ingestPage(
      engine,
      place,
      page,
      { clock, since, watch },
      signal,
    );
    engine.report({
      kind: 'read',
      ...placeName(place),
      phase,
      records: page.records.length,
      total: Math.max(count, page.foundCount),
    });
    if (isFirst && phase === 'changes' && changedAt.length > 0) found?.(page.foundCount);
    if (phase === 'changes') for (const at of changedAt) tellChange?.(at);
    if (halted) return (await isOutdated(engine, place)) ? 'outdated' : 'halted';
    if (unsettled > 0) return 'done';
    newest = withNewest(newest, page.records);
    const stops = (await pace()) === 'stop';
    const { mark } = page;
    if (mark === undefined) continue;
    const sofar = { startedAt, watermark: { ...moved, newest } };
    await keeping.behindPage(stops, () => ({ ...of, ...sofar, ...mark }));
    if (stops) return 'unfinished';
  }
  if (count === 0 && watermark?.fields !== undefined && bookmark === undefined) {
    const mark = { ...moved, generation: watermark.generation };
    if (keepQuiet === undefined) await engine.control.advanceWatermarks(of.server, [mark]);
    else keepQuiet(mark);
    return 'done';
  }
  // Where another run was faster its watermark stands: it read at least as much.
  await engine.control.putWatermark({ ...moved, newest });
  await keeping.drop();
  return 'done';
}

/**
 * In parts, so that nobody waits for a whole page; one after the other, since what is found in one may halt the rest (R8). Where writers
 * take whole batches they would wait for the look-ups of each part, so the page goes as one.
 */
async function ingestPage(
  engine: Engine,
  place: Place,
  { records, at, until }: ReadPage,
  { clock, since, watch }: { readonly clock: LinkClock; readonly since: EpochMs; readonly watch: FileWatch },
  signal: AbortSignal,
): Promise<{
  readonly halted: boolean;
  readonly unsettled: number;
  readonly changedAt: readonly Interval[];
}> {
  const isWhole = [...engine.lanes.values()].some(({ wholeBatches }) => wholeBatches);
  const parts = isWhole ? 1 : Math.ceil(records.length / engine.settings.ingestSize);
  let unsettled = 0;
  const changedAt: Interval[] = [];
  // Of like size, since each becomes a batch of its own.
  for (const part of chunksOf(records, Math.ceil(records.length / parts))) {
    const observations = part.map((record) => observe(place, record, clock, at, until));
    const sightings = await ingest(engine, place, observations, clock, since, signal, { watch });
    unsettled += sightings.unsettled.size;
    changedAt.push(...sightings.changedAt);
    if (sightings.halted) return { halted: true, unsettled, changedAt };
  }
  return { halted: false, unsettled, changedAt };
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
    const { pageSize, firstPageSize } = engine.settings;
    const from =
      goOn?.kind === 'first-read' ? { from: goOn.place } : { firstLimit: Math.min(firstPageSize, pageSize) };
    const view = new ListedView();
    const fetch = view.watching((range) => place.table.list(range, signal));
    for await (const page of pagesOf(engine.clock, fetch, pageSize, from)) {
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
