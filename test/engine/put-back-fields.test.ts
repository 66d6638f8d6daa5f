/** A field that is taken out of the configuration, and comes back later: what was known of it by then counts no more. */
import { expect, test } from 'vitest';
import { pastOf } from '../../src/engine/past.ts';
import { putBackRecord } from '../../src/engine/put-back-record.ts';
import { alone } from './model/alone.ts';
import { configured, filled, rowsOn, run, serverOf } from './model/naming.ts';
import { rowOf } from './model/sweeping.ts';
import type { World } from './model/world.ts';

async function worked(world: World, fields: readonly string[], createOnly: readonly string[] = []) {
  configured(world, fields, {}, createOnly);
  for (let times = 0; times < 3; times += 1) {
    world.scheduler.now += 5_000;
    expect([...(await run(world)).failures]).toEqual([]);
  }
}

const edit = (world: World, server: string, key: string, values: Readonly<Record<string, string>>): void => {
  world.scheduler.now += 60_000;
  serverOf(world, server).edit(rowOf(serverOf(world, server), key), values);
};

const conflictsIn = async (world: World) =>
  (await world.ports.control.conflicts(99, {})).map(({ key, kind, winner, loser }) => [
    key,
    kind,
    `${winner.server} ${winner.value}`,
    `${loser.server} ${loser.value}`,
  ]);

/** Both servers hold the same. While `b` is not kept the same each has its own k1, both come to the same k2, hq alone edits k3, branch empties k4. */
async function apart(world: World, createOnly: readonly string[] = []): Promise<void> {
  await worked(world, ['a'], createOnly);
  edit(world, 'hq', 'k1', { b: 'of hq' });
  edit(world, 'branch', 'k1', { b: 'of branch' });
  edit(world, 'hq', 'k2', { b: 'of both' });
  edit(world, 'branch', 'k2', { b: 'of both' });
  edit(world, 'hq', 'k3', { b: 'of hq' });
  edit(world, 'branch', 'k4', { b: '' });
  await worked(world, ['a'], createOnly);
}

test.each([
  ['taken out', []],
  ['one that goes with a create only', ['b']],
])(
  'meets anew once it was %s: equal values pair, a value fills what is empty, and what differs is told as it is',
  async (_how, createOnly) => {
    const world = await filled();
    await apart(world, createOnly);
    await worked(world, ['a', 'b']);
    expect(rowsOn(world, 'hq')).toEqual(rowsOn(world, 'branch'));
    expect(rowsOn(world, 'hq').slice(1, 5)).toEqual([
      'k1=a1|of branch',
      'k2=a2|of both',
      'k3=a3|of hq',
      'k4=a4|b4',
    ]);
    const told = await conflictsIn(world);
    expect(told.toSorted((a, b) => String(a).localeCompare(String(b)))).toEqual([
      ['k1', expect.any(String), 'branch of branch', 'hq of hq'],
      ['k3', expect.any(String), 'hq of hq', 'branch b3'],
    ]);
  },
);

test('R6: a field that comes back unchanged costs no write, and no conflict', async () => {
  const world = await filled();
  await worked(world, ['a']);
  const before = [...world.servers.values()].map(({ writes }) => writes);
  await worked(world, ['a', 'b']);
  expect([...world.servers.values()].map(({ writes }) => writes)).toEqual(before);
  expect(await conflictsIn(world)).toEqual([]);
});

test('R5: what it held before is in the history, and can be put back', async () => {
  const world = await filled();
  const key = 'k3';
  const { version } = (await world.ports.records.heads(world.plan.name, [key])).get(key) ?? { version: 0 };
  await apart(world);
  await worked(world, ['a', 'b']);
  await alone(world, (engine) => putBackRecord(engine, { plan: world.plan, key, version }));
  await worked(world, ['a', 'b']);
  expect(rowsOn(world, 'branch')[3]).toBe('k3=a3|b3');
  const head = (await world.ports.records.heads(world.plan.name, [key])).get(key);
  if (head === undefined) throw new Error('no head');
  expect((await pastOf(world.ports.control, head)).end).toBe('beginning');
});

test.each([
  ['taken out', []],
  ['one that goes with a create only', ['b']],
])('a conflict that waits in a field that is %s waits no longer, and is kept', async (_how, createOnly) => {
  const world = await filled();
  world.plan = { ...world.plan, conflicts: { kind: 'hold' } };
  for (const server of ['hq', 'branch'])
    for (const field of ['a', 'b']) edit(world, server, 'k1', { [field]: `of ${server}` });
  await worked(world, ['a', 'b']);
  expect(await world.ports.control.countOpenConflicts()).toBe(2);
  await worked(world, ['a'], createOnly);
  const open = await world.ports.control.conflicts(9, { open: true });
  expect([open.map(({ field }) => field), await world.ports.control.countConflicts()]).toEqual([['a'], 2]);
  await worked(world, ['a', 'b']);
  // It is held anew, by what the servers hold now.
  const head = (await world.ports.records.heads(world.plan.name, ['k1'])).get('k1');
  expect(Object.keys(head?.fields['b']?.held?.candidates ?? {}).toSorted()).toEqual(['branch', 'hq']);
});
