/** Servers of the web that are no simulators: one that answers something else, and one that speaks TLS. */
import { request, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { selfSigned } from '../../filemaker/http/self-signed.ts';

export type Listening = AsyncDisposable & { readonly port: number; readonly requests: () => number };

export async function listening(server: Server): Promise<Listening> {
  let requests = 0;
  server.on('request', () => {
    requests += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server got no port');
  const { port } = address;
  return {
    port,
    requests: () => requests,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The same server over TLS, with a certificate that nobody signed but itself. */
export function inFrontOf(url: string): Promise<Listening> {
  return listening(
    createSecureServer(selfSigned, (incoming, outgoing) => {
      const forwarded = request(
        `${url}${incoming.url}`,
        { method: incoming.method ?? 'GET', headers: incoming.headers },
        (answer) => {
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(outgoing);
        },
      );
      incoming.pipe(forwarded);
    }),
  );
}
