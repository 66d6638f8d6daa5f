/** Parents that are gone from a server though nobody deleted them there, and what persons answer: their children live on. */
import { expect, test } from 'vitest';
import {
  branchWithCascade,
  cascades,
  childrenOf,
  families,
  familyOf,
  moveBack,
  moveOut,
  settledAll,
  whole,
} from './model/families.ts';
import { answer, haltOn, quiet } from './model/halting.ts';
import { edit, runs } from './model/sharing.ts';
import { keysOf, onServer, rowOf, settled } from './model/sweeping.ts';
import type { World } from './model/world.ts';

test('R5: children that went with a parent come back though a person dismissed the halt that they were part of', async () => {
  const world = await branchWithCascade();
  const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
  for (let n = 0; n < 30; n += 1) hq.insert(`o${n}`, { a: 'other', b: '' });
  await runs(world);
  await moveOut(world, 'p1');
  await moveBack(world, 'p1');
  world.scheduler.now += 60_000;
  const others = branch.rows.filter(({ key }) => key.startsWith('o'));
  for (const row of others) branch.delete(row);
  await settledAll(world, 'branch');
  await answer(world, 'dismiss', 'branch');
  await settled(world, 'branch');
  await quiet(world);
  for (let times = 0; times < 2; times += 1) await settledAll(world, 'branch');
  expect((await haltOn(world, 'branch'))?.figures['gone']).toBe(30);
  await answer(world, 'put-back', 'branch');
  await settled(world, 'branch');
  await quiet(world);
  expect(await familyOf(world, 'p1')).toEqual(whole);
  expect(keysOf(branch)).toEqual(keysOf(hq));
});

test('R5: children that our own delete of a parent took along come back, where the parent lives after all', async () => {
  const world = await families(3, [
    ['hq', 'both'],
    ['branch', 'both'],
    ['kiosk', 'both'],
  ]);
  const [hq, branch, kiosk] = ['hq', 'branch', 'kiosk'].map((name) => onServer(world, name));
  if (!hq || !branch || !kiosk) throw new Error('there are three servers');
  cascades(branch);
  kiosk.fails = () => true;
  hq.delete(rowOf(hq, 'p1'));
  await settledAll(world, 'hq');
  await runs(world);
  expect(childrenOf(branch, 'p1')).toEqual([]);
  edit(kiosk, 'p1', { a: 'edited' });
  kiosk.fails = () => false;
  await runs(world);
  for (let times = 0; times < 2; times += 1) await settledAll(world, 'branch');
  await runs(world);
  expect(await familyOf(world, 'p1')).toEqual(whole);
});

/** As those of a table of their own, the children are no part of the halt of the parents. */
async function withoutHalt({ ports: { control } }: World, which: (key: string) => boolean): Promise<void> {
  const suspects = (await control.suspects('contacts', 'hq', 1000)).filter(({ key }) => which(key));
  for (const suspect of suspects) {
    const { halt: _, ...one } = suspect;
    await control.putSuspects([one]);
  }
}

test('R5: where a person says that parents were lost, their children are not deleted either', async () => {
  const world = await families(30);
  const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
  for (let n = 0; n < 25; n += 1) {
    const lost = n < 4 ? childrenOf(hq, `p${n}`) : [];
    for (const row of [...lost, rowOf(hq, `p${n}`)]) hq.delete(row);
  }
  await settledAll(world, 'hq');
  await withoutHalt(world, (key) => key.startsWith('c'));
  await answer(world, 'put-back');
  for (let times = 0; times < 2; times += 1) await settled(world, 'hq');
  await quiet(world);
  for (let times = 0; times < 2; times += 1) await settledAll(world, 'hq');
  await quiet(world);
  expect([keysOf(hq).length, keysOf(branch).length]).toEqual([150, 150]);
});

test('R5: grandchildren live on though a person approves of other deletes at the same time', async () => {
  const world = await branchWithCascade();
  const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
  hq.insert('c1-00', { a: 'grandchild', b: 'c1-1' });
  for (let n = 0; n < 30; n += 1) hq.insert(`o${n}`, { a: 'other', b: '' });
  await runs(world);
  await moveOut(world, 'p1');
  await moveBack(world, 'p1');
  for (const row of branch.rows.filter(({ key }) => key.startsWith('o'))) branch.delete(row);
  await settledAll(world, 'branch');
  await answer(world, 'approve', 'branch');
  await settled(world, 'branch');
  await quiet(world);
  for (let times = 0; times < 2; times += 1) await settledAll(world, 'branch');
  await quiet(world);
  for (const server of [hq, branch]) {
    expect(childrenOf(server, 'p1').length).toBe(4);
    expect(keysOf(server)).toContain('c1-00');
    expect(keysOf(server)).not.toContain('o1');
  }
});
