/** A server, or a table on it, is taken out of the configuration, and comes back. */
import { describe, expect, test } from 'vitest';
import type { Sending } from '../../src/core/batch.ts';
import { digestOf } from '../../src/core/digest.ts';
import { grow } from '../../src/engine/grow.ts';
import { leftPlaces } from '../../src/engine/leave.ts';
import { putBack } from '../../src/engine/measure.ts';
import { alone, calmWorld, synced } from './model/alone.ts';
import { sweptAll } from './model/sharing.ts';
import type { ModelServer } from './model/model-server.ts';
import type { World } from './model/world.ts';

const serverOf = (world: World, name: string): ModelServer => {
  const server = world.servers.get(name);
  if (server === undefined) throw new Error(`no server ${name}`);
  return server;
};

const rowsOn = (world: World, server: string): readonly string[] =>
  serverOf(world, server)
    .rows.map(({ key, values }) => `${key}=${values['a']}|${values['b']}`)
    .toSorted();

const edit = (world: World, server: string, key: string, a: string): void => {
  const row = serverOf(world, server).rows.find((one) => one.key === key);
  if (row === undefined) throw new Error(`no row ${key}`);
  serverOf(world, server).edit(row, { a });
};

/** Three servers hold the same rows; `without` takes kiosk out of the configuration, `withAll` puts it back. */
async function threeOffices(rows = 7): Promise<{ world: World; without: () => void; withAll: () => void }> {
  const world = calmWorld(7, [
    ['hq', 'both'],
    ['branch', 'both'],
    ['kiosk', 'both'],
  ]);
  const all = world.plan;
  for (let n = 0; n < rows; n += 1) serverOf(world, 'hq').insert(`k${n}`, { a: `a${n}`, b: '' });
  for (let run = 0; run < 2; run += 1) await synced(world);
  return {
    world,
    without: () => {
      world.plan = { ...all, links: all.links.filter(({ server }) => server !== 'kiosk') };
    },
    withAll: () => {
      world.plan = all;
    },
  };
}

const monthMs = 30 * 24 * 3_600_000;

describe('a server that is taken out', () => {
  test('is asked for nothing any more, and what waited for it is closed', async () => {
    const { world, without } = await threeOffices();
    const kiosk = serverOf(world, 'kiosk');
    edit(world, 'hq', 'k1', 'edited');
    kiosk.locked = new Set(['k1']);
    await synced(world);
    expect([...(await world.ports.control.backlog()).keys()]).toEqual(['kiosk']);
    without();
    kiosk.fails = (request) => request !== 'probe';
    expect([...(await synced(world)).failures]).toEqual([]);
    expect((await world.ports.control.backlog()).size).toBe(0);
    expect(rowsOn(world, 'branch')).toContain('k1=edited|');
  });

  test('leaves nothing parked, and is told to have left', async () => {
    const { world, without } = await threeOffices();
    serverOf(world, 'kiosk').refuses = () => true;
    edit(world, 'hq', 'k1', 'refused');
    await synced(world);
    expect(await world.ports.control.countParked()).toBe(1);
    without();
    await synced(world);
    expect(await world.ports.control.countParked()).toBe(0);
    const places = await alone(world, (engine) => leftPlaces(engine));
    expect(places).toEqual([{ table: world.plan.name, server: 'kiosk' }]);
  });
});

/** A row of kiosk that had announced this, in a request of which nobody knows any more. */
async function announced(world: World, what: Partial<Sending>): Promise<void> {
  const { control } = world.ports;
  const at = world.scheduler.now;
  const of = { id: 'lost', table: world.plan.name, server: 'kiosk', state: 'ready', attempts: 0 } as const;
  const times = { notBefore: 0, sentAt: 0, createdAt: at, oldestChangeAt: at };
  await control.putBatches([{ ...of, ...times, keys: [{ key: 'k1', version: 1 }], rev: 1, sending: [] }]);
  const entry = { batch: 'lost', key: 'k1', digests: {}, create: false, at, ...what };
  await control.appendSending('lost', 1, [entry]);
}

function onlySends(world: World): void {
  const links = world.plan.links.map((link) =>
    link.server === 'kiosk' ? ({ ...link, role: 'send' } as const) : link,
  );
  world.plan = { ...world.plan, links };
}

describe('R4: a server that only sends from now on', () => {
  test('has deleted nothing where we deleted it there', async () => {
    const { world } = await threeOffices();
    const kiosk = serverOf(world, 'kiosk');
    await announced(world, { remove: true });
    for (const row of kiosk.rows.filter(({ key }) => key === 'k1')) kiosk.delete(row);
    onlySends(world);
    for (let n = 0; n < 3; n += 1) await sweptAll(world);
    await synced(world);
    expect(await world.ports.control.openBatches('kiosk', 10)).toEqual([]);
    expect(rowsOn(world, 'hq')).toContain('k1=a1|');
  });

  test('may have edited what it holds of ours: what that replaces is kept as a loser', async () => {
    const { world } = await threeOffices();
    onlySends(world);
    await synced(world);
    await announced(world, { digests: { a: digestOf('ours') }, modId: 0 });
    world.scheduler.now += 60_000;
    edit(world, 'kiosk', 'k1', 'ours');
    await alone(world, (engine) => putBack(engine, 'kiosk', () => false));
    expect(await world.ports.control.openBatches('kiosk', 10)).toEqual([]);
    await synced(world);
    const kept = await world.ports.control.conflicts(10);
    expect(kept.map(({ loser }) => loser.value)).toEqual(['a1']);
  });
});

describe('a server that comes back after a month', () => {
  test('R4: what we may have deleted there, in a request of which nobody knows any more, counts as no delete of its own', async () => {
    const { world, without, withAll } = await threeOffices();
    const { control } = world.ports;
    const kiosk = serverOf(world, 'kiosk');
    const at = world.scheduler.now;
    const of = { id: 'lost', table: world.plan.name, server: 'kiosk', state: 'ready', attempts: 0 } as const;
    const times = { notBefore: 0, sentAt: 0, createdAt: at, oldestChangeAt: at };
    await control.putBatches([{ ...of, ...times, keys: [{ key: 'k1', version: 1 }], rev: 1, sending: [] }]);
    await control.appendSending('lost', 1, [
      { batch: 'lost', key: 'k1', digests: {}, create: false, remove: true, at },
    ]);
    for (const row of kiosk.rows.filter(({ key }) => key === 'k1')) kiosk.delete(row);
    without();
    await synced(world);
    world.scheduler.now += monthMs;
    withAll();
    for (let n = 0; n < 3; n += 1) await sweptAll(world);
    await synced(world);
    expect(rowsOn(world, 'hq')).toContain('k1=a1|');
    expect(rowsOn(world, 'kiosk')).toEqual(rowsOn(world, 'hq'));
  });

  test('R2: gets what changed meanwhile, and the others get its own edits; nothing is a conflict', async () => {
    const { world, without, withAll } = await threeOffices();
    without();
    await synced(world);
    world.scheduler.now += monthMs;
    edit(world, 'hq', 'k1', 'edited at hq');
    edit(world, 'kiosk', 'k2', 'edited at kiosk');
    serverOf(world, 'branch').insert('new', { a: 'made at branch', b: '' });
    await synced(world);
    withAll();
    for (let run = 0; run < 2; run += 1) await synced(world);
    for (const server of ['branch', 'kiosk']) expect(rowsOn(world, server)).toEqual(rowsOn(world, 'hq'));
    expect(rowsOn(world, 'kiosk')).toEqual(
      expect.arrayContaining(['k1=edited at hq|', 'k2=edited at kiosk|', 'new=made at branch|']),
    );
    expect(await world.ports.control.countConflicts()).toBe(0);
  });

  test('writes nothing there where nothing changed, and lists no other server', async () => {
    const { world, without, withAll } = await threeOffices();
    without();
    await synced(world);
    world.scheduler.now += monthMs;
    withAll();
    const writes = [...world.servers.values()].map((server) => server.writes);
    for (const name of ['hq', 'branch'])
      serverOf(world, name).fails = (request) => request === 'list' || request === 'look-up';
    const { failures } = await synced(world);
    expect([...failures.keys()]).toEqual([]);
    expect([...world.servers.values()].map((server) => server.writes)).toEqual(writes);
  });

  test('R4: does not bring back a value of ours whose answer was lost before it left', async () => {
    const { world, without, withAll } = await threeOffices();
    const kiosk = serverOf(world, 'kiosk');
    edit(world, 'hq', 'k1', 'old');
    // It takes the value, and its answer never comes. What it held before is what all hold in the end.
    kiosk.lost = 1;
    kiosk.fails = (request) =>
      request === 'look-up' && kiosk.rows.some(({ values }) => values['a'] === 'old');
    await synced(world);
    expect(rowsOn(world, 'kiosk')).toContain('k1=old|');
    without();
    await synced(world);
    world.scheduler.now += monthMs;
    edit(world, 'hq', 'k1', 'a1');
    await synced(world);
    kiosk.lost = 0;
    kiosk.fails = () => false;
    withAll();
    for (let run = 0; run < 2; run += 1) await synced(world);
    for (const server of ['hq', 'branch', 'kiosk']) expect(rowsOn(world, server)).toContain('k1=a1|');
  });
});

test('R2: a table that is taken out and comes back gives to each what waited for it', async () => {
  const { world } = await threeOffices();
  edit(world, 'hq', 'k1', 'edited');
  serverOf(world, 'kiosk').locked = new Set(['k1']);
  await synced(world);
  await alone(world, (engine) => grow({ ...engine, tables: new Map(), isConfigured: () => false }));
  expect((await world.ports.control.backlog()).size).toBe(0);
  serverOf(world, 'kiosk').locked = new Set();
  world.scheduler.now += monthMs;
  await synced(world);
  expect(rowsOn(world, 'kiosk')).toContain('k1=edited|');
});
