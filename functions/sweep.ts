/**
 * Sweeps one server: looks once more for what seems to be gone, carries a person's answers out, and compares whole tables when
 * they are due. Measure starts it every few minutes; one invocation at a time sweeps a server, and what takes longer than an
 * invocation may live is gone on with by the next.
 */
import type { Context } from 'aws-lambda';
import { z } from 'zod';
import { systemClock } from '../src/composition/system-clock.ts';
import { isSweepDue } from '../src/core/sweep-schedule.ts';
import type { ServerName } from '../src/core/names.ts';
import { isOpen } from '../src/core/breaker.ts';
import { finishForgetting, noteUnheld } from '../src/engine/finish-forgetting.ts';
import { sweepingAlone } from '../src/engine/read-server.ts';
import { sweepServer } from '../src/engine/sweep-server.ts';
import { ServerError } from '../src/ports/server-errors.ts';
import { type Installation, installation, serverOf, unlessOver, withEngine } from './composition.ts';
import { eventOf } from './events.ts';
import { logger, observed, report, toldByKind } from './observe.ts';
import { isStandingStill } from './paused.ts';

const expected = {
  schema: z.object({ server: z.string().min(1) }),
  by: 'sweep',
  form: '{"server": "…"}',
  from: 'measure',
} as const;

/** Time that is left when sweeping stops: for the page under way, its hand-over and the logout, ms. */
const stopMs = 60_000;
/** How long a sweeper that dies keeps others from its server, ms. */
const leaseMs = 3 * 60_000;
/** Time that is left when requests under way are given up, ms. */
const abortMs = 15_000;

export type SweepResult = {
  readonly server: ServerName;
  /** `waiting`: the server fails, and is not asked for more than it is; or it is paused. */
  readonly sweeping: 'done' | 'unfinished' | 'busy' | 'waiting' | 'failed';
};

export const handler = observed(async (event, context): Promise<SweepResult> => {
  const { server } = eventOf(expected, event);
  try {
    const of = await installation(context);
    serverOf(of.configuration, server);
    await finish(of, context);
    const sweeping = await sweep(of, server, context);
    logger.info('swept', { server, sweeping });
    return { server, sweeping };
  } catch (error) {
    if (error instanceof ServerError) {
      report({ kind: 'server-failed', server, error, task: 'sweeping' });
      return { server, sweeping: 'failed' };
    }
    toldByKind(`sweeping server ${server} failed`, error);
    throw error;
  }
});

/** What keeps it from being done keeps no table from being swept. */
async function finish({ state }: Installation, { awsRequestId }: Context): Promise<void> {
  try {
    const ports = { ...state, clock: systemClock };
    const unheld = await noteUnheld(ports, awsRequestId);
    if (unheld !== undefined) logger.info('large values that nothing holds are noted', { unheld });
    const done = await finishForgetting(ports, awsRequestId);
    if (done !== undefined) logger.info('large values that nothing holds are removed', { ...done });
  } catch (error) {
    toldByKind('large values that nothing holds are not removed yet', error);
  }
}

async function sweep(
  of: Installation,
  server: ServerName,
  context: Context,
): Promise<SweepResult['sweeping']> {
  const { control } = of.state;
  const left = (): number => context.getRemainingTimeInMillis();
  const signal = AbortSignal.timeout(Math.max(0, left() - abortMs));
  // Whoever reads it finds out whether it works again.
  const [standsStill, breaker, dataStop] = await Promise.all([
    isStandingStill(of, server),
    control.breaker(server, 'reading'),
    control.breaker(server, 'data'),
    of.stillOurs(),
  ]);
  if (standsStill || isOpen(breaker)) return 'waiting';
  const holder = context.awsRequestId;
  const ports = { control, clock: systemClock };
  return unlessOver(signal, 'unfinished', () =>
    sweepingAlone(ports, server, { holder, leaseMs }, (renew) =>
      withEngine(of, { servers: [server], as: 'sweeper', report, signal, dataStops: [dataStop] }, (engine) =>
        sweepServer(
          { ...engine, atWork: renew },
          server,
          {
            pace: async () => {
              await renew();
              return left() > stopMs ? 'on' : 'stop';
            },
            isDue: (state, timeZone) =>
              isSweepDue(of.configuration.schedule.sweep, state, systemClock.now(), timeZone),
          },
          signal,
        ),
      ),
    ),
  );
}
