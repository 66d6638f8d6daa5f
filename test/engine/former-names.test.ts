/** What a record held before its fields got other names: in its history, put back, and in conflicts that were decided then. */
import { expect, test } from 'vitest';
import type { TablePlan } from '../../src/core/link.ts';
import { chooseOutcome, undoChoice } from '../../src/engine/choose.ts';
import { pastOf } from '../../src/engine/past.ts';
import { putBackRecord } from '../../src/engine/put-back-record.ts';
import { alone, calmWorld } from './model/alone.ts';
import { configured, type Names, run, serverOf } from './model/naming.ts';
import type { World } from './model/world.ts';

const everywhere = (names: Names[string]): Names => ({ hq: names, branch: names });

async function carried(world: World): Promise<void> {
  for (let times = 0; times < 2; times += 1) {
    world.scheduler.now += 5_000;
    expect([...(await run(world)).failures.keys()]).toEqual([]);
  }
}

async function edited(world: World, values: Readonly<Record<string, string>>): Promise<void> {
  world.scheduler.now += 1_000;
  for (const row of serverOf(world, 'hq').rows) serverOf(world, 'hq').edit(row, values);
  await carried(world);
}

/** One record: `a` and `b` are the servers' `x` and `y`; each was edited once since, in version 2 and 3. */
async function withRecord(): Promise<World> {
  const world = calmWorld();
  configured(world, ['a', 'b'], everywhere({ a: 'x', b: 'y' }));
  serverOf(world, 'hq').insert('k', { x: 'x1', y: 'y1', z: 'z1' });
  await carried(world);
  await edited(world, { x: 'x2' });
  await edited(world, { y: 'y3' });
  return world;
}

const headOf = async (world: World) => {
  const head = (await world.ports.records.heads(world.plan.name, ['k'])).get('k');
  if (head === undefined) throw new Error('no head');
  return head;
};

const putBackTo = (world: World, version: number) =>
  alone(world, (engine) => putBackRecord(engine, { plan: world.plan, key: 'k', version }));

const rows = (world: World) =>
  [...world.servers.values()].map(({ rows: [row] }) => [row?.values['x'], row?.values['y']]);

/** By version, the fields of each entry. */
const told = async (world: World) => {
  const { steps } = await pastOf(world.ports.control, await headOf(world));
  return steps.map(({ entry, before, after }) => [
    entry.version,
    Object.keys(entry.replaced.fields).map((name) => [
      name,
      before.fields[name]?.value,
      after.fields[name]?.value,
    ]),
  ]);
};

const renamed: readonly (readonly [what: string, fields: readonly string[], names: Names[string]])[] = [
  ['got another name', ['name', 'b'], { name: 'x', b: 'y' }],
  ['exchanged its name', ['a', 'b'], { a: 'y', b: 'x' }],
  ['handed its name on', ['c', 'a'], { c: 'x', a: 'y' }],
];

test.each(renamed)(
  'R5: a record whose field %s is put back by what each server calls it',
  async (_what, fields, names) => {
    const world = await withRecord();
    configured(world, fields, everywhere(names));
    await carried(world);
    await putBackTo(world, 1);
    await carried(world);
    expect(rows(world)).toEqual([
      ['x1', 'y1'],
      ['x1', 'y1'],
    ]);
  },
);

test.each(renamed)(
  'the history of a record whose field %s has the names of now',
  async (_what, fields, names) => {
    const world = await withRecord();
    configured(world, fields, everywhere(names));
    await carried(world);
    const [ofX, ofY] = ['x', 'y'].map((own) =>
      Object.keys(names ?? {}).find((name) => names?.[name] === own),
    );
    expect(await told(world)).toEqual([
      [3, [[ofY, 'y1', 'y3']]],
      [2, [[ofX, 'x1', 'x2']]],
    ]);
  },
);

test('R5: what was stored between two renamings, and before both, goes to the field that it was of', async () => {
  const world = await withRecord();
  configured(world, ['a', 'b'], everywhere({ a: 'y', b: 'x' }));
  await carried(world);
  await edited(world, { x: 'x5' });
  const { version } = await headOf(world);
  configured(world, ['c', 'a'], everywhere({ c: 'y', a: 'x' }));
  await carried(world);
  await edited(world, { x: 'x6', y: 'y6' });
  await putBackTo(world, version);
  await carried(world);
  expect(rows(world)[1]).toEqual(['x5', 'y3']);
  await putBackTo(world, 1);
  await carried(world);
  expect(rows(world)[1]).toEqual(['x1', 'y1']);
});

test('R5: no value of a field goes to another one that has its name since', async () => {
  const world = await withRecord();
  configured(world, ['a', 'b'], everywhere({ a: 'z', b: 'y' }));
  await carried(world);
  await putBackTo(world, 1);
  await carried(world);
  const all = [...world.servers.values()].map(({ rows: [row] }) => row?.values);
  expect(all.map((row) => [row?.['x'], row?.['y'], row?.['z']])).toEqual([
    ['x2', 'y1', 'z1'],
    ['x2', 'y1', 'z1'],
  ]);
  const names = (await told(world)).flatMap(([, fields]) =>
    Array.isArray(fields) ? fields.map(([name]) => name) : [],
  );
  expect(names).toContainEqual(expect.stringMatching(/^a \(until .*Z\)$/));
});

test('R5: nor does one of a field that was left out before its name went to another one', async () => {
  const world = await withRecord();
  configured(world, ['b'], everywhere({ b: 'y' }));
  await carried(world);
  configured(world, ['a'], everywhere({ a: 'y' }));
  await carried(world);
  await putBackTo(world, 1);
  await carried(world);
  expect(rows(world)).toEqual([
    ['x2', 'y1'],
    ['x2', 'y1'],
  ]);
});

const held = async (plan: Partial<TablePlan>): Promise<World> => {
  const world = await withRecord();
  world.plan = { ...world.plan, ...plan };
  for (const [name, server] of world.servers)
    for (const row of server.rows) server.edit(row, { x: `of ${name}` });
  await carried(world);
  return world;
};

test('a conflict that waits is resolved under the new name, and that is taken back', async () => {
  const world = await held({ conflicts: { kind: 'hold' } });
  configured(world, ['a', 'b'], everywhere({ a: 'y', b: 'x' }));
  await carried(world);
  const conflicts = await world.ports.control.conflictsOf(world.plan.name, 'k');
  const wanted = { plan: world.plan, conflicts };
  await alone(world, (engine) => chooseOutcome(engine, wanted, { kind: 'server', server: 'branch' }));
  await carried(world);
  expect(rows(world)).toEqual([
    ['of branch', 'y3'],
    ['of branch', 'y3'],
  ]);
  await alone(world, (engine) => undoChoice(engine, wanted));
  expect((await headOf(world)).fields['b']?.held).toMatchObject({ candidates: { hq: { value: 'of hq' } } });
  expect((await headOf(world)).fields['a']?.value).toBe('y3');
});

test('a choice that was made under the former name is taken back under the new one', async () => {
  const world = await held({ conflicts: { kind: 'hold' } });
  const before = await world.ports.control.conflictsOf(world.plan.name, 'k');
  const keep = { kind: 'server', server: 'branch' } as const;
  await alone(world, (engine) => chooseOutcome(engine, { plan: world.plan, conflicts: before }, keep));
  await carried(world);
  configured(world, ['name', 'b'], everywhere({ name: 'x', b: 'y' }));
  await carried(world);
  const conflicts = await world.ports.control.conflictsOf(world.plan.name, 'k');
  await alone(world, (engine) => undoChoice(engine, { plan: world.plan, conflicts }));
  expect((await headOf(world)).fields['name']?.held).toMatchObject({
    candidates: { hq: { value: 'of hq' }, branch: { value: 'of branch' } },
  });
});
