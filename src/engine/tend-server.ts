/**
 * measure, by one process among several: reads a server's clock and puts back what nobody finished.
 *
 *   R7  While a server fails to be written, one row at a time goes out as a trial, with waits that grow; when it works
 *       again, what waited goes out once, not by the minute.
 */
import type { BatchRow } from '../core/batch.ts';
import { type Breaker, isOpen, tried, works } from '../core/breaker.ts';
import { receives } from '../core/link.ts';
import type { EpochMs, ServerName, TableName } from '../core/names.ts';
import { ServerError } from '../ports/server-errors.ts';
import { type Engine, placesOn } from './engine.ts';
import { isDue, probeClock, putBack, sendAgain, visibilityOf } from './measure.ts';
import { isMet } from './meet.ts';
import { paged } from './paged.ts';
import { isServerPaused, pauseEnds } from './paused.ts';
import { retryDue } from './retry-parked.ts';

/** How long a trial has before another is sent, ms: a message, and a writer that waits for a server that does not answer. */
const trialMs = 5 * 60_000;

export type Tended = {
  /** Why the server's clock could not be read; undefined where it was. */
  readonly failure: ServerError | undefined;
  /** Messages that were sent again. */
  readonly putBack: number;
  /** Whether parked records are to be looked up by who reads the server. */
  readonly lookUps: boolean;
};

export async function tendServer(
  engine: Engine,
  server: ServerName,
  breaker: Breaker | undefined,
  signal: AbortSignal,
): Promise<Tended> {
  if (await isServerPaused(engine, server)) return { failure: undefined, putBack: 0, lookUps: false };
  const failure = await failureOf(() => probeClock(engine, server, signal));
  if (failure) engine.report({ kind: 'server-failed', server, error: failure, task: 'measuring' });
  const now = engine.clock.now();
  if (breaker !== undefined && isOpen(breaker)) {
    const sent = failure || !isReceiver(engine, server) ? 0 : await sendTrial(engine, breaker, now);
    return { failure, putBack: sent, lookUps: false };
  }
  // While the server is out of reach, what is due stays so.
  const { lookUps } = failure ? { lookUps: false } : await retryDue(engine, server);
  if (!isReceiver(engine, server)) return { failure, putBack: 0, lookUps };
  // Messages from before it worked again, or went on, were let go by. What is in preparation may belong to a head that is not stored yet.
  const endOf = await pauseEnds(engine, server);
  const lostBefore = (row: BatchRow): EpochMs =>
    row.state === 'ready' ? Math.max(breaker?.since ?? 0, endOf(row.table)) : 0;
  const count = await putBack(
    engine,
    server,
    (row) => isDue(row, now, lostBefore(row), visibilityOf(engine, row.table)),
    signal,
  );
  return { failure, putBack: count, lookUps };
}

const isReceiver = (engine: Engine, server: ServerName): boolean =>
  placesOn(engine, server).some(({ link }) => receives(link));

async function failureOf(work: () => Promise<void>): Promise<ServerError | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (error instanceof ServerError) return error;
    throw error;
  }
}

type Tryable = {
  readonly row: BatchRow | undefined;
  /** Whether there are rows whose time has not come. */
  readonly waiting: boolean;
};

/** The oldest row that may be worked on. Rows of tables that wait for a person say nothing of the server. */
async function rowToTry(engine: Engine, server: ServerName, now: EpochMs): Promise<Tryable> {
  const met = await tablesMet(engine, server);
  const isSure = ({ state, createdAt }: BatchRow): boolean =>
    state === 'ready' || createdAt < now - 2 * engine.settings.visibilityMs;
  let waiting = false;
  for await (const page of paged<BatchRow>((after) => engine.control.openBatches(server, 100, after))) {
    const workable = page.filter(({ table }) => met.has(table));
    const row = workable.find((one) => one.notBefore <= now && isSure(one));
    if (row !== undefined) return { row, waiting };
    waiting ||= workable.length > 0;
  }
  return { row: undefined, waiting };
}

/** Tables that may be written there. */
async function tablesMet(engine: Engine, server: ServerName): Promise<ReadonlySet<TableName>> {
  const places = placesOn(engine, server).filter(({ link }) => receives(link));
  const met = await Promise.all(places.map((place) => isMet(engine, place)));
  return new Set(places.flatMap(({ plan }, at) => (met[at] ? [plan.name] : [])));
}

/** The oldest row whose time has come, if the wait is over; the breaker says first that it may be worked on. */
async function sendTrial(engine: Engine, breaker: Breaker, now: EpochMs): Promise<number> {
  if (now < breaker.tryAt) return 0;
  const { row, waiting } = await rowToTry(engine, breaker.server, now);
  if (row === undefined) {
    // Nothing is left to try it with, and it answers.
    if (!waiting) await engine.control.putBreaker(works(breaker, now));
    return 0;
  }
  if (!(await engine.control.putBreaker(tried(breaker, row.id, now + trialMs)))) return 0;
  return sendAgain(engine, breaker.server, [row]);
}
