import { expect, test } from 'vitest';
import { connect, contacts, never } from './bindings.ts';
import { envelope, startScripted, withSessions, type Reply } from './scripted-server.ts';

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
  const outcome = await connected.server.table(contacts).create('k1', { name: 'Ann' }, never);
  expect(outcome).toEqual({ kind: 'unknown' });
  expect(fake.requests.filter(({ path }) => path.endsWith('/records'))).toHaveLength(1);
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
