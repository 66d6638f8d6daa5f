/** A name of the configuration that means another field on every server from now on, or the field that had another name. */
import { expect, test } from 'vitest';
import type { Engine } from '../../src/engine/engine.ts';
import { rename } from '../../src/engine/rename.ts';
import { alone, calmWorld } from './model/alone.ts';
import { configured, type Names, run, serverOf } from './model/naming.ts';
import type { World } from './model/world.ts';

const everywhere = (names: Names[string]): Names => ({ hq: names, branch: names });

/** `x`, `y` and `z` are fields of the servers, each with values of its own; `a` and `b` are those that are synced of them. */
async function filled(fields: readonly string[], names: Names[string], count = 7): Promise<World> {
  const world = calmWorld();
  configured(world, fields, everywhere(names));
  for (let n = 0; n < count; n += 1)
    serverOf(world, 'hq').insert(`k${n}`, { x: `x${n}`, y: `y${n}`, z: `z${n}` });
  for (let times = 0; times < 2; times += 1) await run(world);
  return world;
}

const valuesIn = async (world: World, key: string): Promise<Readonly<Record<string, string>>> => {
  const head = (await world.ports.records.heads(world.plan.name, [key])).get(key);
  return Object.fromEntries(Object.entries(head?.fields ?? {}).map(([name, { value }]) => [name, value]));
};

const writes = ({ servers }: World): number =>
  [...servers.values()].reduce((sum, server) => sum + server.writes, 0);

const unread = (world: World): void => {
  for (const server of world.servers.values())
    server.fails = (request) => request === 'list' || request === 'look-up';
};

const quiet = async (world: World, before: number): Promise<void> => {
  for (let times = 0; times < 3; times += 1) expect([...(await run(world)).failures.keys()]).toEqual([]);
  expect(writes(world)).toBe(before);
  expect(await world.ports.control.countConflicts()).toBe(0);
};

test('two names that are exchanged cost no read, no write and no conflict', async () => {
  const world = await filled(['a', 'b'], { a: 'x', b: 'y' });
  configured(world, ['a', 'b'], everywhere({ a: 'y', b: 'x' }));
  unread(world);
  await quiet(world, writes(world));
  expect(await valuesIn(world, 'k3')).toEqual({ a: 'y3', b: 'x3' });
});

test('a name that is handed on to the next field, and so on, costs none either', async () => {
  const world = await filled(['a', 'b'], { a: 'x', b: 'y' });
  configured(world, ['b', 'c'], everywhere({ b: 'x', c: 'y' }));
  unread(world);
  await quiet(world, writes(world));
  expect(await valuesIn(world, 'k3')).toEqual({ b: 'x3', c: 'y3' });
});

test.each([0, 1, 2, 3, 4, 5])('R2: an exchange that dies over its page %i is done once', async (dies) => {
  const world = await filled(['a', 'b'], { a: 'x', b: 'y' });
  configured(world, ['a', 'b'], everywhere({ a: 'y', b: 'x' }));
  let stored = 0;
  const died = alone(world, (engine) => {
    const keys: Engine['records']['keys'] = (table, _limit, after) => engine.records.keys(table, 3, after);
    const putHeads: Engine['records']['putHeads'] = async (heads) => {
      const refused = await engine.records.putHeads(heads);
      stored += 1;
      if (stored > dies) throw new Error('died');
      return refused;
    };
    const records = new Proxy(engine.records, {
      get: (ports, name): unknown =>
        name === 'keys' ? keys : name === 'putHeads' ? putHeads : Reflect.get(ports, name),
    });
    return rename({ ...engine, records }, world.plan, () => Promise.resolve('on'));
  });
  await expect(died).rejects.toThrow('died');
  await quiet(world, writes(world));
  for (let n = 0; n < 7; n += 1) expect(await valuesIn(world, `k${n}`)).toEqual({ a: `y${n}`, b: `x${n}` });
});

test('an edit that nobody had read counts for the field that it was made in', async () => {
  const world = await filled(['a', 'b'], { a: 'x', b: 'y' });
  const branch = serverOf(world, 'branch');
  for (const row of branch.rows.filter(({ key }) => key === 'k1')) branch.edit(row, { x: 'edited' });
  configured(world, ['a', 'b'], everywhere({ a: 'y', b: 'x' }));
  for (let times = 0; times < 2; times += 1) await run(world);
  expect(await valuesIn(world, 'k1')).toEqual({ a: 'y1', b: 'edited' });
  const [row] = serverOf(world, 'hq').rows.filter(({ key }) => key === 'k1');
  expect(row?.values).toMatchObject({ x: 'edited', y: 'y1' });
  expect(await world.ports.control.countConflicts()).toBe(0);
});

test('R5: a name that means another field everywhere is read anew: no conflict, and no value of the former field goes there', async () => {
  const world = await filled(['a', 'b'], { a: 'x', b: 'y' });
  const branch = serverOf(world, 'branch');
  for (const row of branch.rows) branch.edit(row, { z: row.key === 'k2' ? '' : `z${row.key.slice(1)}` });
  await run(world);
  configured(world, ['a', 'b'], everywhere({ a: 'z', b: 'y' }));
  for (let times = 0; times < 3; times += 1) expect([...(await run(world)).failures.keys()]).toEqual([]);
  expect(await world.ports.control.countConflicts()).toBe(0);
  for (const server of world.servers.values())
    for (const { key, values } of server.rows)
      expect([values['x'], values['z']]).toEqual([`x${key.slice(1)}`, `z${key.slice(1)}`]);
  const { a, b, ...kept } = await valuesIn(world, 'k3');
  expect([a, b]).toEqual(['z3', 'y3']);
  // What was known of the former field is kept, under a name that says since when.
  expect(Object.entries(kept)).toEqual([[expect.stringMatching(/^a \(until .*Z\)$/), 'x3']]);
});

test('a name that is handed on while its former field is synced no more is that of the other field', async () => {
  const world = await filled(['a', 'b'], { a: 'x', b: 'y' });
  configured(world, ['b', 'c'], everywhere({ b: 'x', c: 'z' }));
  for (let times = 0; times < 3; times += 1) await run(world);
  expect(await world.ports.control.countConflicts()).toBe(0);
  expect(await valuesIn(world, 'k3')).toMatchObject({ b: 'x3', c: 'z3' });
  for (const { key, values } of serverOf(world, 'hq').rows) expect(values['y']).toBe(`y${key.slice(1)}`);
});

test('a conflict that waits in a field whose name means another one waits no longer, and is kept', async () => {
  const world = await filled(['a', 'b'], { a: 'x', b: 'y' });
  world.plan = { ...world.plan, conflicts: { kind: 'hold' } };
  for (const name of ['hq', 'branch'])
    for (const row of serverOf(world, name).rows.filter(({ key }) => key === 'k1'))
      serverOf(world, name).edit(row, { x: `of ${name}` });
  await run(world);
  expect(await world.ports.control.countOpenConflicts()).toBe(1);
  configured(world, ['a', 'b'], everywhere({ a: 'z', b: 'y' }));
  await run(world);
  expect(await world.ports.control.countOpenConflicts()).toBe(0);
  const [kept] = await world.ports.control.conflictsOf(world.plan.name, 'k1');
  expect(kept?.field).toMatch(/^a \(until /);
  expect(new Set([kept?.winner.value, kept?.loser.value])).toEqual(new Set(['of hq', 'of branch']));
});
