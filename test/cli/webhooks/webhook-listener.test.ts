/** Calls of webhooks over real HTTP: what is a hint, and what is refused. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { request } from 'undici';
import { afterEach, expect, test } from 'vitest';
import { type Listener, type ListenerOptions, openListener } from '../../../src/cli/webhooks/listener.ts';
import { hookUrl } from '../../../src/core/webhook.ts';

const secret = 'a-secret-of-this-test-0123456789';
const former = 'the-one-before-it-0123456789abcd';
const open: Listener[] = [];
let now = 1_000_000;

afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function listening(more: Partial<ListenerOptions> = {}): Promise<{
  readonly base: string;
  readonly hints: string[];
  readonly listener: Listener;
}> {
  const hints: string[] = [];
  const listener = await openListener({
    listen: { host: '127.0.0.1', port: 0 },
    callable: () => ({
      installation: 'a1',
      secrets: [secret, former],
      isSent: (table, server) => table === 'contacts' && server === 'hq',
    }),
    hint: ({ server, table }) => hints.push(`${server} ${table}`),
    now: () => now,
    ...more,
  });
  open.push(listener);
  return { base: `http://127.0.0.1:${listener.port}`, hints, listener };
}

const address = { installation: 'a1', mark: 'f00d', server: 'hq', table: 'contacts' };

type Sent = { readonly method?: 'GET' | 'POST' | 'PUT'; readonly secret?: string; readonly body?: string };

async function call(
  url: string,
  { method = 'POST', secret: shown, body = '{"value":[]}' }: Sent = {},
): Promise<number> {
  const headers = {
    'content-type': 'application/json',
    ...(shown !== undefined && { 'X-ServerSync-Secret': shown }),
  };
  const answer = await request(url, { method, headers, ...(method !== 'GET' && { body }) });
  await answer.body.dump();
  return answer.statusCode;
}

test.each([
  ['with the secret', { secret }],
  ['with the one before it, while webhooks are renewed', { secret: former }],
  ['whatever its body is', { secret, body: 'this is no JSON' }],
])('a call %s is a hint', async (_name, sent) => {
  const { base, hints, listener } = await listening();
  expect(await call(hookUrl(base, address), sent)).toBe(200);
  expect(hints).toEqual(['hq contacts']);
  expect(listener.calls()).toEqual({ taken: 1, refused: 0 });
});

test.each([
  ['without a secret', 401, {}, address],
  ['with another secret', 401, { secret: `${secret}!` }, address],
  ['with an empty secret', 401, { secret: '' }, address],
  ['that reads', 405, { secret, method: 'GET' }, address],
  ['by another method', 405, { secret, method: 'PUT' }, address],
  ['of a table that is not synced any more', 410, { secret }, { ...address, table: 'orders' }],
  ['of another installation', 410, { secret }, { ...address, installation: 'b2' }],
] as const)('a call %s is refused', async (_name, status, sent, to) => {
  const { base, hints, listener } = await listening();
  expect(await call(hookUrl(base, to), sent)).toBe(status);
  expect(hints).toEqual([]);
  expect(listener.calls()).toEqual({ taken: 0, refused: 1 });
});

test.each(['/', '/v1/a1/f00d/hq', '/fmi/data/v2/productInfo'])('there is nothing at %s', async (path) => {
  const { base, hints } = await listening();
  expect(await call(base + path, { secret })).toBe(404);
  expect(hints).toEqual([]);
});

test('who does not know the secret is not told which tables there are', async () => {
  const { base } = await listening();
  expect(await call(hookUrl(base, { ...address, table: 'orders' }), { secret: 'guess' })).toBe(401);
});

test('a large body is a hint, and is not kept', async () => {
  const { base, hints } = await listening();
  const before = process.memoryUsage().arrayBuffers;
  const sent = await call(hookUrl(base, address), { secret, body: 'x'.repeat(20_000_000) });
  expect(sent).toBe(200);
  expect(hints).toEqual(['hq contacts']);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(60_000_000);
});

const headOf = (length: number): string =>
  `POST ${hookUrl('', address)} HTTP/1.1\r\nHost: x\r\nX-ServerSync-Secret: ${secret}\r\nContent-Length: ${length}\r\n\r\n`;

test('a large body is let go by to its end: whoever sends all of it before reading the answer can call again', async () => {
  const { listener, hints } = await listening();
  const body = Buffer.alloc(20_000_000, 'x');
  const socket = connect(listener.port, '127.0.0.1');
  let answers = '';
  const over = new Promise<void>((resolve) => {
    socket.on('close', () => resolve());
    socket.on('error', () => resolve());
    socket.on('data', (part: Buffer) => {
      answers += part.toString();
      if (answers.split('HTTP/1.1 200').length > 2) resolve();
    });
  });
  socket.write(headOf(body.length));
  socket.write(body);
  socket.write(headOf(0));
  await over;
  socket.destroy();
  expect(hints).toEqual(['hq contacts', 'hq contacts']);
});

test('who is refused more often than is told so is told to wait, and is told so again later', async () => {
  const { base, hints } = await listening();
  const statuses: number[] = [];
  for (let n = 0; n < 520; n += 1) statuses.push(await call(hookUrl(base, address), { secret: 'guess' }));
  expect(statuses).toEqual(Array.from({ length: 520 }, (_, n) => (n < 500 ? 401 : 429)));
  now += 1_000;
  expect(await call(hookUrl(base, address), { secret: 'guess' })).toBe(401);
  expect(hints).toEqual([]);
});

test('R7: whoever calls without the secret, and however often, keeps no call with it from being a hint', async () => {
  const { base, hints } = await listening();
  for (let n = 0; n < 501; n += 1) await call(hookUrl(base, address), { secret: 'guess' });
  expect(await call(hookUrl(base, address), { secret })).toBe(200);
  expect(hints).toEqual(['hq contacts']);
});

test('a call that cannot be judged, since the secret cannot be read, ends nothing: it is to be made again', async () => {
  let isReadable = false;
  const { base, hints, listener } = await listening({
    callable: () => {
      if (!isReadable) throw new Error('no file can be opened any more');
      return { installation: 'a1', secrets: [secret], isSent: () => true };
    },
  });
  expect(await call(hookUrl(base, address), { secret })).toBe(503);
  expect(listener.calls()).toEqual({ taken: 0, refused: 1 });
  isReadable = true;
  expect(await call(hookUrl(base, address), { secret })).toBe(200);
  expect(hints).toEqual(['hq contacts']);
});

test('whoever holds many connections open leaves the process its files: more than a hundred are closed at once', async () => {
  const { base, listener } = await listening();
  const sockets = Array.from({ length: 101 }, () => connect(listener.port, '127.0.0.1'));
  const closed = sockets.map((socket) => once(socket, 'close').then(() => socket));
  const first = await Promise.race([...closed, new Promise((resolve) => setTimeout(resolve, 3_000))]);
  expect(sockets).toContain(first);
  for (const socket of sockets) socket.destroy();
  await Promise.all(closed);
  expect(await call(hookUrl(base, address), { secret })).toBe(200);
});
