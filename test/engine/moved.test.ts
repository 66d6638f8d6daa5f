/** A server is at another address from now on: whether that is the same file is asked before anything is read or written there. */
import { describe, expect, test } from 'vitest';
import type { EngineEvent } from '../../src/engine/events.ts';
import { grow } from '../../src/engine/grow.ts';
import { askForRemap } from '../../src/engine/migration.ts';
import { alone, read, synced, write } from './model/alone.ts';
import { answer, haltOn, quiet } from './model/halting.ts';
import type { ModelServer } from './model/model-server.ts';
import { filled, insert, keysOf, numbered, onServer, rowOf, settled, swept } from './model/sweeping.ts';
import { modelSettings, type World } from './model/world.ts';

/** From the next run on hq is configured so. */
function moveTo(world: World, address: string): void {
  const links = world.plan.links.map((link) => (link.server === 'hq' ? { ...link, address } : link));
  world.plan = { ...world.plan, links };
}

/** So many records, known on both servers, hq at its first address; people edited one of them there. */
async function atHome(count = 30): Promise<World> {
  const world = await filled(count);
  const hq = onServer(world, 'hq');
  hq.edit(rowOf(hq, 'k0'), { a: 'edited before' });
  moveTo(world, 'home');
  await synced(world);
  expect(await haltOn(world)).toBe(undefined);
  return world;
}

function told(world: World): EngineEvent[] {
  const events: EngineEvent[] = [];
  const kinds = ['moved', 'proven', 'halted', 'halt-ended'];
  world.report = (event) => void (kinds.includes(event.kind) && events.push(event));
  return events;
}

const valueOn = (world: World, server: string, key: string): string | undefined =>
  rowOf(onServer(world, server), key).values['a'];

describe('the same file at another address', () => {
  test('is known by the records asked for, in one find, and goes on with its edits and those of the others', async () => {
    const world = await atHome();
    const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
    hq.edit(rowOf(hq, 'k3'), { a: 'edited at the new address' });
    branch.edit(rowOf(branch, 'k4'), { a: 'edited meanwhile' });
    moveTo(world, 'elsewhere');
    const events = told(world);
    await synced(world);
    expect(events).toMatchObject([
      { kind: 'moved', table: 'contacts', server: 'hq', was: 'home', now: 'elsewhere' },
      { kind: 'proven', table: 'contacts', server: 'hq', figures: { asked: 25, agreed: 25 } },
      { kind: 'halt-ended' },
    ]);
    await synced(world);
    expect([valueOn(world, 'branch', 'k3'), valueOn(world, 'hq', 'k4')]).toEqual([
      'edited at the new address',
      'edited meanwhile',
    ]);
    events.length = 0;
    await quiet(world);
    expect(events).toEqual([]);
  });

  test('is known though some records were deleted meanwhile, which goes everywhere as ever', async () => {
    const world = await atHome();
    const hq = onServer(world, 'hq');
    hq.rows = hq.rows.filter(({ key }) => key !== 'k1' && key !== 'k2');
    moveTo(world, 'elsewhere');
    await synced(world);
    expect(await haltOn(world)).toBe(undefined);
    await swept(world, 'hq');
    await settled(world, 'hq');
    await synced(world);
    expect(keysOf(onServer(world, 'branch'))).toHaveLength(28);
  });

  test('where nothing was known there yet, nothing is asked', async () => {
    const world = await filled(0);
    moveTo(world, 'home');
    await synced(world);
    moveTo(world, 'elsewhere');
    await synced(world);
    insert(onServer(world, 'hq'), ['new']);
    await quiet(world);
    expect(keysOf(onServer(world, 'branch'))).toEqual(['new']);
  });

  test('R8: what it was halted for before waits for its answer still, under its id', async () => {
    const world = await atHome(60);
    const hq = onServer(world, 'hq');
    hq.rows = hq.rows.slice(0, 38);
    await swept(world, 'hq');
    await settled(world, 'hq');
    const before = await haltOn(world);
    expect(before?.kind).toBe('mass-delete');
    moveTo(world, 'elsewhere');
    await alone(world, grow);
    expect(await haltOn(world)).toMatchObject({ kind: 'moved', moved: { before: { id: before?.id } } });
    await synced(world);
    expect(await haltOn(world)).toMatchObject({ kind: 'mass-delete', id: before?.id });
    await answer(world, 'approve');
    await settled(world, 'hq');
    await synced(world);
    expect(keysOf(onServer(world, 'branch'))).toHaveLength(38);
  });

  test('R7: while it is out of reach there nothing is lost, the others go on, and it is asked again', async () => {
    const world = await atHome();
    const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
    moveTo(world, 'elsewhere');
    hq.fails = () => true;
    branch.edit(rowOf(branch, 'k4'), { a: 'edited meanwhile' });
    const ran = await synced(world);
    expect([...ran.failures.keys()]).toEqual(['hq']);
    expect(await haltOn(world)).toMatchObject({ kind: 'moved', figures: {} });
    hq.fails = () => false;
    await quiet(world);
    expect([await haltOn(world), valueOn(world, 'hq', 'k4')]).toEqual([undefined, 'edited meanwhile']);
  });
});

test('R5: where rows were put into another file under their ids, and their modIds begin anew, an edit among them counts', async () => {
  const world = await atHome();
  const branch = onServer(world, 'branch');
  const row = rowOf(branch, 'k4');
  const { modId } = row;
  branch.edit(row, { a: 'edited before it was put there' });
  Object.assign(rowOf(branch, 'k4'), { modId });
  for (let times = 0; times < 2; times += 1) await synced(world);
  expect(['hq', 'branch'].map((name) => valueOn(world, name, 'k4'))).toEqual([
    'edited before it was put there',
    'edited before it was put there',
  ]);
});

/** Runs that meet it there, and what a reader, a writer and a sweep do by themselves. */
async function met(world: World): Promise<void> {
  const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
  branch.edit(rowOf(branch, 'k4'), { a: 'waits' });
  const [writes, before] = [hq.writes, branch.rows.filter(({ key }) => key !== 'k4')];
  moveTo(world, 'elsewhere');
  await alone(world, grow);
  for (const work of [read, write, swept]) await work(world, 'hq');
  for (let run = 0; run < 2; run += 1) await quiet(world);
  expect(hq.writes).toBe(writes);
  expect(branch.rows.filter(({ key }) => key !== 'k4')).toEqual(before);
}

describe('R8: a file at the new address that is not the one that is known is neither read nor written', () => {
  test.each([
    ['an empty one', (hq: ModelServer) => (hq.rows = []), 0],
    [
      'one with other records',
      (hq: ModelServer) => (hq.rows = hq.rows.map((row) => ({ ...row, key: `other ${row.key}` }))),
      0,
    ],
    ['one with a few of them', (hq: ModelServer) => (hq.rows = hq.rows.slice(0, 11)), 11],
    [
      'one in which the same keys and record ids mean other records',
      (hq: ModelServer) =>
        (hq.rows = hq.rows.map((row) => ({ ...row, values: { a: 'of another office', b: '' } }))),
      0,
    ],
  ])('%s', async (_, change, most) => {
    const world = await atHome();
    const hq = onServer(world, 'hq');
    const former = hq.rows;
    change(hq);
    const events = told(world);
    await met(world);
    const halt = await haltOn(world);
    expect(halt).toMatchObject({ kind: 'moved', moved: { was: 'home', now: 'elsewhere' } });
    expect(halt?.figures['asked']).toBe(25);
    expect(halt?.figures['agreed']).toBeLessThanOrEqual(most);
    // It is told once, not with every look.
    expect(events.filter(({ kind }) => kind === 'halted')).toHaveLength(1);
    // Corrected, it goes on by itself.
    hq.rows = former;
    moveTo(world, 'home');
    await quiet(world);
    await quiet(world);
    expect([await haltOn(world), valueOn(world, 'hq', 'k4')]).toEqual([undefined, 'waits']);
  });

  test('one that was made anew from the same records halts as a clone, and is paired once that is asked for', async () => {
    const world = await atHome();
    onServer(world, 'hq').renumber();
    await met(world);
    expect(await haltOn(world)).toMatchObject({ kind: 'clone', figures: { found: 25, moved: 25 } });
    expect(await askForRemap(world.ports.control, 'contacts', 'hq', world.scheduler.now)).toBe('asked');
    await quiet(world);
    await quiet(world);
    expect([await haltOn(world), valueOn(world, 'hq', 'k4')]).toEqual([undefined, 'waits']);
  });

  test('an older copy with older records halts as a backup; dismissed, it is asked anew; put back, it gets what it lacks', async () => {
    const world = await filled(30);
    moveTo(world, 'home');
    const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
    const backup = hq.backup();
    for (const { key } of branch.rows) branch.edit(rowOf(branch, key), { a: `later ${key}` });
    for (let run = 0; run < 2; run += 1) await quiet(world);
    hq.restore(backup);
    await met(world);
    expect(await haltOn(world)).toMatchObject({ kind: 'restored', moved: { now: 'elsewhere' } });
    await answer(world, 'dismiss');
    await quiet(world);
    expect(await haltOn(world)).toMatchObject({ kind: 'restored' });
    expect((await haltOn(world))?.answer).toBe(undefined);
    await answer(world, 'put-back');
    for (let run = 0; run < 2; run += 1) await quiet(world);
    expect([await haltOn(world), valueOn(world, 'hq', 'k7')]).toEqual([undefined, 'later k7']);
  });

  test('an older copy that lacks only what was made last halts as a backup', async () => {
    const world = await atHome();
    const hq = onServer(world, 'hq');
    const backup = hq.backup();
    insert(hq, numbered('lost', 5));
    for (let run = 0; run < 2; run += 1) await quiet(world);
    hq.restore(backup);
    await met(world);
    expect(await haltOn(world)).toMatchObject({ kind: 'restored', figures: { lost: 5 } });
    expect(keysOf(onServer(world, 'branch'))).toHaveLength(35);
  });
});

describe('while the former address is alive', () => {
  test('R1, R2: who goes by it reads and writes nothing there any more, before and after the new one is known', async () => {
    const world = await atHome();
    const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
    const former = world.plan;
    // Somebody goes on working in the former file.
    const older = hq.rows.map((row) =>
      row.key === 'k5'
        ? { ...row, modId: row.modId + 1, values: { a: 'at the former address', b: '' } }
        : row,
    );
    moveTo(world, 'elsewhere');
    const newer = world.plan;
    const formerly = async (work: () => Promise<unknown>): Promise<void> => {
      const rows = hq.rows;
      world.plan = former;
      hq.rows = older;
      await work();
      // What is there by then is of the former file.
      expect(hq.rows).toEqual(older);
      hq.rows = rows;
      world.plan = newer;
    };
    await alone(world, grow);
    const all = async (): Promise<void> => {
      for (const work of [read, write, swept, settled]) await work(world, 'hq');
    };
    await formerly(all);
    expect(await haltOn(world)).toMatchObject({ kind: 'moved' });
    await synced(world);
    expect(await haltOn(world)).toBe(undefined);
    hq.edit(rowOf(hq, 'k3'), { a: 'at the new address' });
    branch.edit(rowOf(branch, 'k4'), { a: 'for the new address' });
    await read(world, 'branch');
    await formerly(all);
    await quiet(world);
    expect(await haltOn(world)).toBe(undefined);
    const values = [
      valueOn(world, 'branch', 'k3'),
      valueOn(world, 'hq', 'k4'),
      valueOn(world, 'branch', 'k5'),
    ];
    expect(values).toEqual(['at the new address', 'for the new address', 'a5']);
  });

  test('R1: who is reading there merges nothing behind the page that it is at', async () => {
    const world = await atHome();
    const { control } = world.ports;
    for (const key of numbered('k', 12))
      onServer(world, 'hq').edit(rowOf(onServer(world, 'hq'), key), { a: 'x' });
    const [before, shape] = [await control.watermark('contacts', 'hq'), await control.shape('contacts')];
    const seen: EngineEvent[] = [];
    world.report = (event) => {
      seen.push(event);
      if (shape !== undefined && event.kind === 'read')
        void control.putShape({ ...shape, addresses: { ...shape.addresses, hq: 'elsewhere' } });
    };
    await read(world, 'hq');
    expect(seen.map(({ kind }) => kind)).toContain('outdated');
    const heads = await world.ports.records.heads('contacts', numbered('k', 12));
    const merged = [...heads.values()].filter(({ fields }) => fields['a']?.value === 'x');
    expect(merged).toHaveLength(modelSettings.pageSize);
    expect(await control.watermark('contacts', 'hq')).toEqual(before);
  });

  test('R2: the new one is asked once those who wrote at the former one have ended', async () => {
    const world = await atHome();
    const engineOf = world.engineOf.bind(world);
    world.engineOf = (process) => {
      const engine = engineOf(process);
      return { ...engine, settings: { ...engine.settings, storingMs: 60_000 } };
    };
    moveTo(world, 'elsewhere');
    await synced(world);
    expect(await haltOn(world)).toMatchObject({ kind: 'moved', figures: {} });
    world.scheduler.now += 100_000;
    await synced(world);
    expect(await haltOn(world)).toMatchObject({ kind: 'moved', figures: {} });
    world.scheduler.now += 30_000;
    await synced(world);
    expect(await haltOn(world)).toBe(undefined);
  });
});
