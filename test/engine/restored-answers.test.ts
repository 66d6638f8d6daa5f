/** What an answer to a file of another past does to edits of other servers, and to what the file alone holds. */
import { describe, expect, test } from 'vitest';
import { alone, read, synced } from './model/alone.ts';
import { oneProcess } from './model/driving.ts';
import { stops } from './model/invocations.ts';
import { answer, haltOn, quiet } from './model/halting.ts';
import type { ModelServer } from './model/model-server.ts';
import { filled, onServer, rowOf, settled, swept } from './model/sweeping.ts';
import type { World } from './model/world.ts';

async function carriedOut(world: World): Promise<void> {
  for (let n = 0; n < 3; n += 1) {
    await settled(world, 'hq');
    await quiet(world);
  }
  expect(await haltOn(world)).toBe(undefined);
}

/** What both hold of a record, and the losing values that are kept of it. */
async function outcome(world: World, key: string) {
  const of = (name: string) => rowOf(onServer(world, name), key).values;
  const kept = (await world.ports.control.conflicts(100)).filter((one) => one.key === key);
  return { hq: of('hq'), branch: of('branch'), kept: kept.map(({ loser }) => loser.value).toSorted() };
}

/** The file of hq is another one with the same records: of it only the rows say so. */
async function migrated(): Promise<World> {
  const world = await filled(30);
  onServer(world, 'hq').renumber();
  return world;
}

/** k0 to k4 were changed on hq after the backup that was put back. */
async function restored(): Promise<World> {
  const world = await filled(20);
  const hq = onServer(world, 'hq');
  const backup = hq.backup();
  for (let n = 0; n < 5; n += 1) hq.edit(rowOf(hq, `k${n}`), { a: `later ${n}` });
  await synced(world);
  await quiet(world);
  hq.restore(backup);
  return world;
}

/** The halts of which those who work from now on tell. */
function halted(world: World): readonly object[] {
  const told: object[] = [];
  const engineOf = world.engineOf.bind(world);
  world.engineOf = (process) => ({
    ...engineOf(process),
    report: (event) => {
      if (event.kind !== 'halted') return;
      const { why, id, figures, fields } = event;
      told.push({ why, id, figures, fields });
    },
  });
  return told;
}

const onBranch = (world: World, key: string, values: Readonly<Record<string, string>>): void => {
  const branch: ModelServer = onServer(world, 'branch');
  branch.edit(rowOf(branch, key), values);
};

describe('approve', () => {
  test('R4: takes nothing back that another server changed before it, where the file is as it was known', async () => {
    const world = await migrated();
    onBranch(world, 'k3', { a: 'by branch' });
    await swept(world, 'hq');
    expect(await haltOn(world)).toMatchObject({ kind: 'clone' });
    await read(world, 'branch');
    await answer(world, 'approve');
    await carriedOut(world);
    const values = { a: 'by branch', b: 'b3' };
    expect(await outcome(world, 'k3')).toEqual({ hq: values, branch: values, kept: [] });
  });

  test('R4: nor what came a day into the halt, of a row that no answer would have had to touch', async () => {
    const world = await filled(30);
    const hq = onServer(world, 'hq');
    const backup = hq.backup();
    for (let n = 0; n < 12; n += 1) hq.insert(`since${n}`, { a: 'x', b: '' });
    await synced(world);
    await quiet(world);
    hq.restore(backup);
    hq.insert('made since', { a: 'x', b: '' });
    await swept(world, 'hq');
    expect(await haltOn(world)).toMatchObject({ kind: 'restored' });
    world.scheduler.now += 86_400_000;
    onBranch(world, 'k3', { a: 'a day later' });
    await synced(world);
    await answer(world, 'approve');
    await carriedOut(world);
    const values = { a: 'a day later', b: 'b3' };
    expect(await outcome(world, 'k3')).toEqual({ hq: values, branch: values, kept: [] });
  });

  test('R4: nor what comes after it, while it is carried out', async () => {
    const world = await migrated();
    await swept(world, 'hq');
    await answer(world, 'approve');
    expect(await settled(world, 'hq', stops)).toBe('unfinished');
    // The rows are reversed: it is on the last page.
    onBranch(world, 'k0', { a: 'after the answer' });
    await read(world, 'branch');
    await carriedOut(world);
    expect((await outcome(world, 'k0')).branch).toEqual({ a: 'after the answer', b: 'b0' });
  });

  test('R4, R5: merges by the policy what both sides changed since the halt, field by field, and keeps what loses', async () => {
    const world = await restored();
    const hq = onServer(world, 'hq');
    await swept(world, 'hq');
    world.scheduler.now += 3_600_000;
    onBranch(world, 'k0', { a: 'by branch' });
    onBranch(world, 'k1', { a: 'by branch' });
    await synced(world);
    world.scheduler.now += 3_600_000;
    hq.edit(rowOf(hq, 'k1'), { a: 'by hq, later' });
    await answer(world, 'approve');
    await carriedOut(world);
    const [branchWins, hqWins] = [
      { a: 'by branch', b: 'b0' },
      { a: 'by hq, later', b: 'b1' },
    ];
    expect(await outcome(world, 'k0')).toEqual({ hq: branchWins, branch: branchWins, kept: ['a0'] });
    expect(await outcome(world, 'k1')).toEqual({ hq: hqWins, branch: hqWins, kept: ['by branch'] });
  });

  test('is right where the file is otherwise than it was known, and the others changed it before the halt', async () => {
    const world = await restored();
    onBranch(world, 'k0', { a: 'before the halt' });
    world.scheduler.now += 60_000;
    await read(world, 'branch');
    world.scheduler.now += 60_000;
    await swept(world, 'hq');
    await answer(world, 'approve');
    await carriedOut(world);
    const values = { a: 'a0', b: 'b0' };
    expect(await outcome(world, 'k0')).toEqual({ hq: values, branch: values, kept: ['before the halt'] });
    expect((await outcome(world, 'k1')).branch).toEqual({ a: 'a1', b: 'b1' });
  });

  test.each([
    ['as it was known: it is deleted there', {}, false],
    ['edited: it comes back', { b: 'edited on hq' }, true],
  ])('a record that another server deleted meanwhile is, on the file, %s', async (_, edit, isBack) => {
    const world = await migrated();
    const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
    await swept(world, 'hq');
    world.scheduler.now += 3_600_000;
    branch.delete(rowOf(branch, 'k3'));
    await swept(world, 'branch');
    await settled(world, 'branch');
    if ('b' in edit) hq.edit(rowOf(hq, 'k3'), edit);
    await answer(world, 'approve');
    await carriedOut(world);
    for (const { rows } of [hq, branch]) expect(rows.some(({ key }) => key === 'k3')).toBe(isBack);
  });

  test('with records merged as a whole, what others changed since the halt is contested as a whole', async () => {
    const world = await restored();
    world.plan = { ...world.plan, merge: 'record' };
    await swept(world, 'hq');
    world.scheduler.now += 3_600_000;
    onBranch(world, 'k0', { b: 'by branch' });
    await synced(world);
    await answer(world, 'approve');
    await carriedOut(world);
    const values = { a: 'later 0', b: 'by branch' };
    expect(await outcome(world, 'k0')).toMatchObject({ hq: values, branch: values });
    expect((await outcome(world, 'k0')).kept).toContain('a0');
    expect((await outcome(world, 'k1')).branch).toEqual({ a: 'a1', b: 'b1' });
  });

  test('a value that the server had rewritten is no edit of it, and is not sent again', async () => {
    const world = await filled(30);
    const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
    hq.rewrites = (values) =>
      values['a'] === undefined ? values : { ...values, a: values['a'].toUpperCase() };
    onBranch(world, 'k3', { a: 'quiet' });
    for (let n = 0; n < 2; n += 1) await quiet(world);
    expect((await outcome(world, 'k3')).hq['a']).toBe('QUIET');
    hq.renumber();
    await swept(world, 'hq');
    await answer(world, 'approve');
    const { writes } = hq;
    await carriedOut(world);
    expect([hq.writes - writes, rowOf(branch, 'k3').values['a']]).toEqual([0, 'quiet']);
  });
});

describe('R5: put-back', () => {
  test('keeps what was imported since without a stamp, and what it cannot tell from it', async () => {
    const world = await restored();
    const hq = onServer(world, 'hq');
    hq.importOver(rowOf(hq, 'k1'), { b: 'imported since' });
    await swept(world, 'hq');
    await answer(world, 'put-back');
    await carriedOut(world);
    const values = { a: 'later 1', b: 'b1' };
    expect(await outcome(world, 'k1')).toEqual({
      hq: values,
      branch: values,
      kept: ['a1', 'imported since'],
    });
  });

  test('keeps nothing of what is as it was known there', async () => {
    const world = await migrated();
    await swept(world, 'hq');
    onBranch(world, 'k3', { a: 'by branch' });
    await read(world, 'branch');
    await answer(world, 'put-back');
    await carriedOut(world);
    const values = { a: 'by branch', b: 'b3' };
    expect(await outcome(world, 'k3')).toEqual({ hq: values, branch: values, kept: [] });
    expect(await world.ports.control.conflicts(100)).toEqual([]);
  });
});

describe('R8: an answer that cannot be carried out', () => {
  test('since the layout changed meanwhile says so, once, and is carried out when that is mended', async () => {
    const world = await migrated();
    await swept(world, 'hq');
    await answer(world, 'put-back');
    const hq = onServer(world, 'hq');
    hq.drift = { layoutMissing: false, missing: ['b'], changed: [] };
    const told = halted(world);
    for (let n = 0; n < 3; n += 1) {
      await quiet(world);
      await alone(world, oneProcess.sweep('hq'));
    }
    const drift = { figures: { layout: 0, missing: 1, changed: 0 }, fields: ['b'] };
    expect(await haltOn(world)).toMatchObject({ kind: 'clone', answer: { what: 'put-back' }, drift });
    expect(told).toEqual([{ why: 'schema-drift', id: (await haltOn(world))?.id, ...drift }]);
    hq.drift = undefined;
    await settled(world, 'hq', stops);
    expect((await haltOn(world))?.drift).toBe(undefined);
    await carriedOut(world);
  });
});
