import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { connect, contacts, never } from './bindings.ts';
import { envelope, startScripted, withSessions, type Reply } from '../http/scripted-server.ts';
import { simulate } from '../../contracts/server/simulated.ts';

const all = { offset: 0, limit: 10 };
const html: Reply = { status: 502, headers: { 'content-type': 'text/html' }, body: '<h1>Bad Gateway</h1>' };

test('a host that refuses connections is unreachable, and no slot is used', async () => {
  const fake = await startScripted(() => html);
  await fake[Symbol.asyncDispose]();
  await using connected = connect(fake.url);
  const listing = connected.server.table(contacts).list(all, never);
  await expect(listing).rejects.toMatchObject({ code: 'server-unreachable' });
  await expect(listing).rejects.toThrow(/ECONNREFUSED/);
  expect([connected.clock.slept.length, connected.slots.held]).toEqual([4, []]);
});

test.each([
  { emptyList: 'empty', page: { records: [], foundCount: 0, totalCount: 0 } },
  { emptyList: '401', page: { records: [], foundCount: 0 } },
] as const)('an empty table (answered as $emptyList) is an empty page', async ({ emptyList, page }) => {
  await using simulator = await simulate([], { emptyList });
  await using connected = connect(simulator.url);
  const listed = await connected.server.table(contacts).list(all, never);
  expect(listed).toEqual(page);
});

test('a page beyond the last record that is answered 101 is empty', async () => {
  await using fake = await startScripted(withSessions(() => envelope('101')));
  await using connected = connect(fake.url);
  const listed = await connected.server.table(contacts).list({ offset: 900, limit: 3 }, never);
  expect(listed.records).toEqual([]);
});

test('a compressed answer is read', async () => {
  const text = JSON.stringify({
    response: { data: [], dataInfo: { foundCount: 4 } },
    messages: [{ code: '0' }],
  });
  const bytes = gzipSync(text);
  await using fake = await startScripted(
    withSessions(() => ({ headers: { 'content-encoding': 'gzip' }, body: bytes })),
  );
  await using connected = connect(fake.url);
  expect((await connected.server.table(contacts).list(all, never)).foundCount).toBe(4);
});

test('a code counts wherever it stands among the messages', async () => {
  const messages = [
    { code: '0', message: 'OK' },
    { code: '401', message: 'No records match the request' },
  ];
  await using fake = await startScripted(
    withSessions(() => ({ body: JSON.stringify({ response: {}, messages }) })),
  );
  await using connected = connect(fake.url);
  expect(await connected.server.table(contacts).lookUp(['k'], never)).toEqual([]);
});

test('a field that is not on the layout is named', async () => {
  await using simulator = await simulate([{ PK: 'k1' }]);
  await using connected = connect(simulator.url);
  const binding = { ...contacts, fieldNames: { name: 'Nickname' } };
  const listed = connected.server.table(binding).list(all, never);
  await expect(listed).rejects.toMatchObject({ code: 'field-missing' });
  await expect(listed).rejects.toThrow(/field "Nickname".*layout "sync contacts"/);
});

test('a database that is not open is named', async () => {
  await using simulator = await simulate();
  await using connected = connect(simulator.url);
  const listed = connected.server.table({ ...contacts, database: 'Gone' }).list(all, never);
  await expect(listed).rejects.toMatchObject({ code: 'database-unavailable', fileMakerCode: '802' });
  expect(connected.slots.held).toEqual([]);
});

test("a server's clock is measured between the sending and the answer, without a session", async () => {
  await using fake = await startScripted(() => {
    connected.clock.at += 40;
    const body = JSON.stringify({ response: { productInfo: {} }, messages: [{ code: '0' }] });
    return { headers: { date: 'Sun, 22 Nov 2026 10:00:03 GMT' }, body };
  });
  const connected = connect(fake.url);
  const asked = connected.clock.at;
  const shown = Date.parse('2026-11-22T10:00:03Z');
  expect(await connected.server.probe(never)).toEqual({
    offset: { lo: shown - (asked + 40), hi: shown + 1000 - asked },
    at: asked + 40,
  });
  await connected.server.close();
});

test.each([
  ['a web page', { headers: { 'content-type': 'text/html' }, body: '<h1>It works!</h1>' }],
  ['some other JSON', { body: '{"status":"fine"}' }],
  ['a page that is not found', { status: 404, body: 'not found' }],
])('a host that answers %s is no FileMaker Server, and is asked once', async (_, reply: Reply) => {
  await using fake = await startScripted(() => reply);
  await using connected = connect(fake.url);
  await expect(connected.server.probe(never)).rejects.toMatchObject({ code: 'not-filemaker' });
  expect(fake.requests).toHaveLength(1);
});
