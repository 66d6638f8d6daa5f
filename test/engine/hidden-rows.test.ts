/** Records that the account of the sync may not see any more, over the real engine and memory. */
import { describe, expect, test } from 'vitest';
import type { HaltAnswer } from '../../src/core/halt.ts';
import { synced } from './model/alone.ts';
import { answer, haltOn } from './model/halting.ts';
import { stops } from './model/invocations.ts';
import { filled, keysOf, onServer, rowOf, settled, swept } from './model/sweeping.ts';
import type { World } from './model/world.ts';

const someKeys = (from: number, to: number): ReadonlySet<string> =>
  new Set(Array.from({ length: to - from }, (_, n) => `k${from + n}`));

/** Of 60 records so many are hidden on hq, and it was swept since, as it was before. */
async function hidden(count: number): Promise<World> {
  const world = await filled(60);
  await swept(world, 'hq');
  world.scheduler.now += 600_000;
  onServer(world, 'hq').hidden = someKeys(0, count);
  await swept(world, 'hq');
  return world;
}

async function answered(world: World, what: HaltAnswer['what']): Promise<void> {
  await answer(world, what);
  expect(await settled(world, 'hq')).toBe('done');
}

const parkedOn = async (world: World): Promise<readonly string[]> =>
  (await world.ports.control.parked(1000)).map(({ code, server }) => `${code} on ${server}`);

describe('R8: records that may not be seen any more', () => {
  test('are a halt where more are found in a sweep than may be deleted in a day; each is parked, none is gone', async () => {
    const world = await hidden(25);
    expect(await haltOn(world)).toMatchObject({
      kind: 'hidden-rows',
      figures: { hidden: 25, rows: 60, limit: 20 },
      examples: expect.arrayContaining([expect.stringMatching(/^k\d+$/)]),
    });
    expect(new Set(await parkedOn(world))).toEqual(new Set(['hidden on hq']));
    expect(await settled(world, 'hq')).toBe('halted');
    await synced(world);
    expect(keysOf(onServer(world, 'branch'))).toHaveLength(60);
  });

  test('are parked, and no more, where they are as many as may be deleted', async () => {
    const world = await hidden(20);
    expect([await haltOn(world), (await parkedOn(world)).length]).toEqual([undefined, 20]);
  });

  test('count though the sweep stops behind each batch', async () => {
    const world = await filled(60);
    await swept(world, 'hq');
    world.scheduler.now += 600_000;
    onServer(world, 'hq').hidden = someKeys(0, 25);
    for (let turn = 0; turn < 100 && (await haltOn(world)) === undefined; turn += 1)
      await swept(world, 'hq', stops);
    expect(await haltOn(world)).toMatchObject({ figures: { hidden: 25 } });
  });

  test('approved, stay parked and are asked about no more, until as many others are hidden', async () => {
    const world = await hidden(25);
    const hq = onServer(world, 'hq');
    await answered(world, 'approve');
    hq.edit(rowOf(hq, 'k30'), { a: 'by hq' });
    await synced(world);
    world.scheduler.now += 600_000;
    await swept(world, 'hq');
    expect([await haltOn(world), (await parkedOn(world)).length]).toEqual([undefined, 25]);
    expect(rowOf(onServer(world, 'branch'), 'k30').values['a']).toBe('by hq');
    world.scheduler.now += 600_000;
    hq.hidden = someKeys(0, 50);
    await swept(world, 'hq');
    expect(await haltOn(world)).toMatchObject({ kind: 'hidden-rows', figures: { hidden: 25 } });
  });

  test('dismissed since they can be seen again, are in order, with what was edited elsewhere meanwhile', async () => {
    const world = await hidden(25);
    const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
    branch.edit(rowOf(branch, 'k3'), { a: 'by branch' });
    await synced(world);
    hq.hidden = new Set();
    await answered(world, 'dismiss');
    for (let n = 0; n < 2; n += 1) await synced(world);
    world.scheduler.now += 600_000;
    await swept(world, 'hq');
    expect([await haltOn(world), await parkedOn(world)]).toEqual([undefined, []]);
    expect([rowOf(hq, 'k3').values['a'], keysOf(branch).length]).toEqual(['by branch', 60]);
  });

  test('dismissed though nothing was mended, are asked about again by the next sweep', async () => {
    const world = await hidden(25);
    await answered(world, 'dismiss');
    await synced(world);
    world.scheduler.now += 600_000;
    await swept(world, 'hq');
    expect(await haltOn(world)).toMatchObject({ kind: 'hidden-rows', figures: { hidden: 25 } });
  });

  test('are parked, not suspected, where a writer is the first to miss one', async () => {
    const world = await filled(60);
    const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
    hq.hidden = someKeys(3, 4);
    branch.edit(rowOf(branch, 'k3'), { a: 'by branch' });
    await synced(world);
    expect(await parkedOn(world)).toEqual(['hidden on hq']);
    expect(await world.ports.control.suspects('contacts', 'hq', 10)).toEqual([]);
    expect(keysOf(branch)).toContain('k3');
  });
});
