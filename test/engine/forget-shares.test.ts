/** A record that left the share of a server, which kept its copy, was deleted elsewhere, and what is held of it is forgotten. */
import { expect, test } from 'vitest';
import { dayMs, forget, nothing, quietFor, servers, stored } from './model/forgetting.ts';
import { carried, deleteOn, edit, key, onServers, withRecord } from './model/record.ts';
import { setShare, shareOf } from './model/sharing.ts';
import { onServer, rowOf, settled, swept } from './model/sweeping.ts';
import { on, verified } from './model/verifying.ts';
import type { World } from './model/world.ts';

/** branch has what b says is north, and keeps what leaves that. */
async function keptOnBranch(): Promise<World> {
  const world = await withRecord();
  edit(world, 'hq', { b: 'north' });
  await carried(world);
  setShare(world, 'branch', shareOf('keep', 'north'));
  await carried(world);
  edit(world, 'hq', { b: 'south' });
  await carried(world);
  await deleteOn(world, 'hq');
  world.scheduler.now += dayMs;
  await carried(world);
  expect(onServers(world)).toEqual([undefined, { a: 'a1', b: 'north' }, undefined]);
  return world;
}

test('its key stays, and says that the copy is no part of the sync; nothing is written there', async () => {
  const world = await keptOnBranch();
  const { writes } = onServer(world, 'branch');
  expect(await forget(world)).toMatchObject({
    kind: 'bare',
    hindrances: [{ why: 'kept', server: 'branch' }],
  });
  await quietFor(world);
  expect(onServers(world)).toEqual([undefined, { a: 'a1', b: 'north' }, undefined]);
  expect(onServer(world, 'branch').writes).toBe(writes);
  expect(on(await verified(world), 'branch')).toMatchObject({ findings: [] });
});

test('R4: an edit of the copy brings nothing back, and nothing of it is held', async () => {
  const world = await keptOnBranch();
  await forget(world);
  const n = { name: 'n', type: 'number', rewrites: 'ignore', merge: 'add' } as const;
  world.plan = { ...world.plan, fields: [...world.plan.fields, n] };
  await carried(world);
  const edited = { a: 'edited there', n: '777' };
  edit(world, 'branch', edited);
  await quietFor(world);
  expect(onServers(world)).toEqual([undefined, { ...edited, b: 'north' }, undefined]);
  expect(await stored(world)).not.toMatch(/edited there|"north"|"a1"|"777"/);
});

test('once the copy is deleted there, the rest is forgotten', async () => {
  const world = await keptOnBranch();
  await forget(world);
  const branch = onServer(world, 'branch');
  branch.delete(rowOf(branch, key));
  await swept(world, 'branch');
  await settled(world, 'branch');
  await quietFor(world);
  expect(await forget(world)).toMatchObject({ kind: 'forgotten' });
  expect(await stored(world)).toBe(nothing);
});

test('a record that had not left the share has the delete carried there', async () => {
  const world = await withRecord();
  edit(world, 'hq', { b: 'north' });
  await carried(world);
  setShare(world, 'branch', shareOf('keep', 'north'));
  await carried(world);
  onServer(world, 'branch').fails = () => true;
  await deleteOn(world, 'hq');
  world.scheduler.now += dayMs;
  expect(await forget(world)).toMatchObject({ kind: 'bare' });
  onServer(world, 'branch').fails = () => false;
  await quietFor(world);
  expect(onServers(world)).toEqual([undefined, undefined, undefined]);
});

test('a share without bounds has the delete carried to the copy, too', async () => {
  const world = await keptOnBranch();
  await forget(world);
  setShare(world, 'branch', undefined);
  await quietFor(world);
  expect(onServers(world)).toEqual([undefined, undefined, undefined]);
});

test('who enters it anew with its key enters a new record, which goes everywhere', async () => {
  const world = await keptOnBranch();
  await forget(world);
  onServer(world, 'kiosk').insert(key, { a: 'new', b: 'north' });
  await quietFor(world);
  expect(onServers(world)).toEqual(servers.map(() => ({ a: 'new', b: 'north' })));
});
