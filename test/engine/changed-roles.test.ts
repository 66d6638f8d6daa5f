/** The role of a server in a table changes from one run to the next, at once or after months. */
import { describe, expect, test } from 'vitest';
import type { Role } from '../../src/core/link.ts';
import { calmWorld, synced } from './model/alone.ts';
import { quiet } from './model/halting.ts';
import { insert, keysOf, numbered, onServer, rowOf, settled, swept } from './model/sweeping.ts';
import type { World } from './model/world.ts';

const monthMs = 30 * 86_400_000;

function turn(world: World, role: Role, server = 'branch'): void {
  const links = world.plan.links.map((link) => (link.server === server ? { ...link, role } : link));
  world.plan = { ...world.plan, links };
}

/** hq has 30 records, and branch, which has this role, what follows from it; a month has passed. */
async function months(role: Role): Promise<World> {
  const world = calmWorld(7, [
    ['hq', 'both'],
    ['branch', role],
    ['kiosk', 'both'],
  ]);
  insert(onServer(world, 'hq'), numbered('k', 30));
  for (let run = 0; run < 3; run += 1) await quiet(world);
  world.scheduler.now += monthMs;
  await quiet(world);
  return world;
}

const edit = (world: World, server: string, key: string, a: string): void => {
  const on = onServer(world, server);
  on.edit(rowOf(on, key), { a });
};

async function inPeace(world: World): Promise<void> {
  for (let run = 0; run < 4; run += 1) await quiet(world);
}

const valuesOf = (world: World, key: string): readonly (string | undefined)[] =>
  ['hq', 'branch', 'kiosk'].map((server) => rowOf(onServer(world, server), key).values['a']);

const keptOf = async (world: World, key: string): Promise<readonly string[]> =>
  (await world.ports.control.conflicts(100)).filter((one) => one.key === key).map(({ loser }) => loser.value);

const sameEverywhere = (world: World): void => {
  const contents = (server: string) =>
    onServer(world, server)
      .rows.map(({ key, values }) => `${key} ${JSON.stringify(values)}`)
      .toSorted();
  for (const server of ['branch', 'kiosk']) expect(contents(server)).toEqual(contents('hq'));
};

const writesIn = (world: World): number =>
  [...world.servers.values()].reduce((sum, { writes }) => sum + writes, 0);

/** Nothing is written any more, nothing waits and nothing is halted. */
async function atRest(world: World): Promise<void> {
  const before = writesIn(world);
  await quiet(world);
  expect(writesIn(world)).toBe(before);
  expect((await world.ports.control.backlog()).size).toBe(0);
  expect(await world.ports.control.halts()).toEqual([]);
}

describe.each<Role>(['both', 'send'])(
  'a server that only received, and has the role %s from now on',
  (role) => {
    test('brings what was made and edited there meanwhile, and loses to what was edited later elsewhere, which is kept', async () => {
      const world = await months('receive');
      edit(world, 'branch', 'k1', 'of branch alone');
      insert(onServer(world, 'branch'), ['made at branch']);
      edit(world, 'branch', 'k2', 'of branch, earlier');
      world.scheduler.now += monthMs;
      // Nobody at branch has seen it.
      onServer(world, 'branch').fails = () => true;
      edit(world, 'hq', 'k2', 'of hq, later');
      await quiet(world);
      onServer(world, 'branch').fails = () => false;
      turn(world, role);
      await inPeace(world);
      expect(valuesOf(world, 'k1')).toEqual(Array.from({ length: 3 }, () => 'of branch alone'));
      expect(keysOf(onServer(world, 'kiosk'))).toContain('made at branch');
      const [hq, branch, kiosk] = valuesOf(world, 'k2');
      expect([hq, kiosk]).toEqual(['of hq, later', 'of hq, later']);
      expect(branch).toBe(role === 'both' ? 'of hq, later' : 'of branch, earlier');
      expect(await keptOf(world, 'k2')).toEqual(['of branch, earlier']);
      if (role === 'both') sameEverywhere(world);
      await atRest(world);
    });

    test('R8: with many edits of its own it is met like a new one: halted before the first is taken', async () => {
      const world = await months('receive');
      for (const key of numbered('k', 25)) edit(world, 'branch', key, `exercise ${key}`);
      turn(world, role);
      const before = writesIn(world);
      for (let run = 0; run < 2; run += 1) await quiet(world);
      expect(writesIn(world)).toBe(before);
      const meeting = await world.ports.control.meeting('contacts', 'branch');
      expect(meeting).toMatchObject({ state: 'halted', shared: 30, differing: 25 });
      // The others go on.
      edit(world, 'hq', 'k29', 'meanwhile');
      await quiet(world);
      expect(rowOf(onServer(world, 'kiosk'), 'k29').values['a']).toBe('meanwhile');
      if (meeting) await world.ports.control.putMeeting({ ...meeting, state: 'approved' });
      await inPeace(world);
      expect(valuesOf(world, 'k3')).toEqual(Array.from({ length: 3 }, () => 'exercise k3'));
      await atRest(world);
    });

    test('R8: halted so, it goes on as before once it only receives again', async () => {
      const world = await months('receive');
      for (const key of numbered('k', 25)) edit(world, 'branch', key, `exercise ${key}`);
      turn(world, role);
      await quiet(world);
      expect((await world.ports.control.meeting('contacts', 'branch'))?.state).toBe('halted');
      turn(world, 'receive');
      await quiet(world);
      expect((await world.ports.control.meeting('contacts', 'branch'))?.state).toBe('passed');
      edit(world, 'hq', 'k3', 'of hq');
      await inPeace(world);
      expect(valuesOf(world, 'k3')).toEqual(['of hq', 'of hq', 'of hq']);
      expect(await keptOf(world, 'k3')).toEqual(['exercise k3']);
    });

    test('costs no write where nothing was edited there, however much was', async () => {
      const world = await months('receive');
      const before = writesIn(world);
      turn(world, role);
      await inPeace(world);
      expect(writesIn(world)).toBe(before);
      sameEverywhere(world);
    });
  },
);

test('a server that only sent, and receives alone from now on, gets all, and what was edited there unread is kept', async () => {
  const world = await months('send');
  insert(onServer(world, 'branch'), ['of branch']);
  await inPeace(world);
  edit(world, 'branch', 'of branch', 'read');
  await inPeace(world);
  edit(world, 'branch', 'of branch', 'unread');
  world.scheduler.now += monthMs;
  turn(world, 'receive');
  await synced(world);
  edit(world, 'hq', 'of branch', 'of hq');
  await inPeace(world);
  expect(valuesOf(world, 'of branch')).toEqual(['of hq', 'of hq', 'of hq']);
  expect(await keptOf(world, 'of branch')).toContain('unread');
  sameEverywhere(world);
  await atRest(world);
});

test.each<Role>(['send', 'receive'])(
  'a server with the role both that has the role %s for months, and both again, loses nothing of what was edited on each side',
  async (role) => {
    const world = await months('both');
    turn(world, role);
    await inPeace(world);
    edit(world, 'hq', 'k1', 'of hq, while it was so');
    edit(world, 'branch', 'k2', 'of branch, while it was so');
    insert(onServer(world, 'branch'), ['made at branch']);
    insert(onServer(world, 'hq'), ['made at hq']);
    world.scheduler.now += monthMs;
    await inPeace(world);
    expect(rowOf(onServer(world, 'branch'), 'k1').values['a']).toBe(
      role === 'send' ? 'of k1' : 'of hq, while it was so',
    );
    expect(rowOf(onServer(world, 'hq'), 'k2').values['a']).toBe(
      role === 'send' ? 'of branch, while it was so' : 'of k2',
    );
    world.scheduler.now += monthMs;
    turn(world, 'both');
    await inPeace(world);
    expect([valuesOf(world, 'k1')[1], valuesOf(world, 'k2')[0]]).toEqual([
      'of hq, while it was so',
      'of branch, while it was so',
    ]);
    expect(keysOf(onServer(world, 'kiosk'))).toEqual(
      expect.arrayContaining(['made at branch', 'made at hq']),
    );
    sameEverywhere(world);
    await atRest(world);
  },
);

test('a server that receives no more is not written, whatever waited for it', async () => {
  const world = await months('both');
  onServer(world, 'branch').fails = () => true;
  edit(world, 'hq', 'k1', 'waits for branch');
  await quiet(world);
  onServer(world, 'branch').fails = () => false;
  turn(world, 'send');
  const { writes } = onServer(world, 'branch');
  await inPeace(world);
  for (const server of ['branch', 'hq']) {
    await swept(world, server);
    await settled(world, server);
  }
  await inPeace(world);
  expect(onServer(world, 'branch').writes).toBe(writes);
  expect(valuesOf(world, 'k1')).toEqual(['waits for branch', 'of k1', 'waits for branch']);
  await atRest(world);
});

test('what a server has edited unread when it only receives from now on is kept when it is overwritten', async () => {
  const world = await months('both');
  edit(world, 'branch', 'k1', 'unread');
  turn(world, 'receive');
  await swept(world, 'branch');
  await inPeace(world);
  expect(valuesOf(world, 'k1')).toEqual(['of k1', 'of k1', 'of k1']);
  expect(await keptOf(world, 'k1')).toEqual(['unread']);
  await atRest(world);
});
