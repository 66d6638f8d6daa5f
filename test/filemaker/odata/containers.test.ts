/** Files of containers over OData, as servers, and what stands in front of them, answer that are unlike the simulated one. */
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { connectOData } from '../../../src/filemaker/odata/connect.ts';
import type { Downloaded, FileFrom, ServerFiles } from '../../../src/ports/server.ts';
import { connectTo, contactsOf, never } from '../../contracts/server/kind.ts';
import { type Reply, type Script, startScripted } from '../http/scripted-server.ts';

const kind = { name: 'OData', layout: 'Contacts', findsAlike: false, connect: connectOData };

type Taken = { readonly name: string; readonly bytes: Buffer };

const take = async ({ name, bytes }: FileFrom): Promise<Taken> => ({
  name,
  bytes: Buffer.concat(await Array.fromAsync(bytes)),
});

async function withServer(
  script: Script,
  work: (files: ServerFiles) => Promise<void>,
  options: { readonly sessions?: number } = {},
): Promise<void> {
  await using fake = await startScripted(script);
  const { server } = connectTo(kind, fake.url, options);
  const binding = contactsOf(kind);
  const { files } = server.table({
    ...binding,
    fieldNames: { ...binding.fieldNames, picture: 'Picture' },
    types: { ...binding.types, picture: 'container' },
  });
  if (files === undefined) throw new Error('OData carries files');
  await work(files);
  await server.close();
}

const downloaded = (reply: Reply): Promise<Downloaded<Taken>> => downloadedBy(() => reply);

async function downloadedBy(script: Script): Promise<Downloaded<Taken>> {
  const told: { got?: Downloaded<Taken> } = {};
  await withServer(script, async (files) => {
    told.got = await files.download('1', 'picture', take, never);
  });
  if (told.got === undefined) throw new Error('nothing came of it');
  return told.got;
}

const plain = (body: Buffer, length?: number): Reply => ({
  headers: {
    'content-type': 'text/plain',
    ...(length !== undefined && { 'content-length': String(length) }),
  },
  body,
});

const json = (status: number, value: unknown): Reply => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});

/** A server that shows the record, and answers by the script what is asked of its container. */
const orRecord =
  (script: Script): Script =>
  (request) =>
    request.path.includes('/Picture') ? script(request) : json(200, { ROWID: '1', ROWMODID: '0', PK: 'k1' });

describe('text without a name', () => {
  test('is a file to its last byte where its length is not told', async () => {
    const body = Buffer.alloc(300_000, 'a');
    const got = await downloaded(plain(body));
    expect(got.kind === 'taken' && got.result.bytes.equals(body)).toBe(true);
  });

  test.each([['told'], ['not told']])('keeps bytes that are no UTF-8, its length %s', async (length) => {
    const body = Buffer.from('Grüße aus Köln', 'latin1');
    const got = await downloaded(plain(body, length === 'told' ? body.length : undefined));
    expect(got).toEqual({ kind: 'taken', result: { name: '', bytes: body } });
  });

  test('is a path where it reads like one', async () => {
    const body = Buffer.from('file:report.pdf\rfilewin:/C:/report.pdf');
    expect(await downloaded(plain(body))).toEqual({ kind: 'reference' });
  });
});

test('what comes compressed though nobody asked for that is never taken for the file', async () => {
  const headers = { 'content-type': 'image/png', 'content-encoding': 'gzip' };
  const compressed = { headers, body: gzipSync('hello') };
  expect(await downloadedBy(orRecord(() => compressed))).toMatchObject({
    kind: 'refused',
    reason: expect.stringContaining('it came compressed (gzip)') as unknown,
  });
});

const tooLarge = () => Promise.reject(new Error('too large'));

test('files that nobody reads, as they are too large, leave the connections to others', async () => {
  const body = Buffer.alloc(3_000_000);
  const large: Reply = {
    headers: { 'content-type': 'image/png', 'content-length': String(body.length) },
    body,
  };
  await withServer(
    () => large,
    async (files) => {
      for (let tries = 0; tries < 8; tries += 1)
        await expect(files.download('1', 'picture', tooLarge, never)).rejects.toThrow('too large');
    },
  );
});

/** What is answered to whoever asks for the bytes, and for the field. */
const value =
  (reply: Reply, field: Reply): Script =>
  ({ path }) =>
    path.endsWith('/$value') ? reply : field;

describe('a container is empty', () => {
  const error = (code: string): Reply => json(404, { error: { code, message: 'no' } });
  const page: Reply = { status: 404, headers: { 'content-type': 'text/html' }, body: '<h1>Not Found</h1>' };

  test.each<readonly [string, Reply, Reply]>([
    ['where it shows nothing', { status: 204, body: '' }, page],
    ['where there is no value, and the field is shown as empty', error('8309'), json(200, { value: null })],
    ['where there is no value, and none of the field', error('-1023000'), { status: 204, body: '' }],
  ])('%s', async (_, reply, field) => {
    expect(await downloadedBy(orRecord(value(reply, field)))).toEqual({ kind: 'empty' });
  });

  test.each<readonly [string, Reply, Reply]>([
    ['a web page says that there is nothing', page, json(200, { value: null })],
    ['the address is not understood', error('-1002'), error('-1002')],
    ['the field is missing', error('102'), error('102')],
    ['the field shows a file', error('8309'), json(200, { value: 'A'.repeat(100_000) })],
    ['the field is not shown', error('8309'), page],
  ])('not because %s', async (_, reply, field) => {
    expect(await downloadedBy(orRecord(value(reply, field)))).toMatchObject({ kind: 'refused' });
  });
});

describe('a file that does not come', () => {
  test('is no fault of the file where the server answers nothing else either', async () => {
    const gone = downloaded('breakOff');
    await expect(gone).rejects.toMatchObject({ code: 'server-unreachable' });
  });

  test('is one where the server shows the record all the while', async () => {
    expect(await downloadedBy(orRecord(() => 'breakOff'))).toMatchObject({ kind: 'refused' });
  });

  test('comes once the server is back', async () => {
    let requests = 0;
    const body = Buffer.from('a picture');
    const back = orRecord(() => ({ headers: { 'content-type': 'image/png' }, body }));
    const got = await downloadedBy((request) => {
      requests += 1;
      return requests <= 4 ? 'breakOff' : back(request);
    });
    expect(got).toEqual({ kind: 'taken', result: { name: '', bytes: body } });
  });
});

async function* ours(): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from('ours!'));
}

test('an upload leaves right behind the look that it rests on, with no turn of others between the two', async () => {
  const look: Reply = json(200, { ROWID: '1', ROWMODID: '3', PK: 'k1' });
  const seen: string[] = [];
  const first = Promise.withResolvers<void>();
  const script: Script = ({ method, path }) => {
    seen.push(method === 'PATCH' ? 'upload' : path.endsWith('/$value') ? 'download' : 'look');
    first.resolve();
    if (method === 'PATCH') return { status: 204, body: '' };
    return path.endsWith('/$value') ? { headers: { 'content-type': 'image/png' }, body: 'theirs' } : look;
  };
  await withServer(
    script,
    async (files) => {
      const file = { name: 'ours.png', type: 'image/png', size: 5, open: ours };
      const uploaded = files.upload('1', 3, 'picture', file, never);
      await first.promise;
      await Promise.all([uploaded, files.download('2', 'picture', take, never)]);
    },
    { sessions: 1 },
  );
  expect(seen.slice(0, 2)).toEqual(['look', 'upload']);
});
