/**
 * Where FileMaker's webhooks call this process. Each call is a hint that a table changed; what it brings along is not read.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Call, type Callable, statusOf, verdictOn } from '../../composition/webhooks/call.ts';
import { secretHeader } from '../../composition/webhooks/secret.ts';
import type { Listen } from '../../config/wake.ts';
import type { EpochMs, ServerName, TableName } from '../../core/names.ts';
import { type Bucket, fullBucket, type Rate, take } from '../../core/token-bucket.ts';

/** How many of one caller, and of all, are told why they are refused. Whoever shows the secret is never held up by others (R7): a hint costs next to nothing. */
const rates: { readonly each: Rate; readonly all: Rate } = {
  each: { perSecond: 50, most: 500 },
  all: { perSecond: 200, most: 1_000 },
};

/** Callers that are told apart; of more all are one. One that has not called for so long is forgotten, ms. */
const mostCallers = 256;
const forgottenMs = 60_000;

/**
 * What follows the head of a call is let go by up to so many bytes, then the connection is closed. FileMaker may send all of it before it reads
 * the answer, and would take a call whose connection is closed for one that failed.
 */
const mostBytes = { taken: 64_000_000, refused: 1_000_000 };

/** Anybody who reaches the address may hold connections open, and the process needs files for its own work. */
const mostConnections = 100;
const connectionsLookedAtMs = 5_000;

export type Calls = { readonly taken: number; readonly refused: number };

export type ListenerOptions = {
  readonly listen: Listen;
  /** Asked at each call: secrets change. */
  readonly callable: () => Callable;
  readonly hint: (place: { readonly server: ServerName; readonly table: TableName }) => void;
  readonly now: () => EpochMs;
};

export type Listener = {
  readonly port: number;
  readonly calls: () => Calls;
  readonly close: () => Promise<void>;
};

/** Rejects where nothing can listen there, with the error of the system. */
export async function openListener(options: ListenerOptions): Promise<Listener> {
  const gate = new Gate(options.now);
  const calls = { taken: 0, refused: 0 };
  const server = createServer({ connectionsCheckingInterval: connectionsLookedAtMs }, (request, response) => {
    const answer = answerTo(request, options);
    const isTold = answer === 200 || gate.lets(request.socket.remoteAddress ?? '');
    const status = isTold ? answer : 429;
    calls[status === 200 ? 'taken' : 'refused'] += 1;
    dismiss(request, response, status);
  });
  server.headersTimeout = 10_000;
  server.requestTimeout = 30_000;
  server.maxHeadersCount = 100;
  server.maxConnections = mostConnections;
  const { port } = await listening(server, options.listen);
  // What befalls it later, such as that no connection can be accepted, ends no process: the schedule misses nothing.
  server.on('error', () => undefined);
  return {
    port,
    calls: () => ({ ...calls }),
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function listening(server: Server, { host, port }: Listen): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('no port to listen at'));
      else resolve(address);
    });
  });
}

/** Where nobody can judge it now, as while the secret cannot be read, the call is to be made again. */
function answerTo(request: IncomingMessage, { callable, hint }: ListenerOptions): number {
  try {
    const verdict = verdictOn(callOf(request), callable());
    if (verdict.kind === 'hint') hint(verdict);
    return statusOf(verdict);
  } catch {
    return 503;
  }
}

function callOf({ method = '', url = '', headers }: IncomingMessage): Call {
  const [path = ''] = url.split('?');
  const secret = headers[secretHeader];
  return { method, path, secret: typeof secret === 'string' ? secret : undefined };
}

/** Answers before the body is here, which nobody reads. */
function dismiss(request: IncomingMessage, response: ServerResponse, status: number): void {
  const most = status === 200 ? mostBytes.taken : mostBytes.refused;
  let bytes = 0;
  request.on('data', (part: Buffer) => {
    bytes += part.length;
    if (bytes > most) request.destroy();
  });
  request.on('error', () => undefined);
  const wait = status === 429 ? { 'Retry-After': '5' } : {};
  response.writeHead(status, { 'Content-Length': '0', ...wait });
  response.end();
}

/** Who is refused too often waits. */
class Gate {
  readonly #now: () => EpochMs;
  readonly #callers = new Map<string, Bucket>();
  #all: Bucket;

  constructor(now: () => EpochMs) {
    this.#now = now;
    this.#all = fullBucket(rates.all, now());
  }

  lets(caller: string): boolean {
    const now = this.#now();
    if (this.#callers.size >= mostCallers) this.#forget(now);
    const name = this.#callers.has(caller) || this.#callers.size < mostCallers ? caller : 'others';
    const own = take(this.#callers.get(name) ?? fullBucket(rates.each, now), rates.each, now);
    this.#callers.set(name, own.bucket);
    if (!own.isTaken) return false;
    const all = take(this.#all, rates.all, now);
    this.#all = all.bucket;
    return all.isTaken;
  }

  #forget(now: EpochMs): void {
    for (const [caller, { at }] of this.#callers) if (at < now - forgottenMs) this.#callers.delete(caller);
  }
}
