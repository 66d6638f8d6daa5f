/** R4 and R5 in single sequences of events that random games meet too seldom. */
import { describe, expect, test } from 'vitest';
import type { BatchId } from '../../src/core/batch.ts';
import { type Engine, placeOf } from '../../src/engine/engine.ts';
import { drain } from '../../src/engine/drain.ts';
import { enumerate } from '../../src/engine/enumerate.ts';
import { ingest } from '../../src/engine/ingest.ts';
import { linkClock, observe } from '../../src/engine/link-clock.ts';
import type { ServerRecord, ServerTable, WriteOutcome } from '../../src/ports/server.ts';
import { ServerError } from '../../src/ports/server-errors.ts';
import { alone, calmWorld, never, read, synced, write } from './model/alone.ts';
import type { ModelServer } from './model/model-server.ts';
import type { World } from './model/world.ts';

const valueOn = (server: ModelServer): string | undefined => server.rows[0]?.values['a'];

function edit(server: ModelServer, value: string): void {
  const [row] = server.rows;
  if (row === undefined) throw new Error(`${server.name} has no record`);
  server.edit(row, { a: value });
}

/** The ports are proxies: their methods, to be spread. */
const bound = (records: Engine['records']): Engine['records'] => ({
  heads: (...args) => records.heads(...args),
  replicas: (...args) => records.replicas(...args),
  putHeads: (...args) => records.putHeads(...args),
  putReplicas: (...args) => records.putReplicas(...args),
  replicasOf: (...args) => records.replicasOf(...args),
  removeHead: (...args) => records.removeHead(...args),
  removeReplica: (...args) => records.removeReplica(...args),
  keys: (...args) => records.keys(...args),
  hasHeads: (...args) => records.hasHeads(...args),
  count: (...args) => records.count(...args),
});

/** One record on both servers, open. */
async function withOneRecord(): Promise<{ world: World; hq: ModelServer; branch: ModelServer }> {
  const world = calmWorld();
  const [hq, branch] = [world.servers.get('hq'), world.servers.get('branch')];
  if (hq === undefined || branch === undefined) throw new Error('two servers are wanted');
  hq.insert('k', { a: 'open', b: '' });
  await synced(world);
  world.scheduler.now += 5_000;
  return { world, hq, branch };
}

describe('a user sets the very value that we had announced and could not write, after it was changed elsewhere', () => {
  test.each([
    { what: 'in a row of its own', others: 0 },
    { what: 'among others', others: 5 },
  ])('R4, R5: that edit counts ($what)', async ({ others }) => {
    const { world, hq, branch } = await withOneRecord();
    for (let n = 0; n < others; n += 1) hq.insert(`other ${n}`, { a: '', b: '' });
    edit(hq, 'closed');
    branch.locked = new Set(['k']);
    await read(world, 'hq');
    await write(world, 'branch');
    for (let tries = 0; tries < 3; tries += 1) {
      world.scheduler.now += 5_000;
      await write(world, 'branch');
    }
    edit(hq, 'pending');
    await read(world, 'hq');
    branch.locked = new Set();
    world.scheduler.now += 5_000;
    edit(branch, 'closed');
    await read(world, 'branch');
    for (let run = 0; run < 2; run += 1) await synced(world);
    expect([valueOn(hq), valueOn(branch)]).toEqual(['closed', 'closed']);
    const kept = (await world.ports.control.conflicts(9)).map(({ loser }) => loser.value);
    expect(kept).toContain('pending');
  });
});

test('R4: a value that we wrote, and that a user sets again after it was changed elsewhere, is an edit', async () => {
  const { world, hq, branch } = await withOneRecord();
  hq.insert('other', { a: '', b: '' });
  await synced(world);
  world.scheduler.now += 5_000;
  // One row brings both records; one of them is locked, so the row goes on after the other was written.
  edit(hq, 'closed');
  const other = hq.rows.find(({ key }) => key === 'other');
  if (other) hq.edit(other, { a: 'x' });
  branch.locked = new Set(['other']);
  await read(world, 'hq');
  await write(world, 'branch');
  expect(valueOn(branch)).toBe('closed');
  world.scheduler.now += 5_000;
  edit(hq, 'pending');
  await read(world, 'hq');
  await write(world, 'branch');
  world.scheduler.now += 5_000;
  edit(branch, 'closed');
  await read(world, 'branch');
  branch.locked = new Set();
  for (let run = 0; run < 2; run += 1) await synced(world);
  expect([valueOn(hq), valueOn(branch)]).toEqual(['closed', 'closed']);
});

test('R4: so is it while the row that wrote it waits for the answer to another record', async () => {
  const { world, hq, branch } = await withOneRecord();
  const [row, other] = [hq.insert('k2', { a: 'closed' }), 'k3'];
  hq.insert(other, { a: 'x' });
  branch.breaksAt = new Set([other]);
  await read(world, 'hq');
  await write(world, 'branch');
  const made = branch.rows.find(({ key }) => key === row.key);
  expect(made?.values['a']).toBe('closed');
  world.scheduler.now += 5_000;
  hq.edit(row, { a: 'pending' });
  await read(world, 'hq');
  await write(world, 'branch');
  world.scheduler.now += 5_000;
  const now = branch.rows.find(({ key }) => key === row.key);
  expect(now?.values['a']).toBe('pending');
  if (now) branch.edit(now, { a: 'closed' });
  await read(world, 'branch');
  branch.breaksAt = new Set();
  for (let run = 0; run < 2; run += 1) await synced(world);
  for (const { rows } of [hq, branch]) {
    expect(rows.find(({ key }) => key === row.key)?.values['a']).toBe('closed');
  }
});

test('R4: an update that lands late, when its record was locked since, is no edit of a user', async () => {
  const { world, hq, branch } = await withOneRecord();
  hq.insert('other', { a: '' });
  await synced(world);
  world.scheduler.now += 5_000;
  for (const row of hq.rows) hq.edit(row, { a: 'older' });
  await read(world, 'hq');
  const [row] = branch.rows;
  // The first update of the record is not answered; when it is tried again, somebody has the record open.
  branch.onUpdate = (key) => {
    if (key !== 'k' || branch.locked.size > 0) return undefined;
    branch.locked = new Set(['k']);
    return { kind: 'unknown' };
  };
  await write(world, 'branch');
  branch.onUpdate = undefined;
  edit(hq, 'newer');
  await read(world, 'hq');
  if (row) branch.edit(row, { a: 'older' });
  branch.locked = new Set();
  for (let run = 0; run < 3; run += 1) await synced(world);
  expect([valueOn(hq), valueOn(branch)]).toEqual(['newer', 'newer']);
  expect(await world.ports.control.countConflicts()).toBe(0);
});

test('R4, R5: an edit counts though it sets what we could not send because the server was out of reach', async () => {
  const { world, hq, branch } = await withOneRecord();
  edit(hq, 'closed');
  await read(world, 'hq');
  branch.onUpdate = () => {
    throw new ServerError('server-unreachable', 'branch', 'out of reach');
  };
  await expect(write(world, 'branch')).rejects.toThrow('out of reach');
  branch.onUpdate = undefined;
  edit(hq, 'pending');
  world.scheduler.now += 5_000;
  await read(world, 'hq');
  edit(branch, 'closed');
  await read(world, 'branch');
  for (let run = 0; run < 2; run += 1) await synced(world);
  expect([valueOn(hq), valueOn(branch)]).toEqual(['closed', 'closed']);
});

test('a record whose updates are not answered for a while is not parked for it', async () => {
  const { world, hq, branch } = await withOneRecord();
  edit(hq, 'closed');
  await read(world, 'hq');
  branch.breaksAt = new Set(['k']);
  for (let tries = 0; tries < 3; tries += 1) {
    await write(world, 'branch');
    world.scheduler.now += 1_000;
  }
  expect([valueOn(branch), await world.ports.control.countParked()]).toEqual(['open', 0]);
  branch.breaksAt = new Set();
  await write(world, 'branch');
  expect(valueOn(branch)).toBe('closed');
});

test('R4: of two states of one record that are ingested at the same time, the older one never counts over the newer', async () => {
  const { world, hq, branch } = await withOneRecord();
  const [row] = branch.rows;
  if (row === undefined) throw new Error('branch has no record');
  const older = branch.edit(row, { a: 'typed first' });
  const newer = branch.edit(older, { a: 'open' });
  await alone(world, async (engine) => {
    const place = placeOf(engine, 'contacts', 'branch');
    if (place === undefined) throw new Error('the table is not on branch');
    const clock = await linkClock(engine, place, never);
    const now = world.scheduler.now;
    const ingestOne = (through: Engine, record: ServerRecord) =>
      ingest(through, place, [observe(place, record, clock, now, now)], clock, now, never);
    let overtaken = false;
    const putHeads: Engine['records']['putHeads'] = async (heads) => {
      if (!overtaken) {
        overtaken = true;
        await ingestOne(engine, newer);
      }
      return engine.records.putHeads(heads);
    };
    const records = { ...bound(engine.records), putHeads };
    await ingestOne({ ...engine, records }, older);
  });
  for (let run = 0; run < 2; run += 1) await synced(world);
  expect([valueOn(hq), valueOn(branch)]).toEqual(['open', 'open']);
});

/** Writers get it so for branch; `meanwhile` takes place between that answer and the next look. */
function repeating(engine: Engine, meanwhile: () => Promise<void>): Engine {
  const table = engine.tables.get('contacts');
  const branch = table?.servers.get('branch');
  if (table === undefined || branch === undefined) throw new Error('the world has no branch');
  const twice = async (request: () => Promise<WriteOutcome>): Promise<WriteOutcome> => {
    await request();
    const answer = await request();
    await meanwhile();
    return answer;
  };
  const repeated: ServerTable = {
    ...branch,
    create: (...of) => twice(() => branch.create(...of)),
    update: (...of) => twice(() => branch.update(...of)),
  };
  const servers = new Map([...table.servers, ['branch', repeated]]);
  return { ...engine, tables: new Map([['contacts', { ...table, servers }]]) };
}

const writing = (world: World, meanwhile: (engine: Engine) => Promise<void>): Promise<void> =>
  alone(world, async (engine) => {
    let isFirst = true;
    const once = async (): Promise<void> => {
      if (isFirst) await meanwhile(engine);
      isFirst = false;
    };
    const options = { force: false, busy: new Set<BatchId>(), settling: new Map() };
    await drain(repeating(engine, once), 'branch', options, never);
  });

describe('a request is done twice, as by a proxy that repeats it, and the second answer counts', () => {
  test.each(['an edit', 'a new record'])(
    'R4: %s that we wrote is no edit made there, whatever the head became meanwhile',
    async (what) => {
      const { world, hq, branch } = await withOneRecord();
      if (what === 'a new record') {
        branch.unique = true;
        hq.insert('new', { a: 'closed', b: '' });
      } else edit(hq, 'closed');
      await read(world, 'hq');
      await writing(world, async (engine) => {
        const last = hq.rows.at(-1);
        if (last) hq.edit(last, { a: 'pending' });
        const place = placeOf(engine, 'contacts', 'hq');
        if (place) await enumerate(engine, place, never);
      });
      for (let run = 0; run < 2; run += 1) await synced(world);
      const values = [hq, branch].map(({ rows }) => rows.at(-1)?.values['a']);
      expect(values).toEqual(['pending', 'pending']);
      expect(await world.ports.control.conflicts(9)).toEqual([]);
    },
  );
});

test('a server that is preferred wins also where another one edits between look-up and update', async () => {
  const { world, hq, branch } = await withOneRecord();
  world.plan = { ...world.plan, conflicts: { kind: 'prefer', servers: ['hq', 'branch'] } };
  edit(hq, 'of hq');
  world.scheduler.now += 60_000;
  await read(world, 'hq');
  let isFirst = true;
  const update = branch.update.bind(branch);
  branch.update = (...of) => {
    if (isFirst) edit(branch, 'of branch');
    isFirst = false;
    return update(...of);
  };
  await write(world, 'branch');
  for (let run = 0; run < 2; run += 1) await synced(world);
  expect([valueOn(hq), valueOn(branch)]).toEqual(['of hq', 'of hq']);
});
