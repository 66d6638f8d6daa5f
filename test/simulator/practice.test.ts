import { afterEach, expect, test } from 'vitest';
import { citiesDatabase, clarisDefaultFields, practiceServer } from '../../src/simulator/practice.ts';
import { bench, benchOf, closeAll, recordsOf } from './client.ts';

afterEach(closeAll);

const contacts = '/fmi/data/v2/databases/Main/layouts/Contacts_Sync';

test('a contact of the practice server gets a key and a stamp, and its key is taken only once', async () => {
  const { client, token } = await benchOf(practiceServer);
  const create = (fieldData: object) =>
    client.send('POST', `${contacts}/records`, { token, body: { fieldData } });
  await create({ name: 'Ada' });
  const [record] = recordsOf(await client.send('GET', `${contacts}/records`, { token }));
  expect(record?.fieldData).toMatchObject({ name: 'Ada', label: 'Ada', modified_at: '11/23/2026 12:00:00' });
  expect((await create({ id: record?.fieldData['id'] })).code).toBe('504');
});

test('cities keep the stamps they are given and are found by key', async () => {
  const oslo = { id: 'no-1', name: 'Oslo', country: 'NO', admin_code: '12', population: 580000 };
  const row = { ...oslo, latitude: 59.91, longitude: 10.75, modified_at: '2020-01-01T00:00:00' };
  const { client, token } = await benchOf({ databases: [citiesDatabase([row])] });
  const path = '/fmi/data/v2/databases/Main/layouts/Cities_Sync/_find';
  const reply = await client.send('POST', path, { token, body: { query: [{ id: '==no-1' }] } });
  expect(recordsOf(reply)[0]).toMatchObject({
    modId: '0',
    fieldData: { ...row, modified_at: '01/01/2020 00:00:00' },
  });
});

test('the five fields that FileMaker gives every table fill themselves and take a key only with prohibitmode', async () => {
  const { call } = await bench(clarisDefaultFields);
  await call('POST', '/records', { fieldData: {} });
  const given = { fieldData: { PrimaryKey: 'mine' } };
  expect((await call('POST', '/records', given)).code).toBe('201');
  expect((await call('POST', '/records', { ...given, options: { prohibitmode: 'script' } })).code).toBe('0');
  const records = recordsOf(await call('GET', '/records'));
  expect(records.map((record) => record.fieldData)).toEqual([
    expect.objectContaining({ PrimaryKey: expect.stringMatching(/^[0-9A-F-]{36}$/), CreatedBy: 'sync' }),
    expect.objectContaining({ PrimaryKey: 'mine', ModificationTimestamp: '11/23/2026 12:00:00' }),
  ]);
});
