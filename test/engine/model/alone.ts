/** One process at a time over a world, nothing interleaved: for tests of one sequence of events. */
import type { Engine } from '../../../src/engine/engine.ts';
import { placeOf } from '../../../src/engine/engine.ts';
import { enumerate } from '../../../src/engine/enumerate.ts';
import { drain } from '../../../src/engine/drain.ts';
import { putBack } from '../../../src/engine/measure.ts';
import { runOnce, type RunOutcome } from '../../../src/engine/run.ts';
import { Scheduler } from './scheduler.ts';
import { diceOf } from './seeded-random.ts';
import { type Roles, World } from './world.ts';

export const never = new AbortController().signal;
const calm = { servers: 2, crash: 0, stale: 0, lost: 0, unique: false };

export const calmWorld = (seed = 7, roles?: Roles): World =>
  new World(new Scheduler(diceOf(seed), 100), calm, roles);

/** Runs work over the real engine to its end, and throws what it threw. */
export async function alone<Result>(
  world: World,
  work: (engine: Engine) => Promise<Result>,
): Promise<Result> {
  const results: { readonly value: Result }[] = [];
  const process = world.scheduler.start('alone', async (one) => {
    results.push({ value: await work(world.engineOf(one)) });
  });
  while (!process.ended) await world.scheduler.step();
  if (process.failure) throw process.failure;
  const [result] = results;
  if (result === undefined) throw new Error('the process ended without a result');
  return result.value;
}

export const synced = (world: World): Promise<RunOutcome> => alone(world, (engine) => runOnce(engine, never));

/** What `--watch` does on a server when its time has come: reads it, or works on what waits there. */
export const read = (world: World, server: string): Promise<void> =>
  alone(world, async (engine) => {
    const place = placeOf(engine, world.plan.name, server);
    if (place) await enumerate(engine, place, never);
  });

export const write = (world: World, server: string): Promise<void> =>
  alone(world, async (engine) => {
    const now = engine.clock.now();
    await putBack(engine, server, (row) => row.notBefore <= now);
    await drain(engine, server, { force: false, busy: new Set(), settling: new Map() }, never);
  });
