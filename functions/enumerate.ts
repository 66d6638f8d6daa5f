/**
 * Reads what changed on one server, by its schedule. One invocation at a time reads a server; a first read that takes longer
 * than an invocation may live leaves a bookmark and is gone on with (measure sees to that).
 */
import type { Context } from 'aws-lambda';
import { z } from 'zod';
import { systemClock } from '../src/composition/system-clock.ts';
import type { Configuration } from '../src/config/configuration.ts';
import type { Breaker } from '../src/core/breaker.ts';
import type { TablePlan } from '../src/core/link.ts';
import type { EpochMs, ServerName, TableName } from '../src/core/names.ts';
import { noted } from '../src/engine/breakers.ts';
import type { Engine } from '../src/engine/engine.ts';
import { grow } from '../src/engine/grow.ts';
import type { Pace } from '../src/engine/meet.ts';
import {
  growingAlone,
  readServer,
  type ReadServerOptions,
  type ServerReading,
} from '../src/engine/read-server.ts';
import { isReadByOther, readingInTurn, type Turn } from '../src/engine/reading-turn.ts';
import { recheckDue } from '../src/engine/recheck.ts';
import { type StoredPlaces, storedPlaces } from '../src/engine/stored-place.ts';
import { ServerError } from '../src/ports/server-errors.ts';
import { everyTable } from '../src/ports/wakes.ts';
import { type Installation, installation, serverOf, unlessOver, withEngine } from './composition.ts';
import { eventOf } from './events.ts';
import { logger, observed, report, toldByKind } from './observe.ts';
import { isStandingStill } from './paused.ts';
import { keepWebhooksIfDue, missedOn } from './webhooks.ts';
import { hintsRestUntil, readWhatIsHinted } from './woken.ts';

const expected = {
  /** `parked`: parked records are due to be looked up. `woken`: a webhook called; the tables that are hinted at are read. */
  schema: z.object({
    server: z.string().min(1),
    parked: z.boolean().optional(),
    woken: z.boolean().optional(),
  }),
  by: 'enumerate',
  form: '{"server": "…"}',
  from: 'its schedule',
} as const;

/** Time that is left when reading stops: for the page under way, its hand-over and the logout, ms. */
const stopMs = 60_000;
/** How long a reader that dies keeps others from its server, ms: short may have two read at once, long delays what is read next. It is renewed with each page, and as files come. */
const leaseMs = 3 * 60_000;
/** Time that is left when requests under way are given up, ms. */
const abortMs = 15_000;

export type EnumerateResult = { readonly server: ServerName; readonly reading: ServerReading | 'failed' };

export const handler = observed(async (event, context): Promise<EnumerateResult> => {
  const { server, parked = false, woken = false } = eventOf(expected, event);
  try {
    const of = await installation(context);
    serverOf(of.configuration, server);
    if (woken) return await readWoken(of, server, context);
    const { reading } = await read(of, { server, parked }, context);
    if (reading === 'busy') await leaveToWoken(of, server);
    logger.info('read', { server, reading });
    return { server, reading };
  } catch (error) {
    if (error instanceof ServerError) return { server, reading: 'failed' };
    toldByKind(`reading server ${server} failed`, error);
    throw error;
  }
});

/** Who reads may be there for a hint, and has passed the tables that the schedule came for; where nobody is, the mark waits for the next. */
async function leaveToWoken({ configuration, state }: Installation, server: ServerName): Promise<void> {
  if (serverOf(configuration, server).wake !== 'webhook') return;
  const now = systemClock.now();
  await state.wakes.hint(server, everyTable, now, now);
}

/** Of a server that cannot be read the schedule and its breaker tell. */
async function readWoken(of: Installation, server: ServerName, context: Context): Promise<EnumerateResult> {
  const signal = AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - abortMs));
  const { readings, failed } = await readWhatIsHinted(server, {
    wakes: of.state.wakes,
    clock: systemClock,
    read: async (which, changed) => {
      const only = which === 'all' ? {} : { only: which };
      try {
        return (await read(of, { server, parked: false, changed, ...only }, context)).reading;
      } catch (error) {
        if (error instanceof ServerError) return 'failed';
        throw error;
      }
    },
    restsUntil: async () => hintsRestUntil(await of.state.control.breaker(server, 'reading')),
    hasTime: () => context.getRemainingTimeInMillis() > stopMs,
    signal,
  });
  logger.info('woken', { server, readings, failed });
  if (failed) return { server, reading: 'failed' };
  return { server, reading: readings > 0 ? 'done' : 'waiting' };
}

type Asked = {
  readonly server: ServerName;
  readonly parked: boolean;
  /** For hints. */
  readonly only?: ReadonlySet<TableName>;
  /** For a hint, or in the stead of a tick that came meanwhile. */
  readonly changed?: () => void;
};

type Read = {
  /** `failed`: for a hint, of a server that is known to fail; it was asked for nothing. */
  readonly reading: ServerReading | 'failed';
  /** Whether the server was asked for anything, and answered. */
  readonly asked: boolean;
};

type Work = {
  readonly server: ServerName;
  readonly parked: boolean;
  readonly holder: string;
  /** Until the invocation is ended, ms. */
  readonly left: () => number;
  readonly signal: AbortSignal;
  readonly dataStop: Breaker | undefined;
  readonly stored: StoredPlaces;
  readonly only: ReadonlySet<TableName> | undefined;
  readonly changed: ReadServerOptions['changed'];
};

const tablesOn = ({ tables }: Configuration, server: ServerName): readonly TableName[] =>
  tables.flatMap(({ name, links }) => (links.some((link) => link.server === server) ? name : []));

async function read(of: Installation, wanted: Asked, context: Context): Promise<Read> {
  const { server, parked, only } = wanted;
  const { control } = of.state;
  const left = (): number => context.getRemainingTimeInMillis();
  const signal = AbortSignal.timeout(Math.max(0, left() - abortMs));
  const holder = context.awsRequestId;
  // One request for some fifteen tables: most ticks find nothing, and this is what they cost.
  const [standsStill, isBusy, before, dataStop, stored] = await Promise.all([
    isStandingStill(of, server),
    isReadByOther({ control, clock: systemClock }, server, holder),
    control.breaker(server, 'reading'),
    control.breaker(server, 'data'),
    storedPlaces({ control, clock: systemClock }, server, tablesOn(of.configuration, server)),
    of.stillOurs(),
  ]);
  if (standsStill) return { reading: 'waiting', asked: false };
  if (wanted.changed !== undefined && systemClock.now() < hintsRestUntil(before))
    return { reading: 'failed', asked: false };
  if (isBusy) return { reading: 'busy', asked: false };
  const missed = only === undefined ? await missedOn(of, server) : undefined;
  const changed: ReadServerOptions['changed'] =
    (wanted.changed ?? missed) &&
    ((table, at) => {
      wanted.changed?.();
      missed?.changed(table, at);
    });
  const work: Work = { server, parked, holder, left, signal, dataStop, stored, only, changed };
  const noting = { server, task: 'reading', before, isProof: ({ asked }: Read) => asked } as const;
  const ports = { control, clock: systemClock, report };
  const over = { reading: 'unfinished', asked: false } as const;
  const done = await unlessOver<Read>(signal, over, () => noted(ports, noting, () => readInTurn(of, work)));
  missed?.tell();
  if (only === undefined && done.asked && left() > stopMs) await keepWebhooksIfDue(of, server, signal);
  return done;
}

function readInTurn(of: Installation, work: Work): Promise<Read> {
  const { server, holder, left, signal, dataStop } = work;
  const ports = { control: of.state.control, clock: systemClock };
  return readingInTurn(ports, server, { holder, leaseMs }, (turn) => {
    const pace: Pace = async () => {
      await turn.renew();
      return left() > stopMs ? 'on' : 'stop';
    };
    const connected = { servers: [server], as: 'reader', report, signal, dataStops: [dataStop] } as const;
    // Between two pages large files may come, which take longer than the lease.
    return withEngine(of, connected, (engine, { shown }) =>
      readAll({ ...engine, atWork: turn.renew }, work, { turn, pace, shown }),
    );
  });
}

type Going = {
  readonly turn: Turn;
  readonly pace: Pace;
  /** It showed its layouts already. */
  readonly shown: boolean;
};

async function readAll(
  engine: Engine,
  { server, parked, holder, signal, stored, only, changed }: Work,
  { turn, pace, shown }: Going,
): Promise<Read> {
  if (!(await growOnce(engine, holder, { turn, pace }))) return { reading: 'busy', asked: shown };
  const options = {
    pace,
    turn,
    stored,
    recheck: only === undefined && asksForParked(server),
    ...(only && { only }),
    ...(changed && { changed }),
  };
  const reading = await readServer(engine, server, options, signal);
  if (parked && reading !== 'unfinished' && (await turn.take()))
    await recheckDue(engine, server, signal, pace);
  return { reading, asked: shown || reading === 'done' || reading === 'unfinished' };
}

/** Plans whose growth this process has seen to. */
const grown = new WeakSet<TablePlan>();

/** What the configuration asks for newly, once for each plan. False where another process is at it, or time was over. */
async function growOnce(
  engine: Engine,
  holder: string,
  { turn, pace }: Pick<Going, 'turn' | 'pace'>,
): Promise<boolean> {
  const plans = [...engine.tables.values()].map(({ plan }) => plan);
  if (plans.every((plan) => grown.has(plan))) return true;
  if (!(await turn.take())) return false;
  const growth = await growingAlone(engine, { holder, leaseMs }, (renew) =>
    grow(engine, async () => {
      await renew();
      return pace();
    }),
  );
  if (growth !== 'done') return false;
  for (const plan of plans) grown.add(plan);
  return true;
}

/** How often a process asks whether the parked records are to be looked at once more, ms. */
const askEveryMs = 60 * 60_000;
const askedAt = new Map<ServerName, EpochMs>();

function asksForParked(server: ServerName): boolean {
  const now = systemClock.now();
  if (now - (askedAt.get(server) ?? 0) < askEveryMs) return false;
  askedAt.set(server, now);
  return true;
}
