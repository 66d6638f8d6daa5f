/** Two clients that were written against real FileMaker Servers, as published, without a patch. */
import { DataApi, FetchAdapter } from '@proofkit/fmdapi';
import { Client } from 'fm-data-api-client';
import { afterEach, expect, test } from 'vitest';
import { practiceServer } from '../../src/simulator/practice.ts';
import { startSimulator, type Simulator } from '../../src/simulator/simulator.ts';

let server: Simulator | undefined;

afterEach(async () => server?.close());

async function started(): Promise<Simulator> {
  server = await startSimulator(practiceServer);
  return server;
}

test('@proofkit/fmdapi works against the simulator from login to logout', async () => {
  const { url, control } = await started();
  const adapter = new FetchAdapter({ server: url, db: 'Main', auth: { username: 'sync', password: 'sync' } });
  const client = DataApi({ adapter, layout: 'Contacts_Sync' });

  const made = await client.create({
    fieldData: { id: 'k1', name: 'Ada', amount: 1.5, birthday: '12/10/1815' },
  });
  expect(made).toMatchObject({ recordId: '1', modId: '0' });
  await client.create({ fieldData: { id: 'k2', name: 'Bo' } });
  expect(
    (await client.list({ limit: 1, sort: { fieldName: 'name', sortOrder: 'descend' } })).data,
  ).toMatchObject([{ fieldData: { name: 'Bo' } }]);
  const found = await client.findOne({ query: { id: '==k1' } });
  expect(found.data.fieldData).toMatchObject({ amount: 1.5, birthday: '12/10/1815', label: 'Ada' });
  expect(await client.maybeFindFirst({ query: { id: '==none' } })).toBeNull();
  expect(await client.update({ recordId: 1, modId: 0, fieldData: { name: 'Ada L' } })).toMatchObject({
    modId: '1',
  });
  await expect(client.update({ recordId: 1, modId: 0, fieldData: { name: 'x' } })).rejects.toMatchObject({
    code: '306',
  });
  await client.containerUpload({ containerFieldName: 'photo', recordId: 1, file: new Blob(['abc']) });
  expect((await client.get({ recordId: 1 })).data[0]?.fieldData['photo']).toContain('/Streaming_SSL/');
  expect(await client.executeScript({ script: 'Echo', scriptParam: 'hello' })).toMatchObject({
    scriptResult: 'hello',
    scriptError: '0',
  });
  expect((await client.layoutMetadata()).fieldMetaData.map((field) => field.name)).toContain('modified_at');
  await client.delete({ recordId: 2 });
  await adapter.disconnect();
  expect(control.stats()).toMatchObject({ openSessions: 0, maxOpenSessions: 1 });
  expect(control.count({ table: 'Contacts' })).toBe(1);
});

test('fm-data-api-client works against the simulator from login to logout', async () => {
  const { url, control } = await started();
  const client = new Client(url, 'Main', 'sync', 'sync');
  const layout = client.layout('Contacts_Sync');

  expect(await layout.create({ id: 'k1', name: 'Ada', amount: 2 })).toMatchObject({
    recordId: '1',
    modId: '0',
  });
  await layout.create({ id: 'k2', name: 'Bo' });
  expect(
    (await layout.range({ limit: 5, sort: { fieldName: 'name', sortOrder: 'descend' } })).data,
  ).toMatchObject([{ fieldData: { name: 'Bo' } }, { fieldData: { name: 'Ada' } }]);
  expect((await layout.find({ id: '==k1' })).data).toMatchObject([{ fieldData: { amount: 2 }, modId: '0' }]);
  expect((await layout.find({ id: '==none' }, {}, true)).data).toEqual([]);
  expect(await layout.update(1, { name: 'Ada L' }, { modId: 0 })).toMatchObject({ modId: '1' });
  expect((await layout.get(1)).data).toMatchObject([{ modId: '1', fieldData: { name: 'Ada L' } }]);
  expect(await client.request('layouts/Contacts_Sync/script/Echo?script.param=hello')).toMatchObject({
    scriptResult: 'hello',
  });
  expect(await client.request('layouts/Contacts_Sync')).toHaveProperty('fieldMetaData');
  await layout.delete(2);
  await client.clearToken();
  expect(control.stats()).toMatchObject({ openSessions: 0, maxOpenSessions: 1 });
  expect(control.count({ table: 'Contacts' })).toBe(1);
});
