/** A record that is deleted takes its children with it there, as a relationship of FileMaker does. Children have their parent's key in b. */
import { describe, expect, test } from 'vitest';
import type { ModelServer } from './model/model-server.ts';
import { synced } from './model/alone.ts';
import {
  cascades,
  childrenOf,
  deleteChildren,
  families,
  notMovedAway,
  settledAll,
} from './model/families.ts';
import { runs, setShare } from './model/sharing.ts';
import { keysOf, onServer, rowOf, swept } from './model/sweeping.ts';
import type { World } from './model/world.ts';

/** 30 families of five, of which 20 records may be deleted in a day. */
const thirty = (): Promise<World> => families(30);

function deleteWithChildren(server: ModelServer, count: number): void {
  for (let n = 0; n < count; n += 1) {
    deleteChildren(server, `p${n}`);
    server.delete(rowOf(server, `p${n}`));
  }
}

const halts = async (world: World): Promise<readonly string[]> =>
  (await world.ports.control.halts()).map(({ kind, server }) => `${kind} on ${server}`);

describe('R8: a delete that takes children with it', () => {
  test('counts for its parents alone, and goes everywhere', async () => {
    const world = await thirty();
    const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
    deleteWithChildren(hq, 10);
    await settledAll(world, 'hq');
    await synced(world);
    expect([await halts(world), keysOf(branch).length]).toEqual([[], 100]);
    expect(keysOf(branch)).toEqual(keysOf(hq));
  });

  test('is not counted again where our own delete of the parents took their children with it', async () => {
    const world = await thirty();
    const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
    cascades(branch);
    for (let n = 0; n < 10; n += 1) hq.delete(rowOf(hq, `p${n}`));
    await settledAll(world, 'hq');
    await synced(world);
    await settledAll(world, 'branch');
    await synced(world);
    expect([await halts(world), keysOf(branch).length]).toEqual([[], 100]);
    expect(keysOf(hq)).toEqual(keysOf(branch));
  });

  test('nor a week later, when the next sweep finds the children gone', async () => {
    const world = await thirty();
    const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
    await swept(world, 'branch');
    cascades(branch);
    for (let n = 0; n < 10; n += 1) hq.delete(rowOf(hq, `p${n}`));
    await settledAll(world, 'hq');
    await synced(world);
    world.scheduler.now += 7 * 86_400_000;
    await settledAll(world, 'branch');
    await synced(world);
    expect([await halts(world), keysOf(hq).length]).toEqual([[], 100]);
  });

  test('halts where the parents are too many, before any child is deleted elsewhere', async () => {
    const world = await thirty();
    const branch = onServer(world, 'branch');
    deleteWithChildren(onServer(world, 'hq'), 25);
    await settledAll(world, 'hq');
    await synced(world);
    expect([await halts(world), keysOf(branch).length]).toEqual([['mass-delete on hq'], 150]);
  });

  test('is none where the parents are there still: children that are deleted by themselves count', async () => {
    const world = await thirty();
    const hq = onServer(world, 'hq');
    for (let n = 0; n < 10; n += 1) for (const child of childrenOf(hq, `p${n}`)) hq.delete(child);
    await settledAll(world, 'hq');
    expect(await halts(world)).toEqual(['mass-delete on hq']);
  });
});

test('R5: children that went with a parent which left the share of a server live on, and come back there', async () => {
  const world = await thirty();
  const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
  setShare(world, 'branch', notMovedAway);
  await runs(world);
  cascades(branch);
  hq.edit(rowOf(hq, 'p1'), { a: 'moved away' });
  await runs(world);
  expect(childrenOf(branch, 'p1')).toEqual([]);
  for (let times = 0; times < 2; times += 1) await settledAll(world, 'branch');
  await runs(world);
  expect(childrenOf(hq, 'p1').length).toBe(4);
  expect(childrenOf(branch, 'p1').length).toBe(4);
  expect(await world.ports.control.deleteCount('contacts', 'branch')).toBe(undefined);
});
