/** Readers, writers and measuring as processes of their own that share nothing but what is stored. */
import { describe, expect, test } from 'vitest';
import type { Engine } from '../../src/engine/engine.ts';
import type { Pace } from '../../src/engine/meet.ts';
import { readServer, type ServerReading } from '../../src/engine/read-server.ts';
import { tendServer } from '../../src/engine/tend-server.ts';
import { throughBreaker, workBatches } from '../../src/engine/work-batches.ts';
import { alone, calmWorld, never } from './model/alone.ts';
import type { World } from './model/world.ts';

const stops: Pace = () => Promise.resolve('stop');
const goesOn: Pace = () => Promise.resolve('on');

const reading = (world: World, server: string, pace: Pace): Promise<ServerReading> =>
  alone(world, (engine) => readServer(engine, server, { holder: 'one', leaseMs: 1000, pace }, never));

const tending = (world: World, server: string): Promise<number> =>
  alone(world, async (engine) => {
    const breaker = await engine.control.breaker(server, 'writing');
    return (await tendServer(engine, server, breaker, never)).putBack;
  });

/** A writer's invocation: what its queue shows, worked on. */
const writing = (world: World, server: string, hasTime = true) =>
  alone(world, async (engine) => {
    const messages = await engine.queue.receive(server, 10, 600, engine.clock.now());
    await engine.queue.acknowledge(
      server,
      messages.map(({ receipt }) => receipt),
    );
    const batches = [...new Set(messages.map(({ batch }) => batch))];
    const options = { hasTime: () => hasTime, signal: never };
    return throughBreaker(engine, server, batches, (allowed) =>
      workBatches(engine, server, allowed, options),
    );
  });

function withRows(count: number): World {
  const world = calmWorld(3);
  for (let n = 0; n < count; n += 1) world.servers.get('hq')?.insert(`k${n}`, { a: `person ${n}`, b: '' });
  return world;
}

const heads = async (world: World): Promise<number> => (await world.ports.records.count('contacts')).heads;
const rowsOn = (world: World, server: string): number => world.servers.get(server)?.rows.length ?? 0;

describe('a first read that has to stop after each page', () => {
  test('goes on where it was, and reads every record', async () => {
    const world = withRows(20);
    const requests: string[] = [];
    const hq = world.servers.get('hq');
    if (hq) hq.fails = (request) => requests.push(request) < 0;
    let stopped = 0;
    while ((await reading(world, 'hq', stops)) === 'unfinished' && stopped < 50) stopped += 1;
    expect(await heads(world)).toBe(20);
    expect(stopped).toBeGreaterThan(5);
    expect(await world.ports.control.bookmarks()).toEqual([]);
    // Pages of three, each beginning with the last record of the one before.
    expect(requests.filter((request) => request === 'list')).toHaveLength(10);
  });

  test('keeps another server from its first meeting until it is over', async () => {
    const world = withRows(8);
    world.servers.get('branch')?.insert('k1', { a: 'person 1', b: '' });
    expect(await reading(world, 'hq', stops)).toBe('unfinished');
    await reading(world, 'branch', goesOn);
    expect(await world.ports.control.meeting('contacts', 'branch')).toBe(undefined);
    expect(await reading(world, 'hq', goesOn)).toBe('done');
    await reading(world, 'branch', goesOn);
    expect((await world.ports.control.meeting('contacts', 'branch'))?.shared).toBe(1);
  });

  test('of two processes one reads a server, and the other leaves it', async () => {
    const world = withRows(3);
    await alone(world, (engine: Engine) =>
      engine.control.takeLease('read hq', 'another', 1_000_000, engine.clock.now()),
    );
    expect(await reading(world, 'hq', goesOn)).toBe('busy');
    expect(await heads(world)).toBe(0);
  });
});

async function readBoth(world: World): Promise<void> {
  for (const server of ['hq', 'branch', 'hq']) await reading(world, server, goesOn);
}

describe('a server that cannot be written', () => {
  test('R7: costs one trial at a time, and everything goes out once when it works again', async () => {
    const world = withRows(12);
    await readBoth(world);
    const branch = world.servers.get('branch');
    let lookUps = 0;
    if (branch) branch.fails = (request) => request === 'look-up' && (lookUps += 1) > 0;
    await writing(world, 'branch');
    const first = lookUps;
    await writing(world, 'branch');
    expect(lookUps).toBe(first);
    expect(await tending(world, 'branch')).toBe(0);
    world.scheduler.now += 61_000;
    expect(await tending(world, 'branch')).toBe(1);
    await writing(world, 'branch');
    expect(lookUps).toBe(first + 1);
    if (branch) branch.fails = () => false;
    world.scheduler.now += 10 * 60_000;
    expect(await tending(world, 'branch')).toBe(1);
    await writing(world, 'branch');
    const open = (await world.ports.control.backlog()).get('branch')?.rows ?? 0;
    expect(open).toBeGreaterThan(2);
    expect(await tending(world, 'branch')).toBe(open);
    expect(await tending(world, 'branch')).toBe(0);
    while ((await writing(world, 'branch')).worked > 0);
    expect(rowsOn(world, 'branch')).toBe(12);
  });

  test('R2: a batch for which no time is left is due at once', async () => {
    const world = withRows(2);
    await readBoth(world);
    expect(await writing(world, 'branch', false)).toEqual({ worked: 0, left: 1 });
    world.scheduler.now += 1;
    expect(await tending(world, 'branch')).toBe(1);
    await writing(world, 'branch');
    expect(rowsOn(world, 'branch')).toBe(2);
  });
});
