/** Numbers of which the configuration comes to say that changes are added up when the records are there already. */
import { expect, test } from 'vitest';
import { calmWorld } from './model/alone.ts';
import { run, serverOf } from './model/naming.ts';
import type { World } from './model/world.ts';

function stockIs(world: World, merge: { readonly merge?: 'add' }): void {
  const stock = { name: 'n', type: 'number', rewrites: 'ignore', ...merge } as const;
  world.plan = { ...world.plan, fields: [stock] };
}

async function holding(n: string): Promise<World> {
  const world = calmWorld();
  stockIs(world, {});
  serverOf(world, 'hq').insert('k1', { n });
  for (let times = 0; times < 2; times += 1) await run(world);
  stockIs(world, { merge: 'add' });
  await run(world);
  return world;
}

function change(world: World, amounts: Readonly<Record<string, string>>): void {
  for (const [name, n] of Object.entries(amounts))
    for (const row of serverOf(world, name).rows) serverOf(world, name).edit(row, { n });
}

const held = (world: World) =>
  ['hq', 'branch'].map((name) => serverOf(world, name).rows.map(({ values }) => values['n']));

test.each([
  ['10', { hq: '9', branch: '8' }, '7'],
  ['', { hq: '2', branch: '3' }, '5'],
  ['1.5', { hq: '1.25', branch: '2' }, '1.75'],
])('R2: the first changes from %j to %j count each, and so do the next', async (from, amounts, sum) => {
  const world = await holding(from);
  change(world, amounts);
  for (let times = 0; times < 3; times += 1) await run(world);
  expect(held(world)).toEqual([[sum], [sum]]);
  change(world, { hq: '100', branch: '101' });
  for (let times = 0; times < 3; times += 1) await run(world);
  expect(held(world)).toEqual([[String(201 - Number(sum))], [String(201 - Number(sum))]]);
});

test('R2: one that changes later is counted from what all held when it was said', async () => {
  const world = await holding('10');
  const branch = serverOf(world, 'branch');
  branch.fails = () => true;
  for (const n of ['9', '8', '5']) {
    change(world, { hq: n });
    await run(world);
  }
  change(world, { branch: '11' });
  branch.fails = () => false;
  for (let times = 0; times < 3; times += 1) await run(world);
  expect(held(world)).toEqual([['6'], ['6']]);
});
