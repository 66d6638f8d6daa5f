/** A server or a table that is paused, while readers, writers, sweepers and whoever measures are at work. */
import { describe, expect, test } from 'vitest';
import { dayMs } from '../../src/core/maintenance.ts';
import { type PauseScope, resumed, withPause } from '../../src/core/pause.ts';
import type { Pace } from '../../src/engine/meet.ts';
import { recheckDue } from '../../src/engine/recheck.ts';
import { retryDue } from '../../src/engine/retry-parked.ts';
import { sweepServer } from '../../src/engine/sweep-server.ts';
import { alone, never, synced } from './model/alone.ts';
import { readBoth, reading, serverOf, tending, worldWith, writeAll, writing } from './model/invocations.ts';
import type { World } from './model/world.ts';

const branch: PauseScope = { server: 'branch' };

async function pause(world: World, scope: PauseScope, until?: number): Promise<void> {
  const { control } = world.ports;
  const at = world.scheduler.now;
  await control.putPauses(
    withPause(await control.pauses(), { ...scope, at, ...(until !== undefined && { until }) }),
  );
}

async function resume(world: World): Promise<void> {
  const { control } = world.ports;
  const list = resumed(await control.pauses(), {}, world.scheduler.now);
  if (list === undefined) throw new Error('nothing was paused');
  await control.putPauses(list);
}

/** What a server is asked for from now on. */
function askedOf(world: World, name: string): readonly string[] {
  const asked: string[] = [];
  serverOf(world, name).fails = (request) => asked.push(request) < 0;
  return asked;
}

const sweeping = (world: World, server: string, pace: Pace = async () => 'on'): Promise<unknown> =>
  alone(world, (engine) => sweepServer(engine, server, { pace, isDue: () => true }, never));

const pending = async (world: World, server: string): Promise<number> =>
  (await world.ports.control.backlog()).get(server)?.keys ?? 0;

describe.each<{ scope: PauseScope }>([
  { scope: {} },
  { scope: branch },
  { scope: { table: 'contacts', server: 'branch' } },
  { scope: { table: 'contacts' } },
])('while $scope is paused', ({ scope }) => {
  test('nothing is asked of the server by anybody, its clock included, and what waits stays', async () => {
    const world = worldWith(6);
    await readBoth(world);
    await writeAll(world);
    serverOf(world, 'hq').insert('new', { a: 'meanwhile', b: '' });
    await reading(world, 'hq');
    await pause(world, scope);
    const asked = askedOf(world, 'branch');
    await reading(world, 'branch');
    await writing(world, 'branch');
    await sweeping(world, 'branch');
    await tending(world, 'branch');
    await alone(world, (engine) => recheckDue(engine, 'branch', never));
    await synced(world);
    expect(asked).toEqual([]);
    expect(await pending(world, 'branch')).toBe(1);
  });
});

test('what was made elsewhere waits, and goes out when the pause is over, though its message was let go by', async () => {
  const world = worldWith(3);
  await readBoth(world);
  await writeAll(world);
  await pause(world, branch);
  serverOf(world, 'hq').insert('new', { a: 'meanwhile', b: '' });
  await reading(world, 'hq');
  expect((await writing(world, 'branch')).worked).toBe(1);
  expect(await pending(world, 'branch')).toBe(1);
  world.scheduler.now += 10;
  await resume(world);
  expect(await tending(world, 'branch')).toBe(1);
  await writing(world, 'branch');
  expect(serverOf(world, 'branch').rows).toHaveLength(4);
  expect(await tending(world, 'branch')).toBe(0);
});

test('a server that was never read is asked for nothing while it is paused, and the others go on', async () => {
  const world = worldWith(3, [
    ['hq', 'both'],
    ['branch', 'both'],
    ['kiosk', 'both'],
  ]);
  serverOf(world, 'kiosk').insert('own', { a: 'x', b: '' });
  await pause(world, { server: 'kiosk' });
  const asked = askedOf(world, 'kiosk');
  await synced(world);
  expect(asked).toEqual([]);
  expect(serverOf(world, 'branch').rows).toHaveLength(3);
  await resume(world);
  await synced(world);
  for (const name of ['hq', 'branch', 'kiosk']) expect(serverOf(world, name).rows).toHaveLength(4);
});

test('a pause ends by itself', async () => {
  const world = worldWith(1);
  await readBoth(world);
  await pause(world, branch, world.scheduler.now + 60_000);
  const asked = askedOf(world, 'branch');
  await writeAll(world);
  expect(asked).toEqual([]);
  world.scheduler.now += 60_000;
  await writeAll(world);
  expect(serverOf(world, 'branch').rows).toHaveLength(1);
});

test('a window of maintenance does the same by itself', async () => {
  const world = worldWith(1);
  await readBoth(world);
  const { now } = world.scheduler;
  const windows = [
    { everyMs: dayMs, fromMs: (Math.floor(now / 60_000) * 60_000) % dayMs, lengthMs: 600_000 },
  ];
  world.maintenance = new Map([['branch', { timeZone: 'UTC', windows }]]);
  const asked = askedOf(world, 'branch');
  await writeAll(world);
  await reading(world, 'branch');
  expect(asked).toEqual([]);
  world.scheduler.now += 600_000;
  await writeAll(world);
  expect(serverOf(world, 'branch').rows).toHaveLength(1);
});

describe('a pause takes effect behind the page that is being read', () => {
  test('a first read stops there, and goes on there', async () => {
    const world = worldWith(20);
    let pages = 0;
    const asked = askedOf(world, 'hq');
    const pacing: Pace = async () => {
      pages += 1;
      if (pages === 2) await pause(world, { server: 'hq' });
      return 'on';
    };
    expect(await reading(world, 'hq', pacing)).toBe('waiting');
    const lists = asked.filter((request) => request === 'list').length;
    expect(lists).toBeLessThan(5);
    await resume(world);
    expect(await reading(world, 'hq')).toBe('done');
    expect((await world.ports.records.count('contacts')).heads).toBe(20);
    // Each page once.
    expect(asked.filter((request) => request === 'list')).toHaveLength(10);
  });

  test('a sweep stops there, and goes on there', async () => {
    const world = worldWith(20);
    await readBoth(world);
    let pages = 0;
    const pacing: Pace = async () => {
      pages += 1;
      if (pages === 2) await pause(world, { server: 'hq' });
      return 'on';
    };
    await sweeping(world, 'hq', pacing);
    const state = await world.ports.control.sweep('contacts', 'hq');
    expect(state?.underWay?.place).toMatchObject({ phase: 'listing' });
    await resume(world);
    const asked = askedOf(world, 'hq');
    await sweeping(world, 'hq');
    expect((await world.ports.control.sweep('contacts', 'hq'))?.last?.counts.rows).toBe(20);
    expect(asked.filter((request) => request === 'list').length).toBeLessThan(10);
  });
});

test('a server that failed is not tried while it is paused', async () => {
  const world = worldWith(2);
  await readBoth(world);
  serverOf(world, 'branch').fails = (request) => request === 'look-up';
  await writing(world, 'branch');
  world.scheduler.now += 61_000;
  expect(await tending(world, 'branch')).toBe(1);
  await pause(world, branch);
  const asked = askedOf(world, 'branch');
  await writing(world, 'branch');
  world.scheduler.now += 10 * 60_000;
  expect(await tending(world, 'branch')).toBe(0);
  expect(asked).toEqual([]);
});

test('what is parked there and due keeps its time', async () => {
  const world = worldWith(1);
  await readBoth(world);
  const now = world.scheduler.now;
  const parked = {
    table: 'contacts',
    server: 'branch',
    key: 'k0',
    version: 1,
    code: '504',
    reason: 'refused',
    at: now,
    retryAt: now,
  };
  await world.ports.control.park([parked]);
  await pause(world, branch);
  expect(await alone(world, (engine) => retryDue(engine, 'branch'))).toEqual({ records: 0, lookUps: false });
  expect(await world.ports.control.parkedDue('branch', now, 9)).toHaveLength(1);
  await resume(world);
  expect((await alone(world, (engine) => retryDue(engine, 'branch'))).records).toBe(1);
});
