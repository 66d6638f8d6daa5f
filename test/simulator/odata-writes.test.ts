/** OData: create, update and delete, by key and by filter, over the same records as the Data API. */
import { afterEach, expect, test } from 'vitest';
import { closeOData, peopleBench } from './odata-client.ts';
import { Client } from './client.ts';

afterEach(closeOData);

const people = { table: 'People' };

test('a create answers 201 with the record and its address by key', async () => {
  const { call, server } = await peopleBench();
  const reply = await call('POST', '/People', {
    body: { PrimaryKey: 'n', name: 'Né', age: 1.5, seen: null },
  });
  expect(reply).toMatchObject({
    status: 201,
    json: { PrimaryKey: 'n', name: 'Né', age: 1.5, label: 'Né/n', changed: '2026-11-23T12:00:00Z' },
  });
  expect(reply.headers['location']).toBe(`${server.url}/fmi/odata/v4/Main/People('n')`);
  expect(server.control.records(people).at(-1)?.values).toMatchObject({ name: 'Né', age: '1.5' });
});

test('with return=minimal it answers 204 and names the row id', async () => {
  const { call, server } = await peopleBench();
  const reply = await call('POST', '/People', { body: { name: 'x' }, headers: { prefer: 'return=minimal' } });
  expect(reply).toMatchObject({ status: 204, text: '' });
  expect(reply.headers['location']).toBe(`${server.url}/fmi/odata/v4/Main/People(ROWID=4)`);
});

test('an update answers 204 with how many it changed, or the record where that is preferred', async () => {
  const { call, server } = await peopleBench();
  const plain = await call('PATCH', "/People('a')", { body: { name: 'Ada II', age: '' } });
  expect(plain).toMatchObject({ status: 204, text: '' });
  expect(plain.headers['fmodata.affected_rows']).toBe('1');
  const full = await call('PATCH', '/People(ROWID=1)', {
    body: { born: '2000-01-31', seen: '2026-05-06T07:08:09Z', wakes: '05:00:00' },
    headers: { prefer: 'return=representation' },
  });
  expect(full).toMatchObject({ status: 200, json: { name: 'Ada II', age: null, born: '2000-01-31' } });
  expect(server.control.records(people)[0]).toMatchObject({
    modId: 2,
    values: { seen: '2026-05-06T07:08:09', wakes: '05:00:00' },
  });
});

test('a delete answers 204; a key that is not there is 404 for all three', async () => {
  const { call, server } = await peopleBench();
  expect(await call('DELETE', "/People('a')")).toMatchObject({
    status: 204,
    headers: { 'fmodata.affected_rows': '1' },
  });
  for (const method of ['GET', 'PATCH', 'DELETE'])
    expect(await call(method, "/People('a')", { body: { name: 'x' } })).toMatchObject({
      status: 404,
      code: '-1023',
    });
  expect(server.control.count(people)).toBe(2);
});

test('a PATCH and a DELETE by filter take all that it finds, and all records where it is not seen', async () => {
  const { call, server } = await peopleBench();
  const filter = "$filter=contains(name,'y')%20or%20name%20eq%20'Bo'";
  expect(await call('PATCH', `/People?${filter}`, { body: { age: 7 } })).toMatchObject({
    status: 204,
    headers: { 'fmodata.affected_rows': '2' },
  });
  expect(server.control.records(people).map(({ values }) => values['age'])).toEqual(['36', '7', '7']);
  expect(await call('DELETE', '/People?$filter=age%20eq%207')).toMatchObject({
    headers: { 'fmodata.affected_rows': '2' },
  });
  expect(await call('DELETE', "/People?%24filter=name%20eq%20'none'")).toMatchObject({ status: 204 });
  expect(server.control.count(people)).toBe(0);
});

test('a locked record is 301, and keeps a filtered update from changing any', async () => {
  const { call, server } = await peopleBench();
  server.control.lock({ ...people, recordIds: [2] });
  expect(await call('PATCH', "/People('b')", { body: { name: 'x' } })).toMatchObject({
    status: 400,
    code: '301',
  });
  expect(await call('PATCH', '/People', { body: { name: 'x' } })).toMatchObject({ code: '301' });
  expect(server.control.records(people).map(({ modId }) => modId)).toEqual([0, 0, 0]);
  expect(server.control.stats()).toMatchObject({ writes: 0 });
});

test('validation, privileges and hidden records hold as for the Data API', async () => {
  const { call, server } = await peopleBench({
    accounts: [{ name: 'sync', password: 'sync', privileges: { delete: false } }],
  });
  const twice = await call('POST', '/People', { body: { PrimaryKey: 'a' } });
  expect(twice).toMatchObject({ status: 400, code: '504' });
  expect(await call('PATCH', "/People('a')", { body: { PrimaryKey: '' } })).toMatchObject({ code: '509' });
  expect(await call('DELETE', "/People('a')")).toMatchObject({ code: '200' });
  server.control.hide({ ...people, account: 'sync', recordIds: [1] });
  expect(await call('GET', "/People('a')")).toMatchObject({ status: 404, code: '-1023' });
});

test.each([
  [{ name: true }, '8309'],
  [{ other: 1 }, '8309'],
  [{ born: 'yesterday' }, '8309'],
  [{ label: 'x' }, '201'],
])('a body with %j is refused with %s', async (body, code) => {
  const { call } = await peopleBench();
  expect(await call('PATCH', "/People('a')", { body })).toMatchObject({ status: 400, code });
});

test('a body that is no JSON is refused, and nothing is done', async () => {
  const { call, server } = await peopleBench();
  const headers = { 'content-type': 'application/json' };
  expect(await call('POST', '/People', { raw: '{"name":', headers })).toMatchObject({ status: 400 });
  expect(server.control.count(people)).toBe(3);
});

test('what one API writes the other reads at once', async () => {
  const { call, server } = await peopleBench();
  const client = new Client(server.url);
  const token = await client.login();
  const layout = '/fmi/data/v2/databases/Main/layouts/People';
  const made = await client.send('POST', `${layout}/records`, {
    token,
    body: { fieldData: { PrimaryKey: 'd', name: 'by the Data API' } },
  });
  const recordId = String(made.response['recordId']);
  expect((await call('GET', `/People(ROWID=${recordId})`)).json).toMatchObject({ name: 'by the Data API' });
  await call('PATCH', "/People('d')", { body: { name: 'by OData' } });
  const read = await client.send('GET', `${layout}/records/${recordId}`, { token });
  expect(read.response).toMatchObject({ data: [{ modId: '1', fieldData: { name: 'by OData' } }] });
  expect(server.control.writes().map(({ kind }) => kind)).toEqual(['create', 'update']);
});

test('a PATCH of a key that is not there makes the record outside of a batch only where the switch says so', async () => {
  const { call, server } = await peopleBench({ odata: { upsert: { outside: true } } });
  expect(await call('PATCH', "/People('new')", { body: { name: 'x' } })).toMatchObject({ status: 204 });
  expect(server.control.records(people).at(-1)?.values).toMatchObject({ PrimaryKey: 'new', name: 'x' });
});
