/**
 * The console's HTTP server: on this machine's loopback address only, for whoever has the token. The page and its parts hold
 * nothing of the state, and are given to anybody on this machine; every answer of the API takes the token.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Api, Endpoint, Failed } from './api.ts';
import type { Assets } from './assets.ts';
import { FailedRequest } from './failed-request.ts';
import { securityHeaders } from './headers.ts';
import { refuseOthers } from './own-origin.ts';
import { type Asked, isEndpoint, parsers } from './requests.ts';
import { bearerOf, isToken } from './token.ts';

/** What answers each endpoint. Throws FailedRequest. */
export type Handlers = {
  readonly [E in Endpoint]: (asked: Asked<E>) => Promise<Api[E]['answer']>;
};

export type ConsoleOptions = {
  /** 0: any that is free. */
  readonly port: number;
  readonly token: string;
  readonly handlers: Handlers;
  readonly assets: Assets;
  /** From what a handler threw to what is answered. */
  readonly failureOf: (error: unknown) => FailedRequest;
};

export type RunningConsole = {
  readonly port: number;
  /** With the token behind `#`, which no browser sends and no log shows. */
  readonly address: string;
  /** Answers what is under way no more. */
  readonly close: () => Promise<void>;
};

/** A field may hold a long text; nothing else that is sent here is. */
const mostBytes = 1_000_000;

/** Throws what listening throws: EADDRINUSE, EACCES. */
export async function openConsole(options: ConsoleOptions): Promise<RunningConsole> {
  const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000 });
  let port = options.port;
  server.on('request', (request, response) => void answer(request, response, port, options));
  server.listen(options.port, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  port = typeof bound === 'object' && bound !== null ? bound.port : port;
  return {
    port,
    address: `http://127.0.0.1:${port}/#token=${options.token}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

type Answer = { readonly status: number; readonly type: string; readonly body: string | Uint8Array };

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  port: number,
  options: ConsoleOptions,
): Promise<void> {
  const { status, type, body } = await answerTo(request, port, options);
  // What was sent beyond what is read would come as another request.
  const rest = status === 413 ? { Connection: 'close' } : {};
  response.writeHead(status, { ...securityHeaders, 'Content-Type': type, ...rest });
  response.end(request.method === 'HEAD' ? undefined : body);
}

async function answerTo(request: IncomingMessage, port: number, options: ConsoleOptions): Promise<Answer> {
  try {
    refuseOthers(request.headers, port);
    const url = new URL(request.url ?? '/', `http://127.0.0.1:${port}`);
    if (!url.pathname.startsWith('/api/')) return assetAt(url.pathname, request.method, options.assets);
    return json(200, await handled(request, url, options));
  } catch (error) {
    const failure = error instanceof FailedRequest ? error : options.failureOf(error);
    const failed: Failed = { error: { code: failure.code, message: failure.message } };
    return json(failure.status, failed);
  }
}

const json = (status: number, value: unknown): Answer => ({
  status,
  type: 'application/json; charset=utf-8',
  body: JSON.stringify(value),
});

function assetAt(path: string, method: string | undefined, assets: Assets): Answer {
  const asset = assets.get(path === '/' ? '/index.html' : path);
  if (asset === undefined || (method !== 'GET' && method !== 'HEAD'))
    throw new FailedRequest(404, 'no-such-endpoint', `the console has nothing at ${path}`);
  return { status: 200, ...asset };
}

async function handled(request: IncomingMessage, url: URL, options: ConsoleOptions): Promise<unknown> {
  if (!isToken(options.token, bearerOf(request.headers.authorization)))
    throw new FailedRequest(
      401,
      'no-token',
      'this console is another one than the page was opened for: open the address that serversync console printed last',
    );
  const endpoint = `${request.method ?? ''} ${url.pathname}`;
  if (!isEndpoint(endpoint))
    throw new FailedRequest(404, 'no-such-endpoint', `the console does not know ${endpoint}`);
  const asked = request.method === 'GET' ? queryOf(url) : await bodyOf(request);
  return called(endpoint, asked, options.handlers);
}

/** The endpoint in itself: its parser and its handler go together. */
const called = <E extends Endpoint>(
  endpoint: E,
  asked: unknown,
  handlers: Handlers,
): Promise<Api[E]['answer']> => handlers[endpoint](parsers[endpoint](asked));

/** An empty one is as one that was left out. */
const queryOf = ({ searchParams }: URL): Readonly<Record<string, string>> =>
  Object.fromEntries([...searchParams].filter(([, text]) => text !== ''));

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  if (!/^application\/json(?:;|$)/i.test(request.headers['content-type'] ?? ''))
    throw new FailedRequest(400, 'bad-request', 'a body has to be JSON, and to say so');
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > mostBytes)
      throw new FailedRequest(413, 'too-large', `a request may have ${mostBytes} bytes at most`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new FailedRequest(400, 'bad-request', 'the body is no JSON');
  }
}
