/**
 * watch: the schedules in one process. Each server has loops of its own, so that one that is slow or down delays no
 * other (R7): reading, writing, and measuring, which alone puts batches back on a queue. What is parked is looked at
 * once more after the first read of a server, since whoever starts the process may have mended it, then once a day.
 */
import { receives } from '../core/link.ts';
import type { EpochMs, ServerName, TableName } from '../core/names.ts';
import { isSweepDue, type SweepSchedule } from '../core/sweep-schedule.ts';
import { ServerError } from '../ports/server-errors.ts';
import { all } from './all.ts';
import { type DrainOptions, drain } from './drain.ts';
import { orHalt } from './drift.ts';
import { type Engine, type Place, placesOn } from './engine.ts';
import { enumerate } from './enumerate.ts';
import type { Task } from './events.ts';
import { grow } from './grow.ts';
import { isMet, onAndOn } from './meet.ts';
import { isDue, measureClock, putBack, putBackDue, visibilityOf } from './measure.ts';
import { isServerPaused, pausedOn, pauseEnds } from './paused.ts';
import { recheckAfterMs, recheckEveryMs } from './read-server.ts';
import { recheckDue, recheckParked } from './recheck.ts';
import { retryDue } from './retry-parked.ts';
import { sweepServer, type SweepServerOptions } from './sweep-server.ts';
import { PlaceTurns, Turns } from './place-turns.ts';
import { missedIn, readWoken, type Wake } from './woken.ts';

export type Schedule = {
  /** Between two reads of a server, ms. */
  readonly enumerateMs: number;
  /** Between two readings of a server's clock, ms. */
  readonly measureMs: number;
  readonly sweep: SweepSchedule;
  /** Between two looks at an empty queue, ms. */
  readonly idleMs: number;
  /** After a server failed: the first wait and the longest, ms. */
  readonly retryMs: number;
  readonly mostRetryMs: number;
  /** When it is stopped: how long what is in the queues already may still be delivered, ms. */
  readonly lastMs: number;
};

export const defaultSchedule: Omit<Schedule, 'enumerateMs' | 'sweep'> = {
  measureMs: 60_000,
  idleMs: 500,
  retryMs: 5_000,
  mostRetryMs: 300_000,
  lastMs: 10_000,
};

/**
 * Ends when the signal is aborted, after delivering what is in the queues. Throws what is no server's fault. `wake`: what has tables read
 * besides the schedule.
 */
export async function watch(
  engine: Engine,
  schedule: Schedule,
  signal: AbortSignal,
  wake?: Wake,
): Promise<void> {
  await grow(engine);
  // One loop's failure that is no server's ends the others too.
  const failed = new AbortController();
  const stop = AbortSignal.any([signal, failed.signal]);
  const stood = new Map<ServerName, ReadonlySet<TableName>>();
  const reading: Reading = {
    startedAt: engine.clock.now(),
    meetings: new Turns(),
    places: new PlaceTurns(),
    rechecked: new Map(),
    wake,
  };
  const loops = [...engine.servers.keys()].flatMap((server) => [
    repeat(engine, server, 'reading', schedule, stop, () =>
      readServer(engine, server, schedule, reading, stop),
    ),
    ...(wake === undefined
      ? []
      : [
          repeat(engine, server, 'waking', schedule, stop, () =>
            readHinted(engine, server, wake, reading.places, stop),
          ),
        ]),
    repeat(engine, server, 'measuring', schedule, stop, () =>
      measureServer(engine, server, schedule, reading.startedAt, stop),
    ),
    repeat(engine, server, 'sweeping', schedule, stop, () => sweepDue(engine, server, schedule, stop)),
    repeat(engine, server, 'writing', schedule, stop, async (again) => {
      const isOver = await goesOn(engine, server, stood);
      return writeServer(engine, server, schedule, again || isOver, stop);
    }),
  ]);
  await all(
    loops.map((loop) =>
      loop.catch((error: unknown) => {
        failed.abort(error);
        throw error;
      }),
    ),
  );
  await drainLast(engine, schedule);
}

/** What was read is delivered before the end, as far as the time goes; the rest stays in its rows. */
async function drainLast(engine: Engine, { lastMs }: Schedule): Promise<void> {
  const over = new AbortController();
  const done = new AbortController();
  const time = pause(engine, lastMs, done.signal).then(() => over.abort());
  const servers = [...engine.servers.keys()].filter((server) => hasReceivers(engine, server));
  await all(servers.map((server) => drainUntil(engine, server, over.signal)));
  done.abort();
  await time;
}

async function drainUntil(engine: Engine, server: ServerName, over: AbortSignal): Promise<void> {
  try {
    await drain(engine, server, { force: false, busy: new Set(), settling: new Map() }, over);
  } catch (error) {
    if (error instanceof ServerError) engine.report({ kind: 'server-failed', server, error });
    else if (!over.aborted) throw error;
  }
}

const hasReceivers = (engine: Engine, server: ServerName): boolean =>
  placesOn(engine, server).some(({ link }) => receives(link));

/** One pass; returns how long to wait before the next. `again` where the pass before failed. */
type Pass = (again: boolean) => Promise<number>;

async function repeat(
  engine: Engine,
  server: ServerName,
  task: Task,
  { retryMs, mostRetryMs }: Schedule,
  stop: AbortSignal,
  pass: Pass,
): Promise<void> {
  let failures = 0;
  while (!stop.aborted) {
    let wait: number;
    try {
      wait = await pass(failures > 0);
      if (failures > 0) engine.report({ kind: 'server-back', server, task });
      failures = 0;
    } catch (error) {
      if (stop.aborted) return;
      if (!(error instanceof ServerError)) throw error;
      engine.report({ kind: 'server-failed', server, error, task });
      const backoff = Math.min(retryMs * 2 ** failures, mostRetryMs) * (0.5 + engine.random() / 2);
      wait = Math.max(backoff, (error.retryAt ?? 0) - engine.clock.now());
      failures += 1;
    }
    await pause(engine, wait, stop);
  }
}

async function pause(engine: Engine, ms: number, stop: AbortSignal): Promise<void> {
  try {
    await engine.clock.sleep(ms, stop);
  } catch (error) {
    if (!stop.aborted) throw error;
  }
}

type Reading = {
  readonly startedAt: EpochMs;
  /** First meetings, one after the other for each table. */
  readonly meetings: Turns;
  /** One table of one server is read by the schedule or for a hint, and not by both at once. */
  readonly places: PlaceTurns;
  readonly wake: Wake | undefined;
  /** When the parked records of a server were looked at. */
  readonly rechecked: Map<ServerName, EpochMs>;
};

async function readServer(
  engine: Engine,
  server: ServerName,
  { enumerateMs }: Schedule,
  reading: Reading,
  stop: AbortSignal,
): Promise<number> {
  const { startedAt, meetings, rechecked } = reading;
  for (const place of placesOn(engine, server)) {
    if (await isMet(engine, place)) await readMet(engine, place, reading, stop);
    else await meetings.inTurn(place.plan.name, () => meetAndRead(engine, place, stop));
  }
  const now = engine.clock.now();
  const last = rechecked.get(server);
  if (last !== undefined && now - last < recheckEveryMs) return enumerateMs;
  const since = last === undefined ? startedAt : now - recheckAfterMs;
  for (const place of placesOn(engine, server))
    await orHalt(engine, place, () => recheckParked(engine, place, since, stop), stop);
  rechecked.set(server, now);
  return enumerateMs;
}

async function readMet(
  engine: Engine,
  place: Place,
  { places, wake }: Reading,
  stop: AbortSignal,
): Promise<void> {
  await places.inTurn(place, async () => {
    const missed = wake && missedIn(engine, place, wake);
    const options = missed === undefined ? {} : { changed: missed.changed };
    await orHalt(engine, place, () => enumerate(engine, place, stop, options), stop);
    missed?.tell();
  });
}

async function readHinted(
  engine: Engine,
  server: ServerName,
  wake: Wake,
  turns: PlaceTurns,
  stop: AbortSignal,
): Promise<number> {
  await readWoken(engine, server, wake, turns, stop);
  return 0;
}

/** What was to be delivered there before the meeting was over has lost its messages. */
async function meetAndRead(engine: Engine, place: Place, stop: AbortSignal): Promise<void> {
  await orHalt(engine, place, () => enumerate(engine, place, stop), stop);
  if (await isMet(engine, place)) await putBackDue(engine, place.link.server);
}

/** Between two looks at what may be swept or looked for again, ms. */
const sweepLookMs = 30_000;

async function sweepDue(
  engine: Engine,
  server: ServerName,
  { sweep: schedule }: Schedule,
  stop: AbortSignal,
): Promise<number> {
  const sweepIsDue: SweepServerOptions['isDue'] = (state, timeZone) =>
    isSweepDue(schedule, state, engine.clock.now(), timeZone);
  await sweepServer(engine, server, { pace: onAndOn, isDue: sweepIsDue }, stop);
  return sweepLookMs;
}

async function measureServer(
  engine: Engine,
  server: ServerName,
  { measureMs }: Schedule,
  startedAt: EpochMs,
  stop: AbortSignal,
): Promise<number> {
  await measureClock(engine, server, stop);
  if (await isServerPaused(engine, server)) return measureMs;
  const now = engine.clock.now();
  const endOf = await pauseEnds(engine, server);
  await putBack(engine, server, (row) =>
    isDue(row, now, Math.max(startedAt, endOf(row.table)), visibilityOf(engine, row.table)),
  );
  const { lookUps } = await retryDue(engine, server);
  if (lookUps) await recheckDue(engine, server, stop);
  return measureMs;
}

/** Whether a pause of a table there ended since it was asked last: what was sent meanwhile was let go by. Says what began and ended. */
async function goesOn(
  engine: Engine,
  server: ServerName,
  stood: Map<ServerName, ReadonlySet<TableName>>,
): Promise<boolean> {
  const before = stood.get(server) ?? new Set<TableName>();
  const now = await pausedOn(engine, server);
  stood.set(server, now);
  const [begun, over] = [now.difference(before), before.difference(now)];
  tell(engine, 'paused', server, begun);
  tell(engine, 'went-on', server, over);
  return over.size > 0;
}

function tell(
  engine: Engine,
  kind: 'paused' | 'went-on',
  server: ServerName,
  tables: ReadonlySet<TableName>,
): void {
  if (tables.size === 0) return;
  const isAll = tables.size === placesOn(engine, server).length;
  engine.report({ kind, server, ...(!isAll && { tables: [...tables] }) });
}

async function writeServer(
  engine: Engine,
  server: ServerName,
  { idleMs }: Schedule,
  again: boolean,
  stop: AbortSignal,
): Promise<number> {
  if (!hasReceivers(engine, server)) return idleMs * 100;
  if (again) await putBackDue(engine, server);
  const options: DrainOptions = { force: false, busy: new Set(), settling: new Map() };
  await drain(engine, server, options, stop);
  return idleMs;
}
