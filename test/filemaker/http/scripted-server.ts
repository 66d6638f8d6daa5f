/** An HTTP server that answers as a test says: for what the simulator, which is a whole FileMaker Server, does not do. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';

export type Request = {
  readonly method: string;
  /** Below `/fmi/data/v2`. */
  readonly path: string;
  readonly authorization: string;
  readonly body: string;
};

export type Reply =
  | {
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body: string | Buffer;
    }
  /** The connection breaks off without an answer. */
  | 'breakOff'
  /** No answer ever comes. */
  | 'silence';

export type Script = (request: Request) => Reply | Promise<Reply>;

export type ScriptedServer = AsyncDisposable & {
  readonly url: string;
  readonly requests: readonly Request[];
};

export async function startScripted(
  script: Script,
  tls?: { readonly key: string; readonly cert: string },
): Promise<ScriptedServer> {
  const requests: Request[] = [];
  const onRequest = (message: IncomingMessage, response: ServerResponse): void => {
    void answer(message, response, script, requests);
  };
  const server = tls === undefined ? createServer(onRequest) : createSecureServer(tls, onRequest);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the fake does not listen');
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${address.port}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(
  message: IncomingMessage,
  response: ServerResponse,
  script: Script,
  requests: Request[],
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  const request = {
    method: message.method ?? '',
    path: (message.url ?? '').replace('/fmi/data/v2', ''),
    authorization: message.headers.authorization ?? '',
    body: Buffer.concat(chunks).toString('utf8'),
  };
  requests.push(request);
  const reply = await script(request);
  if (reply === 'breakOff') message.socket.destroy();
  else if (reply !== 'silence') response.writeHead(reply.status ?? 200, reply.headers).end(reply.body);
}

export const envelope = (code: string, response: unknown = {}): Reply => ({
  status: code === '0' ? 200 : 500,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: JSON.stringify({ response, messages: [{ code, message: 'as the test says' }] }),
});

/** Answers product information, logins and logouts; the rest is the test's. Tokens count up: `token1`, `token2`. */
export function withSessions(script: Script, version = '22.0.1.1'): Script {
  let tokens = 0;
  return (request) => {
    if (request.path === '/productInfo') return envelope('0', { productInfo: { version } });
    if (request.path.endsWith('/sessions')) {
      tokens += 1;
      return envelope('0', { token: `token${tokens}` });
    }
    if (request.method === 'DELETE') return envelope('0');
    return script(request);
  };
}
