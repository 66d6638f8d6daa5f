/** A server on which one request carries many writes. */
import { setImmediate } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { drain } from '../../src/engine/drain.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { Lanes } from '../../src/engine/lanes.ts';
import { putBackDue } from '../../src/engine/measure.ts';
import { alone, never } from './model/alone.ts';
import { readBoth, serverOf, tending, valuesOf, worldWith, writing } from './model/invocations.ts';
import type { World } from './model/world.ts';

const batchSize = 50;

/** hq holds so many, all of them in batches for branch, whose file has our script. */
async function readyToWrite(count: number, seed?: number): Promise<World> {
  const world = worldWith(count, undefined, seed);
  serverOf(world, 'branch').hasScript = true;
  const engineOf = world.engineOf.bind(world);
  world.engineOf = (process) => {
    const engine = engineOf(process);
    return { ...engine, settings: { ...engine.settings, pageSize: 100, ingestSize: 100, batchSize } };
  };
  await readBoth(world);
  return world;
}

async function drained(
  world: World,
  lanes: Engine['lanes'],
  through = (engine: Engine): Engine => engine,
): Promise<number> {
  return alone(world, async (its) => {
    await putBackDue(its, 'branch');
    const options = { force: true, busy: new Set<string>(), settling: new Map<string, number>() };
    return drain(through({ ...its, lanes }), 'branch', options, never);
  });
}

/** How many writes each request carried, to an empty table. */
async function requestsFor(seed: number): Promise<readonly number[]> {
  const world = await readyToWrite(10 * batchSize, seed);
  const branch = serverOf(world, 'branch');
  const sizes: number[] = [];
  const apply = branch.apply.bind(branch);
  branch.apply = (writes) => {
    sizes.push(writes.length);
    return apply(writes);
  };
  const lanes = new Lanes(4);
  expect(lanes.batchesAtOnce(1)).toBe(1);
  await drained(world, new Map([['branch', lanes]]));
  expect(valuesOf(branch, 'a')).toEqual(valuesOf(serverOf(world, 'hq'), 'a'));
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(10 * batchSize - 1);
  expect(lanes.batchesAtOnce(1)).toBe(4);
  return sizes;
}

test('an empty table gets one record by itself, and then whole batches, as many at once as there are lanes', async () => {
  const orders = [1, 2, 3, 4, 5, 6, 7, 8];
  const sizes = (await Promise.all(orders.map(requestsFor))).flat();
  // Those that begin or end while few others are under way are parted: how many that are goes by the order of events.
  const whole = sizes.filter((size) => size >= batchSize - 1).length;
  expect(whole / (10 * orders.length)).toBeGreaterThan(0.5);
});

test('it stays known after a batch of which nothing could be sent', async () => {
  const world = await readyToWrite(batchSize);
  serverOf(world, 'branch').insert('before', {});
  const lanes = new Lanes(4);
  let rivals = 0;
  const withRival = (its: Engine): Engine => {
    const sendingOf: Engine['control']['sendingOf'] = async (_table, _server, keys) => {
      rivals += 1;
      return new Map(
        keys.map((key) => [key, [{ batch: 'other', key, digests: {}, create: true, at: its.clock.now() }]]),
      );
    };
    const control = new Proxy(its.control, {
      get: (target, name) => (name === 'sendingOf' ? sendingOf : Reflect.get(target, name)),
    });
    return { ...its, control };
  };
  await drained(world, new Map([['branch', lanes]]), withRival);
  expect([rivals > 0, lanes.batchesAtOnce(1)]).toEqual([true, 4]);
});

test('of the batches of one invocation as many are worked on at once as soon as it is known', async () => {
  const world = await readyToWrite(10 * batchSize);
  serverOf(world, 'branch').insert('before', {});
  const lanes = new Lanes(4);
  let [underWay, most] = [0, 0];
  vi.spyOn(lanes, 'working').mockImplementation(async (work) => {
    underWay += 1;
    most = Math.max(most, underWay);
    return work().finally(() => {
      underWay -= 1;
    });
  });
  await tending(world, 'branch');
  await writing(world, 'branch', { through: (its) => ({ ...its, lanes: new Map([['branch', lanes]]) }) });
  expect(most).toBe(4);
});

test('a batch of which no request can be made up fails alone, and leaves its lane to the next', async () => {
  const world = await readyToWrite(batchSize);
  const branch = serverOf(world, 'branch');
  branch.insert('before', {});
  const most = vi.spyOn(branch, 'most').mockImplementationOnce(() => {
    throw new TypeError('no such field');
  });
  const lanes = new Lanes(1);
  await expect(drained(world, new Map([['branch', lanes]]))).rejects.toThrow('no such field');
  expect(await Promise.race([lanes.take().then(() => 'free'), setImmediate('taken')])).toBe('free');
  lanes.give();
  await drained(world, new Map([['branch', lanes]]));
  expect(most).toHaveBeenCalled();
  expect(valuesOf(branch, 'a')).toEqual(new Set([...valuesOf(serverOf(world, 'hq'), 'a'), '']));
});

test('lanes are shared out only while fewer batches than lanes are under way', async () => {
  const lanes = new Lanes(4);
  const ends: (() => void)[] = [];
  const shares: number[] = [];
  const batches = Array.from({ length: 4 }, () =>
    lanes.working(() => {
      shares.push(lanes.forEach);
      return new Promise<void>((resolve) => {
        ends.push(resolve);
      });
    }),
  );
  expect(shares).toEqual([4, 2, 1, 1]);
  for (const end of ends) end();
  await Promise.all(batches);
  expect(lanes.forEach).toBe(4);
});
