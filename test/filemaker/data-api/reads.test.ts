import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { connect, contacts, never } from './bindings.ts';
import { envelope, startScripted, withSessions, type Reply } from '../http/scripted-server.ts';
import { place, simulate } from './simulated.ts';

const all = { offset: 0, limit: 10 };
const html: Reply = { status: 502, headers: { 'content-type': 'text/html' }, body: '<h1>Bad Gateway</h1>' };

test('a read that a gateway answers in HTML is repeated until FileMaker answers', async () => {
  await using simulator = await simulate([{ PK: 'k1' }]);
  simulator.control.addTrouble({ effect: { kind: 'html', status: 502 }, on: ['list'], next: 3 });
  await using connected = connect(simulator.url);
  const { records } = await connected.server.table(contacts).list(all, never);
  expect(records.map(({ key }) => key)).toEqual(['k1']);
  expect([simulator.control.stats().requests.list, connected.clock.slept]).toEqual([4, [100, 200, 400]]);
});

test.each([
  ['the connection is reset', { kind: 'resetBefore' as const }],
  ['the JSON breaks off', { kind: 'truncate' as const }],
  ['the server asks to repeat', { kind: 'error' as const, code: '16' }],
  ['the file is locked', { kind: 'error' as const, code: '300' }],
])('a read is repeated when %s', async (_, effect) => {
  await using simulator = await simulate([{ PK: 'k1' }]);
  simulator.control.addTrouble({ effect, on: ['find'], next: 2 });
  await using connected = connect(simulator.url);
  expect(await connected.server.table(contacts).lookUp(['k1'], never)).toHaveLength(1);
});

test('a read is given up after five tries, and the error says what was tried and what to do', async () => {
  await using fake = await startScripted(withSessions(() => html));
  await using connected = connect(fake.url);
  const failure: unknown = await connected.server
    .table(contacts)
    .list(all, never)
    .catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'server-unreachable', disposition: 'retry' });
  expect(String(failure)).toMatch(
    /"berlin" at http:\S+ .*5 times.*HTTP 502 \(text\/html\).*check the address/,
  );
});

test('a wait between tries ends when the caller gives up', async () => {
  await using fake = await startScripted(withSessions(() => html));
  const giveUp = new AbortController();
  await using connected = connect(fake.url, { log: () => giveUp.abort(new Error('enough')) });
  await expect(connected.server.table(contacts).list(all, giveUp.signal)).rejects.toThrow('enough');
});

test('a host that refuses connections is unreachable, and no slot is used', async () => {
  const fake = await startScripted(() => html);
  await fake[Symbol.asyncDispose]();
  await using connected = connect(fake.url);
  const listing = connected.server.table(contacts).list(all, never);
  await expect(listing).rejects.toMatchObject({ code: 'server-unreachable' });
  await expect(listing).rejects.toThrow(/ECONNREFUSED/);
  expect([connected.clock.slept.length, connected.slots.held]).toEqual([4, []]);
});

test('what changed is found by its stamp, both ends included, in order of creation', async () => {
  await using simulator = await simulate([
    { PK: 'before', Modified: '2026-11-22T09:59:59' },
    { PK: 'to', Modified: '2026-11-22T10:00:05' },
    { PK: 'from', Modified: '2026-11-22T10:00:00' },
    { PK: 'after', Modified: '2026-11-22T10:00:06' },
  ]);
  await using connected = connect(simulator.url);
  const table = connected.server.table(contacts);
  const [from, to] = [Date.parse('2026-11-22T10:00:00Z'), Date.parse('2026-11-22T10:00:05Z')];
  const closed = await table.changed({ kind: 'wall', from, to }, all, never);
  const open = await table.changed({ kind: 'wall', from }, all, never);
  expect(closed.records.map(({ key, stamp }) => [key, stamp])).toEqual([
    ['to', { kind: 'wall', wall: to }],
    ['from', { kind: 'wall', wall: from }],
  ]);
  expect(open.records.map(({ key }) => key)).toEqual(['to', 'from', 'after']);
});

test('what changed is found by UTC milliseconds, both ends included', async () => {
  const stamps = [63_899_999_999_999, 63_900_000_000_000, 63_900_000_000_007, 63_900_000_000_008];
  await using simulator = await simulate(
    stamps.map((ModifiedUtc) => ({ PK: `k${ModifiedUtc}`, ModifiedUtc })),
  );
  await using connected = connect(simulator.url);
  const binding = { ...contacts, stampField: 'ModifiedUtc', stampedBy: 'utcMilliseconds' as const };
  const range = { kind: 'utcMilliseconds' as const, from: 63_900_000_000_000, to: 63_900_000_000_007 };
  const { records } = await connected.server.table(binding).changed(range, all, never);
  expect(records.map(({ stamp }) => stamp)).toEqual([
    { kind: 'utcMilliseconds', value: 63_900_000_000_000 },
    { kind: 'utcMilliseconds', value: 63_900_000_000_007 },
  ]);
});

test('nothing changed is an empty page', async () => {
  await using simulator = await simulate([{ PK: 'k1', Modified: '2026-11-22T10:00:00' }]);
  await using connected = connect(simulator.url);
  const range = { kind: 'wall' as const, from: Date.parse('2026-11-23T00:00:00Z') };
  const found = await connected.server.table(contacts).changed(range, all, never);
  expect(found).toEqual({ records: [], foundCount: 0 });
});

test('pages follow one another without gap or overlap and know how many there are in all', async () => {
  await using simulator = await simulate(Array.from({ length: 7 }, (_, at) => ({ PK: `k${at}` })));
  await using connected = connect(simulator.url);
  const table = connected.server.table(contacts);
  const pages = await Promise.all([0, 3, 6].map((offset) => table.list({ offset, limit: 3 }, never)));
  expect(pages.flatMap(({ records }) => records.map(({ key }) => key))).toEqual(
    Array.from({ length: 7 }, (_, at) => `k${at}`),
  );
  expect(pages.map(({ foundCount }) => foundCount)).toEqual([7, 7, 7]);
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

test('a layout that is missing is named with its database and server', async () => {
  await using simulator = await simulate();
  await using connected = connect(simulator.url);
  const asked = connected.server.layout('Sales', 'No such layout', never);
  await expect(asked).rejects.toMatchObject({ code: 'layout-missing', disposition: 'configuration' });
  await expect(asked).rejects.toThrow(
    /layout "No such layout" of database "Sales" on server "berlin".*create it/,
  );
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

test('a layout shows which of its fields can be written', async () => {
  await using simulator = await simulate();
  await using connected = connect(simulator.url);
  const fields = await connected.server.layout('Sales', 'sync contacts', never);
  const shown = fields.map(({ name, type, writable }) => [name, type, writable]);
  expect(shown).toEqual(
    expect.arrayContaining([
      ['Seen', 'timestamp', true],
      ['Picture', 'container', true],
      ['Label', 'text', false],
      ['Shared', 'text', false],
    ]),
  );
  expect(fields.find(({ name }) => name === 'Modified')?.autoEnter).toBe(true);
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

test('a record that a user has open is read', async () => {
  await using simulator = await simulate([{ PK: 'k1' }]);
  simulator.control.lock({ ...place, recordIds: [1] });
  await using connected = connect(simulator.url);
  expect(await connected.server.table(contacts).lookUp(['k1'], never)).toHaveLength(1);
});
