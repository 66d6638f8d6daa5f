/** A server that stamps by another zone than is configured, which a person took for right. */
import { expect, test } from 'vitest';
import { placeOf } from '../../src/engine/engine.ts';
import { linkClock } from '../../src/engine/link-clock.ts';
import { alone, never } from './model/alone.ts';
import { answer, haltOn, quiet } from './model/halting.ts';
import { filled, onServer, rowOf, settled } from './model/sweeping.ts';
import type { World } from './model/world.ts';

/** Branch stamps six hours behind what its zone means; it was found, and approved. */
async function accepted(): Promise<World> {
  const world = await filled(5);
  const hq = onServer(world, 'hq');
  world.plan = {
    ...world.plan,
    links: world.plan.links.map((link) =>
      link.server === 'branch' ? { ...link, timeZone: 'Etc/GMT-6' } : link,
    ),
  };
  for (let n = 0; n < 160 && (await haltOn(world, 'branch')) === undefined; n += 1) {
    hq.edit(rowOf(hq, 'k1'), { a: `by hq ${n}` });
    await quiet(world);
  }
  if ((await haltOn(world, 'branch'))?.kind !== 'other-zone')
    throw new Error('it is not halted for its zone');
  await answer(world, 'approve', 'branch');
  await settled(world, 'branch');
  for (let n = 0; n < 3; n += 1) await quiet(world);
  return world;
}

test.each([0, 5_000, -5_000])('R1: is read on by it, also after its clock was set by %i ms', async (byMs) => {
  const world = await accepted();
  const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
  branch.offsetMs += byMs;
  for (let n = 0; n < 3; n += 1) await quiet(world);
  branch.edit(rowOf(branch, 'k2'), { a: 'by branch' });
  await quiet(world);
  expect(rowOf(hq, 'k2').values['a']).toBe('by branch');
  expect(await haltOn(world, 'branch')).toBe(undefined);
});

test('R4: is not taken into account where a table is stamped in UTC milliseconds, which have no zone', async () => {
  const world = await accepted();
  const clock = await world.ports.control.clock('branch');
  world.plan = {
    ...world.plan,
    links: world.plan.links.map((link) =>
      link.server === 'branch' ? { ...link, stampedBy: 'utcMilliseconds' as const } : link,
    ),
  };
  const { offset } = await alone(world, async (engine) => {
    const place = placeOf(engine, 'contacts', 'branch');
    if (place === undefined) throw new Error('the table is not on branch');
    return linkClock(engine, place, never);
  });
  expect(offset.lo).toBeLessThanOrEqual(clock?.offset.lo ?? 0);
  expect(offset.hi).toBeGreaterThanOrEqual(clock?.offset.hi ?? 0);
});
