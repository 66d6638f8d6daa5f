/** A release puts another file with the same records in place of one: asked for, its rows are paired by their keys. */
import { describe, expect, test } from 'vitest';
import type { EngineEvent } from '../../src/engine/events.ts';
import { askForRemap } from '../../src/engine/migration.ts';
import { never, synced } from './model/alone.ts';
import { runOnce } from '../../src/engine/run.ts';
import { stops } from './model/invocations.ts';
import { haltOn, quiet } from './model/halting.ts';
import type { ModelServer } from './model/model-server.ts';
import { filled, insert, keysOf, onServer, rowOf, settled, swept } from './model/sweeping.ts';
import type { World } from './model/world.ts';

const ask = (world: World): Promise<unknown> =>
  askForRemap(world.ports.control, 'contacts', 'hq', world.scheduler.now);

/** What was found in the file, and halts, of those who work from now on. */
function told(world: World): EngineEvent[] {
  const events: EngineEvent[] = [];
  const engineOf = world.engineOf.bind(world);
  world.engineOf = (process) => ({
    ...engineOf(process),
    report: (event) => void (['remapped', 'halted'].includes(event.kind) && events.push(event)),
  });
  return events;
}

/** As the two hold a record, and the losing values that are kept of it. */
async function outcome(world: World, key: string) {
  const of = (name: string) => rowOf(onServer(world, name), key).values['a'];
  const kept = (await world.ports.control.conflicts(100)).filter((one) => one.key === key);
  return { hq: of('hq'), branch: of('branch'), kept: kept.map(({ loser }) => loser.value) };
}

async function inPeace(world: World): Promise<void> {
  for (let n = 0; n < 3; n += 1) {
    await quiet(world);
    await synced(world);
  }
}

const sameOnBoth = (world: World): void =>
  expect(contents(onServer(world, 'branch'))).toEqual(contents(onServer(world, 'hq')));

const contents = ({ rows }: ModelServer): ReadonlyMap<string, unknown> => {
  expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
  return new Map(
    rows.map(({ key, values }) => [key, values] as const).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
};

test('rows that are as they were known are paired without a write, and no halt is raised', async () => {
  const world = await filled(30);
  const events = told(world);
  const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
  hq.renumber();
  const writes = [hq.writes, branch.writes];
  await ask(world);
  await synced(world);
  await swept(world, 'hq');
  expect(events).toMatchObject([{ kind: 'remapped', figures: { same: 30 } }]);
  expect([hq.writes, branch.writes]).toEqual(writes);
  expect(await haltOn(world)).toBe(undefined);
  // The map is of the new rows: an edit goes to the row that has its record now.
  branch.edit(rowOf(branch, 'k3'), { a: 'afterwards' });
  await inPeace(world);
  expect(rowOf(hq, 'k3').values['a']).toBe('afterwards');
});

test.each([
  ['before the file was swapped', true],
  ['afterwards', false],
])(
  'edits of different fields of one record on both servers both arrive, those there made %s',
  async (_, isBefore) => {
    const world = await filled(30);
    const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
    // What is synced meanwhile of hq's edit waits for branch, and the other way round.
    branch.edit(rowOf(branch, 'k1'), { a: 'on branch' });
    world.scheduler.now += 120_000;
    if (isBefore) hq.edit(rowOf(hq, 'k1'), { b: 'on hq' });
    hq.renumber();
    if (!isBefore) hq.edit(rowOf(hq, 'k1'), { b: 'on hq' });
    await ask(world);
    await inPeace(world);
    const both = { a: 'on branch', b: 'on hq' };
    expect([hq, branch].map((server) => rowOf(server, 'k1').values)).toMatchObject([both, both]);
    expect(await outcome(world, 'k1')).toMatchObject({ kept: [] });
  },
);

test('what waited for the file while it was swapped stands against an older value there, though another field was edited later', async () => {
  const world = await filled(30);
  const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
  const { fails } = hq;
  hq.edit(rowOf(hq, 'k1'), { a: 'older' });
  await inPeace(world);
  branch.edit(rowOf(branch, 'k1'), { a: 'newer' });
  hq.fails = () => true;
  await synced(world);
  world.scheduler.now += 120_000;
  hq.edit(rowOf(hq, 'k1'), { b: 'latest' });
  hq.renumber();
  hq.fails = fails;
  await ask(world);
  await inPeace(world);
  const both = { a: 'newer', b: 'latest' };
  expect([hq, branch].map((server) => rowOf(server, 'k1').values)).toMatchObject([both, both]);
  expect(await outcome(world, 'k1')).toMatchObject({ kept: [] });
});

test('edits made there before and after, those made elsewhere, and new records all arrive', async () => {
  const world = await filled(30);
  const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
  hq.edit(rowOf(hq, 'k1'), { a: 'before the release' });
  insert(hq, ['made before']);
  hq.renumber();
  hq.edit(rowOf(hq, 'k2'), { a: 'after the release' });
  insert(hq, ['made after']);
  branch.edit(rowOf(branch, 'k3'), { a: 'elsewhere' });
  await ask(world);
  await inPeace(world);
  expect(await outcome(world, 'k1')).toMatchObject({
    hq: 'before the release',
    branch: 'before the release',
  });
  expect(await outcome(world, 'k2')).toMatchObject({ hq: 'after the release', branch: 'after the release' });
  expect(await outcome(world, 'k3')).toMatchObject({ hq: 'elsewhere', branch: 'elsewhere' });
  expect(keysOf(branch)).toEqual(expect.arrayContaining(['made before', 'made after']));
  sameOnBoth(world);
  expect(await haltOn(world)).toBe(undefined);
});

test('R5: two edits of one field, there and elsewhere, are a conflict whose loser is kept', async () => {
  const world = await filled(10);
  const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
  hq.edit(rowOf(hq, 'k1'), { a: 'there' });
  world.scheduler.now += 600_000;
  branch.edit(rowOf(branch, 'k1'), { a: 'elsewhere' });
  hq.renumber();
  await ask(world);
  await inPeace(world);
  expect(await outcome(world, 'k1')).toEqual({ hq: 'elsewhere', branch: 'elsewhere', kept: ['there'] });
});

/** Copied, then changed and added to, and all of that was synced; then the copy comes in its place. */
async function outOfDate(): Promise<World> {
  const world = await filled(20);
  const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
  const copy = hq.backup();
  hq.edit(rowOf(hq, 'k1'), { a: 'later there' });
  branch.edit(rowOf(branch, 'k2'), { a: 'later elsewhere' });
  insert(hq, ['later']);
  await synced(world);
  await quiet(world);
  hq.restore(copy);
  hq.renumber();
  return world;
}

describe('R5, R8: a file that was copied a while ago', () => {
  test('takes nothing back: what it holds is brought up to date, what it lacks is made there again', async () => {
    const world = await outOfDate();
    const events = told(world);
    await ask(world);
    await inPeace(world);
    expect(await outcome(world, 'k1')).toMatchObject({
      hq: 'later there',
      branch: 'later there',
      kept: ['a1'],
    });
    expect(await outcome(world, 'k2')).toMatchObject({ hq: 'later elsewhere', branch: 'later elsewhere' });
    expect(keysOf(onServer(world, 'hq'))).toContain('later');
    sameOnBoth(world);
    expect(events).toMatchObject([{ kind: 'remapped', figures: { older: 2, again: 1 } }]);
  });

  test.each([40, 60, 80, 100, 120])(
    'is not taken for a later one for what was edited in it since, where a process died after %i steps',
    async (steps) => {
      const world = await outOfDate();
      const hq = onServer(world, 'hq');
      world.scheduler.now += 600_000;
      for (const row of hq.rows) hq.edit(row, { b: 'since' });
      await ask(world);
      const process = world.scheduler.start('dying', (one) => runOnce(world.engineOf(one), never));
      for (let step = 0; step < steps && !process.ended; step += 1) await world.scheduler.step();
      if (!process.ended) world.scheduler.kill(process);
      await inPeace(world);
      expect(keysOf(hq)).toContain('later');
      sameOnBoth(world);
    },
  );
});

/** So many of 40 are deleted there; the record that was changed last tells that the copy is later than all that was known. */
async function lacking(count: number): Promise<World> {
  const world = await filled(40);
  const hq = onServer(world, 'hq');
  await quiet(world);
  hq.edit(rowOf(hq, 'k39'), { a: 'the latest' });
  await synced(world);
  for (let n = 0; n < count; n += 1) hq.delete(rowOf(hq, `k${n}`));
  hq.renumber();
  return world;
}

describe('R8: records that the file lacks', () => {
  test('count as deleted where they are few, after two looks', async () => {
    const world = await lacking(2);
    await ask(world);
    await synced(world);
    expect(keysOf(onServer(world, 'branch'))).toContain('k0');
    await inPeace(world);
    expect(keysOf(onServer(world, 'branch'))).not.toContain('k0');
    sameOnBoth(world);
  });

  test('halt where they are more than the limit, with their figures, and nothing is deleted', async () => {
    const world = await lacking(30);
    await ask(world);
    await inPeace(world);
    expect(await haltOn(world)).toMatchObject({ kind: 'mass-delete', figures: { gone: 30 } });
    expect(keysOf(onServer(world, 'branch'))).toHaveLength(40);
  });
});

test('R2: pairing that has to stop after each page goes on, and ends the same', async () => {
  const world = await filled(20);
  const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
  hq.edit(rowOf(hq, 'k1'), { a: 'there' });
  hq.renumber();
  const events = told(world);
  await ask(world);
  let stopped = 0;
  while ((await settled(world, 'hq', stops)) === 'unfinished' && stopped < 60) stopped += 1;
  expect(stopped).toBeGreaterThan(3);
  expect(events).toMatchObject([{ kind: 'remapped', figures: { same: 19, edited: 1 } }]);
  await inPeace(world);
  expect(rowOf(branch, 'k1').values['a']).toBe('there');
  sameOnBoth(world);
});

test('R2: a process that dies at any of its effects leaves it to the next, and nothing is lost or doubled', async () => {
  for (let at = 0; at < 60; at += 1) {
    const world = await filled(6);
    const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
    hq.edit(rowOf(hq, 'k1'), { a: 'there' });
    hq.renumber();
    branch.edit(rowOf(branch, 'k2'), { a: 'elsewhere' });
    await ask(world);
    const process = world.scheduler.start('dying', (one) => runOnce(world.engineOf(one), never));
    for (let step = 0; step < 3 * at && !process.ended; step += 1) await world.scheduler.step();
    if (!process.ended) world.scheduler.kill(process);
    await inPeace(world);
    expect([rowOf(branch, 'k1').values['a'], rowOf(hq, 'k2').values['a']]).toEqual(['there', 'elsewhere']);
    sameOnBoth(world);
  }
});

test('nothing else is read or written there before its rows are paired', async () => {
  const world = await filled(5);
  const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
  branch.edit(rowOf(branch, 'k2'), { a: 'elsewhere' });
  hq.renumber();
  await ask(world);
  const asked: string[] = [];
  hq.fails = (request) => asked.push(request) < 0;
  await synced(world);
  expect(asked.filter((request) => request !== 'probe')[0]).toBe('list');
  expect(rowOf(hq, 'k2').values['a']).toBe('elsewhere');
});
