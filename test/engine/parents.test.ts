/** Children that a server refuses until their parents are there. A record whose key begins with `c` has its parent's key in the field b. */
import { describe, expect, test } from 'vitest';
import type { Parent } from '../../src/core/parents.ts';
import { placeOf } from '../../src/engine/engine.ts';
import { awaitedParent } from '../../src/engine/parents.ts';
import { waitingChildren } from '../../src/engine/waiting.ts';
import { alone, calmWorld, synced } from './model/alone.ts';
import { readBoth, serverOf, tending, writeAll } from './model/invocations.ts';
import type { World } from './model/world.ts';

const minuteMs = 60_000;

/** The keys of parents come after those of their children. */
function families(count: number, parent: Parent): { readonly world: World; readonly asked: string[] } {
  const world = calmWorld(3);
  world.plan = { ...world.plan, after: [parent] };
  const [hq, branch] = [serverOf(world, 'hq'), serverOf(world, 'branch')];
  for (let n = 0; n < count; n += 1) hq.insert(`c${n}`, { a: `child ${n}`, b: `p${n}` });
  const asked: string[] = [];
  branch.refusalCode = '505';
  branch.refuses = (key) => {
    if (!key.startsWith('c')) return false;
    asked.push(key);
    return !branch.rows.some((row) => row.key === key.replace('c', 'p'));
  };
  return { world, asked };
}

const addParents = (world: World, count: number): void => {
  for (let n = 0; n < count; n += 1) serverOf(world, 'hq').insert(`p${n}`, { a: `parent ${n}`, b: '' });
};

const keysOn = (world: World, server: string) =>
  serverOf(world, server)
    .rows.map(({ key }) => key)
    .toSorted();
const waiting = async (world: World): Promise<number> =>
  (await waitingChildren(world.ports.control, ['branch'])).reduce((sum, { records }) => sum + records, 0);
const parked = (world: World): Promise<number> => world.ports.control.countParked();

test('a child that is read before its parent is there with it in the same run, and was never parked', async () => {
  const { world } = families(5, { table: 'contacts', field: 'b' });
  addParents(world, 5);
  const told: string[] = [];
  world.report = (event) => void told.push(event.kind);
  await synced(world);
  expect(keysOn(world, 'branch')).toEqual(keysOn(world, 'hq'));
  expect([await parked(world), await waiting(world), told.includes('parked')]).toEqual([0, 0, false]);
});

test('children of children are all there at the end of one run', async () => {
  const world = calmWorld(3);
  world.plan = { ...world.plan, after: [{ table: 'contacts', field: 'b' }] };
  const branch = serverOf(world, 'branch');
  const generations = ['k1', 'k2', 'k3', 'k4', 'k5', 'k6'];
  const parentOf = (key: string): string => generations[generations.indexOf(key) + 1] ?? '';
  for (const key of generations) serverOf(world, 'hq').insert(key, { a: key, b: parentOf(key) });
  branch.refusalCode = '505';
  branch.refuses = (key) => parentOf(key) !== '' && !branch.rows.some((row) => row.key === parentOf(key));
  await synced(world);
  expect(keysOn(world, 'branch')).toEqual(generations);
  expect([await parked(world), await waiting(world)]).toEqual([0, 0]);
});

test('with the table alone, a child waits while a parent is open there, or parents were not read since', async () => {
  const { world } = families(1, { table: 'customers' });
  const awaited = (): Promise<string | undefined> =>
    alone(world, async (engine) => {
      const contacts = engine.tables.get('contacts');
      const head = (await engine.records.heads('contacts', ['c0'])).get('c0');
      if (contacts === undefined || head === undefined) throw new Error('there is no child');
      const plan = { ...contacts.plan, name: 'customers' };
      const tables = new Map([...engine.tables, ['customers', { ...contacts, plan }]]);
      const place = placeOf(engine, 'contacts', 'branch');
      return place && awaitedParent({ ...engine, tables }, place, head);
    });
  await readBoth(world);
  const { control } = world.ports;
  expect(await awaited()).toBe('customers');
  for (const server of ['hq', 'branch']) {
    const mark = await control.watermark('contacts', server);
    if (mark) await control.putWatermark({ ...mark, table: 'customers', generation: 1, setAt: 2e12 });
  }
  expect(await awaited()).toBeUndefined();
  const parent = { key: 'p0', version: 1 };
  const [row] = await control.openBatches('branch', 1);
  if (row) await control.putBatches([{ ...row, id: 'of a parent', table: 'customers', keys: [parent] }]);
  expect(await awaited()).toBe('customers');
});

async function minutes(world: World, count: number): Promise<void> {
  for (let minute = 0; minute < count; minute += 1) {
    world.scheduler.now += minuteMs;
    await tending(world, 'branch');
    await writeAll(world);
  }
}

describe('a child', () => {
  const named: Parent = { table: 'contacts', field: 'b' };

  /** Parents that branch has open: they are on their way, and wait. */
  async function early(): Promise<ReturnType<typeof families>> {
    const family = families(3, named);
    addParents(family.world, 3);
    serverOf(family.world, 'branch').locked = new Set(['p0', 'p1', 'p2']);
    await readBoth(family.world);
    await writeAll(family.world);
    return family;
  }

  test('waits for it without being parked, and is not sent again meanwhile', async () => {
    const { world, asked } = await early();
    expect([await waiting(world), await parked(world)]).toEqual([3, 0]);
    expect(await waitingChildren(world.ports.control, ['branch'])).toEqual([
      { table: 'contacts', server: 'branch', parent: 'contacts', records: 3 },
    ]);
    const before = asked.length;
    await minutes(world, 30);
    expect([asked.length, await waiting(world)]).toEqual([before, 3]);
  });

  test('goes on within minutes once it is there', async () => {
    const { world } = await early();
    serverOf(world, 'branch').locked = new Set();
    await minutes(world, 70);
    expect(keysOn(world, 'branch')).toEqual(keysOn(world, 'hq'));
    expect([await waiting(world), await parked(world)]).toEqual([0, 0]);
  });

  test('R7: holds up nobody: a record that needs no parent is there at once', async () => {
    const { world } = await early();
    serverOf(world, 'hq').insert('d1', { a: 'alone', b: '' });
    await readBoth(world);
    await writeAll(world);
    expect(keysOn(world, 'branch')).toEqual(['d1']);
  });

  test.each([
    ['its parent was never there', 'p-none', '505'],
    ['it has no parent', '', '505'],
    ['the code says something else', 'p0', '506'],
  ])('is parked where %s', async (_why, b, code) => {
    const { world } = families(0, named);
    addParents(world, 1);
    await synced(world);
    serverOf(world, 'hq').insert('c9', { a: 'child', b });
    serverOf(world, 'branch').refusalCode = code;
    world.scheduler.now += minuteMs;
    await synced(world);
    await synced(world);
    expect([await waiting(world), await parked(world)]).toEqual([0, 1]);
  });

  test('is parked where its parent is there, and it is refused all the same', async () => {
    const { world } = families(0, named);
    const branch = serverOf(world, 'branch');
    branch.refuses = (key) => key.startsWith('c');
    addParents(world, 1);
    await synced(world);
    serverOf(world, 'hq').insert('c0', { a: 'child', b: 'p0' });
    world.scheduler.now += minuteMs;
    await synced(world);
    expect([await waiting(world), await parked(world)]).toEqual([0, 1]);
  });

  test('is parked where its parent was deleted', async () => {
    const { world } = await early();
    const hq = serverOf(world, 'hq');
    for (const row of hq.rows.filter(({ key }) => key === 'p0')) hq.delete(row);
    const head = (await world.ports.records.heads('contacts', ['p0'])).get('p0');
    if (head === undefined) throw new Error('the parent has no head');
    const deleted = { stamp: { lo: 0, hi: 1 }, origin: 'hq' };
    await world.ports.records.putHeads([{ ...head, version: head.version + 1, deleted }]);
    await minutes(world, 5);
    expect([await waiting(world), await parked(world)]).toEqual([2, 1]);
  });
});
