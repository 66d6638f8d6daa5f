/** Readers, writers and measuring as processes of their own that share nothing but what is stored. */
import { describe, expect, test } from 'vitest';
import { type Engine, placeOf } from '../../src/engine/engine.ts';
import { Progress } from '../../src/engine/file-progress.ts';
import { readingAlone, readServer } from '../../src/engine/read-server.ts';
import { isReadByOther, readingInTurn } from '../../src/engine/reading-turn.ts';
import { alone, never } from './model/alone.ts';
import { readBoth, reading, stops, tending, worldWith, writing } from './model/invocations.ts';
import type { World } from './model/world.ts';

const heads = async (world: World): Promise<number> => (await world.ports.records.count('contacts')).heads;
const rowsOn = (world: World, server: string): number => world.servers.get(server)?.rows.length ?? 0;

/** Parts of a file, each after most of a lease. */
async function* slowly(world: World): AsyncGenerator<Uint8Array> {
  for (let part = 0; part < 5; part += 1) {
    world.scheduler.now += 600;
    yield await Promise.resolve(Buffer.from('part'));
  }
}

describe('a first read that has to stop after each page', () => {
  test('goes on where it was, and reads every record', async () => {
    const world = worldWith(20);
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
    const world = worldWith(8);
    world.servers.get('branch')?.insert('k1', { a: 'person 1', b: '' });
    expect(await reading(world, 'hq', stops)).toBe('unfinished');
    await reading(world, 'branch');
    expect(await world.ports.control.meeting('contacts', 'branch')).toBe(undefined);
    expect(await reading(world, 'hq')).toBe('done');
    await reading(world, 'branch');
    expect((await world.ports.control.meeting('contacts', 'branch'))?.shared).toBe(1);
  });

  test('keeps its server to itself while a file comes that takes longer than the lease', async () => {
    const world = worldWith(1);
    await alone(world, (engine) =>
      readingInTurn(engine, 'hq', { holder: 'long', leaseMs: 900 }, async (turn) => {
        await turn.take();
        const working = { ...engine, atWork: turn.renew };
        const place = placeOf(working, 'contacts', 'hq');
        if (place === undefined) throw new Error('there is such a place');
        const coming = new Progress(working, place, 'a', 'coming', undefined).counting(slowly(world));
        expect(await Array.fromAsync(coming)).toHaveLength(5);
        expect(await isReadByOther(engine, 'hq', 'other')).toBe(true);
        world.scheduler.now += 1000;
        expect(await isReadByOther(engine, 'hq', 'other')).toBe(false);
      }),
    );
  });

  test('keeps its server to itself for as long as it renews, and no longer than a lease when it dies', async () => {
    const world = worldWith(1);
    const other = (): Promise<unknown> => reading(world, 'hq');
    await alone(world, (engine) =>
      readingAlone(engine, 'hq', { holder: 'long', leaseMs: 900 }, async (renew) => {
        for (let page = 0; page < 5; page += 1) {
          world.scheduler.now += 600;
          await renew();
        }
        // As others find it, and then as they find it when this one is heard of no more.
        expect(await engine.control.takeLease('read hq', 'other', 1, world.scheduler.now)).toBe(false);
        world.scheduler.now += 1000;
        expect(await engine.control.takeLease('read hq', 'other', 1, world.scheduler.now)).toBe(true);
      }),
    );
    world.scheduler.now += 10;
    expect(await other()).toBe('done');
  });

  test('of two processes one reads a server, and the other leaves it', async () => {
    const world = worldWith(3);
    await alone(world, (engine: Engine) =>
      engine.control.takeLease('read hq', 'another', 1_000_000, engine.clock.now()),
    );
    expect(await reading(world, 'hq')).toBe('busy');
    expect(await heads(world)).toBe(0);
  });
});

describe('a server that cannot be written', () => {
  test('R7: costs one trial at a time, and everything goes out once when it works again', async () => {
    const world = worldWith(12);
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
    const world = worldWith(2);
    await readBoth(world);
    expect(await writing(world, 'branch', { hasTime: false })).toEqual({ worked: 0, left: 1 });
    world.scheduler.now += 1;
    expect(await tending(world, 'branch')).toBe(1);
    await writing(world, 'branch');
    expect(rowsOn(world, 'branch')).toBe(2);
  });
});

test('rows whose messages no queue took are sent by the next who measures, not when they are old', async () => {
  const world = worldWith(4);
  await readBoth(world);
  world.scheduler.now += 1000;
  const hq = world.servers.get('hq');
  for (const row of hq?.rows ?? []) hq?.edit(row, { a: `edited ${row.key}` });
  const failing = alone(world, (engine) =>
    readServer(
      { ...engine, queue: { ...engine.queue, send: () => Promise.reject(new Error('no queue takes it')) } },
      'hq',
      { pace: async () => 'on', recheck: false },
      never,
    ),
  );
  await expect(failing).rejects.toThrow('no queue takes it');
  world.scheduler.now += 10;
  expect(await tending(world, 'branch')).toBeGreaterThan(0);
});
