/**
 * A parent that went from a server without anybody having deleted it there took its children along, and is back before they are missed:
 * nobody deleted those either. Children have their parent's key in b.
 */
import { describe, expect, test } from 'vitest';
import { askForRemap } from '../../src/engine/migration.ts';
import type { Records } from '../../src/ports/records.ts';
import { read } from './model/alone.ts';
import {
  branchWithCascade,
  childrenOf,
  families,
  familyOf,
  moveBack,
  moveOut,
  notMovedAway,
  settledAll,
  whole,
} from './model/families.ts';
import { edit, runs, setShare } from './model/sharing.ts';
import { onServer, rowOf, settled, swept } from './model/sweeping.ts';
import type { World } from './model/world.ts';

const dayMs = 86_400_000;

/** Whoever removes something from branch meanwhile dies before it is put down. */
async function diesRemoving(records: Records, work: () => Promise<void>): Promise<void> {
  const putReplicas = records.putReplicas.bind(records);
  records.putReplicas = (all) =>
    all.some(({ server, gone }) => server === 'branch' && gone)
      ? Promise.reject(new Error('it died'))
      : putReplicas(all);
  try {
    await work();
  } finally {
    records.putReplicas = putReplicas;
  }
}

describe('R5: children that went with a parent which left the share of a server come back there', () => {
  test('where the parent is back before a sweep misses them', async () => {
    const world = await branchWithCascade();
    await moveOut(world, 'p1');
    expect(childrenOf(onServer(world, 'branch'), 'p1')).toEqual([]);
    await moveBack(world, 'p1');
    for (let times = 0; times < 2; times += 1) await settledAll(world, 'branch');
    await runs(world);
    expect(await familyOf(world, 'p1')).toEqual(whole);
  });

  test('where the parent is back between the two looks at them', async () => {
    const world = await branchWithCascade();
    await moveOut(world, 'p1');
    await swept(world, 'branch');
    await moveBack(world, 'p1');
    await settledAll(world, 'branch');
    await runs(world);
    expect(await familyOf(world, 'p1')).toEqual(whole);
  });

  test('where the parent went and was back twice, and took along the second time what was made meanwhile', async () => {
    const world = await branchWithCascade();
    await moveOut(world, 'p1');
    await moveBack(world, 'p1');
    world.scheduler.now += 60_000;
    onServer(world, 'hq').insert('c1-new', { a: 'child', b: 'p1' });
    await runs(world);
    expect(childrenOf(onServer(world, 'branch'), 'p1').map(({ key }) => key)).toEqual(['c1-new']);
    world.scheduler.now += 60_000;
    await moveOut(world, 'p1');
    await moveBack(world, 'p1');
    await settledAll(world, 'branch');
    await runs(world);
    expect(await familyOf(world, 'p1')).toEqual({ ...whole, hq: 5, branch: 5 });
  });

  test('where the sweep that misses them comes a week later, the parent back or not', async () => {
    const world = await branchWithCascade();
    await swept(world, 'branch');
    world.scheduler.now += dayMs;
    for (const key of ['p0', 'p1']) await moveOut(world, key);
    await moveBack(world, 'p1');
    world.scheduler.now += 6 * dayMs;
    await settledAll(world, 'branch');
    await runs(world);
    expect(await familyOf(world, 'p1')).toEqual(whole);
    expect(await familyOf(world, 'p0')).toEqual(whole);
  });

  test('where the parent was edited there since it is back', async () => {
    const world = await branchWithCascade();
    await moveOut(world, 'p1');
    await moveBack(world, 'p1');
    edit(onServer(world, 'branch'), 'p1', { a: 'edited there' });
    await runs(world);
    for (let times = 0; times < 2; times += 1) await settledAll(world, 'branch');
    await runs(world);
    expect(await familyOf(world, 'p1')).toEqual(whole);
  });

  test('where the parent was deleted there since it is back, and that lost to an edit', async () => {
    const world = await branchWithCascade();
    const branch = onServer(world, 'branch');
    await moveOut(world, 'p1');
    await moveBack(world, 'p1');
    branch.delete(rowOf(branch, 'p1'));
    edit(onServer(world, 'hq'), 'p1', { a: 'edited' });
    await runs(world);
    for (let times = 0; times < 2; times += 1) await settledAll(world, 'branch');
    await runs(world);
    for (const name of ['hq', 'branch']) expect(childrenOf(onServer(world, name), 'p1').length).toBe(4);
  });

  test('where what is known of them was written anew between the two looks', async () => {
    const world = await branchWithCascade();
    const { records } = world.ports;
    await moveOut(world, 'p1');
    await moveBack(world, 'p1');
    world.scheduler.now += 60_000;
    await swept(world, 'branch');
    const known = await records.replicas('contacts', 'branch', ['c1-0', 'c1-1', 'c1-2', 'c1-3']);
    await records.putReplicas([...known.values()].map((one) => ({ ...one, rev: one.rev + 1 })));
    for (let times = 0; times < 2; times += 1) await settled(world, 'branch');
    await runs(world);
    expect(await familyOf(world, 'p1')).toEqual(whole);
  });

  test.each(['before a sweep', 'after a sweep'])(
    'where the file was migrated %s missed them',
    async (when) => {
      const world = await branchWithCascade();
      const branch = onServer(world, 'branch');
      await moveOut(world, 'p1');
      await moveBack(world, 'p1');
      edit(onServer(world, 'hq'), 'p0', { a: 'known of the file that was copied' });
      await runs(world);
      if (when === 'after a sweep') await swept(world, 'branch');
      branch.renumber();
      await askForRemap(world.ports.control, 'contacts', 'branch', world.scheduler.now);
      await runs(world);
      for (let times = 0; times < 2; times += 1) await settledAll(world, 'branch');
      await runs(world);
      expect(await familyOf(world, 'p1')).toEqual(whole);
    },
  );

  test('and their own children too', async () => {
    const world = await branchWithCascade();
    const hq = onServer(world, 'hq');
    for (let n = 0; n < 4; n += 1) hq.insert(`g${n}`, { a: 'grandchild', b: 'c1-0' });
    await runs(world);
    await moveOut(world, 'p1');
    await moveBack(world, 'p1');
    for (let times = 0; times < 3; times += 1) await settledAll(world, 'branch');
    await runs(world);
    expect(await familyOf(world, 'p1')).toEqual(whole);
    expect(await familyOf(world, 'c1-0')).toEqual(whole);
  });

  test('where the process died that removed the parent, and it is back in the share before the next one looks', async () => {
    const world = await branchWithCascade();
    const { control, records } = world.ports;
    edit(onServer(world, 'hq'), 'p1', { a: 'moved away' });
    await expect(diesRemoving(records, () => runs(world, 1))).rejects.toThrow('it died');
    expect(childrenOf(onServer(world, 'branch'), 'p1')).toEqual([]);
    await swept(world, 'branch');
    await settled(world, 'branch');
    await moveBack(world, 'p1');
    for (let times = 0; times < 2; times += 1) await settledAll(world, 'branch');
    await runs(world);
    expect(await familyOf(world, 'p1')).toEqual(whole);
    expect(await control.halts()).toEqual([]);
  });

  test('where the removal of the parent is under way, and nobody knows yet what became of it', async () => {
    const world = await branchWithCascade();
    const { control, records } = world.ports;
    edit(onServer(world, 'hq'), 'p1', { a: 'moved away' });
    await expect(diesRemoving(records, () => runs(world, 1))).rejects.toThrow('it died');
    edit(onServer(world, 'hq'), 'p1', { a: 'is back' });
    await read(world, 'hq');
    await swept(world, 'branch');
    // As where the table of the parents was swept before.
    await control.dropSuspects('contacts', 'branch', ['p1']);
    for (let times = 0; times < 2; times += 1) await settled(world, 'branch');
    await runs(world);
    for (let times = 0; times < 2; times += 1) await settledAll(world, 'branch');
    await runs(world);
    expect(await familyOf(world, 'p1')).toEqual(whole);
  });

  test('where the parent is deleted elsewhere while it is away', async () => {
    const world = await branchWithCascade();
    const hq = onServer(world, 'hq');
    await moveOut(world, 'p1');
    hq.delete(rowOf(hq, 'p1'));
    await settledAll(world, 'hq');
    await settledAll(world, 'branch');
    await runs(world);
    expect(await familyOf(world, 'p1')).toEqual(whole);
  });

  test('where deletes are ignored', async () => {
    const world = await branchWithCascade();
    world.plan = { ...world.plan, deletes: 'ignore' };
    await moveOut(world, 'p1');
    await moveBack(world, 'p1');
    await settledAll(world, 'branch');
    await runs(world);
    expect(await familyOf(world, 'p1')).toEqual(whole);
  });
});

const deleted = async (world: World, key: string): Promise<void> => {
  const branch = onServer(world, 'branch');
  branch.delete(rowOf(branch, key));
  await settledAll(world, 'branch');
  await runs(world);
};

describe('R4: a child that people delete on that server is deleted everywhere', () => {
  test('where a sweep has found it there since its parent was back', async () => {
    const world = await families(3);
    setShare(world, 'branch', notMovedAway);
    await runs(world);
    await moveOut(world, 'p1');
    await moveBack(world, 'p1');
    world.scheduler.now += 60_000;
    await swept(world, 'branch');
    world.scheduler.now += 60_000;
    await deleted(world, 'c1-0');
    expect(childrenOf(onServer(world, 'hq'), 'p1').length).toBe(3);
  });

  test('where a sweep has found it there since its parent went, which is not back', async () => {
    const world = await families(3);
    setShare(world, 'branch', notMovedAway);
    await runs(world);
    await moveOut(world, 'p1');
    world.scheduler.now += 60_000;
    await swept(world, 'branch');
    world.scheduler.now += 60_000;
    await deleted(world, 'c1-0');
    expect(childrenOf(onServer(world, 'hq'), 'p1').length).toBe(3);
  });

  test('where it was edited there since its parent went', async () => {
    const world = await families(3);
    setShare(world, 'branch', notMovedAway);
    await runs(world);
    await moveOut(world, 'p1');
    await moveBack(world, 'p1');
    edit(onServer(world, 'branch'), 'c1-0', { a: 'edited' });
    await runs(world);
    await deleted(world, 'c1-0');
    expect(childrenOf(onServer(world, 'hq'), 'p1').length).toBe(3);
  });

  test('where it had come back there after it went with its parent', async () => {
    const world = await branchWithCascade();
    await moveOut(world, 'p1');
    await moveBack(world, 'p1');
    await settledAll(world, 'branch');
    await runs(world);
    expect(await familyOf(world, 'p1')).toEqual(whole);
    world.scheduler.now += 60_000;
    await deleted(world, 'c1-0');
    expect(childrenOf(onServer(world, 'hq'), 'p1').length).toBe(3);
  });

  test('where its parent never went', async () => {
    const world = await branchWithCascade();
    await deleted(world, 'c1-0');
    expect(childrenOf(onServer(world, 'hq'), 'p1').length).toBe(3);
  });
});
