/** Fields that go with a create only, in a table whose configuration changes: a record that is made anywhere has what its source had. */
import { describe, expect, test } from 'vitest';
import { calmWorld } from './model/alone.ts';
import { configured, run, serverOf } from './model/naming.ts';
import { settled, swept } from './model/sweeping.ts';
import type { World } from './model/world.ts';

const servers = ['hq', 'branch', 'kiosk'] as const;

type Site = {
  readonly fields: readonly string[];
  readonly createOnly?: readonly string[];
  /** What all servers call a field otherwise. */
  readonly names?: Readonly<Record<string, string>>;
  readonly kiosk?: true;
};

/** Of the world's three servers, kiosk takes part where the site says so. */
async function worked(world: World, { fields, createOnly = [], names = {}, kiosk }: Site): Promise<void> {
  world.plan = { ...world.plan, links: linksOf(kiosk ? servers : servers.slice(0, 2), world) };
  configured(world, fields, Object.fromEntries(servers.map((server) => [server, names])), createOnly);
  for (let times = 0; times < 3; times += 1) {
    world.scheduler.now += 5_000;
    expect([...(await run(world)).failures]).toEqual([]);
  }
}

const linksOf = (names: readonly string[], { plan }: World) =>
  names.map(
    (server) =>
      ({
        ...plan.links[0],
        table: plan.name,
        server,
        role: 'both',
        stampedBy: 'host',
        timeZone: 'UTC',
      }) as const,
  );

/** hq holds three records, and branch has got them of it. `c` is its own. */
async function filled(site: Site): Promise<World> {
  const world = calmWorld(
    7,
    servers.map((name) => [name, 'both'] as const),
  );
  for (const n of [1, 2, 3]) serverOf(world, 'hq').insert(`k${n}`, { a: `a${n}`, b: '', c: `c${n}` });
  await worked(world, site);
  return world;
}

const held = (world: World, server: string, field: string) =>
  serverOf(world, server)
    .rows.map(({ key, values }) => `${key} ${values[field] ?? ''}`)
    .toSorted((a, b) => a.localeCompare(b));

const all = ['k1 c1', 'k2 c2', 'k3 c3'];

describe('a server that joins gets the value of the source', () => {
  test('of a field that goes with a create since later: every record is read once, and nothing is written for it', async () => {
    const world = await filled({ fields: ['a'] });
    const before = ['hq', 'branch'].map((name) => serverOf(world, name).writes);
    await worked(world, { fields: ['a'], createOnly: ['c'] });
    expect(['hq', 'branch'].map((name) => serverOf(world, name).writes)).toEqual(before);
    await worked(world, { fields: ['a'], createOnly: ['c'], kiosk: true });
    expect(held(world, 'kiosk', 'c')).toEqual(all);
    expect(await world.ports.control.countConflicts()).toBe(0);
  });

  test('also where it joins with that very change', async () => {
    const world = await filled({ fields: ['a'] });
    await worked(world, { fields: ['a'], createOnly: ['c'], kiosk: true });
    expect(held(world, 'kiosk', 'c')).toEqual(all);
  });

  test('of a field that was kept the same before: what it held last', async () => {
    const world = await filled({ fields: ['a', 'c'] });
    for (const row of serverOf(world, 'branch').rows.filter(({ key }) => key === 'k2'))
      serverOf(world, 'branch').edit(row, { c: 'edited' });
    await worked(world, { fields: ['a', 'c'] });
    await worked(world, { fields: ['a'], createOnly: ['c'] });
    await worked(world, { fields: ['a'], createOnly: ['c'], kiosk: true });
    expect(held(world, 'kiosk', 'c')).toEqual(['k1 c1', 'k2 edited', 'k3 c3']);
  });

  test('of a field that was kept the same in between: not what went with the create', async () => {
    const world = await filled({ fields: ['a'], createOnly: ['c'] });
    await worked(world, { fields: ['a', 'c'] });
    for (const row of serverOf(world, 'hq').rows.filter(({ key }) => key === 'k2'))
      serverOf(world, 'hq').edit(row, { c: 'edited' });
    await worked(world, { fields: ['a', 'c'] });
    expect(held(world, 'branch', 'c')).toEqual(['k1 c1', 'k2 edited', 'k3 c3']);
    await worked(world, { fields: ['a'], createOnly: ['c'] });
    await worked(world, { fields: ['a'], createOnly: ['c'], kiosk: true });
    expect(held(world, 'kiosk', 'c')).toEqual(['k1 c1', 'k2 edited', 'k3 c3']);
  });

  test('of a field that is called otherwise since', async () => {
    const world = await filled({ fields: ['a'], createOnly: ['c'] });
    await worked(world, { fields: ['a'], createOnly: ['once'], names: { once: 'c' } });
    serverOf(world, 'hq').fails = (request) => request === 'list';
    await worked(world, { fields: ['a'], createOnly: ['once'], names: { once: 'c' }, kiosk: true });
    expect(held(world, 'kiosk', 'c')).toEqual(all);
  });

  test('of fields that exchanged their names, one of them kept the same', async () => {
    const world = await filled({ fields: ['a'], createOnly: ['c'] });
    const names = { a: 'c', c: 'a' };
    await worked(world, { fields: ['c'], createOnly: ['a'], names });
    await worked(world, { fields: ['c'], createOnly: ['a'], names, kiosk: true });
    expect([held(world, 'kiosk', 'c'), held(world, 'kiosk', 'a')]).toEqual([
      all,
      ['k1 a1', 'k2 a2', 'k3 a3'],
    ]);
  });
});

test('what a server holds that got the record without it does not count', async () => {
  const world = await filled({ fields: ['a'] });
  for (const row of serverOf(world, 'branch').rows)
    Object.assign(row, { values: { ...row.values, c: 'filled in by branch' } });
  serverOf(world, 'hq').fails = (request) => request === 'list' || request === 'changed';
  configured(world, ['a'], {}, ['c']);
  await run(world);
  serverOf(world, 'hq').fails = () => false;
  await worked(world, { fields: ['a'], createOnly: ['c'] });
  await worked(world, { fields: ['a'], createOnly: ['c'], kiosk: true });
  expect(held(world, 'kiosk', 'c')).toEqual(all);
});

async function deleted(world: World, server: string, key: string): Promise<void> {
  const { rows } = serverOf(world, server);
  for (const row of rows.filter((one) => one.key === key)) serverOf(world, server).delete(row);
  world.scheduler.now += 10_000;
  await swept(world, server);
  await settled(world, server);
}

describe('a record that was deleted', () => {
  test('and made anew on another server brings its own value, also of a field that was kept the same before', async () => {
    const site = { fields: ['a'], createOnly: ['c'] };
    const world = await filled({ fields: ['a', 'c'] });
    await worked(world, site);
    await deleted(world, 'hq', 'k2');
    await worked(world, site);
    serverOf(world, 'branch').insert('k2', { a: 'anew', b: '', c: 'made anew' });
    await worked(world, site);
    expect([held(world, 'hq', 'c'), held(world, 'hq', 'a')]).toEqual([
      ['k1 c1', 'k2 made anew', 'k3 c3'],
      ['k1 a1', 'k2 anew', 'k3 a3'],
    ]);
  });

  test('and edited elsewhere comes back with the value that went with it', async () => {
    const site = { fields: ['a'], createOnly: ['c'] };
    const world = await filled({ fields: ['a'] });
    await worked(world, site);
    for (const row of serverOf(world, 'hq').rows.filter(({ key }) => key === 'k2'))
      serverOf(world, 'hq').edit(row, { a: 'not seen there' });
    await deleted(world, 'branch', 'k2');
    await worked(world, site);
    expect([held(world, 'branch', 'c'), held(world, 'branch', 'a')]).toEqual([
      // The two others were made there before it went along.
      ['k1 ', 'k2 c2', 'k3 '],
      ['k1 a1', 'k2 not seen there', 'k3 a3'],
    ]);
  });
});
