import { afterEach, expect, test } from 'vitest';
import type { FieldDescription } from '../../src/simulator/description.ts';
import { bench, closeAll, recordsOf, text } from './client.ts';

afterEach(closeAll);

const at: FieldDescription = { name: 'at', type: 'timestamp', autoEnter: 'modifiedAt' };
const byUser: FieldDescription = {
  name: 'byUser',
  type: 'timestamp',
  autoEnter: 'modifiedAt',
  stampedBy: 'user',
};
const table = 'Things';

test('a user stamps by the clock and zone of his own machine only what is stamped by the user', async () => {
  const { server } = await bench([text('name'), at, byUser], [], { timeZone: 'UTC', clockOffsetMs: 1000 });
  const user = { name: 'ann', clockOffsetMs: -3_600_000, timeZone: 'America/New_York' };
  const { values } = server.control.createAsUser({ table, values: { name: 'x' }, user });
  expect(values).toMatchObject({ at: '2026-11-23T12:00:01', byUser: '2026-11-23T06:00:00' });
});

test('a late commit is stamped when it began, locked until it is visible, and visible then', async () => {
  const { call, clock, server } = await bench([text('name'), at], [{ name: 'old' }]);
  server.control.updateAsUser({ table, recordId: 1, values: { name: 'new' }, visibleAfterMs: 420_000 });
  server.control.createAsUser({ table, values: { name: 'made' }, visibleAfterMs: 420_000 });
  clock.advance(419_999);
  expect(recordsOf(await call('GET', '/records')).map((one) => one.fieldData['name'])).toEqual(['old']);
  expect((await call('PATCH', '/records/1', { fieldData: { name: 'mine' } })).code).toBe('301');
  clock.advance(1);
  const records = recordsOf(await call('GET', '/records'));
  expect(records.map((one) => one.fieldData)).toEqual([
    { name: 'new', at: '11/23/2026 12:00:00' },
    { name: 'made', at: '11/23/2026 12:00:00' },
  ]);
  expect(records.map((one) => one.modId)).toEqual(['1', '0']);
});

const shown = (record?: { readonly recordId: number; readonly modId: number }): string =>
  record ? `${record.recordId}.${record.modId}` : '-';

test('who watches a table is told of each change once, by whomever, at the moment that it becomes visible', async () => {
  const { call, clock, server } = await bench([text('name')], [{ name: 'a' }, { name: 'b' }]);
  const told: string[] = [];
  server.control.watch({ table }, ({ before, after }) => told.push(`${shown(before)} to ${shown(after)}`));
  await call('PATCH', '/records/1', { fieldData: { name: 'by a client' } });
  server.control.updateAsUser({ table, recordId: 2, values: { name: 'late' }, visibleAfterMs: 1000 });
  server.control.createAsUser({ table, values: { name: 'new' } });
  expect(told).toEqual(['1.0 to 1.1', '- to 3.0']);
  clock.advance(1000);
  await call('DELETE', '/records/1');
  await call('PATCH', '/records/1', { fieldData: { name: 'gone' } });
  expect(told.slice(2)).toEqual(['2.0 to 2.1', '1.1 to -']);
});

test('an import without auto-enter changes data and modId but no stamp', async () => {
  const { clock, server } = await bench([text('name'), at], [{ name: 'old', at: '2020-01-01T00:00:00' }]);
  clock.advance(1000);
  server.control.updateAsUser({ table, recordId: 1, values: { name: 'new' }, stamp: false });
  const [record] = server.control.records({ table });
  expect(record).toMatchObject({ modId: 1, values: { name: 'new', at: '2020-01-01T00:00:00' } });
});

test('a record that a user has open is 301 to edits and deletes, readable, and writable once closed', async () => {
  const { call, server } = await bench([text('name')], [{ name: 'a' }]);
  server.control.lock({ table, recordIds: [1] });
  expect((await call('PATCH', '/records/1', { fieldData: { name: 'b' } })).code).toBe('301');
  expect((await call('DELETE', '/records/1')).code).toBe('301');
  expect((await call('GET', '/records/1')).code).toBe('0');
  server.control.unlock({ table, recordIds: [1] });
  expect((await call('PATCH', '/records/1', { fieldData: { name: 'b' } })).code).toBe('0');
});

test('a restore rewinds values, modIds, deletes and record ids, and ends sessions', async () => {
  const { call, client, server } = await bench([text('name')], [{ name: 'a' }, { name: 'b' }]);
  server.control.backup('night');
  await call('PATCH', '/records/1', { fieldData: { name: 'changed' } });
  await call('DELETE', '/records/2');
  await call('POST', '/records', { fieldData: { name: 'c' } });
  server.control.restore('night');
  expect((await call('GET', '/records')).code).toBe('952');
  expect(server.control.records({ table })).toMatchObject([
    { recordId: 1, modId: 0, values: { name: 'a' } },
    { recordId: 2, modId: 0, values: { name: 'b' } },
  ]);
  expect(server.control.createAsUser({ table, values: { name: 'd' } }).recordId).toBe(3);
  expect((await client.tryLogin()).code).toBe('0');
});

test('a migration keeps every value, sets modId 0 and gives most records another id', async () => {
  const rows = Array.from({ length: 50 }, (_, n) => ({ name: `n${n}` }));
  const { server } = await bench([text('name')], rows);
  server.control.updateAsUser({ table, recordId: 1, values: { name: 'x' } });
  const before = server.control.records({ table });
  server.control.migrate();
  const after = server.control.records({ table });
  const names = (records: typeof before) => new Set(records.map((record) => record.values['name']));
  expect(names(after)).toEqual(names(before));
  expect(after).toHaveLength(50);
  expect(after.every((record) => record.modId === 0)).toBe(true);
  const same = after.filter((record, n) => record.values['name'] === before[n]?.values['name']);
  expect(same.length).toBeLessThan(10);
});

test('hidden records are in no list and no find of that account, and are 200 by id, or 101 where that is asked for', async () => {
  const { call, server } = await bench([text('name')], [{ name: 'a' }, { name: 'a' }]);
  server.control.hide({ table, account: 'sync', recordIds: [1] });
  const listed = await call('GET', '/records');
  expect(recordsOf(listed).map((record) => record.recordId)).toEqual(['2']);
  const found = recordsOf(await call('POST', '/_find', { query: [{ name: '==a' }] }));
  expect(found.map((record) => record.recordId)).toEqual(['2']);
  expect((await call('GET', '/records/1')).code).toBe('200');
  server.control.hide({ table, account: 'sync', recordIds: [1], code: '101' });
  expect((await call('GET', '/records/1')).code).toBe('101');
  server.control.hide({ table, account: 'sync', recordIds: [] });
  expect(recordsOf(await call('GET', '/records'))).toHaveLength(2);
});

test('a renamed field is 102 by its old name at once and holds its values under the new one', async () => {
  const { call, server } = await bench([text('name')], [{ name: 'a' }]);
  await call('GET', '/records');
  server.control.renameField({ table, from: 'name', to: 'title' });
  expect((await call('POST', '/_find', { query: [{ name: 'a' }] })).code).toBe('102');
  expect(recordsOf(await call('GET', '/records'))[0]?.fieldData).toEqual({ title: 'a' });
});

test('a removed layout is 105 until it is put back', async () => {
  const { call, server } = await bench([text('name')]);
  server.control.removeLayout('Things');
  expect((await call('GET', '/records')).code).toBe('105');
  server.control.putBackLayout('Things');
  expect((await call('GET', '/records')).code).toBe('0');
});

test('a user is held to validation as a client is', async () => {
  const { server } = await bench([{ name: 'id', type: 'text', validation: { unique: true } }], [{ id: 'a' }]);
  expect(() => server.control.createAsUser({ table, values: { id: 'A' } })).toThrow(/not unique/);
});
