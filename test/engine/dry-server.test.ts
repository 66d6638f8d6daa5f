/** A server that is only read: what was noted shows as if it had been written, and the server itself stays as it is. */
import { describe, expect, test } from 'vitest';
import { DryTable } from '../../src/engine/dry/dry-server.ts';
import { passingClock } from '../../src/engine/dry/passing-clock.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { runOnce } from '../../src/engine/run.ts';
import type { Planned, PlannedCount } from '../../src/ports/planned.ts';
import type { ServerTable } from '../../src/ports/server.ts';
import { memoryKeepsakes } from '../support/memory/keepsakes.ts';
import { memoryPlanned } from '../support/memory/planned.ts';
import { alone, never } from './model/alone.ts';
import { ModelServer } from './model/model-server.ts';
import { Scheduler } from './model/scheduler.ts';
import { diceOf } from './model/seeded-random.ts';
import { filled, onServer, rowOf } from './model/sweeping.ts';
import type { World } from './model/world.ts';

const place = { table: 'contacts', server: 'hq' };

const tableOf = (server: ModelServer): ServerTable => ({
  changed: async (range, page) => server.changed(range, page),
  list: async (page) => server.list(page),
  lookUp: async (keys) => server.lookUp(keys),
  read: async (recordId) => server.rows.find((row) => row.recordId === recordId),
  create: () => Promise.reject(new Error('a create was sent')),
  update: () => Promise.reject(new Error('an update was sent')),
  remove: () => Promise.reject(new Error('a delete was sent')),
});

function opened() {
  const server = new ModelServer('hq', 0, new Scheduler(diceOf(1), 100));
  const planned = memoryPlanned();
  const control = memoryKeepsakes();
  return { server, planned, control, dry: new DryTable(tableOf(server), place, { planned, control }) };
}

const later = Number.MAX_SAFE_INTEGER;

test('a write to a record that the account may not see is refused as by the server, not answered as missing', async () => {
  const { server, planned, control } = opened();
  const hiding: ServerTable = { ...tableOf(server), read: async () => 'denied' };
  const dry = new DryTable(hiding, place, { planned, control });
  const refused = { kind: 'refused', code: '200' };
  expect(await dry.update('1', 0, { a: 'new' }, never)).toMatchObject(refused);
  expect(await dry.remove('1', later, never)).toMatchObject(refused);
});

test('a server that takes many writes at once is sent none of them: they are noted like single ones', () => {
  const { server, planned, control } = opened();
  const many: ServerTable = { ...tableOf(server), bulk: () => Promise.reject(new Error('asked for many')) };
  const dry: ServerTable = new DryTable(many, place, { planned, control });
  expect('bulk' in dry).toBe(false);
});

describe('what is noted shows as written:', () => {
  test('an edit, with the next modId, to look-ups, reads, listings and finds', async () => {
    const { server, dry, planned } = opened();
    const row = server.insert('k1', { a: 'old', b: 'b' });
    await dry.lookUp(['k1'], never);
    const outcome = await dry.update(row.recordId, 0, { a: 'new' }, never);
    expect(outcome).toEqual({ kind: 'written', recordId: row.recordId, modId: 1 });
    const shown = { modId: 1, values: { a: 'new', b: 'b' }, stamp: { kind: 'empty' } };
    const page = { offset: 0, limit: 9 };
    expect(await dry.lookUp(['k1'], never)).toMatchObject([shown]);
    expect(await dry.read(row.recordId, never)).toMatchObject(shown);
    expect((await dry.list(page, never)).records).toMatchObject([shown]);
    expect((await dry.changed({ kind: 'wall', from: 0 }, page, never)).records).toMatchObject([shown]);
    expect(server.rows[0]).toMatchObject({ modId: 0, values: { a: 'old' } });
    expect(await planned.writes(place, 'edit', 9)).toMatchObject([
      { key: 'k1', values: { a: 'new' }, before: { a: 'old' } },
    ]);
  });

  test('two edits of one record as one, with what each field held before the first', async () => {
    const { server, dry, planned } = opened();
    const { recordId } = server.insert('k1', { a: 'old', b: 'b' });
    await dry.lookUp(['k1'], never);
    await dry.update(recordId, 0, { a: 'new' }, never);
    await dry.update(recordId, 1, { a: 'newer', b: 'too' }, never);
    expect(await planned.writes(place, 'edit', 9)).toMatchObject([
      { values: { a: 'newer', b: 'too' }, before: { a: 'old', b: 'b' }, modId: 2, baseModId: 0 },
    ]);
    expect(await dry.read(recordId, never)).toMatchObject({ modId: 2, values: { a: 'newer', b: 'too' } });
  });

  test('a create, by its key and by one that FileMaker may take for it', async () => {
    const { server, dry, planned } = opened();
    const made = await dry.create('Zoë', { a: 'new', b: '' });
    const recordId = made.kind === 'written' ? made.recordId : '';
    for (const key of ['Zoë', 'zoe'])
      expect(await dry.lookUp([key], never)).toMatchObject([{ recordId, key: 'Zoë', modId: 0 }]);
    await dry.update(recordId, 0, { b: 'more' }, never);
    expect(await dry.read(recordId, never)).toMatchObject({ modId: 1, values: { a: 'new', b: 'more' } });
    expect(await planned.counts()).toMatchObject([{ kind: 'create', records: 1 }]);
    expect(server.rows).toEqual([]);
    await dry.remove(recordId, later, never);
    expect([await dry.read(recordId, never), await dry.lookUp(['Zoë'], never)]).toEqual([undefined, []]);
    expect(await planned.counts()).toEqual([]);
  });

  test('a delete, to look-ups and reads; a listing shows the record as a stale one does', async () => {
    const { server, dry, planned } = opened();
    const { recordId } = server.insert('k1', { a: 'old', b: '' });
    expect(await dry.remove(recordId, later, never)).toEqual({ kind: 'removed' });
    expect([await dry.read(recordId, never), await dry.lookUp(['k1'], never)]).toEqual([undefined, []]);
    expect((await dry.list({ offset: 0, limit: 9 }, never)).records).toHaveLength(1);
    expect(await planned.writes(place, 'delete', 9)).toMatchObject([{ key: 'k1', before: { a: 'old' } }]);
  });

  test('with what somebody does to the record meanwhile', async () => {
    const { server, dry } = opened();
    const row = server.insert('k1', { a: 'old', b: 'b' });
    await dry.lookUp(['k1'], never);
    await dry.update(row.recordId, 0, { a: 'new', b: 'new b' }, never);
    server.edit(row, { a: 'by somebody' });
    expect(await dry.lookUp(['k1'], never)).toMatchObject([
      { modId: 2, values: { a: 'by somebody', b: 'new b' }, stamp: { kind: 'wall' } },
    ]);
    expect(await dry.update(row.recordId, 1, { a: 'late' }, never)).toEqual({ kind: 'moved' });
    expect((await dry.update(row.recordId, 2, { a: 'in time' }, never)).kind).toBe('written');
    expect(await dry.read(row.recordId, never)).toMatchObject({ modId: 3, values: { a: 'in time' } });
  });

  test('R3: not to a modId that the record is past, nor to one that is not there', async () => {
    const { server, dry, planned } = opened();
    const row = server.insert('k1', { a: 'old', b: '' });
    server.edit(row, { a: 'newer' });
    expect(await dry.update(row.recordId, 0, { a: 'new' }, never)).toEqual({ kind: 'moved' });
    expect(await dry.update('77', 0, { a: 'new' }, never)).toEqual({ kind: 'missing' });
    expect(await dry.remove('77', later, never)).toEqual({ kind: 'missing' });
    expect(await planned.counts()).toEqual([]);
  });
});

test('a record that is parked there now is noted as such', async () => {
  const { dry, planned, control } = opened();
  const parked = { ...place, key: 'k1', code: '509', reason: '', version: 1, at: 1 };
  await control.park([parked]);
  await dry.create('k1', {});
  await dry.create('k2', {});
  expect(await planned.counts()).toMatchObject([{ kind: 'create', records: 2, parked: 1 }]);
});

test('records shown by many look-ups are forgotten, and read again where they are written', async () => {
  const { server, dry } = opened();
  const keys = Array.from({ length: 5_010 }, (_, n) => `k${n}`);
  const row = server.insert('x', { a: 'old' });
  server.rows = keys.map((key, n) => ({ ...row, key, recordId: `r${n}`, modId: 4 }));
  await dry.lookUp(keys, never);
  expect(await dry.update('r0', 4, { a: 'new' }, never)).toMatchObject({ kind: 'written', modId: 5 });
});

/** The engine over servers that are only read. */
function dried(engine: Engine, planned: Planned): Engine {
  const tables = [...engine.tables].map(([name, { plan, servers }]) => {
    const dry = [...servers].map(([server, table]) => {
      const ports = { planned, control: engine.control };
      return [server, new DryTable(table, { table: name, server }, ports)] as const;
    });
    return [name, { plan, servers: new Map(dry) }] as const;
  });
  return { ...engine, tables: new Map(tables) };
}

const planOf = (world: World, planned: Planned, times: number) =>
  alone(world, async (engine) => {
    const dry = dried(engine, planned);
    for (let n = 0; n < times; n += 1) await runOnce(dry, never);
  });

/** Both servers were edited: what so many runs plan. */
async function countsAfter(times: number): Promise<readonly PlannedCount[]> {
  const world = await filled(9);
  const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
  for (let n = 0; n < 5; n += 1) hq.edit(rowOf(hq, `k${n}`), { a: `hq ${n}` });
  for (let n = 3; n < 8; n += 1) branch.edit(rowOf(branch, `k${n}`), { b: `branch ${n}` });
  branch.insert('new', { a: 'new' });
  const before = [hq.rows, branch.rows];
  const notes = memoryPlanned();
  await planOf(world, notes, times);
  expect([hq.rows, branch.rows]).toEqual(before);
  return (await notes.counts()).toSorted((a, b) => (a.server + a.kind < b.server + b.kind ? -1 : 1));
}

test('R6: runs over the same notes plan nothing more than the first, and write nothing', async () => {
  const once = await countsAfter(1);
  expect(once).toMatchObject([
    { server: 'branch', kind: 'edit', records: 5, fields: { a: 5 } },
    { server: 'hq', kind: 'create', records: 1 },
    { server: 'hq', kind: 'edit', records: 5, fields: { b: 5 } },
  ]);
  expect(await countsAfter(3)).toEqual(once);
});

test('waiting passes at once, and counts as passed for all who look at the clock', async () => {
  let now = 1_000;
  const slept: number[] = [];
  const clock = passingClock({
    now: () => now,
    sleep: async (ms) => {
      slept.push(ms);
      now += ms;
    },
  });
  await clock.sleep(15_000, never);
  expect([clock.now(), now]).toEqual([16_000, 1_020]);
  await Promise.all([clock.sleep(1_000, never), clock.sleep(1_000, never)]);
  expect(clock.now()).toBeLessThan(17_100);
  expect(Math.max(...slept)).toBe(20);
});
