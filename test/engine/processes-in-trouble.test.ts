/** Processes that share nothing but what is stored, when a server hangs, or a row fails. */
import { describe, expect, test } from 'vitest';
import { type Engine, placeOf } from '../../src/engine/engine.ts';
import type { Pace } from '../../src/engine/meet.ts';
import { recheckParked } from '../../src/engine/recheck.ts';
import { alone, never } from './model/alone.ts';
import {
  lookingUp,
  readBoth,
  reading,
  serverOf,
  stops,
  tending,
  valuesOf,
  worldWith,
  writeAll,
  writing,
} from './model/invocations.ts';

const dayMs = 86_400_000;

test('R7: a server whose first read fails keeps no other from its first meeting', async () => {
  const world = worldWith(0, [
    ['hq', 'both'],
    ['branch', 'both'],
    ['kiosk', 'both'],
  ]);
  for (const name of ['branch', 'kiosk']) serverOf(world, name).insert(`${name}1`, { a: name, b: '' });
  serverOf(world, 'hq').fails = (request) => request === 'list';
  for (const name of ['hq', 'branch', 'kiosk', 'branch', 'kiosk']) {
    world.scheduler.now += 1000;
    await reading(world, name).catch(() => undefined);
  }
  expect((await world.ports.records.count('contacts')).heads).toBe(2);
});

describe('the bookmark of a first meeting', () => {
  test('is gone when a server that only receives has been met', async () => {
    const world = worldWith(8, [
      ['hq', 'both'],
      ['branch', 'receive'],
    ]);
    for (let n = 0; n < 8; n += 1) serverOf(world, 'branch').insert(`k${n}`, { a: `person ${n}`, b: '' });
    await reading(world, 'hq');
    while ((await reading(world, 'branch', stops)) === 'unfinished');
    expect((await world.ports.control.meeting('contacts', 'branch'))?.state).toBe('passed');
    expect(await world.ports.control.bookmarks()).toEqual([]);
  });

  test('is gone when the meeting halts, so that what was mended since is seen', async () => {
    const world = worldWith(60);
    const branch = serverOf(world, 'branch');
    for (let n = 0; n < 60; n += 1)
      branch.insert(`k${n}`, { a: n < 30 ? `other ${n}` : `person ${n}`, b: '' });
    await reading(world, 'hq');
    while ((await reading(world, 'branch', stops)) === 'unfinished');
    expect((await world.ports.control.meeting('contacts', 'branch'))?.state).toBe('halted');
    expect(await world.ports.control.bookmarks()).toEqual([]);
    for (const row of branch.rows) branch.edit(row, { a: `person ${row.key.slice(1)}` });
    await reading(world, 'branch');
    expect((await world.ports.control.meeting('contacts', 'branch'))?.state).toBe('passed');
  });
});

/** An invocation that has time for a few pages. */
function forSomePages(): Pace {
  let left = 5;
  return () => Promise.resolve((left -= 1) > 0 ? 'on' : 'stop');
}

test('R1: one second with more changes than an invocation reads is read to its end', async () => {
  const world = worldWith(40);
  await readBoth(world);
  // The look further back comes with the next reading, and is over before the edits.
  world.scheduler.now += 2 * dayMs;
  await reading(world, 'hq');
  world.scheduler.now += 100_000;
  const hq = serverOf(world, 'hq');
  for (const row of hq.rows) hq.edit(row, { a: `new ${row.key}` });
  world.scheduler.now += 10_000;
  let invocations = 1;
  while ((await reading(world, 'hq', forSomePages())) === 'unfinished' && invocations < 40) invocations += 1;
  expect(invocations).toBeGreaterThan(2);
  expect(invocations).toBeLessThan(10);
  expect(await world.ports.control.bookmarks()).toEqual([]);
  await writeAll(world);
  expect(valuesOf(serverOf(world, 'branch'), 'a')).toEqual(valuesOf(hq, 'a'));
});

test('R7: a row whose work fails for a reason of the state holds up no other, and is due again soon', async () => {
  const world = worldWith(8);
  await readBoth(world);
  const rows = await world.ports.control.openBatches('branch', 100);
  const bad = rows[0]?.id;
  const through = (engine: Engine): Engine => {
    const { control, records } = engine;
    let failing = false;
    const claim: typeof control.claim = async (id) => {
      failing = id === bad;
      return control.claim(id);
    };
    const replicas: typeof records.replicas = (...of) =>
      failing ? Promise.reject(new Error('the state is busy')) : records.replicas(...of);
    return {
      ...engine,
      settings: { ...engine.settings, batchesAtOnce: 1 },
      control: { ...control, claim },
      records: { ...records, replicas },
    };
  };
  await expect(writing(world, 'branch', { through })).rejects.toThrow('the state is busy');
  expect(rows.length).toBeGreaterThan(2);
  const [left, ...others] = await world.ports.control.openBatches('branch', 100);
  expect([left?.id, left?.attempts, others]).toEqual([bad, 1, []]);
  expect(left?.notBefore).toBeGreaterThan(rows[0]?.notBefore ?? Number.POSITIVE_INFINITY);
  world.scheduler.now += 61_000;
  expect(await tending(world, 'branch')).toBe(1);
  await writing(world, 'branch');
  expect(serverOf(world, 'branch').rows).toHaveLength(8);
});

test('a row for which an invocation has no time is not taken from the writer that has it', async () => {
  const world = worldWith(2);
  await readBoth(world);
  const [row] = await world.ports.control.openBatches('branch', 1);
  const claimed = row && (await world.ports.control.claim(row.id));
  if (claimed === undefined) throw new Error('no row was made');
  await writing(world, 'branch', { hasTime: false });
  expect(await world.ports.control.appendSending(claimed.id, claimed.rev, [])).toBe(claimed.rev + 1);
});

test('a look at parked records ends quietly where time is over', async () => {
  const world = worldWith(2);
  const branch = serverOf(world, 'branch');
  branch.refuses = () => true;
  await readBoth(world);
  await writeAll(world);
  const before = await world.ports.control.openBatches('branch', 10);
  await alone(world, async (engine) => {
    const place = placeOf(engine, 'contacts', 'branch');
    if (place) await recheckParked(engine, place, world.scheduler.now + 1, never, stops);
  });
  expect(await world.ports.control.countParked()).toBe(2);
  expect(await world.ports.control.openBatches('branch', 10)).toEqual(before);
});

test('a parked record is looked at once a day, also while it cannot be written', async () => {
  const world = worldWith(2);
  const branch = serverOf(world, 'branch');
  branch.refuses = () => true;
  await readBoth(world);
  await writeAll(world);
  for (let hour = 0; hour < 47; hour += 1) {
    world.scheduler.now += 3_600_000;
    await reading(world, 'branch');
  }
  expect(await world.ports.control.openBatches('branch', 100)).toHaveLength(1);
});

test('a failure that is not the server’s is told, also where time was over meanwhile', async () => {
  const world = worldWith(8);
  await readBoth(world);
  const over = new AbortController();
  const failing = (engine: Engine): Engine => {
    const { control } = engine;
    let claims = 0;
    const claim: typeof control.claim = (id) =>
      (claims += 1) === 1 ? Promise.reject(new Error('a defect')) : control.claim(id);
    const withDefect = { ...engine, control: { ...control, claim } };
    return lookingUp(world, async () => {
      over.abort(new DOMException('time is over', 'TimeoutError'));
      throw over.signal.reason;
    })(withDefect);
  };
  await expect(writing(world, 'branch', { signal: over.signal, through: failing })).rejects.toThrow(
    'a defect',
  );
});

test('R7: what a server refused is tried again within a day, since it may have been mended there', async () => {
  const world = worldWith(2);
  const branch = serverOf(world, 'branch');
  branch.refuses = (key) => key === 'k1';
  await readBoth(world);
  await writeAll(world);
  expect(await world.ports.control.countParked()).toBe(1);
  branch.refuses = () => false;
  for (let hour = 0; hour < 25; hour += 1) {
    world.scheduler.now += 3_600_000;
    await readBoth(world);
    await writeAll(world);
  }
  expect([await world.ports.control.countParked(), branch.rows.length]).toEqual([0, 2]);
});
