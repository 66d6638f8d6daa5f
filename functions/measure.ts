/**
 * Every minute: reads the servers' clocks, puts batches back on their queues that nobody finished, has readings gone on
 * with that had to stop, starts sweepers, and publishes what dashboard and alarms show.
 */
import type { Context } from 'aws-lambda';
import { z } from 'zod';
import type { Bookmark } from '../src/core/bookmark.ts';
import type { Breaker } from '../src/core/breaker.ts';
import type { ServerName } from '../src/core/names.ts';
import { type Engine, placeOf } from '../src/engine/engine.ts';
import type { EngineEvent } from '../src/engine/events.ts';
import { type Tended, tendServer } from '../src/engine/tend-server.ts';
import { type Installation, installation, withEngine } from './composition.ts';
import { eventOf } from './events.ts';
import { breakerOf, publishAll } from './figures.ts';
import { observed, report, toldByKind } from './observe.ts';
import { standstillsIn } from './paused.ts';
import { goOnReading, startSweeps } from './start.ts';

/** Time that is left when requests under way are given up, ms. */
const abortMs = 10_000;

const expected = { schema: z.strictObject({}), by: 'measure', form: '{}', from: 'its schedule' } as const;

export const handler = observed(async (event, context) => {
  eventOf(expected, event);
  try {
    await measure(await installation(context, { records: false }), context);
  } catch (error) {
    toldByKind('measuring failed', error);
    throw error;
  }
});

async function measure(of: Installation, context: Context): Promise<void> {
  const signal = AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - abortMs));
  const names = of.configuration.servers.map(({ name }) => name);
  const [breakers] = await Promise.all([of.state.control.breakers(), of.stillOurs()]);
  const stands = await standstillsIn(of);
  const steps = new Set<ServerName>();
  const listen = (event: EngineEvent): void => {
    report(event);
    if (event.kind === 'clock-stepped') steps.add(event.server);
  };
  const dataStops = breakers.filter(({ task }) => task === 'data');
  const work = { servers: names, as: 'clock', report: listen, signal, dataStops } as const;
  const { tended, isKnown } = await withEngine(of, work, async (engine) => ({
    tended: await Promise.all(
      names.map(async (name) => {
        const breaker = breakerOf(breakers, name, 'writing');
        return [name, await tendedOr(engine, name, breaker, signal)] as const;
      }),
    ),
    isKnown: ({ table, server }: Bookmark) =>
      placeOf(engine, table, server) !== undefined && stands.at(table, server) === undefined,
  }));
  await publishAll(of, { tended: new Map(tended), breakers, steps: steps.size, stands });
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
