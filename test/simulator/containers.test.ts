import { afterEach, expect, test } from 'vitest';
import { bench, closeAll, layout, recordsOf, type Bench } from './client.ts';

afterEach(closeAll);

const fields = [{ name: 'photo', type: 'container', repetitions: 2 }] as const;

function form(part: string, bytes: Uint8Array<ArrayBuffer>): FormData {
  const data = new FormData();
  data.append(part, new Blob([bytes], { type: 'image/png' }), 'a b.png');
  return data;
}

const bytes = new Uint8Array([0, 255, 13, 10, 13, 10, 45, 45, 7]);

async function uploaded({ client, token }: Bench) {
  const path = `${layout}/records/1/containers/photo/1`;
  return client.send('POST', path, { token, raw: form('upload', bytes) });
}

test('uploaded bytes come back by the address in the record: first 302 with a cookie, then the bytes', async () => {
  const made = await bench(fields, [{}]);
  expect((await uploaded(made)).response).toEqual({ modId: '1' });
  const [record] = recordsOf(await made.call('GET', '/records/1'));
  const url = String(record?.fieldData['photo(1)']);
  expect(url).toMatch(/\/Streaming_SSL\/MainDB\/[0-9A-F]{64}\.png\?RCType=EmbeddedRCFileProcessor$/);
  const first = await made.client.send('GET', url, { token: made.token });
  expect(first.status).toBe(302);
  const cookie = first.headers.get('set-cookie')?.split(';')[0] ?? '';
  expect(cookie).toMatch(/^X-FMS-Session-Key=/);
  const second = await fetch(first.headers.get('location') ?? '', { headers: { Cookie: cookie } });
  expect(second.headers.get('content-type')).toBe('image/png');
  expect(new Uint8Array(await second.arrayBuffer())).toEqual(bytes);
});

test('a container address is 401 without token and cookie, and once its session has ended', async () => {
  const made = await bench(fields, [{}]);
  await uploaded(made);
  const [record] = recordsOf(await made.call('GET', '/records/1'));
  const url = String(record?.fieldData['photo(1)']);
  expect((await made.client.send('GET', url)).status).toBe(401);
  made.server.control.endSessions();
  expect((await made.client.send('GET', url, { token: made.token })).status).toBe(401);
  expect((await made.client.send('GET', url, { token: await made.client.login() })).status).toBe(401);
});

test('an upload at a modId that has passed is 306, one without the part "upload" 960', async () => {
  const { client, token, server } = await bench(fields, [{}]);
  const path = `${layout}/records/1/containers/photo`;
  const late = await client.send('POST', `${path}?modId=7`, { token, raw: form('upload', bytes) });
  expect(late.code).toBe('306');
  const misnamed = await client.send('POST', path, { token, raw: form('file', bytes) });
  expect(misnamed).toMatchObject({ status: 400, code: '960' });
  expect(server.control.records({ table: 'Things' })).toMatchObject([{ modId: 0 }]);
});

test('fieldData clears a container and takes no text for it', async () => {
  const made = await bench(fields, [{}]);
  await uploaded(made);
  expect((await made.call('PATCH', '/records/1', { fieldData: { photo: 'text' } })).code).toBe('1708');
  await made.call('PATCH', '/records/1', { fieldData: { photo: '' } });
  expect(recordsOf(await made.call('GET', '/records/1'))[0]?.fieldData['photo(1)']).toBe('');
});

test('before version 21 an upload does not tell its modId', async () => {
  const made = await bench(fields, [{}], { version: '20' });
  expect((await uploaded(made)).response).toEqual({});
});
