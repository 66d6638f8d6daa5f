import { describe, expect, test } from 'vitest';
import { calmWorld, synced } from './model/alone.ts';
import type { Roles, World } from './model/world.ts';

/** 100 people on each server, numbered alike, and not one of them the same. */
function twoOffices(roles: Roles): World {
  const world = calmWorld(5, roles);
  for (const [name, server] of world.servers) {
    for (let n = 0; n < 100; n += 1) server.insert(`k${n}`, { a: `${name} person ${n}`, b: '' });
  }
  return world;
}

const strangersOn = (world: World, server: string): number =>
  (world.servers.get(server)?.rows ?? []).filter((row) => !row.values['a']?.startsWith(server)).length;

const halted = async (world: World): Promise<readonly string[]> =>
  (await world.ports.control.meetings())
    .filter(({ state }) => state === 'halted')
    .map(({ server }) => server);

describe('a table whose keys mean other records on each server', () => {
  test.each<{ readonly what: string; readonly roles: Roles; readonly halts: string }>([
    {
      what: 'both send and receive',
      roles: [
        ['hq', 'both'],
        ['branch', 'both'],
      ],
      halts: 'branch',
    },
    {
      what: 'the second only receives',
      roles: [
        ['hq', 'both'],
        ['branch', 'receive'],
      ],
      halts: 'branch',
    },
    {
      what: 'the first only receives',
      roles: [
        ['branch', 'receive'],
        ['hq', 'both'],
      ],
      halts: 'branch',
    },
  ])('is halted before the first write where $what', async ({ roles, halts }) => {
    const world = twoOffices(roles);
    for (let run = 0; run < 3; run += 1) await synced(world);
    expect(await halted(world)).toEqual([halts]);
    expect([strangersOn(world, 'hq'), strangersOn(world, 'branch')]).toEqual([0, 0]);
  });

  test('is halted though the server that was met first could not be read then', async () => {
    const world = twoOffices([
      ['hq', 'both'],
      ['branch', 'both'],
    ]);
    const hq = world.servers.get('hq');
    if (hq) hq.fails = (request, limit = 0) => request === 'list' && limit > 1;
    await synced(world);
    if (hq) hq.fails = () => false;
    for (let run = 0; run < 3; run += 1) await synced(world);
    expect(await halted(world)).toEqual(['hq']);
    expect([strangersOn(world, 'hq'), strangersOn(world, 'branch')]).toEqual([0, 0]);
  });

  test('is halted though the first read of the server that was met first was cut off half-way', async () => {
    const world = twoOffices([
      ['hq', 'both'],
      ['branch', 'both'],
    ]);
    const hq = world.servers.get('hq');
    let pages = 0;
    if (hq) hq.fails = (request, limit = 0) => request === 'list' && limit > 1 && (pages += 1) > 3;
    await synced(world);
    if (hq) hq.fails = () => false;
    for (let run = 0; run < 3; run += 1) await synced(world);
    expect(await halted(world)).toEqual(['hq']);
    // Three small pages were all that branch could be compared with; what lost there is kept.
    const lost = strangersOn(world, 'branch');
    expect(lost).toBeLessThan(10);
    expect(await world.ports.control.countConflicts()).toBe(lost);
    expect(strangersOn(world, 'hq')).toBe(0);
  });

  test('a server that only receives waits for its first meeting until every sender has been read', async () => {
    const world = twoOffices([
      ['hq', 'send'],
      ['branch', 'receive'],
    ]);
    const hq = world.servers.get('hq');
    if (hq) hq.fails = () => true;
    await synced(world);
    expect(await world.ports.control.meetings()).toEqual([]);
    if (hq) hq.fails = () => false;
    for (let run = 0; run < 3; run += 1) await synced(world);
    expect(await halted(world)).toEqual(['branch']);
    expect(strangersOn(world, 'branch')).toBe(0);
  });

  test('is looked at no further while it is halted, though its doubled keys are mended', async () => {
    const roles: Roles = [
      ['hq', 'both'],
      ['branch', 'both'],
    ];
    const world = calmWorld(5, roles);
    const [hq, branch] = [world.servers.get('hq'), world.servers.get('branch')];
    for (let n = 0; n < 30; n += 1) {
      hq?.insert(`k${n}`, { a: `hq ${n}`, b: '' });
      branch?.insert(`k${n}`, { a: `branch ${n}`, b: '' });
    }
    await synced(world);
    const parked = { table: 'contacts', server: 'branch', version: 0, reason: 'two of them', at: 0 };
    const keys = Array.from({ length: 30 }, (_, n) => `k${n}`);
    await world.ports.control.park(keys.map((key) => ({ ...parked, key, code: 'doubled-key' })));
    for (let run = 0; run < 2; run += 1) await synced(world);
    expect(await halted(world)).toEqual(['branch']);
    expect([strangersOn(world, 'hq'), strangersOn(world, 'branch')]).toEqual([0, 0]);
  });
});

test('a first read that broke off near its end does not halt over the few that differ', async () => {
  const world = calmWorld(5);
  const [hq, branch] = [world.servers.get('hq'), world.servers.get('branch')];
  for (let n = 0; n < 3000; n += 1) hq?.insert(`k${n}`, { a: 'same', b: '' });
  for (let n = 0; n < 3000; n += 1) branch?.insert(`k${n}`, { a: n < 2975 ? 'same' : 'other', b: '' });
  let pages = 0;
  // Its pages are of three records: the meeting reads all of them, the first read most.
  if (branch) branch.fails = (request, limit = 0) => request === 'list' && limit > 1 && (pages += 1) > 2850;
  await synced(world);
  expect(await world.ports.control.watermark('contacts', 'branch')).toBe(undefined);
  if (branch) branch.fails = () => false;
  expect((await synced(world)).halted).toEqual([]);
});
