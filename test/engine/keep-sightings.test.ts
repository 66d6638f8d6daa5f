/** What several processes see of users' clocks at once. */
import { expect, test } from 'vitest';
import { type Engine, type Place, placeOf } from '../../src/engine/engine.ts';
import { keepSightings } from '../../src/engine/keep-sightings.ts';
import { linkClock } from '../../src/engine/link-clock.ts';
import { Sightings } from '../../src/engine/sightings.ts';
import { alone, calmWorld, never, synced } from './model/alone.ts';

async function sawBehind(engine: Engine, place: Place, behindMs: number): Promise<Sightings> {
  const sightings = new Sightings(place, await linkClock(engine, place, never));
  sightings.behindMs = behindMs;
  return sightings;
}

/** It read what is stored before another process stored something. */
function readBefore(engine: Engine): Engine {
  const reads: Engine['control']['userClock'][] = [async () => undefined];
  const control = new Proxy(engine.control, {
    get: (target, name) => (name === 'userClock' && reads.shift()) || Reflect.get(target, name),
  });
  return { ...engine, control };
}

test('R1: a clock that another process saw far behind meanwhile is not forgotten', async () => {
  const world = calmWorld();
  await synced(world);
  await alone(world, async (engine) => {
    const place = placeOf(engine, world.plan.name, 'hq');
    if (place === undefined) throw new Error('no such place');
    const [far, near] = [await sawBehind(engine, place, 7000), await sawBehind(engine, place, 5000)];
    await keepSightings(engine, place, far);
    await keepSightings(readBefore(engine), place, near);
    const { worstByDay } = (await engine.control.userClock(world.plan.name, 'hq')) ?? {};
    expect(Object.values(worstByDay ?? {})).toEqual([7000]);
  });
});
