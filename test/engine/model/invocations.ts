/** Invocations of functions over the real engine, one after another, as they come on AWS. */
import type { Engine } from '../../../src/engine/engine.ts';
import type { Pace } from '../../../src/engine/meet.ts';
import { readServer, type ServerReading } from '../../../src/engine/read-server.ts';
import { readingInTurn } from '../../../src/engine/reading-turn.ts';
import { tendServer } from '../../../src/engine/tend-server.ts';
import { type BatchesWork, throughBreaker, workBatches } from '../../../src/engine/work-batches.ts';
import type { ServerTable } from '../../../src/ports/server.ts';
import { alone, calmWorld, never } from './alone.ts';
import type { ModelServer } from './model-server.ts';
import type { Roles, World } from './world.ts';

export const stops: Pace = () => Promise.resolve('stop');
const goesOn: Pace = () => Promise.resolve('on');

export const reading = (world: World, server: string, pace: Pace = goesOn): Promise<ServerReading> =>
  alone(world, (engine) =>
    readingInTurn(engine, server, { holder: 'one', leaseMs: 1000 }, (turn) =>
      readServer(engine, server, { pace, turn, recheck: true }, never),
    ),
  );

/** Messages that were sent again. */
export const tending = (world: World, server: string): Promise<number> =>
  alone(world, async (engine) => {
    const breaker = await engine.control.breaker(server, 'writing');
    return (await tendServer(engine, server, breaker, never)).putBack;
  });

export type Writing = {
  readonly hasTime?: boolean;
  readonly signal?: AbortSignal;
  /** The engine as this invocation has it. */
  readonly through?: (engine: Engine) => Engine;
};

/** What the server's queue shows, worked on. */
export const writing = (
  world: World,
  server: string,
  { hasTime = true, signal = never, through = (engine) => engine }: Writing = {},
): Promise<BatchesWork> =>
  alone(world, async (its) => {
    const engine = through(its);
    const messages = await engine.queue.receive(server, 10, 600, engine.clock.now());
    await engine.queue.acknowledge(
      server,
      messages.map(({ receipt }) => receipt),
    );
    const batches = [...new Set(messages.map(({ batch }) => batch))];
    const options = { hasTime: () => hasTime, signal };
    return throughBreaker(engine, server, batches, (allowed, isTrial) =>
      workBatches(engine, server, allowed, { ...options, isTrial }),
    );
  });

/** `hq` holds so many records and the others none. */
export function worldWith(count: number, roles?: Roles, seed = 3): World {
  const world = calmWorld(seed, roles);
  for (let n = 0; n < count; n += 1) world.servers.get('hq')?.insert(`k${n}`, { a: `person ${n}`, b: '' });
  return world;
}

export async function readBoth(world: World): Promise<void> {
  for (const server of ['hq', 'branch', 'hq']) await reading(world, server);
}

export function serverOf(world: World, name: string): ModelServer {
  const server = world.servers.get(name);
  if (server === undefined) throw new Error(`no server ${name}`);
  return server;
}

/** What waits for branch, until nothing more is ended. */
export async function writeAll(world: World): Promise<void> {
  await tending(world, 'branch');
  while ((await writing(world, 'branch')).worked > 0);
}

/** An engine whose look-ups on branch are these. */
export const lookingUp =
  (world: World, lookUp: ServerTable['lookUp']) =>
  (engine: Engine): Engine => {
    const table = engine.tables.get(world.plan.name);
    const branch = table?.servers.get('branch');
    if (table === undefined || branch === undefined) throw new Error('no such table');
    const servers = new Map([...table.servers, ['branch', { ...branch, lookUp }]]);
    return { ...engine, tables: new Map([[world.plan.name, { ...table, servers }]]) };
  };

/** An invocation whose look-ups are answered by nothing until its time is over. */
export function hanging(world: World): Writing {
  const over = new AbortController();
  const lookUp = async (): Promise<never> => {
    over.abort(new DOMException('time is over', 'TimeoutError'));
    throw over.signal.reason;
  };
  return { signal: over.signal, through: lookingUp(world, lookUp) };
}

/** What a server's records hold in a field. */
export const valuesOf = ({ rows }: ModelServer, field: string): ReadonlySet<string | undefined> =>
  new Set(rows.map(({ values }) => values[field]));
