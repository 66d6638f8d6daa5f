/** Processes that share nothing but what is stored, when a server hangs, a row fails, or one of them is older than the others. */
import { describe, expect, test } from 'vitest';
import type { Breaker } from '../../src/core/breaker.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { grow } from '../../src/engine/grow.ts';
import type { Pace } from '../../src/engine/meet.ts';
import { alone } from './model/alone.ts';
import { readBoth, reading, stops, tending, worldWith, writing } from './model/invocations.ts';
import type { ModelServer } from './model/model-server.ts';
import type { World } from './model/world.ts';

const dayMs = 86_400_000;

const serverOf = (world: World, name: string): ModelServer => {
  const server = world.servers.get(name);
  if (server === undefined) throw new Error(`no server ${name}`);
  return server;
};

const valuesOf = ({ rows }: ModelServer, field: string): ReadonlySet<string | undefined> =>
  new Set(rows.map(({ values }) => values[field]));

const breakerOf = (world: World): Promise<Breaker | undefined> =>
  world.ports.control.breaker('branch', 'writing');

async function writeAll(world: World): Promise<void> {
  await tending(world, 'branch');
  while ((await writing(world, 'branch')).worked > 0);
}

/** Its look-ups are answered by nothing until the invocation's time is over. */
function hanging(world: World): Parameters<typeof writing>[2] {
  const over = new AbortController();
  const through = (engine: Engine): Engine => {
    const table = engine.tables.get(world.plan.name);
    const branch = table?.servers.get('branch');
    if (table === undefined || branch === undefined) throw new Error('no such table');
    const hung = {
      ...branch,
      lookUp: async () => {
        over.abort(new DOMException('time is over', 'TimeoutError'));
        throw over.signal.reason;
      },
    };
    const servers = new Map([...table.servers, ['branch', hung]]);
    return { ...engine, tables: new Map([[world.plan.name, { ...table, servers }]]) };
  };
  return { signal: over.signal, through };
}

/** An invocation that finds the server failing opens its breaker. */
async function failOnce(world: World): Promise<void> {
  const branch = serverOf(world, 'branch');
  branch.fails = (request) => request === 'look-up';
  await writing(world, 'branch');
  branch.fails = () => false;
}

describe('the breaker of a server', () => {
  test('opens where the server lets all the time pass without an answer', async () => {
    const world = worldWith(4);
    await readBoth(world);
    await writing(world, 'branch', hanging(world));
    expect(await breakerOf(world)).toMatchObject({ failures: 1, code: 'server-unreachable' });
    world.scheduler.now += 1;
    expect(await tending(world, 'branch')).toBe(0);
  });

  test('stays open where a trial is not answered, and where there was nothing to ask', async () => {
    const world = worldWith(4);
    await readBoth(world);
    await failOnce(world);
    world.scheduler.now += 61_000;
    expect(await tending(world, 'branch')).toBe(1);
    await writing(world, 'branch', hanging(world));
    expect((await breakerOf(world))?.failures).toBe(2);
    await halt(world);
    world.scheduler.now += 10 * 60_000;
    expect(await tending(world, 'branch')).toBe(0);
    expect((await breakerOf(world))?.failures).toBe(2);
  });

  test('stays open where the row that was to be tried is gone', async () => {
    const world = worldWith(12);
    await readBoth(world);
    await failOnce(world);
    world.scheduler.now += 61_000;
    expect(await tending(world, 'branch')).toBe(1);
    const trial = (await breakerOf(world))?.trial ?? '';
    const row = await world.ports.control.batch(trial);
    await world.ports.control.close(trial, row?.rev ?? 0);
    await writing(world, 'branch');
    expect((await breakerOf(world))?.failures).toBe(1);
  });

  test('closes without a trial where nothing waits any more', async () => {
    const world = worldWith(1);
    await readBoth(world);
    await failOnce(world);
    for (const { id, rev } of await world.ports.control.openBatches('branch', 10))
      await world.ports.control.close(id, rev);
    world.scheduler.now += 61_000;
    await tending(world, 'branch');
    expect((await breakerOf(world))?.failures).toBe(0);
  });
});

async function halt(world: World): Promise<void> {
  const meeting = await world.ports.control.meeting('contacts', 'branch');
  if (meeting === undefined) throw new Error('they have not met');
  await world.ports.control.putMeeting({ ...meeting, state: 'halted', at: world.scheduler.now });
}

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

test('R1: a process with an older field list does not keep the values of a new field from the others', async () => {
  const world = worldWith(0);
  const newer = world.plan;
  const older = { ...newer, fields: newer.fields.slice(0, 1) };
  for (let n = 0; n < 5; n += 1) serverOf(world, 'hq').insert(`k${n}`, { a: `a${n}`, b: `b${n}` });
  const rounds = async (): Promise<void> => {
    for (let round = 0; round < 3; round += 1) {
      await readBoth(world);
      await writeAll(world);
    }
  };
  world.plan = older;
  await alone(world, grow);
  await rounds();
  world.scheduler.now += 5 * dayMs;
  await readBoth(world);
  world.plan = newer;
  await alone(world, grow);
  // A process that was started before goes by the older one, reading and writing.
  world.plan = older;
  await reading(world, 'hq');
  await writing(world, 'branch');
  world.plan = newer;
  await rounds();
  expect(valuesOf(serverOf(world, 'branch'), 'b')).toEqual(new Set(['b0', 'b1', 'b2', 'b3', 'b4']));
});

test('R2: a process with an older field list reads nothing, and closes no row', async () => {
  const world = worldWith(5);
  await readBoth(world);
  const newer = world.plan;
  await alone(world, grow);
  world.plan = { ...newer, fields: newer.fields.slice(0, 1) };
  const rows = await world.ports.control.openBatches('branch', 100);
  let requests = 0;
  for (const name of ['hq', 'branch']) serverOf(world, name).fails = () => (requests += 1) < 0;
  await reading(world, 'hq');
  await writing(world, 'branch');
  expect([requests, rows.length > 0]).toEqual([0, true]);
  const after = await world.ports.control.openBatches('branch', 100);
  expect(after.map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
});

test('R1: a reading of older fields that was under way does not count for the new ones', async () => {
  const world = worldWith(5);
  await readBoth(world);
  const mark = await world.ports.control.watermark('contacts', 'hq');
  if (mark === undefined) throw new Error('nothing was read');
  const { generation } = mark;
  // As whoever read without the last field stores it.
  const fields = world.plan.fields.slice(0, 1).map(({ name }) => name);
  await world.ports.control.putWatermark({ ...mark, generation: generation + 1, fields });
  let listed = 0;
  serverOf(world, 'hq').fails = (request) => request === 'list' && (listed += 1) < 0;
  await reading(world, 'hq');
  expect(listed).toBeGreaterThan(0);
  const after = await world.ports.control.watermark('contacts', 'hq');
  expect(after?.fields).toEqual(world.plan.fields.map(({ name }) => name));
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
