/**
 * Requests whose body or answer is too large to be held in memory: both go by in parts, each as fast as the slower end takes them.
 * For what is small, exchange.ts takes less time.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { type ConnectionFailure, failureOf } from './connection-failure.ts';
import { noteSpent } from './spent-buffers.ts';

export type StreamRequest = {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'HEAD';
  /** From the root of the server. May hold what opens a file: shown nowhere. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** With its exact length: a body that ends before it is broken off, so that the server takes none of it. */
  readonly body?: { readonly bytes: AsyncIterable<Uint8Array>; readonly length: number };
  /** Until the head of the answer is there, after the body has gone; default as for all. */
  readonly answerMs?: number;
};

export type StreamResponse = {
  readonly kind: 'streaming';
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Has to be read to its end, or given up by `drop`: until then the connection is taken. Throws ConnectionBroken. */
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly drop: () => void;
};

export type StreamReply = StreamResponse | ConnectionFailure;

/** An answer ended before its end. */
export class ConnectionBroken extends Error {
  readonly failure: ConnectionFailure;

  constructor(failure: ConnectionFailure, options: { readonly cause: unknown }) {
    super(failure.reason, options);
    this.failure = failure;
  }
}

/** Rejects with the signal's reason, or with what the body threw. */
export async function stream(
  dispatcher: Dispatcher,
  { method, path, headers, body, answerMs }: StreamRequest,
  received: (bytes: number) => void,
  signal: AbortSignal,
): Promise<StreamReply> {
  signal.throwIfAborted();
  const thrown = new Thrown();
  try {
    const sent = body && Readable.from(thrown.watching(body.bytes), { objectMode: false });
    const answer = await dispatcher.request({
      method,
      path,
      headers: { ...headers, ...(body && { 'content-length': String(body.length) }) },
      body: sent ?? null,
      signal,
      ...(answerMs !== undefined && { headersTimeout: answerMs }),
    });
    return {
      kind: 'streaming',
      status: answer.statusCode,
      headers: answer.headers,
      bytes: counted(answer.body, received, signal),
      drop: () => {
        // What is left of a small one is read, so that the connection stays.
        void answer.body.dump().catch(() => undefined);
      },
    };
  } catch (error) {
    signal.throwIfAborted();
    thrown.rethrow();
    return failureOf(error);
  }
}

/** What a body threw comes back from undici in other words, or not at all. */
class Thrown {
  #error: { readonly is: unknown } | undefined;

  async *watching(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      for await (const part of bytes) {
        yield part;
        noteSpent(part.length);
      }
    } catch (error) {
      this.#error = { is: error };
      throw error;
    }
  }

  rethrow(): void {
    if (this.#error !== undefined) throw this.#error.is;
  }
}

async function* counted(
  body: AsyncIterable<unknown>,
  received: (bytes: number) => void,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const part of body) {
      if (!(part instanceof Uint8Array)) throw new TypeError('an answer came as something else than bytes');
      received(part.length);
      yield part;
      noteSpent(part.length);
    }
  } catch (error) {
    signal.throwIfAborted();
    throw new ConnectionBroken(failureOf(error), { cause: error });
  }
}

/** The text of a short answer; what is beyond `most` bytes is left. */
export async function textOf({ bytes, drop }: StreamResponse, most = 64 * 1024): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of bytes) {
    parts.push(part);
    size += part.length;
    if (size > most) break;
  }
  if (size > most) drop();
  return Buffer.concat(parts).toString('utf8');
}

type Headed = Pick<StreamResponse, 'headers'>;

export const headersOf = ({ headers }: Headed, name: string): readonly string[] => {
  const header = headers[name] ?? [];
  return Array.isArray(header) ? header : [header];
};

export const headerOf = (response: Headed, name: string): string | undefined => headersOf(response, name)[0];

/** Of a body that did not come as it is. */
export function encodingOf(response: Headed): string | undefined {
  const encoding = headerOf(response, 'content-encoding')?.trim().toLowerCase() ?? '';
  return ['', 'identity'].includes(encoding) ? undefined : encoding;
}
