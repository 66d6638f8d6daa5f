/** A field gets another name in the configuration, or a server another one for it. The model's servers know a field by its own name. */
import { expect, test } from 'vitest';
import type { Link } from '../../src/core/link.ts';
import { rename as renameTable } from '../../src/engine/rename.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { alone, calmWorld, read, synced } from './model/alone.ts';
import { configured, filled, renameEverywhere, rowsOn, run, serverOf } from './model/naming.ts';
import { settled, swept } from './model/sweeping.ts';
import type { World } from './model/world.ts';

const writes = ({ servers }: World): number =>
  [...servers.values()].reduce((sum, server) => sum + server.writes, 0);

test('a name that changed everywhere costs no read of a table, no write and no conflict', async () => {
  const world = await filled();
  const before = writes(world);
  renameEverywhere(world);
  for (const server of world.servers.values())
    server.fails = (request) => request === 'list' || request === 'look-up';
  for (let times = 0; times < 3; times += 1) expect([...(await run(world)).failures.keys()]).toEqual([]);
  expect(writes(world)).toBe(before);
  expect(await world.ports.control.countConflicts()).toBe(0);
  expect((await world.ports.control.backlog()).size).toBe(0);
  const heads = await world.ports.records.heads(world.plan.name, ['k3']);
  expect(heads.get('k3')?.fields['name']?.value).toBe('a3');
  expect(heads.get('k3')?.fields['a']).toBe(undefined);
});

test('R4: an edit made before the name changed counts as one made with knowledge of the head', async () => {
  const world = await filled();
  const branch = serverOf(world, 'branch');
  const [row] = branch.rows.filter(({ key }) => key === 'k1');
  // Emptied: at a first meeting an empty field would give way.
  if (row) branch.edit(row, { a: '' });
  renameEverywhere(world);
  for (let times = 0; times < 2; times += 1) await run(world);
  expect(rowsOn(world, 'hq')).toContain('k1=|b1');
  expect(rowsOn(world, 'branch')).toEqual(rowsOn(world, 'hq'));
  expect(await world.ports.control.countConflicts()).toBe(0);
});

test('a conflict that waits for a person is known by the new name', async () => {
  const world = await filled();
  world.plan = { ...world.plan, conflicts: { kind: 'hold' } };
  for (const [name, value] of [
    ['hq', 'of hq'],
    ['branch', 'of branch'],
  ] as const) {
    const [row] = serverOf(world, name).rows.filter(({ key }) => key === 'k1');
    if (row) serverOf(world, name).edit(row, { a: value });
  }
  await run(world);
  expect(await world.ports.control.countOpenConflicts()).toBe(1);
  renameEverywhere(world);
  await run(world);
  const [open] = await world.ports.control.conflicts(9, { open: true });
  const head = (await world.ports.records.heads(world.plan.name, ['k1'])).get('k1');
  expect(open?.field).toBe('name');
  expect(head?.fields['name']?.held?.conflicts).toEqual([open?.id]);
});

test('a field that is another one on a server is met there by itself: equal pairs silently, a value fills what is empty', async () => {
  const world = await filled();
  const branch = serverOf(world, 'branch');
  for (const row of branch.rows)
    branch.edit(row, { other: row.key === 'k1' ? 'other' : row.key === 'k2' ? '' : (row.values['a'] ?? '') });
  await run(world);
  configured(world, ['a', 'b'], { branch: { a: 'other' } });
  const before = serverOf(world, 'hq').writes;
  for (let times = 0; times < 2; times += 1) await run(world);
  const others = new Map(branch.rows.map(({ key, values }) => [key, values['other']]));
  expect(others.get('k2')).toBe('a2');
  expect(others.get('k3')).toBe('a3');
  // What differs is one conflict, of a first meeting.
  expect(await world.ports.control.countConflicts()).toBe(1);
  expect(serverOf(world, 'hq').writes - before).toBeLessThanOrEqual(1);
});

test('a name that two servers mean otherwise is a field that goes and one that comes', async () => {
  const world = await filled();
  configured(world, ['name', 'b'], { hq: { name: 'a' }, branch: { name: 'b2' } });
  await run(world);
  const head = (await world.ports.records.heads(world.plan.name, ['k3'])).get('k3');
  expect(head?.fields['a']?.value).toBe('a3');
});

test('R2: a renaming that breaks off is gone on with, and nobody else works on the table meanwhile', async () => {
  const world = await filled();
  const table = world.plan.name;
  renameEverywhere(world);
  const shape = await world.ports.control.shape(table);
  if (shape === undefined) throw new Error('the table was worked on');
  // As who died left it.
  const renaming = { to: { a: 'name' }, other: [] };
  await world.ports.control.putShape({ ...shape, fields: ['b', 'name'], renaming });
  await run(world);
  const heads = await world.ports.records.heads(table, ['k3']);
  expect(heads.get('k3')?.fields['name']?.value).toBe('a3');
  expect((await world.ports.control.shape(table))?.renaming).toBe(undefined);
});

test('R5: no suspect is believed while fields are renamed: an edit that a delete did not see has another name by then', async () => {
  const world = await filled();
  const [hq, branch] = [serverOf(world, 'hq'), serverOf(world, 'branch')];
  for (const row of branch.rows.filter(({ key }) => key === 'k1')) branch.delete(row);
  world.scheduler.now += 600_000;
  await swept(world, 'branch');
  for (const row of hq.rows.filter(({ key }) => key === 'k1')) hq.edit(row, { a: 'not seen there' });
  await read(world, 'hq');
  const shape = await world.ports.control.shape(world.plan.name);
  if (shape === undefined) throw new Error('the table was worked on');
  renameEverywhere(world);
  const renaming = { to: { a: 'name' }, other: [] };
  await world.ports.control.putShape({ ...shape, fields: ['b', 'name'], renaming });
  expect(await settled(world, 'branch')).toBe('waiting');
  await run(world);
  expect(rowsOn(world, 'hq')).toContain('k1=not seen there|b1');
});

test('a renaming that has to stop goes on behind what it has done, and comes to its end', async () => {
  const world = await filled();
  renameEverywhere(world);
  let pages = 0;
  const once = (): Promise<'done' | 'unfinished'> =>
    alone(world, (engine) => {
      const keys: Engine['records']['keys'] = async (table, _limit, after) => {
        const page = await engine.records.keys(table, 3, after);
        if (page.length > 0) pages += 1;
        return page;
      };
      const records = new Proxy(engine.records, {
        get: (ports, name): unknown => (name === 'keys' ? keys : Reflect.get(ports, name)),
      });
      return renameTable({ ...engine, records }, world.plan, () => Promise.resolve('stop'));
    });
  const went: string[] = [];
  for (let times = 0; times < 4; times += 1) went.push(await once());
  expect([went, pages]).toEqual([['unfinished', 'unfinished', 'unfinished', 'done'], 3]);
  const heads = await world.ports.records.heads(world.plan.name, ['k0', 'k6']);
  expect([...heads.values()].map(({ fields }) => fields['name']?.value)).toEqual(['a0', 'a6']);
});

test('R2: a number that counts does so from the same amounts after its name changed', async () => {
  const world = calmWorld();
  const called = (name: string, rename: Readonly<Record<string, string>>): void => {
    const fields = [{ name, type: 'number', rewrites: 'ignore', merge: 'add' } as const];
    const links = world.plan.links.map((link): Link => ({ ...link, rename }));
    world.plan = { ...world.plan, fields, links };
  };
  called('n', {});
  serverOf(world, 'hq').insert('k1', { n: '10' });
  for (let times = 0; times < 2; times += 1) await run(world);
  called('stock', { stock: 'n' });
  await run(world);
  for (const [name, n] of [
    ['hq', '9'],
    ['branch', '8'],
  ] as const)
    for (const row of serverOf(world, name).rows) serverOf(world, name).edit(row, { n });
  for (let times = 0; times < 2; times += 1) await run(world);
  const on = (name: string) => serverOf(world, name).rows.map(({ values }) => values['n']);
  expect([on('hq'), on('branch')]).toEqual([['7'], ['7']]);
});

test('R5: the name of a field that is synced no more brings none of its values back', async () => {
  const world = await filled();
  configured(world, ['a'], {});
  await run(world);
  configured(world, ['b'], { hq: { b: 'a' }, branch: { b: 'a' } });
  await run(world);
  const head = (await world.ports.records.heads(world.plan.name, ['k3'])).get('k3');
  expect(Object.entries(head?.fields ?? {}).map(([name, { value }]) => [name, value])).toEqual([['b', 'a3']]);
  const [replica] = await world.ports.records.replicasOf(world.plan.name, 'k3');
  expect(replica?.digests).toEqual({ b: head?.fields['b']?.digest });
});

test('without a rename nothing is looked at', async () => {
  const world = await filled();
  await synced(world);
  expect((await world.ports.records.heads(world.plan.name, ['k3'])).get('k3')?.version).toBe(1);
});
