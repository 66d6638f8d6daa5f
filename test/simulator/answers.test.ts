import { afterEach, expect, test } from 'vitest';
import { bench, closeAll, layout, recordsOf, start, text } from './client.ts';

afterEach(closeAll);

const fields = [text('name'), { name: 'amount', type: 'number' }, { name: 'day', type: 'date' }] as const;

test('codes, record ids and modIds are strings; counts and numbers are numbers; empty is "" for every type', async () => {
  const { call } = await bench(fields, [{ name: 'a', amount: 1.5 }, {}]);
  const reply = await call('GET', '/records');
  expect(reply.status).toBe(200);
  expect(JSON.parse(reply.text)).toEqual({
    response: {
      dataInfo: {
        database: 'Main',
        layout: 'Things',
        table: 'Things',
        totalRecordCount: 2,
        foundCount: 2,
        returnedCount: 2,
      },
      data: [
        { fieldData: { name: 'a', amount: 1.5, day: '' }, portalData: {}, recordId: '1', modId: '0' },
        { fieldData: { name: '', amount: '', day: '' }, portalData: {}, recordId: '2', modId: '0' },
      ],
    },
    messages: [{ code: '0', message: 'OK' }],
  });
});

test.each([
  [
    '3070884973408833919385016168376332397025719676107210536517',
    '3070884973408833919385016168376332397025719676107210536517',
  ],
  ['-9007199254740993.000000001', '-9007199254740993.000000001'],
  ['.5', '0.5'],
  ['1e3', '1000'],
  ['about 7', '"about 7"'],
  ['', '""'],
])('a number field that was given the text %s shows %s', async (given, shown) => {
  const { call } = await bench(fields);
  await call('POST', '/records', { fieldData: { amount: given } });
  expect((await call('GET', '/records')).text).toContain(`"amount":${shown},`);
});

test('digits of a bare JSON number arrive without loss', async () => {
  const { client, call, token } = await bench(fields);
  const raw = '{"fieldData":{"amount":12345678901234567890123456789.25,"name":"n"}}';
  await client.send('POST', `${layout}/records`, { token, raw });
  expect((await call('GET', '/records')).text).toContain('"amount":12345678901234567890123456789.25,');
});

test('a find without a hit is HTTP 500 with code 401', async () => {
  const { call } = await bench(fields, [{ name: 'a' }]);
  const reply = await call('POST', '/_find', { query: [{ name: '==b' }] });
  expect(reply).toMatchObject({ status: 500, code: '401', response: {} });
});

test.each([
  ['empty', 200, '0'],
  ['401', 500, '401'],
] as const)('listing an empty table answers as configured: %s', async (emptyList, status, code) => {
  const { call } = await bench(fields, [], { emptyList });
  expect(await call('GET', '/records')).toMatchObject({ status, code });
});

test.each([
  ['a field that is not on the layout', { fieldData: { nope: 'x' } }, 500, '102'],
  ['null', { fieldData: { name: null } }, 400, '1708'],
  ['no fieldData', {}, 400, '958'],
  ['a key that the call does not know', { fieldData: {}, extra: '1' }, 400, '960'],
  ['a date that is none', { fieldData: { day: '13/45/2026' } }, 500, '500'],
])('a create with %s is refused and creates nothing', async (_, body, status, code) => {
  const { call, server } = await bench(fields);
  expect(await call('POST', '/records', body)).toMatchObject({ status, code });
  expect(server.control.count({ table: 'Things' })).toBe(0);
});

test('broken JSON is 1710, a missing content type 415', async () => {
  const { client, token } = await bench(fields);
  const broken = await client.send('POST', `${layout}/records`, { token, raw: '{"fieldData":' });
  expect(broken).toMatchObject({ status: 400, code: '1710' });
  const headers = { 'Content-Type': 'text/plain' };
  const untyped = await client.send('POST', `${layout}/records`, { token, raw: '{}', headers });
  expect(untyped.status).toBe(415);
});

test.each([
  ['GET', '/fmi/data/v2/databases/Main/layouts/Nope/records', 500, '105'],
  ['GET', `${layout}/records/99`, 500, '101'],
  ['GET', `${layout}/records/abc`, 500, '101'],
  ['PUT', `${layout}/records`, 405, '1704'],
  ['OPTIONS', `${layout}/records`, 405, '1704'],
  ['PATCH', `${layout}/_find`, 405, '1704'],
  ['GET', '/fmi/data/v9/productInfo', 404, '1700'],
  ['GET', '/fmi/data/v2/nothing', 404, '1700'],
  ['GET', `${layout}/records?_limit=0`, 400, '960'],
  ['GET', `${layout}/records?script=${'x'.repeat(2000)}`, 414, '1630'],
])('%s %s is HTTP %i with code %s', async (method, path, status, code) => {
  const { client, token } = await bench(fields);
  expect(await client.send(method, path, { token })).toMatchObject({ status, code });
});

test('v1, v2 and vLatest answer; names in URLs are percent-decoded', async () => {
  const { client, token } = await bench(fields);
  for (const version of ['v1', 'v2', 'vLatest']) {
    const reply = await client.send('GET', `/fmi/data/${version}/databases/M%61in/layouts/Things/records`, {
      token,
    });
    expect(reply.code).toBe('0');
  }
});

test('a request without a token is 401 with code 10', async () => {
  const { client } = await bench(fields);
  expect(await client.send('GET', `${layout}/records`)).toMatchObject({ status: 401, code: '10' });
});

test('the Date header of every answer is the clock of the host in whole seconds, also after a step', async () => {
  const { client, server, clock } = await bench(fields, [], { clockOffsetMs: -90_500 });
  const date = async () => (await client.send('GET', '/fmi/data/v2/productInfo')).headers.get('date');
  expect(await date()).toBe(new Date(start - 91_000).toUTCString());
  server.control.stepClock(90_500);
  clock.advance(999);
  expect(await date()).toBe(new Date(start).toUTCString());
  const refused = await client.send('GET', '/fmi/data/v2/nothing');
  expect(refused.headers.get('date')).toBe(new Date(start).toUTCString());
});

test('an answer is compressed only when it is long and gzip is accepted', async () => {
  const { client, token, call } = await bench(
    fields,
    Array.from({ length: 50 }, () => ({ name: 'x'.repeat(50) })),
  );
  const plain = await client.send('GET', `${layout}/records`, {
    token,
    headers: { 'Accept-Encoding': 'identity' },
  });
  const zipped = await call('GET', '/records');
  const short = await call('GET', '/records/1');
  expect(plain.headers.get('content-encoding')).toBeNull();
  expect(zipped.headers.get('content-encoding')).toBe('gzip');
  expect(short.headers.get('content-encoding')).toBeNull();
  expect(recordsOf(zipped)).toEqual(recordsOf(plain));
});

test('headers are those that were captured from real servers', async () => {
  const { client } = await bench(fields);
  const { headers } = await client.send('GET', '/fmi/data/v2/productInfo');
  expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(headers.get('cache-control')).toBe('no-cache');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('vary')).toBe('Accept-Encoding');
});

test('productInfo and databases answer without a session', async () => {
  const { client } = await bench(fields, [], { version: '19.6' });
  const info = await client.send('GET', '/fmi/data/v2/productInfo');
  expect(info.response['productInfo']).toMatchObject({ version: '19.6.1.45', dateFormat: 'MM/dd/yyyy' });
  const databases = await client.send('GET', '/fmi/data/v2/databases');
  expect(databases.response).toEqual({ databases: [{ name: 'Main' }] });
});

test('metadata of a layout shows each of its fields with its type and says timeStamp with a capital S', async () => {
  const { call } = await bench([
    ...fields,
    { name: 'at', type: 'timestamp', autoEnter: 'modifiedAt' },
    { name: 'calc', type: 'text', kind: 'calculation', calculation: { join: ['name'] } },
    { name: 'phone', type: 'text', repetitions: 3, validation: { notEmpty: true } },
  ]);
  const { response } = await call('GET', '');
  expect(response).toMatchObject({
    fieldMetaData: [
      { name: 'name', type: 'normal', result: 'text', autoEnter: false, maxRepeat: 1 },
      { name: 'amount', result: 'number' },
      { name: 'day', result: 'date' },
      { name: 'at', result: 'timeStamp', autoEnter: true },
      { name: 'calc', type: 'calculation' },
      { name: 'phone', maxRepeat: 3, notEmpty: true },
    ],
    portalMetaData: {},
  });
});
