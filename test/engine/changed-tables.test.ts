/** The configuration changes from one run to the next. */
import { describe, expect, test } from 'vitest';
import type { Link, Role } from '../../src/core/link.ts';
import { calmWorld, synced } from './model/alone.ts';
import type { ModelServer } from './model/model-server.ts';
import type { World } from './model/world.ts';

const serverOf = (world: World, name: string): ModelServer => {
  const server = world.servers.get(name);
  if (server === undefined) throw new Error(`no server ${name}`);
  return server;
};

const valuesOn = (world: World, server: string): readonly string[] =>
  serverOf(world, server)
    .rows.map(({ key, values }) => `${key}=${values['a']}|${values['b']}`)
    .toSorted();

/** Syncs field a only, until `withBoth`. */
function worldWithoutB(): { world: World; withBoth: () => void } {
  const world = calmWorld();
  const whole = world.plan;
  world.plan = { ...whole, fields: whole.fields.filter(({ name }) => name === 'a') };
  return {
    world,
    withBoth: () => {
      world.plan = whole;
    },
  };
}

const withRoles = (world: World, roles: Readonly<Record<string, Role>>): void => {
  const links = world.plan.links.map((link): Link => ({ ...link, role: roles[link.server] ?? link.role }));
  world.plan = { ...world.plan, links };
};

describe('a field that is synced from now on', () => {
  test('R1: is carried for records that nobody changes', async () => {
    const { world, withBoth } = worldWithoutB();
    for (let n = 0; n < 7; n += 1) serverOf(world, 'hq').insert(`k${n}`, { a: `a${n}`, b: `note ${n}` });
    await synced(world);
    expect(valuesOn(world, 'branch')).toContain('k3=a3|');
    // Long after: nothing of them is in any window.
    world.scheduler.now += 100 * 3_600_000;
    for (let run = 0; run < 2; run += 1) await synced(world);
    withBoth();
    await synced(world);
    expect(valuesOn(world, 'branch')).toEqual(valuesOn(world, 'hq'));
    expect(valuesOn(world, 'branch')).toContain('k3=a3|note 3');
  });

  test('R5: is not emptied by the server where it is empty, though that changes the record first', async () => {
    const { world, withBoth } = worldWithoutB();
    const [hq, branch] = [serverOf(world, 'hq'), serverOf(world, 'branch')];
    hq.insert('k', { a: 'a', b: 'note of hq' });
    await synced(world);
    withBoth();
    const [row] = branch.rows;
    if (row) branch.edit(row, { a: 'edited', b: '' });
    for (let run = 0; run < 2; run += 1) await synced(world);
    expect([valuesOn(world, 'hq'), valuesOn(world, 'branch')]).toEqual([
      ['k=edited|note of hq'],
      ['k=edited|note of hq'],
    ]);
  });

  test('R5: that holds something else on each server is decided by the later change, and the value that loses is kept', async () => {
    const { world, withBoth } = worldWithoutB();
    const [hq, branch] = [serverOf(world, 'hq'), serverOf(world, 'branch')];
    hq.insert('k', { a: 'a', b: 'note of hq' });
    await synced(world);
    world.scheduler.now += 60_000;
    const [row] = branch.rows;
    if (row) branch.edit(row, { b: 'note of branch' });
    world.scheduler.now += 60_000;
    await synced(world);
    withBoth();
    for (let run = 0; run < 2; run += 1) await synced(world);
    expect(valuesOn(world, 'hq')).toEqual(['k=a|note of branch']);
    expect(valuesOn(world, 'branch')).toEqual(['k=a|note of branch']);
    const kept = (await world.ports.control.conflicts(9)).map(({ loser }) => loser.value);
    expect(kept).toEqual(['note of hq']);
  });

  test('halts nothing, though many records were changed since the last run', async () => {
    const { world, withBoth } = worldWithoutB();
    const [hq, branch] = [serverOf(world, 'hq'), serverOf(world, 'branch')];
    for (let n = 0; n < 40; n += 1) hq.insert(`k${n}`, { a: 'new', b: '' });
    await synced(world);
    world.scheduler.now += 5_000;
    for (const row of branch.rows) branch.edit(row, { a: 'edited' });
    withBoth();
    expect((await synced(world)).halted).toEqual([]);
    expect(valuesOn(world, 'hq')).toEqual(valuesOn(world, 'branch'));
  });

  test('R6: makes no edit of what a server made of our own write', async () => {
    const { world, withBoth } = worldWithoutB();
    const [hq, branch] = [serverOf(world, 'hq'), serverOf(world, 'branch')];
    branch.rewrites = (values) => ({ ...values, ...(values['a'] && { a: values['a'].toUpperCase() }) });
    for (let n = 0; n < 5; n += 1) hq.insert(`k${n}`, { a: `a${n}`, b: `note ${n}` });
    await synced(world);
    withBoth();
    for (let run = 0; run < 3; run += 1) await synced(world);
    expect(valuesOn(world, 'hq')).toContain('k3=a3|note 3');
    expect(valuesOn(world, 'branch')).toContain('k3=A3|note 3');
  });

  test('keeps no losing value where a server that only receives held nothing in it', async () => {
    const { world, withBoth } = worldWithoutB();
    withRoles(world, { branch: 'receive' });
    const without = world.plan;
    for (let n = 0; n < 5; n += 1) serverOf(world, 'hq').insert(`k${n}`, { a: `a${n}`, b: `note ${n}` });
    await synced(world);
    withBoth();
    world.plan = { ...world.plan, links: without.links };
    for (let run = 0; run < 2; run += 1) await synced(world);
    expect(valuesOn(world, 'branch')).toEqual(valuesOn(world, 'hq'));
    expect(await world.ports.control.countConflicts()).toBe(0);
  });

  test('halts nothing, though keys are doubled that differ from all others', async () => {
    const { world, withBoth } = worldWithoutB();
    const [hq, branch] = [serverOf(world, 'hq'), serverOf(world, 'branch')];
    hq.insert('k', { a: 'a', b: '' });
    await synced(world);
    for (let n = 0; n < 30; n += 1) {
      hq.insert(`d${n}`, { a: `hq ${n}`, b: '' });
      for (const twin of [1, 2]) branch.insert(`d${n}`, { a: `twin ${twin}`, b: '' });
    }
    await synced(world);
    withBoth();
    expect((await synced(world)).halted).toEqual([]);
  });

  test('costs no write where it is the same everywhere, and no read in the runs after', async () => {
    const { world, withBoth } = worldWithoutB();
    const [hq, branch] = [serverOf(world, 'hq'), serverOf(world, 'branch')];
    for (const server of [hq, branch]) server.insert('k', { a: 'same', b: 'same' });
    for (let run = 0; run < 2; run += 1) await synced(world);
    withBoth();
    const writes = hq.writes + branch.writes;
    for (let run = 0; run < 3; run += 1) await synced(world);
    expect(hq.writes + branch.writes).toBe(writes);
    expect((await world.ports.control.backlog()).size).toBe(0);
  });
});

describe('a server that receives from now on', () => {
  test('R2: gets all that was synced before', async () => {
    const world = calmWorld(7, [
      ['hq', 'both'],
      ['branch', 'send'],
    ]);
    for (let n = 0; n < 7; n += 1) serverOf(world, 'hq').insert(`k${n}`, { a: `a${n}`, b: '' });
    await synced(world);
    expect(valuesOn(world, 'branch')).toEqual([]);
    withRoles(world, { branch: 'both' });
    await synced(world);
    expect(valuesOn(world, 'branch')).toEqual(valuesOn(world, 'hq'));
    expect(valuesOn(world, 'branch')).toHaveLength(7);
  });

  test('R2: gets it also where it is new', async () => {
    const world = calmWorld(7, [
      ['hq', 'both'],
      ['branch', 'both'],
      ['kiosk', 'both'],
    ]);
    const all = world.plan;
    world.plan = { ...all, links: all.links.filter(({ server }) => server !== 'kiosk') };
    for (let n = 0; n < 7; n += 1) serverOf(world, 'hq').insert(`k${n}`, { a: `a${n}`, b: '' });
    serverOf(world, 'kiosk').insert('own', { a: 'of kiosk', b: '' });
    await synced(world);
    world.plan = all;
    await synced(world);
    expect(valuesOn(world, 'kiosk')).toHaveLength(8);
    expect(valuesOn(world, 'kiosk')).toEqual(valuesOn(world, 'hq'));
    expect(valuesOn(world, 'branch')).toEqual(valuesOn(world, 'hq'));
  });
});

test('what a server refused is parked no more once it receives no more', async () => {
  const world = calmWorld();
  serverOf(world, 'hq').insert('k', { a: 'a', b: '' });
  serverOf(world, 'branch').refuses = () => true;
  await synced(world);
  expect(await world.ports.control.countParked()).toBe(1);
  withRoles(world, { branch: 'send' });
  await synced(world);
  expect(await world.ports.control.countParked()).toBe(0);
});

test('what waits for a server that receives no more is dropped', async () => {
  const world = calmWorld();
  const [hq, branch] = [serverOf(world, 'hq'), serverOf(world, 'branch')];
  hq.insert('k', { a: 'a', b: '' });
  await synced(world);
  const [row] = hq.rows;
  if (row) hq.edit(row, { a: 'edited' });
  branch.locked = new Set(['k']);
  await synced(world);
  expect((await world.ports.control.backlog()).size).toBe(1);
  withRoles(world, { branch: 'send' });
  await synced(world);
  expect((await world.ports.control.backlog()).size).toBe(0);
});

test.each([
  { when: 'at once', isDown: false },
  { when: 'though the others cannot be read at first', isDown: true },
])(
  'R8: a server that joins together with a field is compared in that field too, $when',
  async ({ isDown }) => {
    const three = calmWorld(7, [
      ['hq', 'both'],
      ['branch', 'both'],
      ['kiosk', 'both'],
    ]);
    const all = three.plan;
    const links = all.links.filter(({ server }) => server !== 'kiosk');
    three.plan = { ...all, links, fields: all.fields.filter(({ name }) => name === 'a') };
    for (let n = 0; n < 30; n += 1) serverOf(three, 'hq').insert(`k${n}`, { a: 'same', b: `note ${n}` });
    await synced(three);
    three.scheduler.now += 60_000;
    for (let n = 0; n < 30; n += 1) serverOf(three, 'kiosk').insert(`k${n}`, { a: 'same', b: `other ${n}` });
    three.plan = all;
    const known = ['hq', 'branch'].map((name) => serverOf(three, name));
    for (const server of known) server.fails = (request) => isDown && request === 'list';
    await synced(three);
    for (const server of known) server.fails = () => false;
    for (let run = 0; run < 3; run += 1) await synced(three);
    const halted = (await three.ports.control.meetings()).filter(({ state }) => state === 'halted');
    expect(halted.map(({ server }) => server)).toEqual(['kiosk']);
    for (const server of ['hq', 'branch']) expect(valuesOn(three, server)).toContain('k3=same|note 3');
    expect(valuesOn(three, 'kiosk')).toContain('k3=same|other 3');
  },
);
