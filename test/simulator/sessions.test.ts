import { connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { bench, closeAll, layout, text } from './client.ts';

afterEach(closeAll);

const minute = 60_000;

test('a token is 52 hexadecimal digits, the same in the header and in the body', async () => {
  const { client } = await bench([text('name')]);
  const reply = await client.tryLogin();
  expect(reply.headers.get('x-fm-data-access-token')).toMatch(/^[0-9a-f]{52}$/);
  expect(reply.response).toEqual({ token: reply.headers.get('x-fm-data-access-token') });
});

test('a session lives 15 minutes from its last request, not from its login', async () => {
  const { call, clock } = await bench([text('name')]);
  clock.advance(14 * minute);
  expect((await call('GET', '/records')).code).toBe('0');
  clock.advance(14 * minute);
  expect((await call('GET', '/records')).code).toBe('0');
  clock.advance(15 * minute + 1);
  expect(await call('GET', '/records')).toMatchObject({ status: 401, code: '952' });
});

test('an expired session makes room for another one', async () => {
  const { client, clock } = await bench([text('name')], [], { capacity: { sessions: 1 } });
  expect((await client.tryLogin()).code).toBe('812');
  clock.advance(16 * minute);
  expect((await client.tryLogin()).code).toBe('0');
});

test('a session past the capacity is refused with 812 until one logs out', async () => {
  const { client, token, server } = await bench([text('name')], [], { capacity: { sessions: 2 } });
  await client.login();
  expect(await client.tryLogin()).toMatchObject({ status: 500, code: '812' });
  const logout = await client.send('DELETE', `/fmi/data/v2/databases/Main/sessions/${token}`);
  expect(logout).toMatchObject({ status: 200, code: '0', response: {} });
  expect((await client.tryLogin()).code).toBe('0');
  expect(server.control.stats()).toMatchObject({ openSessions: 2, maxOpenSessions: 2 });
});

test('a restart ends every session with 952', async () => {
  const { call, server } = await bench([text('name')]);
  server.control.endSessions();
  expect(await call('GET', '/records')).toMatchObject({ status: 401, code: '952' });
});

test.each([
  ['a wrong password', { Authorization: `Basic ${btoa('sync:no')}` }, 401, '212'],
  ['an unknown account', { Authorization: `Basic ${btoa('nobody:sync')}` }, 401, '212'],
  ['no credentials', {}, 401, '10'],
  ['another scheme than Basic', { Authorization: 'Digest x' }, 401, '1702'],
])('a login with %s is refused with its own code', async (_, headers, status, code) => {
  const { client } = await bench([text('name')]);
  const reply = await client.send('POST', '/fmi/data/v2/databases/Main/sessions', { body: {}, headers });
  expect(reply).toMatchObject({ status, code });
});

test('a login to an unknown file, or without the privilege fmrest, is 802', async () => {
  const { client } = await bench([text('name')], [], {
    accounts: [
      { name: 'sync', password: 'sync' },
      { name: 'desk', password: 'desk', canUseDataApi: false },
    ],
  });
  expect((await client.tryLogin('sync:sync', 'Other')).code).toBe('802');
  expect((await client.tryLogin('desk:desk')).code).toBe('802');
});

test('a login without a body or without a JSON content type opens no session', async () => {
  const { client, server } = await bench([text('name')]);
  const bare = await bareLogin(server.port);
  expect(bare).toContain('"code":"1710"');
  const headers = { Authorization: `Basic ${btoa('sync:sync')}`, 'Content-Type': 'text/plain' };
  const other = await client.send('POST', '/fmi/data/v2/databases/Main/sessions', { body: {}, headers });
  expect(other.status).toBe(415);
  expect(server.control.stats().openSessions).toBe(1);
});

/** As curl without -d: neither a body nor its length. */
function bareLogin(port: number): Promise<string> {
  const lines = [
    'POST /fmi/data/v2/databases/Main/sessions HTTP/1.1',
    'Host: localhost',
    'Content-Type: application/json',
    `Authorization: Basic ${btoa('sync:sync')}`,
    'Connection: close',
  ];
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(`${lines.join('\r\n')}\r\n\r\n`));
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.on('end', () => resolve(answer));
    socket.on('error', reject);
  });
}

test('a token of one file is no token of another, nor of the same name in other case', async () => {
  const { client, token } = await bench([text('name')]);
  const reply = await client.send('GET', '/fmi/data/v2/databases/main/layouts', { token });
  expect(reply).toMatchObject({ status: 401, code: '952' });
});

test('requests of one token are served one at a time in order, those of two tokens together', async () => {
  const { client, call, clock, server, token } = await bench([text('name')], [], {
    latencyMs: { create: 100 },
  });
  const other = await client.login();
  const done: string[] = [];
  const create = (name: string, by: string) =>
    client
      .send('POST', `${layout}/records`, { token: by, body: { fieldData: { name } } })
      .then(() => done.push(name));
  const first = create('first', token);
  await untilRequests(1);
  const second = create('second', token);
  const beside = create('beside', other);
  await untilRequests(3);
  clock.advance(100);
  await Promise.all([first, beside]);
  expect(server.control.count({ table: 'Things' })).toBe(2);
  clock.advance(100);
  await second;
  expect(done.at(-1)).toBe('second');
  expect(server.control.stats()).toMatchObject({ overlappingRequests: 1, maxConcurrentPerToken: 1 });
  expect((await call('GET', '/records')).code).toBe('0');

  async function untilRequests(count: number): Promise<void> {
    while (server.control.stats().requests.create < count) await new Promise(setImmediate);
    await new Promise(setImmediate);
  }
});

test('validateSession says that a session is in use only while one of its requests runs', async () => {
  const { client, call, clock, server, token } = await bench([text('name')], [], { latencyMs: { list: 50 } });
  const validate = () => client.send('GET', '/fmi/data/v2/validateSession', { token });
  expect((await validate()).response).toEqual({ isSessionInUse: false });
  const running = call('GET', '/records');
  while (server.control.stats().requests.list < 1) await new Promise(setImmediate);
  expect((await validate()).response).toEqual({ isSessionInUse: true });
  clock.advance(50);
  await running;
  const none = await client.send('GET', '/fmi/data/v2/validateSession', { token: 'none' });
  expect(none).toMatchObject({ status: 401, code: '952' });
});

test('a global field holds its value in its own session only', async () => {
  const { client, call, token } = await bench(
    [text('name'), { name: 'g', type: 'text', global: true }],
    [{ name: 'a' }],
  );
  const globals = (name: string) =>
    client.send('PATCH', '/fmi/data/v2/databases/Main/globals', {
      token,
      body: { globalFields: { [name]: 'x' } },
    });
  expect(await globals('Things::g')).toMatchObject({ status: 200, response: {} });
  expect((await globals('Things::name')).code).toBe('102');
  expect((await call('GET', '/records/1')).text).toContain('"g":"x"');
  const other = await client.send('GET', `${layout}/records/1`, { token: await client.login() });
  expect(other.text).toContain('"g":""');
  expect((await call('POST', '/_find', { query: [{ g: 'x' }] })).code).toBe('960');
});
