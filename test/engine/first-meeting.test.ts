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
});
