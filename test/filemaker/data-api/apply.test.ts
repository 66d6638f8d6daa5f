/** Many writes in one request, by our script as the simulator carries it out. */
import { expect, test } from 'vitest';
import { intersect, width } from '../../../src/core/interval.ts';
import type { Bulk, BulkWrite } from '../../../src/ports/server.ts';
import { type ServerSyncScript, serverSyncScript } from '../../../src/simulator/serversync-script.ts';
import type { Version } from '../../../src/simulator/profiles.ts';
import { anyTime, connect, type Connected, contacts, never } from './bindings.ts';
import { place, simulate, type Simulated } from '../../contracts/server/simulated.ts';

const script = 'ServerSync';
const rows = [{ PK: 'k1', Name: 'Ann' }, { PK: 'k2' }, { PK: 'k3' }, { PK: 'k4', Code: 'taken' }];

type Given = { readonly options?: ServerSyncScript; readonly version?: Version; readonly isThere?: boolean };

const simulated = ({ options = {}, version = '22', isThere = true }: Given = {}): Promise<Simulated> =>
  simulate(rows, { version }, isThere ? { [script]: serverSyncScript({ msPerRecord: 0, ...options }) } : {});

async function bulkOf({ server }: Connected, table = server.table(contacts)): Promise<Bulk> {
  const bulk = await table.bulk?.(never);
  if (bulk === undefined || bulk === 'untried') throw new Error('there is no way for many at once');
  return bulk;
}

const values = {
  name: 'a "quoted"\\ name\nwith a line, \u{1f600} and \u2028',
  amount: '12345678901234567890.5',
};
const dates = { born: '2026-02-03', at: '10:11:12', seen: '2026-02-03T04:05:06' };

const create = (key: string, more = {}): BulkWrite => ({
  kind: 'create',
  key,
  values: { ...values, ...more },
});
const update = (recordId: string, modId: number, key: string, more = {}): BulkWrite => ({
  kind: 'update',
  key,
  recordId,
  modId,
  values: { ...values, ...more },
});
const remove = (recordId: string, modId: number, key: string): BulkWrite => ({
  kind: 'remove',
  key,
  recordId,
  modId,
});

test('each is done or refused by itself, and read again as it was sent', async () => {
  await using simulator = await simulated();
  await using connected = connect(simulator.url, { script });
  simulator.control.lock({ ...place, recordIds: [2] });
  const bulk = await bulkOf(connected);
  simulator.control.resetCounters();
  const outcomes = await bulk.apply(
    [
      create('n1', dates),
      update('1', 0, 'k1', dates),
      update('2', 0, 'k2'),
      update('3', 5, 'k3'),
      update('99', 0, 'gone'),
      remove('4', 0, 'k4'),
      create('n2', { born: 'no date' }),
    ],
    anyTime,
    never,
  );
  expect(outcomes).toEqual([
    { kind: 'written', recordId: '5', modId: 0 },
    { kind: 'written', recordId: '1', modId: 1 },
    { kind: 'locked', code: '301' },
    { kind: 'moved' },
    { kind: 'missing' },
    { kind: 'removed' },
    expect.objectContaining({ kind: 'refused', code: '500' }),
  ]);
  expect(simulator.control.stats()).toMatchObject({
    writes: 3,
    requests: { find: 1, create: 0, update: 0, delete: 0 },
  });
  const found = await connected.server.table(contacts).lookUp(['n1', 'k1'], never);
  for (const record of found) expect(record.values).toMatchObject({ ...values, ...dates });
  expect(found).toHaveLength(2);
});

test('what each run tells of the clock is told on, to the round trip, once a minute', async () => {
  await using simulator = await simulated();
  await using connected = connect(simulator.url, { script });
  const bulk = await bulkOf(connected);
  await bulk.apply([create('n1')], anyTime, never);
  const { offset } = bulk.clockShown?.() ?? {};
  const { offset: probed } = await connected.server.probe(never);
  expect(offset && intersect(offset, probed)).toBeDefined();
  expect(offset && width(offset)).toBeLessThan(width(probed));
  await bulk.apply([create('n2')], anyTime, never);
  expect(bulk.clockShown?.()).toBeUndefined();
});

test('R3: a record that somebody edited meanwhile is not deleted', async () => {
  await using simulator = await simulated();
  await using connected = connect(simulator.url, { script });
  const bulk = await bulkOf(connected);
  simulator.control.updateAsUser({ ...place, recordId: 2, values: { Name: 'edited' } });
  expect(await bulk.apply([remove('2', 0, 'k2'), remove('1', 0, 'k2')], anyTime, never)).toEqual([
    { kind: 'moved' },
    { kind: 'moved' },
  ]);
  expect(simulator.control.count(place)).toBe(4);
});

test.each<[string, Given, string]>([
  ['it is not there', { isThere: false }, 'script-missing'],
  ['it is of another version', { options: { version: 2 } }, 'script-other-version'],
  ['its parameter is cut off', { options: { cutAt: 300 } }, 'parameter-cut'],
  ['FileMaker is older than 2024', { version: '20' }, 'filemaker-too-old'],
])('single requests go on where %s, and why is told', async (_, given, why) => {
  await using simulator = await simulated(given);
  await using connected = connect(simulator.url, { script });
  const table = connected.server.table(contacts);
  expect(await table.bulk?.(never)).toBeUndefined();
  expect(connected.events).toContainEqual(
    expect.objectContaining({ kind: 'script', state: 'off', why, layout: 'sync contacts' }),
  );
  const { find } = simulator.control.stats().requests;
  expect(await table.bulk?.(never)).toBeUndefined();
  expect(simulator.control.stats()).toMatchObject({ writes: 0, requests: { find } });
});

test('it is tested again after a while, told of only where that changed, and used once it is there', async () => {
  const scripts = { [script]: serverSyncScript({ version: 0 }) };
  await using simulator = await simulate(rows, {}, scripts);
  await using connected = connect(simulator.url, { script });
  const table = connected.server.table(contacts);
  expect(await table.bulk?.(never)).toBeUndefined();
  await connected.clock.sleep(10 * 60_000, never);
  expect(await table.bulk?.(never)).toBeUndefined();
  const told = (): readonly unknown[] =>
    connected.events.filter((event) => String(Object(event).kind) === 'script');
  expect(told()).toMatchObject([{ state: 'off', why: 'script-other-version' }]);
  simulator.control.replaceScript({
    database: 'Sales',
    name: script,
    script: serverSyncScript({ msPerRecord: 0 }),
  });
  expect(await table.bulk?.(never)).toBeUndefined();
  await connected.clock.sleep(10 * 60_000, never);
  expect(await table.bulk?.(never)).toBeDefined();
  expect(told()).toHaveLength(2);
  expect(simulator.control.stats().writes).toBe(0);
});

test('without a name for it nothing is asked of it, and for an empty table it is not known yet', async () => {
  await using simulator = await simulated();
  await using plain = connect(simulator.url);
  expect(await plain.server.table(contacts).bulk?.(never)).toBeUndefined();
  expect(simulator.control.stats().requests).toMatchObject({ find: 0, list: 0 });
  await using empty = await simulate([], {}, { [script]: serverSyncScript() });
  await using connected = connect(empty.url, { script });
  expect(await connected.server.table(contacts).bulk?.(never)).toBe('untried');
  expect(empty.control.stats().requests.find).toBe(0);
});

test('a record that has a key is looked for behind those that have none', async () => {
  await using simulator = await simulate([{ PK: '' }, ...rows], {}, { [script]: serverSyncScript() });
  await using connected = connect(simulator.url, { script });
  const bulk = await bulkOf(connected);
  expect(bulk.most([create('n1'), create('n2')])).toBe(2);
});

test('where no record has a key that is told once, and after a while looked at again', async () => {
  await using simulator = await simulate([{ PK: '' }, { PK: '' }], {}, { [script]: serverSyncScript() });
  await using connected = connect(simulator.url, { script });
  const table = connected.server.table(contacts);
  for (let times = 0; times < 3; times++) expect(await table.bulk?.(never)).toBeUndefined();
  const told = connected.events.filter((event) => String(Object(event).kind) === 'script');
  expect(told).toMatchObject([{ state: 'off', why: 'no-key' }]);
  expect(simulator.control.stats().requests).toMatchObject({ list: 1, find: 0 });
  await table.create('n1', {}, anyTime, never);
  await connected.clock.sleep(60_000, never);
  await bulkOf(connected, table);
});

test('a script that is gone is noticed before anything is done: what was asked for is unsent', async () => {
  await using simulator = await simulated();
  await using connected = connect(simulator.url, { script });
  const bulk = await bulkOf(connected);
  simulator.control.replaceScript({ database: 'Sales', name: script, script: undefined });
  expect(await bulk.apply([create('n1')], anyTime, never)).toEqual([{ kind: 'unsent' }]);
  expect(await connected.server.table(contacts).bulk?.(never)).toBeUndefined();
  expect(simulator.control.count(place)).toBe(4);
});

test.each([
  ['the connection breaks off after it', { kind: 'resetAfter' as const }],
  ['a gateway gives up on it', { kind: 'html' as const, status: 504, after: true }],
  ['its JSON breaks off', { kind: 'truncate' as const }],
  ['812 comes after it', { kind: 'error' as const, code: '812', after: true }],
  ['956 comes after it', { kind: 'error' as const, code: '956', after: true }],
  ['802 comes after it', { kind: 'error' as const, code: '802', after: true }],
])(
  'where %s all of them are unknown, once it can begin nothing more, and nothing is sent twice',
  async (_, effect) => {
    await using simulator = await simulated();
    await using connected = connect(simulator.url, { script });
    const bulk = await bulkOf(connected);
    simulator.control.resetCounters();
    simulator.control.addTrouble({ effect, on: ['find'], next: 1 });
    const before = connected.clock.now();
    expect(await bulk.apply([create('n1'), create('n2')], anyTime, never)).toEqual([
      { kind: 'unknown' },
      { kind: 'unknown' },
    ]);
    expect(connected.clock.now() - before).toBeGreaterThanOrEqual(4_000);
    expect([simulator.control.count(place), simulator.control.stats().requests.find]).toEqual([6, 1]);
  },
);

test('where the anchor was deleted the outcomes are unknown, and the next request has another anchor', async () => {
  await using simulator = await simulated();
  await using connected = connect(simulator.url, { script });
  const bulk = await bulkOf(connected);
  simulator.control.deleteAsUser({ ...place, recordId: 1 });
  expect(await bulk.apply([create('n1')], anyTime, never)).toEqual([{ kind: 'unknown' }]);
  const again = await bulkOf(connected);
  expect(await again.apply([create('n2')], anyTime, never)).toMatchObject([{ kind: 'written' }]);
});

test('a record that went through the script, and was edited last before, is no anchor for what comes next', async () => {
  await using simulator = await simulated();
  await using connected = connect(simulator.url, { script });
  const bulk = await bulkOf(connected);
  expect(await bulk.apply([update('2', 0, 'k2')], anyTime, never)).toMatchObject([{ modId: 1 }]);
  expect(await bulk.apply([remove('2', 1, 'k2')], anyTime, never)).toEqual([{ kind: 'removed' }]);
  expect(await bulk.apply([create('n1')], anyTime, never)).toMatchObject([{ kind: 'written' }]);
});

test('what the script had no time for is unsent, and fewer go the next time', async () => {
  await using simulator = await simulated({ options: { msPerRecord: 60 } });
  await using connected = connect(simulator.url, { script });
  const bulk = await bulkOf(connected);
  const writes = Array.from({ length: 300 }, (_, n) => create(`n${n}`));
  expect(bulk.most(writes)).toBe(100);
  const few = writes.slice(0, 5);
  await bulk.apply(few, anyTime, never);
  // The simulator takes up to 5 ms off where its timers were late.
  expect(bulk.most(writes)).toBeLessThanOrEqual(36);
});

test('a request holds no more characters than FileMaker takes, and one too large goes by itself', async () => {
  await using simulator = await simulated();
  await using connected = connect(simulator.url, { script });
  const bulk = await bulkOf(connected);
  const large = (key: string, length: number): BulkWrite => create(key, { name: 'x'.repeat(length) });
  expect(bulk.most([large('a', 200_000), large('b', 200_000), large('c', 200_000)])).toBe(2);
  expect(bulk.most([large('a', 600_000), create('b')])).toBe(0);
});

test('where the only record that is known is to be deleted, that goes by single requests', async () => {
  await using simulator = await simulated();
  await using connected = connect(simulator.url, { script });
  const table = connected.server.table(contacts);
  const bulk = await bulkOf(connected, table);
  const others = [remove('2', 0, 'k2'), remove('3', 0, 'k3')];
  expect(bulk.most(others)).toBe(2);
  expect(bulk.most([remove('1', 0, 'k1'), ...others])).toBe(0);
  expect(await table.remove('1', anyTime, never)).toEqual({ kind: 'removed' });
  const again = await bulkOf(connected, table);
  expect(again.most([remove('3', 0, 'k3')])).toBe(1);
  expect(await again.apply([remove('3', 0, 'k3')], anyTime, never)).toEqual([{ kind: 'removed' }]);
});

test('R3: a request that could not leave in time is not sent', async () => {
  await using simulator = await simulated();
  await using connected = connect(simulator.url, { script });
  const bulk = await bulkOf(connected);
  simulator.control.resetCounters();
  expect(await bulk.apply([create('n1')], connected.clock.now() - 1, never)).toEqual([{ kind: 'unsent' }]);
  expect(simulator.control.stats().requests.find).toBe(0);
});
