/** A sweep of many records whose process is killed. */
import { expect, test } from 'vitest';
import type { Key } from '../../src/core/names.ts';
import { type Engine, placeOf } from '../../src/engine/engine.ts';
import { sweep } from '../../src/engine/sweep.ts';
import { never } from './model/alone.ts';
import { filled, onServer, swept } from './model/sweeping.ts';

test('goes on behind what it had compared, and lists nothing again', async () => {
  const world = await filled(0);
  const engineOf = world.engineOf.bind(world);
  /** Behind which keys heads were asked for. */
  let asked: (Key | undefined)[] = [];
  world.engineOf = (process): Engine => {
    const engine = engineOf(process);
    const { records, settings } = engine;
    const keys: typeof records.keys = (table, limit, after) => {
      asked.push(after);
      return records.keys(table, limit, after);
    };
    const larger = { ...settings, pageSize: 1000, batchSize: 1000, bookmarkPages: 1 };
    return { ...engine, settings: larger, records: { ...records, keys } };
  };
  const hq = onServer(world, 'hq');
  for (let n = 0; n < 3500; n += 1) hq.insert(`k${n}`, { a: `a${n}`, b: '' });
  await swept(world, 'hq');
  world.scheduler.now += 600_000;
  asked = [];
  const process = world.scheduler.start('dying', async (one) => {
    const engine = world.engineOf(one);
    const place = placeOf(engine, 'contacts', 'hq');
    if (place) await sweep(engine, place, never);
  });
  while (asked.length < 4) await world.scheduler.step();
  world.scheduler.kill(process);
  let listings = 0;
  hq.fails = (request) => {
    if (request === 'list') listings += 1;
    return false;
  };
  asked = [];
  await swept(world, 'hq');
  expect(asked[0]).toBeDefined();
  expect(asked.length).toBeLessThanOrEqual(2);
  expect(listings).toBe(0);
});
