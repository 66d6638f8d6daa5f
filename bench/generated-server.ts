/**
 * A FileMaker Server of as many records as wanted, none of which it holds: just what a sweep asks for.
 *
 *   node generated-server.ts ROWS          prints its address
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { fieldNames, keyOf, recordIdOf, wireValues } from './generated-rows.ts';

const total = Number(process.argv[2] ?? 1000);

const record = (n: number, isThin: boolean) => ({
  fieldData: { id: keyOf(n), modified_at: '05/01/2024 10:00:00', ...(isThin ? {} : wireValues(n)) },
  portalData: {},
  recordId: recordIdOf(n),
  modId: '0',
});

const field = (name: string, result: string) => ({ name, type: 'normal', result, global: false });

function page(url: URL): object {
  const offset = Number(url.searchParams.get('_offset') ?? 1) - 1;
  const count = Math.max(0, Math.min(Number(url.searchParams.get('_limit') ?? 100), total - offset));
  const isThin = url.pathname.includes('Sweep');
  const data = Array.from({ length: count }, (_, at) => record(offset + at, isThin));
  return { dataInfo: { foundCount: total, returnedCount: count }, data };
}

/** The answer's code, and what it holds. */
function answerTo(method: string, url: URL): readonly [code: string, response: object] {
  const { pathname } = url;
  if (pathname.endsWith('/productInfo')) return ['0', { productInfo: { version: '21.1.1.100' } }];
  if (pathname.includes('/sessions')) return ['0', { token: 'a-token' }];
  if (pathname.endsWith('/_find')) return ['401', {}];
  if (method === 'GET' && pathname.endsWith('/records')) return ['0', page(url)];
  const [, id] = /\/records\/(\d+)$/.exec(pathname) ?? [];
  if (id !== undefined) return ['0', { data: [record(Number(id) - 1, false)] }];
  const texts = [...fieldNames].map((name) => field(name, 'text'));
  const keyAndStamp = [field('id', 'text'), field('modified_at', 'timeStamp')];
  return ['0', { fieldMetaData: [...keyAndStamp, ...(pathname.includes('Sweep') ? [] : texts)] }];
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  const [code, body] = answerTo(request.method ?? 'GET', new URL(request.url ?? '/', 'http://localhost'));
  response.writeHead(code === '0' ? 200 : 500, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify({ response: body, messages: [{ code, message: 'OK' }] }));
}

const server = createServer(answer).listen(0, '127.0.0.1');
await once(server, 'listening');
const at = server.address();
if (at === null || typeof at === 'string') throw new Error('no port');
process.stdout.write(`http://127.0.0.1:${at.port}\n`);
