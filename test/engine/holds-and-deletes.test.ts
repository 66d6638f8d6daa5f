/** Fields that wait for a person, of records that are deleted meanwhile: single sequences of events, over the real engine and memory. */
import { describe, expect, test } from 'vitest';
import type { Conflict } from '../../src/core/conflict.ts';
import type { Head } from '../../src/core/head.ts';
import type { DeletePolicy } from '../../src/core/link.ts';
import { calmWorld, synced } from './model/alone.ts';
import { keysOf, onServer, rowOf, settled, swept } from './model/sweeping.ts';
import type { Roles, World } from './model/world.ts';

const names = ['hq', 'branch', 'kiosk'] as const;
const three: Roles = names.map((name) => [name, 'both']);

const edit = (world: World, name: string, value: string): void =>
  void onServer(world, name).edit(rowOf(onServer(world, name), 'k'), { a: value });

/** All that happened meanwhile is carried, deletes too. */
async function settle(world: World, rounds = 2): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    world.scheduler.now += 600_000;
    await synced(world);
    for (const name of names) {
      await swept(world, name);
      await settled(world, name);
    }
  }
  await synced(world);
}

/** `of hq` and `of branch` wait in the field a; kiosk has the record too, and never changed it. */
async function waitingWorld(deletes: DeletePolicy): Promise<World> {
  const world = calmWorld(7, three);
  world.plan = { ...world.plan, conflicts: { kind: 'hold' }, deletes };
  onServer(world, 'hq').insert('k', { a: 'at first', b: 'b' });
  await settle(world);
  edit(world, 'hq', 'of hq');
  edit(world, 'branch', 'of branch');
  await settle(world);
  expect(await waiting(world)).toHaveLength(1);
  return world;
}

const remove = (world: World, name: string): void =>
  onServer(world, name).delete(rowOf(onServer(world, name), 'k'));

const kept = (world: World): Promise<readonly Conflict[]> => world.ports.control.conflicts(99);
const waiting = (world: World): Promise<readonly Conflict[]> =>
  world.ports.control.conflicts(99, { open: true });

const headOf = async (world: World): Promise<Head | undefined> =>
  (await world.ports.records.heads('contacts', ['k'])).get('k');

const candidates = async (world: World): Promise<unknown> =>
  Object.fromEntries(
    Object.entries((await headOf(world))?.fields['a']?.held?.candidates ?? {}).map(([name, one]) => [
      name,
      one.value,
    ]),
  );

const valuesOf = (world: World): readonly (string | undefined)[] =>
  names.map((name) => onServer(world, name).rows.find(({ key }) => key === 'k')?.values['a']);

describe('a delete that wins over what waits', () => {
  test('R5: keeps each value that waited, and nothing waits any more', async () => {
    const world = await waitingWorld('delete-wins');
    // Nobody put this one down as a conflict: it only replaced what waited for branch.
    edit(world, 'branch', 'of branch, again');
    await settle(world);
    remove(world, 'hq');
    await settle(world);
    expect(names.map((name) => keysOf(onServer(world, name)))).toEqual([[], [], []]);
    expect(await waiting(world)).toEqual([]);
    const head = await headOf(world);
    expect([head?.deleted?.origin, head?.fields['a']?.value]).toEqual(['hq', 'of hq']);
    const lost = (await kept(world)).filter(({ rule }) => rule === 'delete-wins');
    expect(lost.map(({ loser }) => loser.value)).toEqual(['of branch, again']);
  });

  test('R5: of a server of which nothing waits keeps all that waits', async () => {
    const world = await waitingWorld('delete-wins');
    remove(world, 'kiosk');
    await settle(world);
    const lost = (await kept(world)).filter(({ rule }) => rule === 'delete-wins');
    expect(lost.map(({ loser }) => loser.value).toSorted()).toEqual(['of branch', 'of hq']);
    expect(await waiting(world)).toEqual([]);
  });

  test('is followed by a record that is made anew, in which nothing waits', async () => {
    const world = await waitingWorld('delete-wins');
    remove(world, 'hq');
    await settle(world);
    onServer(world, 'branch').insert('k', { a: 'anew', b: '' });
    await settle(world);
    expect(valuesOf(world)).toEqual(['anew', 'anew', 'anew']);
    expect([await candidates(world), await waiting(world)]).toEqual([{}, []]);
  });
});

describe('a delete that loses against what waits', () => {
  test.each(['hq', 'branch'])(
    'on %s: the record comes back there with what waited of that server',
    async (name) => {
      const world = await waitingWorld('edit-wins');
      remove(world, name);
      await settle(world);
      expect(valuesOf(world)).toEqual(['of hq', 'of branch', expect.any(String)]);
      expect(await candidates(world)).toEqual({ hq: 'of hq', branch: 'of branch' });
      expect(await waiting(world)).toHaveLength(1);
    },
  );

  test('and is made anew before anybody noticed: what is there now waits in its place', async () => {
    const world = await waitingWorld('edit-wins');
    remove(world, 'branch');
    onServer(world, 'branch').insert('k', { a: '', b: 'b' });
    await settle(world);
    expect(valuesOf(world).slice(0, 2)).toEqual(['of hq', '']);
    expect(await candidates(world)).toEqual({ hq: 'of hq', branch: '' });
  });
});

test('a conflict that a crash left open though nothing waits is closed by a sweep, but not while its head may be on its way', async () => {
  const world = await waitingWorld('delete-wins');
  const { control } = world.ports;
  const open = await waiting(world);
  remove(world, 'hq');
  await settle(world);
  await control.putConflicts(open.map((one) => ({ ...one, at: world.scheduler.now })));
  await swept(world, 'kiosk');
  expect(await waiting(world)).toHaveLength(1);
  world.scheduler.now += 3_700_000;
  await swept(world, 'kiosk');
  expect(await waiting(world)).toEqual([]);
});

test('a sweep closes nothing that waits', async () => {
  const world = await waitingWorld('edit-wins');
  world.scheduler.now += 3_700_000;
  for (const name of names) await swept(world, name);
  expect(await waiting(world)).toHaveLength(1);
});
