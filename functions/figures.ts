/** What dashboard and alarms show, published each minute. */
import {
  haltedIn,
  isAskedFirst,
  skewsOf,
  serverStates,
  type ServerState,
} from '../src/composition/overview.ts';
import { systemClock } from '../src/composition/system-clock.ts';
import type { TableConfiguration } from '../src/config/configuration.ts';
import { type Breaker, isOpen } from '../src/core/breaker.ts';
import type { ServerName } from '../src/core/names.ts';
import { Standstills } from '../src/composition/paused-places.ts';
import type { Tended } from '../src/engine/tend-server.ts';
import type { Installation } from './composition.ts';
import { logger, publishInstallation, publishServer, toldByKind } from './observe.ts';

export const breakerOf = (
  breakers: readonly Breaker[],
  server: ServerName,
  task: Breaker['task'],
): Breaker | undefined => breakers.find((one) => one.server === server && one.task === task);

export type Measured = {
  readonly tended: ReadonlyMap<ServerName, Tended | undefined>;
  readonly breakers: readonly Breaker[];
  /** Clocks that were found to be set. */
  readonly steps: number;
  /** What is paused: it is neither late nor out of reach. */
  readonly stands: Standstills;
};

export async function publishAll(of: Installation, measured: Measured): Promise<void> {
  const { tended, breakers, steps, stands } = measured;
  const { configuration, environment, state } = of;
  const { installation: name } = environment.places;
  const states = await serverStates(configuration, state.control, systemClock.now());
  // What is asked for by a person, and carried out by itself, is no alarm.
  const halts = (await haltedIn(configuration, state.control)).filter((one) => !isAskedFirst(one));
  const halted = Map.groupBy(halts, ({ server }) => server);
  const parked = await state.control.parkedByServer();
  const forLag = await Standstills.readForLag(configuration, state.control, systemClock.now());
  const lags = await Promise.all(states.map((one) => lagOf(of, one, { breakers, stands: forLag })));
  for (const [at, one] of states.entries()) {
    const failure = tended.get(one.server)?.failure;
    const fails =
      failure !== undefined || breakers.some((breaker) => breaker.server === one.server && isOpen(breaker));
    publishServer(name, one.server, {
      Lag: (lags[at] ?? 0) / 1000,
      Pending: one.pending,
      Unreachable: fails && !stands.isWhole(configuration, one.server) ? 1 : 0,
      Halted: halted.get(one.server)?.length ?? 0,
      Parked: parked.get(one.server) ?? 0,
      ...(one.data.share !== undefined && { DataShare: one.data.share * 100 }),
      ...(one.clockOffsetMs && { OffsetLow: one.clockOffsetMs.lo, OffsetHigh: one.clockOffsetMs.hi }),
    });
    logger.info('measured', {
      server: one.server,
      pending: one.pending,
      putBack: tended.get(one.server)?.putBack,
    });
  }
  const skews = skewsOf(states).map(({ ms }) => ms);
  publishInstallation(name, {
    Measured: 1,
    // Each is against the first server: the largest between any two lies between the ends.
    Skew: Math.max(0, ...skews) - Math.min(0, ...skews),
    ClockSteps: steps,
    Halted: halts.length,
    Parked: [...parked.values()].reduce((sum, count) => sum + count, 0),
    Held: await state.control.countOpenConflicts(),
    UnreadableMessages: await unreadable(of),
  });
}

/**
 * How old the oldest change is that is not yet on the server; or, where its own changes are not read any more, how long
 * ago they were read beyond the interval of its schedule, ms. What was never read counts from when it, or a server that it
 * waits for, began to fail. What is paused, or paired after a release, has no lag; what was counts from the end of its pause.
 */
async function lagOf(
  { configuration, state }: Installation,
  { server, lagMs }: ServerState,
  { breakers, stands }: Pick<Measured, 'breakers' | 'stands'>,
): Promise<number> {
  const now = systemClock.now();
  const lags = await Promise.all(
    configuration.tables
      .filter((table) => isReadFrom(table, server) && stands.at(table.name, server) === undefined)
      .map(async ({ name, links }) => {
        const mark = await state.control.watermark(name, server);
        const end = stands.lastEnd(name, server);
        if (mark !== undefined) return now - Math.max(mark.setAt, end) - configuration.schedule.enumerateMs;
        const going = links.filter((link) => stands.at(name, link.server) === undefined);
        const partners = going.map((link) => breakerOf(breakers, link.server, 'reading'));
        const since = partners.flatMap((one) => (one !== undefined && isOpen(one) ? one.since : []));
        return now - Math.min(now, ...since.map((at) => Math.max(at, end)));
      }),
  );
  return Math.max(lagMs, ...lags);
}

const isReadFrom = ({ links }: TableConfiguration, server: ServerName): boolean =>
  links.some((link) => link.server === server && link.role !== 'receive');

/** Messages in the dead-letter queues. Where one cannot be counted that is told, and the others make the figure. */
async function unreadable({ state, configuration }: Installation): Promise<number> {
  const received = configuration.servers.filter(({ name }) =>
    configuration.tables.some(({ links }) =>
      links.some(({ server, role }) => server === name && role !== 'send'),
    ),
  );
  const counts = await Promise.allSettled(received.map(({ name }) => state.unreadable(name)));
  let sum = 0;
  for (const count of counts) {
    if (count.status === 'fulfilled') sum += count.value;
    else toldByKind('messages that nobody could read were not counted', count.reason);
  }
  return sum;
}
