/**
 * The log of deletes of a table on a server: each row makes the record that it names a suspect, if that is gone.
 *
 *   R1  What is read moves only when every row below was looked at, and what was gone for it is a stored suspect.
 *   R8  A row is no proof: the record is looked for, now and a settle time later. Before all rows are read nothing that they
 *       told of is believed, since the limit of deletes is for all of it.
 */
import {
  type DeleteLogState,
  isLater,
  type LogPlace,
  type LogUnderWay,
  toldDeletes,
} from '../core/delete-log.ts';
import type { Interval } from '../core/interval.ts';
import type { EpochMs, Key } from '../core/names.ts';
import type { Replica } from '../core/head.ts';
import type { ReadMark } from '../core/watermark.ts';
import { movedMark } from '../core/window.ts';
import type { PageRange } from '../ports/server.ts';
import { ServerError } from '../ports/server-errors.ts';
import { changesSince } from './changes.ts';
import { chunksOf, type Engine, type LogPort, type Place } from './engine.ts';
import { ingest } from './ingest.ts';
import type { LinkClock } from './link-clock.ts';
import { lookFor } from './look.ts';
import type { Pace } from './meet.ts';
import { suspect } from './missing.ts';
import { pagesOf, type ReadPage } from './pager.ts';
import { readable } from './readable.ts';
import { stampBounds } from './reading-window.ts';
import { isTooOld, nameOf } from './sweep-work.ts';

export type LogReading = 'done' | 'halted' | 'unfinished';

/** Of a server that the table has met, behind a reading of its changes. Throws ServerError where the server is at fault. */
export async function readDeleteLog(
  engine: Engine,
  place: Place,
  clock: LinkClock,
  pace: Pace,
  signal: AbortSignal,
): Promise<LogReading> {
  const { log } = place;
  if (log === undefined) return 'done';
  const work = await begin(engine, place, log, clock, signal);
  try {
    const mistake = log.isDoubted ? await ofLog(log.mistake(signal)) : undefined;
    if (mistake === undefined) return await readRows(work, pace);
    await leave(work, mistake);
  } catch (error) {
    if (!(error instanceof LogFailure)) throw error;
    const { cause } = error;
    if (cause.disposition === 'retry') {
      // Throws where the server is at fault. What of the log is under way goes on with the next reading.
      await place.table.list({ offset: 0, limit: 1 }, signal);
      engine.report({ kind: 'log-unreadable', ...nameOf(place), error: cause });
    } else await leave(work, (await log.mistake(signal)) ?? cause);
  }
  return 'done';
}

/** The log itself failed: what its rows lead to has errors of its own. */
class LogFailure extends Error {
  override readonly cause: ServerError;

  constructor(cause: ServerError) {
    super(cause.message);
    this.cause = cause;
  }
}

async function ofLog<Result>(asked: Promise<Result>): Promise<Result> {
  try {
    return await asked;
  } catch (error) {
    throw error instanceof ServerError ? new LogFailure(error) : error;
  }
}

/** Until its layout is mended. What it told of before is believed like what others tell of. */
async function leave(work: LogWork, error: Error): Promise<void> {
  work.engine.report({ kind: 'log-unreadable', ...nameOf(work.place), error });
  if (work.state.underWay !== undefined) await put(work, {});
}

/** A reading of it is under way, or broke off and is to go on: it may tell of more that is gone. */
export async function isReadingLog(engine: Engine, { plan, link, log }: Place): Promise<boolean> {
  if (log === undefined) return false;
  const state = await engine.control.deleteLog(plan.name, link.server);
  return (
    state?.underWay !== undefined && state.log === log.name && !isTooOld(engine, state.underWay.startedAt)
  );
}

type LogWork = {
  readonly engine: Engine;
  readonly place: Place;
  readonly log: LogPort;
  /** Of the table's stamps. */
  readonly clock: LinkClock;
  /** Of the log's times. */
  readonly logClock: LinkClock;
  readonly signal: AbortSignal;
  readonly now: EpochMs;
  readonly startedAt: EpochMs;
  /** What is put when all is read. */
  readonly mark: ReadMark;
  readonly from: LogPlace | undefined;
  /** As it is stored. */
  state: DeleteLogState;
  /** Another process reads it too, and was faster. */
  isOvertaken: boolean;
};

async function begin(
  engine: Engine,
  place: Place,
  log: LogPort,
  clock: LinkClock,
  signal: AbortSignal,
): Promise<LogWork> {
  const { table, server } = nameOf(place);
  const stored = await engine.control.deleteLog(table, server);
  const none: DeleteLogState = { table, server, generation: stored?.generation ?? 0, log: log.name };
  const state = stored?.log === log.name ? stored : none;
  const now = engine.clock.now();
  const goOn = placeIn(engine, state.underWay, clock);
  const startedAt = goOn?.startedAt ?? now;
  const mark = goOn?.mark ?? movedMark(state.read, clock, startedAt);
  const common = { engine, place, log, clock, logClock: byPeople(place, clock), signal, now };
  return { ...common, startedAt, mark, from: goOn?.place, state, isOvertaken: false };
}

/** After a step of the clock its times mean others. */
function placeIn(
  engine: Engine,
  underWay: LogUnderWay | undefined,
  { epoch }: LinkClock,
): LogUnderWay | undefined {
  if (underWay?.place === undefined || underWay.mark.epoch !== epoch) return undefined;
  return isTooOld(engine, underWay.startedAt) ? undefined : underWay;
}

/** A log's time is local time in any case, set by the host's clock only where that stamps records too. */
const byPeople = ({ link }: Place, clock: LinkClock): LinkClock => ({
  ...clock,
  stampedBy: link.stampedBy === 'host' ? 'host' : 'user',
});

async function readRows(work: LogWork, pace: Pace): Promise<LogReading> {
  const { engine, place, startedAt, mark } = work;
  let rows = 0;
  let suspected = 0;
  for await (const { page, next } of pages(work)) {
    if ((await engine.control.halt(place.plan.name, place.link.server)) !== undefined) return 'halted';
    const found = await suspectTold(work, page);
    if (found === 'halted') return 'halted';
    if (work.isOvertaken) return 'done';
    rows += page.records.length;
    suspected += found;
    if (next === undefined || (await pace()) === 'on') continue;
    await put(work, { underWay: { startedAt, mark, place: next } });
    return 'unfinished';
  }
  await put(work, { read: mark });
  if (rows > 0) engine.report({ kind: 'log-read', ...nameOf(place), rows, suspected });
  return 'done';
}

/** `read` stays as it was unless another is given; where another run was faster, its state stands. */
async function put(work: LogWork, parts: Pick<DeleteLogState, 'read' | 'underWay'>): Promise<void> {
  const { underWay: _, ...before } = work.state;
  const state = { ...before, ...parts, generation: before.generation + 1 };
  if (await work.engine.control.putDeleteLog(state)) work.state = state;
  else work.isOvertaken = true;
}

type LogPage = { readonly page: ReadPage; readonly next: LogPlace | undefined };

async function* pages(work: LogWork): AsyncGenerator<LogPage> {
  const { engine, logClock: clock, now, signal, state, from } = work;
  const { table } = work.log;
  const changed: LogPort['table']['changed'] = (...of) => ofLog(table.changed(...of));
  if (state.read === undefined) {
    const list = (range: PageRange) => ofLog(table.list(range, signal));
    yield* placed(work, 'listing', list, undefined);
    return;
  }
  const [lowest, latest] = stampBounds(engine, clock, state.read, clock, now);
  const behind = { kind: 'changes', from: lowest } as const;
  if (from?.kind !== 'changes') {
    const unstamped = (range: PageRange) => changed({ kind: 'none' }, range, signal);
    yield* placed(work, 'unstamped', unstamped, behind);
  }
  const start = from?.kind === 'changes' ? from : behind;
  for await (const page of changesSince(engine, { link: clock, table: { changed } }, start, latest, signal))
    yield { page, next: page.behind && { kind: 'changes', ...page.behind } };
}

async function* placed(
  { engine, from }: LogWork,
  kind: 'listing' | 'unstamped',
  fetch: (range: PageRange) => ReturnType<LogPort['table']['list']>,
  behind: LogPlace | undefined,
): AsyncGenerator<LogPage> {
  const start = from?.kind === kind ? { from: from.place } : {};
  for await (const page of pagesOf(engine.clock, fetch, engine.settings.pageSize, start))
    yield { page, next: page.next ? { kind, place: page.next } : behind };
}

/** How many records of which the rows tell are suspected now. */
async function suspectTold(work: LogWork, { records, until }: ReadPage): Promise<number | 'halted'> {
  const { engine, place, logClock } = work;
  const { table, server } = nameOf(place);
  const told = toldDeletes(records, logClock, until);
  let suspected = 0;
  for (const keys of chunksOf([...told.keys()], engine.settings.batchSize)) {
    const { result: replicas } = await readable(engine, place, keys, (of) =>
      engine.records.replicas(table, server, of),
    );
    const held = [...replicas.values()].filter(({ gone }) => !gone);
    const fresh = await withoutSuspected(work, held, told);
    if (fresh.length === 0) continue;
    const found = await lookForTold(work, fresh, told);
    if (found === 'halted') return 'halted';
    if (work.isOvertaken) return suspected;
    suspected += found;
  }
  return suspected;
}

/** Those that are suspected already, of the same row, keep their first look; what is told of them may be news. */
async function withoutSuspected(
  { engine, place }: LogWork,
  held: readonly Replica[],
  told: ReadonlyMap<Key, Interval>,
): Promise<readonly Replica[]> {
  if (held.length === 0) return [];
  const { table, server } = nameOf(place);
  const keys = held.map(({ key }) => key);
  const before = await engine.control.suspectsAmong(table, server, keys);
  const isSuspected = ({ key, rev }: Replica): boolean => before.get(key)?.rev === rev;
  const later = held.filter(isSuspected).flatMap(({ key }) => {
    const [stored, deletedAt] = [before.get(key), told.get(key)];
    if (stored === undefined || deletedAt === undefined || !isLater(deletedAt, stored.deletedAt)) return [];
    return [{ ...stored, deletedAt }];
  });
  if (later.length > 0) await engine.control.putSuspects(later);
  return held.filter((one) => !isSuspected(one));
}

async function lookForTold(
  work: LogWork,
  wanted: readonly Replica[],
  told: ReadonlyMap<Key, Interval>,
): Promise<number | 'halted'> {
  const { engine, place, clock, startedAt, mark, signal, state } = work;
  const looked = await lookFor(engine, place, wanted, clock, signal);
  if (looked.halted) return 'halted';
  const since = state.read?.setAt ?? startedAt;
  const { halted } = await ingest(engine, place, looked.present, clock, since, signal);
  if (halted) return 'halted';
  if (looked.gone.length === 0) return 0;
  // First, so that nothing of it is believed before the rest is read.
  if (work.state.underWay?.startedAt !== startedAt) await put(work, { underWay: { startedAt, mark } });
  if (work.isOvertaken) return 0;
  const gone = looked.gone.map((one) => {
    const deletedAt = told.get(one.key);
    return deletedAt === undefined ? one : { ...one, deletedAt };
  });
  await suspect(engine, place, gone, 'log');
  return gone.length;
}
