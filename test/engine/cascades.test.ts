/** A record that is deleted takes its children with it there, as a relationship of FileMaker does. Children have their parent's key in b. */
import { describe, expect, test } from 'vitest';
import type { ModelServer } from './model/model-server.ts';
import { calmWorld, synced } from './model/alone.ts';
import { runs, setShare } from './model/sharing.ts';
import { keysOf, onServer, rowOf, settled, swept } from './model/sweeping.ts';
import type { World } from './model/world.ts';

/** 30 families of five, of which 20 records may be deleted in a day. */
async function families(): Promise<World> {
  const world = calmWorld();
  const after = [{ table: 'contacts', field: 'b' }];
  world.plan = { ...world.plan, after, deleteLimit: { records: 20, percent: 1 } };
  for (let n = 0; n < 30; n += 1) {
    onServer(world, 'hq').insert(`p${n}`, { a: `parent ${n}`, b: '' });
    for (let child = 0; child < 4; child += 1)
      onServer(world, 'hq').insert(`c${n}-${child}`, { a: 'child', b: `p${n}` });
  }
  await synced(world);
  world.scheduler.now += 600_000;
  await synced(world);
  return world;
}

const childrenOf = (server: ModelServer, parent: string) =>
  server.rows.filter(({ values }) => values['b'] === parent);

function deleteWithChildren(server: ModelServer, count: number): void {
  for (let n = 0; n < count; n += 1) {
    for (const child of childrenOf(server, `p${n}`)) server.delete(child);
    server.delete(rowOf(server, `p${n}`));
  }
}

const halts = async (world: World): Promise<readonly string[]> =>
  (await world.ports.control.halts()).map(({ kind, server }) => `${kind} on ${server}`);

/** The parents, then what follows of them. */
async function settledAll(world: World, server: string): Promise<void> {
  await swept(world, server);
  await settled(world, server);
  await settled(world, server);
}

describe('R8: a delete that takes children with it', () => {
  test('counts for its parents alone, and goes everywhere', async () => {
    const world = await families();
    const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
    deleteWithChildren(hq, 10);
    await settledAll(world, 'hq');
    await synced(world);
    expect([await halts(world), keysOf(branch).length]).toEqual([[], 100]);
    expect(keysOf(branch)).toEqual(keysOf(hq));
  });

  test('is not counted again where our own delete of the parents took their children with it', async () => {
    const world = await families();
    const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
    branch.onRemove = ({ key }) => {
      for (const child of childrenOf(branch, key)) branch.delete(child);
    };
    for (let n = 0; n < 10; n += 1) hq.delete(rowOf(hq, `p${n}`));
    await settledAll(world, 'hq');
    await synced(world);
    await settledAll(world, 'branch');
    await synced(world);
    expect([await halts(world), keysOf(branch).length]).toEqual([[], 100]);
    expect(keysOf(hq)).toEqual(keysOf(branch));
  });

  test('halts where the parents are too many, before any child is deleted elsewhere', async () => {
    const world = await families();
    const branch = onServer(world, 'branch');
    deleteWithChildren(onServer(world, 'hq'), 25);
    await settledAll(world, 'hq');
    await synced(world);
    expect([await halts(world), keysOf(branch).length]).toEqual([['mass-delete on hq'], 150]);
  });

  test('is none where the parents are there still: children that are deleted by themselves count', async () => {
    const world = await families();
    const hq = onServer(world, 'hq');
    for (let n = 0; n < 10; n += 1) for (const child of childrenOf(hq, `p${n}`)) hq.delete(child);
    await settledAll(world, 'hq');
    expect(await halts(world)).toEqual(['mass-delete on hq']);
  });
});

test('R5: children that went with a parent which left the share of a server live on, and come back there', async () => {
  const world = await families();
  const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
  const movedAway = { field: 'a', test: { kind: 'text', text: 'moved away' } } as const;
  const requests = [{ omit: true, criteria: [movedAway] }];
  setShare(world, 'branch', { leave: 'remove', requests });
  await runs(world);
  branch.onRemove = ({ key }) => {
    for (const child of childrenOf(branch, key)) branch.delete(child);
  };
  hq.edit(rowOf(hq, 'p1'), { a: 'moved away' });
  await runs(world);
  expect(childrenOf(branch, 'p1')).toEqual([]);
  for (let times = 0; times < 2; times += 1) await settledAll(world, 'branch');
  await runs(world);
  expect(childrenOf(hq, 'p1').length).toBe(4);
  expect(childrenOf(branch, 'p1').length).toBe(4);
  expect(await world.ports.control.deleteCount('contacts', 'branch')).toBe(undefined);
});
