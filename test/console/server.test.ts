/** Who is answered: by real requests, with handlers that would answer anything. */
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Endpoint } from '../../src/console/api.ts';
import { FailedRequest } from '../../src/console/failed-request.ts';
import { parsers } from '../../src/console/requests.ts';
import { type Handlers, openConsole, type RunningConsole } from '../../src/console/server.ts';
import { newToken } from '../../src/console/token.ts';

const token = newToken();
const called: { endpoint: string; asked: unknown }[] = [];
let running: RunningConsole;

const note = (endpoint: string) => async (asked: unknown) => {
  called.push({ endpoint, asked });
  if (JSON.stringify(asked).includes('thrown')) throw new Error('a secret of the process');
  return { ok: true };
};

/** Notes what it was called with. */
function noting(): Handlers {
  const all: Record<string, unknown> = {};
  for (const endpoint of Object.keys(parsers)) all[endpoint] = note(endpoint);
  const handlers: unknown = all;
  if (!isHandlers(handlers)) throw new Error('no handlers');
  return handlers;
}

const isHandlers = (value: unknown): value is Handlers => typeof value === 'object' && value !== null;

beforeAll(async () => {
  const page = { type: 'text/html; charset=utf-8', body: Buffer.from('<!doctype html>') };
  running = await openConsole({
    port: 0,
    token,
    handlers: noting(),
    assets: new Map([['/index.html', page]]),
    failureOf: () => new FailedRequest(500, 'unexpected', 'this should not happen'),
  });
});
afterAll(() => running.close());

type Sent = { readonly method?: string; readonly headers?: Record<string, string>; readonly body?: string };
type Got = {
  readonly status: number | undefined;
  readonly body: string;
  readonly headers: Record<string, unknown>;
};

/** By node:http, since a browser's fetch lets nobody choose Host and Origin. */
async function send(path: string, { method = 'GET', headers = {}, body }: Sent = {}): Promise<Got> {
  const own = { host: `127.0.0.1:${running.port}`, authorization: `Bearer ${token}` };
  const sent = request({
    host: '127.0.0.1',
    port: running.port,
    path,
    method,
    headers: { ...own, ...headers },
  });
  sent.end(body);
  const answer = await new Promise<IncomingMessage>((got, failed) => {
    sent.on('response', got).on('error', failed);
  });
  return { status: answer.statusCode, body: await text(answer), headers: answer.headers };
}

const json = { 'content-type': 'application/json' };
const codeOf = ({ body }: Got): unknown => {
  const { error }: { error?: { code?: unknown } } = JSON.parse(body);
  return error?.code;
};

describe('nothing is answered', () => {
  test.each<[string, Sent, number, string]>([
    ['without the token', { headers: { authorization: '' } }, 401, 'no-token'],
    ['with another token', { headers: { authorization: `Bearer ${newToken()}` } }, 401, 'no-token'],
    [
      'with the beginning of the token',
      { headers: { authorization: `Bearer ${token.slice(0, -1)}` } },
      401,
      'no-token',
    ],
    ['with the token in another scheme', { headers: { authorization: `Basic ${token}` } }, 401, 'no-token'],
    ['by another name of this machine', { headers: { host: 'console.example.com' } }, 403, 'other-origin'],
    ['at another port', { headers: { host: '127.0.0.1:1' } }, 403, 'other-origin'],
    ['to another origin', { headers: { origin: 'https://example.com' } }, 403, 'other-origin'],
    ['to a page without an origin', { headers: { origin: 'null' } }, 403, 'other-origin'],
    ['across sites', { headers: { 'sec-fetch-site': 'cross-site' } }, 403, 'other-origin'],
    [
      'from another port of this machine',
      { headers: { 'sec-fetch-site': 'same-site' } },
      403,
      'other-origin',
    ],
    ['by a method that it has not', { method: 'DELETE' }, 404, 'no-such-endpoint'],
  ])('%s', async (_why, sent, status, code) => {
    const before = called.length;
    const got = await send('/api/overview', sent);
    expect([got.status, codeOf(got)]).toEqual([status, code]);
    expect(called).toHaveLength(before);
    expect(got.headers['access-control-allow-origin']).toBeUndefined();
  });

  test.each<[Endpoint, string | undefined, Record<string, string>, number, string]>([
    ['POST /api/pause', '{"server":"branch","wait":1}', json, 400, 'bad-request'],
    ['POST /api/pause', '{"server":7}', json, 400, 'bad-request'],
    ['POST /api/pause', '{', json, 400, 'bad-request'],
    ['POST /api/pause', '{}', { 'content-type': 'text/plain' }, 400, 'bad-request'],
    ['POST /api/conflict/resolve', '{"id":"8c1d2e","keep":"hq","value":"x"}', json, 400, 'bad-request'],
    ['POST /api/conflict/resolve', '{"id":"8c1d2e"}', json, 400, 'bad-request'],
    ['POST /api/pause', `{"until":"${'x'.repeat(1_000_001)}"}`, json, 413, 'too-large'],
  ])('to %s with a body that is not by the contract', async (endpoint, body, headers, status, code) => {
    const before = called.length;
    const [method = '', path = ''] = endpoint.split(' ');
    const got = await send(path, { method, headers, ...(body !== undefined && { body }) });
    expect([got.status, codeOf(got)]).toEqual([status, code]);
    expect(called).toHaveLength(before);
  });

  test.each([
    '/api/trends?hours=0',
    '/api/trends?hours=a',
    '/api/conflicts?limit=2000',
    '/api/history?table=t',
  ])('to %s, whose query is not by the contract', async (path) => {
    expect(codeOf(await send(path))).toBe('bad-request');
  });
});

test('whoever has the token is answered, from the own origin too, and a query is as it was asked', async () => {
  const headers = { origin: `http://127.0.0.1:${running.port}`, 'sec-fetch-site': 'same-origin' };
  const { status } = await send('/api/conflicts?held=1&table=contacts&limit=', { headers });
  expect(status).toBe(200);
  expect(called.at(-1)).toEqual({ endpoint: 'GET /api/conflicts', asked: { held: '1', table: 'contacts' } });
  const local = { host: `localhost:${running.port}` };
  expect((await send('/api/jobs', { headers: local })).status).toBe(200);
});

test('the page is given without the token, with the headers that keep a browser to this origin', async () => {
  const got = await send('/', { headers: { authorization: '' } });
  expect([got.status, got.body]).toEqual([200, '<!doctype html>']);
  expect(got.headers).toMatchObject({
    'content-security-policy': expect.stringMatching(/^default-src 'none'; script-src 'self'; /),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
    'x-frame-options': 'DENY',
  });
  expect((await send('/../package.json')).status).toBe(404);
  expect((await send('/', { headers: { host: 'evil.example.com' } })).status).toBe(403);
});

test('what a handler throws by mistake is told without its words', async () => {
  const got = await send('/api/pause', { method: 'POST', headers: json, body: '{"server":"thrown"}' });
  expect([got.status, codeOf(got)]).toEqual([500, 'unexpected']);
  expect(got.body).not.toContain('secret');
});

test('the token is behind the # of the address, 32 bytes, and another one each time', () => {
  expect(running.address).toBe(`http://127.0.0.1:${running.port}/#token=${token}`);
  expect(Buffer.from(token, 'base64url')).toHaveLength(32);
  expect(newToken()).not.toBe(newToken());
});
