/** Messages that come while batches are under way. */
import { expect, test } from 'vitest';
import { drain } from '../../src/engine/drain.ts';
import { alone, never } from './model/alone.ts';
import { lookingUp, readBoth, serverOf, valuesOf, worldWith } from './model/invocations.ts';

test('a batch that is announced while another one is under way begins beside it, not behind it', async () => {
  const world = worldWith(4);
  await readBoth(world);
  const secondBegan = Promise.withResolvers<void>();
  await alone(world, async (its) => {
    const branch = its.tables.get(world.plan.name)?.servers.get('branch');
    await its.queue.receive('branch', 10, 1e9, its.clock.now());
    const rows = await its.control.openBatches('branch', 10);
    const [first = '', ...others] = rows.map(({ id }) => id);
    let begun = 0;
    const through = lookingUp(world, async (keys, signal) => {
      begun += 1;
      if (begun === 1) {
        // Meanwhile the queue was looked at, and showed nothing.
        for (let turns = 0; turns < 30; turns += 1) await its.clock.sleep(1, never);
        await its.queue.send('branch', others);
      } else secondBegan.resolve();
      await secondBegan.promise;
      return branch?.lookUp(keys, signal) ?? [];
    });
    await its.queue.send('branch', [first]);
    const engine = { ...through(its), settings: { ...its.settings, batchesAtOnce: 3 } };
    await drain(engine, 'branch', { force: true, busy: new Set(), settling: new Map() }, never);
    expect(begun).toBe(rows.length);
  });
  expect(valuesOf(serverOf(world, 'branch'), 'a')).toEqual(valuesOf(serverOf(world, 'hq'), 'a'));
});

test('a queue that fails ends it after the batches that are under way, and not before', async () => {
  const world = worldWith(4);
  await readBoth(world);
  let isOver = false;
  let asked = 0;
  const endedAfter: boolean[] = [];
  const draining = alone(world, async (its) => {
    const branch = its.tables.get(world.plan.name)?.servers.get('branch');
    const through = lookingUp(world, async (keys, signal) => {
      for (let turns = 0; turns < 30; turns += 1) await its.clock.sleep(1, never);
      endedAfter.push(isOver);
      return branch?.lookUp(keys, signal) ?? [];
    });
    const receive: typeof its.queue.receive = (...of) => {
      asked += 1;
      return asked > 1 ? Promise.reject(new Error('the queue is away')) : its.queue.receive(...of);
    };
    const settings = { ...its.settings, batchesAtOnce: 3 };
    const engine = { ...through(its), settings, queue: { ...its.queue, receive } };
    await drain(engine, 'branch', { force: true, busy: new Set(), settling: new Map() }, never).finally(
      () => (isOver = true),
    );
  });
  await expect(draining).rejects.toThrow('the queue is away');
  expect(endedAfter.length).toBeGreaterThan(0);
  expect(endedAfter).not.toContain(true);
});
