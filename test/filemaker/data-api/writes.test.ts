import { expect, test } from 'vitest';
import { failureOf } from '../../../src/filemaker/http/connection-failure.ts';
import { anyTime, connect, contacts, never } from './bindings.ts';
import { envelope, startScripted, withSessions, type Reply, type Request } from '../http/scripted-server.ts';
import { place, simulate } from '../../contracts/server/simulated.ts';

const html: Reply = { status: 502, headers: { 'content-type': 'text/html' }, body: '<h1>Bad Gateway</h1>' };
const broken: Reply = {
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: '{"response":{"rec',
};

test.each([
  ['the connection breaks off', 'breakOff' as const],
  ['a gateway answers in HTML', html],
  ['the JSON breaks off', broken],
  ['FileMaker reports that its own network failed', envelope('813')],
])('a create is unknown at once and sent once where %s', async (_, reply) => {
  await using fake = await startScripted(withSessions(() => reply));
  await using connected = connect(fake.url);
  const outcome = await connected.server.table(contacts).create('k1', { name: 'Ann' }, anyTime, never);
  expect(outcome).toEqual({ kind: 'unknown' });
  expect(fake.requests.filter(({ path }) => path.endsWith('/records'))).toHaveLength(1);
});

test('a web server that knows no Data API any more is the fault of the server, not of the record', async () => {
  await using fake = await startScripted(withSessions(() => ({ ...html, status: 404 })));
  await using connected = connect(fake.url);
  const create = connected.server.table(contacts).create('k1', {}, anyTime, never);
  await expect(create).rejects.toMatchObject({ code: 'server-unreachable' });
});

test.each([
  ['301', { kind: 'locked', code: '301' }],
  ['300', { kind: 'locked', code: '300' }],
  ['306', { kind: 'moved' }],
  ['512', { kind: 'moved' }],
  ['101', { kind: 'missing' }],
])('an update that is answered %s is %o', async (code, outcome) => {
  await using fake = await startScripted(withSessions(() => envelope(code)));
  await using connected = connect(fake.url);
  expect(await connected.server.table(contacts).update('7', 3, { name: 'Ann' }, never)).toEqual(outcome);
});

test.each([
  ['has in quotation marks', 'The value in “Name” has to be filled.', { field: 'name' }],
  ['has only in its words', 'Name and Amount of Ann are not right', {}],
  ['has beside another one', 'Neither "Name" nor "Amount" is right', {}],
  ['does not know', 'Fill "City" of "Ann".', {}],
])('R9: of the text of a refusal nothing is kept but a field that it %s', async (_, message, field) => {
  const reply = { status: 500, body: JSON.stringify({ response: {}, messages: [{ code: '509', message }] }) };
  await using fake = await startScripted(withSessions(() => reply));
  await using connected = connect(fake.url);
  const outcome = await connected.server.table(contacts).update('7', 3, { name: 'Ann' }, never);
  expect(outcome).toEqual({
    kind: 'refused',
    code: '509',
    reason: expect.stringMatching(/^a field requires a value: /),
    ...field,
  });
});

test('a write that never left because nothing listens any more is repeated, and then unreachable', async () => {
  const fake = await startScripted(withSessions(() => envelope('0', { data: [] })));
  await using connected = connect(fake.url);
  const table = connected.server.table(contacts);
  await table.list({ offset: 0, limit: 1 }, never);
  await fake[Symbol.asyncDispose]();
  // The kept connection may be found broken only by sending on it: such a write counts as sent.
  await table.list({ offset: 0, limit: 1 }, never).catch(() => undefined);
  connected.clock.slept.length = 0;
  await expect(table.create('k', {}, anyTime, never)).rejects.toMatchObject({ code: 'server-unreachable' });
  expect(connected.clock.slept).toHaveLength(4);
});

test.each([
  ['504', /not unique/],
  ['509', /requires a value/],
  ['201', /cannot be modified/],
  ['1708', /does not take/],
  ['4711', /no words for/],
])('a record that is answered %s is refused, in words', async (code, words) => {
  await using fake = await startScripted(withSessions(() => envelope(code), '20.1.1'));
  await using connected = connect(fake.url);
  const outcome = await connected.server.table(contacts).update('7', 3, { name: 'Ann' }, never);
  expect(outcome).toMatchObject({ kind: 'refused', code, reason: expect.stringMatching(words) });
});

test('an update names the modId it is based on, and does not touch a record that has moved', async () => {
  await using simulator = await simulate([{ PK: 'k1', Name: 'Ann' }]);
  await using connected = connect(simulator.url);
  const table = connected.server.table(contacts);
  expect(await table.update('1', 0, { name: 'Bob' }, never)).toEqual({
    kind: 'written',
    recordId: '1',
    modId: 1,
  });
  expect(await table.update('1', 0, { name: 'Eve' }, never)).toEqual({ kind: 'moved' });
  expect(simulator.control.records(place)[0]?.values['Name']).toBe('Bob');
  expect(simulator.control.stats().updatesWithoutModId).toBe(0);
});

test('a key that users must not modify is created on a server that takes write options', async () => {
  await using simulator = await simulate();
  await using connected = connect(simulator.url);
  const outcome = await connected.server.table(contacts).create('k1', { name: 'Ann' }, anyTime, never);
  expect(outcome).toEqual({ kind: 'written', recordId: '1', modId: expect.any(Number) });
});

const bodies = (requests: readonly Request[]): readonly boolean[] =>
  requests.filter(({ path }) => path.endsWith('/records')).map(({ body }) => body.includes('"options"'));

test.each([
  ['22.0.1.1', true],
  ['21.1.1.41', true],
  ['21.0.1.51', false],
  ['20.3.2.205', false],
])('a server of version %s gets write options: %o', async (version, sent) => {
  await using fake = await startScripted(
    withSessions(() => envelope('0', { recordId: '1', modId: '0' }), version),
  );
  await using connected = connect(fake.url);
  await connected.server.table(contacts).create('k', {}, anyTime, never);
  expect(bodies(fake.requests)).toEqual([sent]);
});

test('a server that hides its version and refuses write options is asked with them once, and creates each record once', async () => {
  let created = 0;
  const script = withSessions(({ body }) => {
    if (body.includes('"options"')) return envelope('1706');
    created += 1;
    return envelope('0', { recordId: String(created), modId: '0' });
  }, '');
  await using fake = await startScripted(script);
  await using connected = connect(fake.url);
  const table = connected.server.table(contacts);
  for (const key of ['a', 'b', 'c'])
    expect(await table.create(key, {}, anyTime, never)).toMatchObject({ kind: 'written' });
  expect([bodies(fake.requests), created]).toEqual([[true, false, false, false], 3]);
});

test('one refused value does not settle that a server takes no write options', async () => {
  let isFirst = true;
  const script = withSessions(() => {
    if (isFirst) return envelope('1708');
    return envelope('0', { recordId: '1', modId: '0' });
  }, '');
  await using fake = await startScripted(script);
  await using connected = connect(fake.url);
  const table = connected.server.table(contacts);
  expect(await table.create('a', {}, anyTime, never)).toMatchObject({ kind: 'refused', code: '1708' });
  isFirst = false;
  await table.create('b', {}, anyTime, never);
  expect(bodies(fake.requests)).toEqual([true, false, true]);
});

test('a success without the ids of what was written is unknown', async () => {
  await using fake = await startScripted(withSessions(() => envelope('0', {})));
  await using connected = connect(fake.url);
  expect(await connected.server.table(contacts).create('k', {}, anyTime, never)).toEqual({ kind: 'unknown' });
});

const connecting = (code: string): Error => Object.assign(new Error(code), { code, syscall: 'connect' });
const reading = Object.assign(new Error('reset'), { code: 'ECONNRESET', syscall: 'read' });
const late = (code: string): Error => Object.assign(new Error('late'), { code });
const unknownName = Object.assign(new Error('name'), { code: 'ENOTFOUND', syscall: 'getaddrinfo' });
const refusals = [connecting('ECONNREFUSED'), connecting('ENETUNREACH')];

test.each([
  ['all addresses of a host refuse', 'notSent', new AggregateError(refusals)],
  ['one of several addresses broke off while reading', 'lost', new AggregateError([...refusals, reading])],
  ['the name is not known', 'notSent', unknownName],
  ['a connection in use is reset', 'lost', reading],
  ['no answer comes in time', 'lost', late('UND_ERR_HEADERS_TIMEOUT')],
  ['no connection comes in time', 'notSent', late('UND_ERR_CONNECT_TIMEOUT')],
  ['nobody knows what happened', 'lost', 'whatever'],
])('when %s, the request is %s', (_, kind, error) => {
  expect(failureOf(error).kind).toBe(kind);
});
