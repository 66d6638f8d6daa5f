/** A sweep that a person asked for, of processes that sweep by a schedule. */
import { expect, test } from 'vitest';
import { askFor } from '../../src/core/sweep.ts';
import { sweepServer } from '../../src/engine/sweep-server.ts';
import { alone, never } from './model/alone.ts';
import { readBoth, worldWith, writeAll } from './model/invocations.ts';
import type { World } from './model/world.ts';

async function syncedWorld(): Promise<World> {
  const world = worldWith(6);
  await readBoth(world);
  await writeAll(world);
  return world;
}

/** A turn of the sweeper, by whose schedule nothing is due. */
const turn = (world: World, stops = false): Promise<unknown> =>
  alone(world, (engine) =>
    sweepServer(engine, 'hq', { pace: async () => (stops ? 'stop' : 'on'), isDue: () => false }, never),
  );

const stateOf = (world: World) => world.ports.control.sweep('contacts', 'hq');

async function ask(world: World): Promise<void> {
  await world.ports.control.putSweepAsk(askFor('contacts', 'hq', await stateOf(world)));
}

test('what was asked for is swept with the next turn though its schedule says never, once, and elsewhere nothing is', async () => {
  const world = await syncedWorld();
  await turn(world);
  expect(await stateOf(world)).toBe(undefined);
  await ask(world);
  await turn(world);
  const first = (await stateOf(world))?.last;
  expect(first?.counts.rows).toBe(6);
  await turn(world);
  expect((await stateOf(world))?.last).toEqual(first);
  expect(await world.ports.control.sweep('contacts', 'branch')).toBe(undefined);
  await ask(world);
  await turn(world);
  expect((await stateOf(world))?.last?.startedAt).toBeGreaterThan(first?.startedAt ?? Infinity);
});

test('one that was under way when it was asked for is ended first, and the next does what was asked', async () => {
  const world = await syncedWorld();
  await ask(world);
  await turn(world, true);
  const before = (await stateOf(world))?.underWay;
  expect(before).toBeDefined();
  await ask(world);
  await turn(world);
  expect((await stateOf(world))?.last?.startedAt).toBe(before?.startedAt);
  await turn(world);
  expect((await stateOf(world))?.last?.startedAt).toBeGreaterThan(before?.startedAt ?? Infinity);
});
