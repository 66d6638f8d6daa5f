/** Servers, and what stands in front of them, that answer a batch in a way of their own. */
import { expect, test } from 'vitest';
import { connectOData } from '../../../src/filemaker/odata/connect.ts';
import type { BulkWrite } from '../../../src/ports/server.ts';
import { connectTo, contactsOf, never } from '../../contracts/server/kind.ts';
import { type Reply, type Script, startScripted } from '../http/scripted-server.ts';

const kind = { name: 'OData', layout: 'Contacts', findsAlike: false, connect: connectOData };

const json = (value: unknown): Reply => ({
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});

const error = (status: number, code: string): Reply => ({
  ...Object(json({ error: { code, message: 'no' } })),
  status,
});

const multipart = (parts: readonly string[]): Reply => ({
  headers: { 'content-type': 'multipart/mixed; boundary=r' },
  body: [...parts.map((part) => `--r\r\n${part}`), '--r--', ''].join('\r\n'),
});

const shown = (rows: readonly unknown[]): string =>
  `Content-Type: application/http\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n${JSON.stringify({ value: rows })}`;

const keys = Array.from({ length: 250 }, (_, at) => `a key that is long ${at}`);

const create = (key: string): BulkWrite => ({ kind: 'create', key, values: { name: 'new' } });

/** Reads in a batch are answered; what comes of one that writes is the test's. */
const writing =
  (reply: Reply): Script =>
  ({ body }) =>
    body.includes('POST ') ? reply : multipart([shown([])]);

test.each<readonly [string, Reply]>([
  ['refuses it as an operation that it does not know', error(400, '-1003')],
  [
    'answers 405 as a web page',
    { status: 405, headers: { 'content-type': 'text/html' }, body: '<h1>no</h1>' },
  ],
  ['answers something else', json({ value: [] })],
])('a server that %s takes none, and is asked once', async (_, reply) => {
  await using fake = await startScripted(() => reply);
  const { server } = connectTo(kind, fake.url);
  const table = server.table(contactsOf(kind));
  expect([await table.bulk?.(never), await table.bulk?.(never)]).toEqual([undefined, undefined]);
  expect(fake.requests).toHaveLength(1);
  await server.close();
});

test.each([500, 501, 503])(
  'what answers each batch with HTTP %i, as a web page, takes none: single requests go on',
  async (status) => {
    const refused: Reply = { status, headers: { 'content-type': 'text/html' }, body: '<h1>no</h1>' };
    await using fake = await startScripted(({ path }) =>
      path.endsWith('$batch') ? refused : json({ value: [] }),
    );
    const { server } = connectTo(kind, fake.url);
    const table = server.table(contactsOf(kind));
    expect(await table.bulk?.(never)).toBe(undefined);
    const tried = fake.requests.length;
    expect(await table.bulk?.(never)).toBe(undefined);
    expect(await table.lookUp(keys, never)).toEqual([]);
    expect(fake.requests.slice(tried).every(({ path }) => !path.endsWith('$batch'))).toBe(true);
    await server.close();
  },
);

test('but one that took some before is down, and that is said', async () => {
  let isDown = false;
  const down: Reply = { status: 503, headers: { 'content-type': 'text/html' }, body: '<h1>no</h1>' };
  await using fake = await startScripted(() => (isDown ? down : multipart([shown([])])));
  const { server } = connectTo(kind, fake.url);
  const table = server.table(contactsOf(kind));
  const bulk = await table.bulk?.(never);
  isDown = true;
  await expect(table.lookUp(keys, never)).rejects.toMatchObject({ code: 'server-unreachable' });
  expect(await table.bulk?.(never)).toBe(bulk);
  await server.close();
});

test.each([
  ['-1032', '/fmi/odata/v4/Sales.fmp12/Contacts'],
  ['-1000', '/fmi/odata/v4/Sales.fmp12/Contacts'],
])('where the paths within are refused with %s they are written otherwise', async (code, path) => {
  await using fake = await startScripted(({ body }) =>
    body.includes(`GET ${path}?`) ? multipart([shown([])]) : error(400, code),
  );
  const { server } = connectTo(kind, fake.url);
  expect(await server.table(contactsOf(kind)).bulk?.(never)).toBeDefined();
  expect(fake.requests).toHaveLength(2);
  await server.close();
});

test('what is too long goes in smaller batches, and one that is by itself goes as a request', async () => {
  const tooLong: Reply = { status: 413, headers: { 'content-type': 'text/html' }, body: '<h1>too long</h1>' };
  await using fake = await startScripted(writing(tooLong));
  const { server } = connectTo(kind, fake.url);
  const table = server.table({ ...contactsOf(kind), fieldNames: { name: 'Name' } });
  const writes = ['a', 'b', 'c', 'd'].map(create);
  const sizes: number[] = [];
  const bulk = await table.bulk?.(never);
  if (bulk === undefined || bulk === 'untried') throw new Error('there is no way for many');
  for (let most = bulk.most(writes); most > 0; most = bulk.most(writes)) {
    const next = writes.slice(0, most);
    sizes.push(most);
    const outcomes = await bulk.apply(next, Number.POSITIVE_INFINITY, never);
    expect(new Set(outcomes.map((outcome) => outcome.kind))).toEqual(new Set(['unsent']));
  }
  expect(sizes).toEqual([4, 2, 1]);
  await server.close();
});

test('an answer without a single part leaves all unknown, and no further batch is sent', async () => {
  await using fake = await startScripted(writing(multipart([])));
  const { server } = connectTo(kind, fake.url);
  const table = server.table({ ...contactsOf(kind), fieldNames: { name: 'Name' } });
  const bulk = await table.bulk?.(never);
  if (bulk === undefined || bulk === 'untried') throw new Error('there is no way for many');
  expect(await bulk.apply([create('a'), create('b')], Number.POSITIVE_INFINITY, never)).toEqual([
    { kind: 'unknown' },
    { kind: 'unknown' },
  ]);
  expect(await table.bulk?.(never)).toBe(undefined);
  await server.close();
});
