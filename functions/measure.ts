/**
 * Every minute: reads the servers' clocks, puts batches back on their queues that nobody finished, has readings gone on
 * with that had to stop, starts sweepers, and publishes what dashboard and alarms show.
 */
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { Context } from 'aws-lambda';
import { haltedIn, skewsOf, serverStates, type ServerState } from '../src/composition/overview.ts';
import { systemClock } from '../src/composition/system-clock.ts';
import type { Breaker } from '../src/core/breaker.ts';
import { isOpen } from '../src/core/breaker.ts';
import type { TableConfiguration } from '../src/config/configuration.ts';
import type { Bookmark } from '../src/core/bookmark.ts';
import type { ServerName } from '../src/core/names.ts';
import { type Engine, placeOf } from '../src/engine/engine.ts';
import type { EngineEvent } from '../src/engine/events.ts';
import { type Tended, tendServer } from '../src/engine/tend-server.ts';
import { type Installation, installation, withEngine } from './composition.ts';
import { logger, type Measurement, observed, publish, report, toldByKind } from './observe.ts';

/** Time that is left when requests under way are given up, ms. */
const abortMs = 10_000;

export const handler = observed(async (_event, context) => {
  try {
    await measure(await installation(context), context);
  } catch (error) {
    toldByKind('measuring failed', error);
    throw error;
  }
});

async function measure(of: Installation, context: Context): Promise<void> {
  const signal = AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - abortMs));
  const names = of.configuration.servers.map(({ name }) => name);
  const breakers = await of.state.control.breakers();
  const steps = new Set<ServerName>();
  const listen = (event: EngineEvent): void => {
    report(event);
    if (event.kind === 'clock-stepped') steps.add(event.server);
  };
  const work = { servers: names, as: 'clock', report: listen, signal } as const;
  const { tended, isKnown } = await withEngine(of, work, async (engine) => ({
    tended: await Promise.all(
      names.map(async (name) => {
        const breaker = breakerOf(breakers, name, 'writing');
        return [name, await tendedOr(engine, name, breaker, signal)] as const;
      }),
    ),
    isKnown: ({ table, server }: Bookmark) => placeOf(engine, table, server) !== undefined,
  }));
  await publishAll(of, new Map(tended), breakers, steps.size);
  await goOnReading(of, isKnown, new Set(tended.flatMap(([name, one]) => (one?.lookUps ? [name] : []))));
  await startSweeps(of);
}

/** Whatever one server's trouble is, the others are measured and all is published (R7). */
async function tendedOr(
  engine: Engine,
  server: ServerName,
  breaker: Breaker | undefined,
  signal: AbortSignal,
): Promise<Tended | undefined> {
  try {
    return await tendServer(engine, server, breaker, signal);
  } catch (error) {
    toldByKind(`measuring server ${server} failed`, error);
    return undefined;
  }
}

const breakerOf = (
  breakers: readonly Breaker[],
  server: ServerName,
  task: Breaker['task'],
): Breaker | undefined => breakers.find((one) => one.server === server && one.task === task);

/**
 * Readings that had to stop go on now, not with the next tick of their schedule, and parked records are looked up that a person
 * asked for. Where one is at work it finds so and ends.
 */
async function goOnReading(
  { state, environment }: Installation,
  isKnown: (bookmark: Bookmark) => boolean,
  lookUps: ReadonlySet<ServerName>,
): Promise<void> {
  const { enumerateFunction } = environment;
  const bookmarks = (await state.control.bookmarks()).filter(isKnown);
  const servers = new Set([...lookUps, ...bookmarks.map(({ server }) => server)]);
  if (enumerateFunction === undefined || servers.size === 0) return;
  for (const server of servers)
    await start(enumerateFunction, { server, ...(lookUps.has(server) && { parked: true }) });
}

const start = async (FunctionName: string, event: object): Promise<void> => {
  const Payload = JSON.stringify(event);
  await new LambdaClient({}).send(new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload }));
};

/** Between two looks at whether a server is to be swept, minutes: longer delays what follows from a delete, or from an answer. */
const sweepEveryMinutes = 5;

/** Each server in a minute of its own, as far as there are some. Where nothing is to be done the sweeper finds so and ends. */
async function startSweeps({ configuration, environment }: Installation): Promise<void> {
  const { sweepFunction } = environment;
  if (sweepFunction === undefined) return;
  const minute = Math.floor(systemClock.now() / 60_000);
  const turns = configuration.servers.filter(
    (_, turn) => minute % sweepEveryMinutes === turn % sweepEveryMinutes,
  );
  for (const { name } of turns) {
    const isUsed = configuration.tables.some(({ links }) => links.some(({ server }) => server === name));
    if (isUsed) await start(sweepFunction, { server: name });
  }
}

async function publishAll(
  of: Installation,
  tended: ReadonlyMap<ServerName, Tended | undefined>,
  breakers: readonly Breaker[],
  steps: number,
): Promise<void> {
  const { configuration, environment, state } = of;
  const { installation: name } = environment.places;
  const states = await serverStates(configuration, state.control, systemClock.now());
  const halts = await haltedIn(configuration, state.control);
  const halted = Map.groupBy(halts, ({ server }) => server);
  const parked = await state.control.parkedByServer();
  const lags = await Promise.all(states.map((one) => lagOf(of, one, breakers)));
  for (const [at, one] of states.entries()) {
    const failure = tended.get(one.server)?.failure;
    const fails =
      failure !== undefined || breakers.some((breaker) => breaker.server === one.server && isOpen(breaker));
    publish(name, one.server, [
      ['Lag', 'Seconds', (lags[at] ?? 0) / 1000],
      ['Pending', 'Count', one.pending],
      ['Unreachable', 'Count', fails ? 1 : 0],
      ['Halted', 'Count', halted.get(one.server)?.length ?? 0],
      ['Parked', 'Count', parked.get(one.server) ?? 0],
      ...offsetsOf(one),
    ]);
    logger.info('measured', {
      server: one.server,
      pending: one.pending,
      putBack: tended.get(one.server)?.putBack,
    });
  }
  const skews = skewsOf(states).map(({ ms }) => ms);
  publish(name, undefined, [
    ['Measured', 'Count', 1],
    // Each is against the first server: the largest between any two lies between the ends.
    ['Skew', 'Milliseconds', Math.max(0, ...skews) - Math.min(0, ...skews)],
    ['ClockSteps', 'Count', steps],
    ['Halted', 'Count', halts.length],
    ['Parked', 'Count', [...parked.values()].reduce((sum, count) => sum + count, 0)],
    ['Held', 'Count', await state.control.countOpenConflicts()],
    ['UnreadableMessages', 'Count', await unreadable(of)],
  ]);
}

/**
 * How old the oldest change is that is not yet on the server; or, where its own changes are not read any more, how long
 * ago they were read beyond the interval of its schedule, ms. What was never read counts from when it, or a server that it
 * waits for, began to fail.
 */
async function lagOf(
  { configuration, state }: Installation,
  { server, lagMs }: ServerState,
  breakers: readonly Breaker[],
): Promise<number> {
  const now = systemClock.now();
  const lags = await Promise.all(
    configuration.tables
      .filter((table) => isReadFrom(table, server))
      .map(async ({ name, links }) => {
        const mark = await state.control.watermark(name, server);
        if (mark !== undefined) return now - mark.setAt - configuration.schedule.enumerateMs;
        const partners = links.map((link) => breakerOf(breakers, link.server, 'reading'));
        const since = partners.flatMap((one) => (one !== undefined && isOpen(one) ? one.since : []));
        return now - Math.min(now, ...since);
      }),
  );
  return Math.max(lagMs, ...lags);
}

const isReadFrom = ({ links }: TableConfiguration, server: ServerName): boolean =>
  links.some((link) => link.server === server && link.role !== 'receive');

const offsetsOf = ({ clockOffsetMs }: ServerState): readonly Measurement[] =>
  clockOffsetMs === undefined
    ? []
    : [
        ['OffsetLow', 'Milliseconds', clockOffsetMs.lo],
        ['OffsetHigh', 'Milliseconds', clockOffsetMs.hi],
      ];

/** Messages in the dead-letter queues. */
async function unreadable({ state, configuration }: Installation): Promise<number> {
  const received = configuration.servers.filter(({ name }) =>
    configuration.tables.some(({ links }) =>
      links.some(({ server, role }) => server === name && role !== 'send'),
    ),
  );
  const counts = await Promise.all(received.map(({ name }) => state.unreadable(name)));
  return counts.reduce((sum, count) => sum + count, 0);
}
