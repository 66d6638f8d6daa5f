/** Answers: the Data API's envelope around JSON that is already text. */
import { gzip } from 'node:zlib';
import { promisify } from 'node:util';
import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FileMakerFailure } from '../failure.ts';

export type Answer = {
  readonly status: number;
  /** For the counters. */
  readonly code: string;
  readonly body: string | Buffer;
  /** Sent instead of the body, as fast as it is taken. */
  readonly file?: FileBody;
  readonly headers?: Readonly<Record<string, string>>;
  /** How many records it shows, where it shows records. */
  readonly rows?: number;
  /** What showing them takes beside the time of the request's kind. */
  readonly showingMs?: number;
};

export type FileBody = {
  readonly open: () => Readable;
  /** Of what is sent. */
  readonly size: number;
  /** Whether that is told beforehand. */
  readonly isTold: boolean;
  /** It breaks off after so many bytes. */
  readonly cutAfter?: number;
};

/** `response` is the JSON text of the response object. */
export const ok = (response: string, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status: 200,
  code: '0',
  body: `{"response":${response},"messages":[{"code":"0","message":"OK"}]}`,
  headers,
});

export const refused = (failure: FileMakerFailure): Answer => ({
  status: failure.status,
  code: failure.code,
  body: `{"messages":[{"code":"${failure.code}","message":${JSON.stringify(failure.message)}}],"response":{}}`,
});

const titles: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/** What a web server in front of the Data API engine says when the engine is down. */
export function htmlAnswer(status: number): Answer {
  const title = `${status} ${titles[status] ?? 'Error'}`;
  return {
    status,
    code: 'html',
    body: `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`,
    headers: { 'Content-Type': 'text/html' },
  };
}

/** The same from one that speaks JSON, whose errors are built as OData's are. */
export const gatewayAnswer = (status: number): Answer => ({
  status,
  code: 'html',
  body: JSON.stringify({
    error: { code: status, message: titles[status] ?? 'Error', status: 'UNAVAILABLE' },
  }),
  headers: { 'Content-Type': 'application/json' },
});

const compress = promisify(gzip);
const worthCompressing = 1024;

/** How many bytes it sends, before compression. */
export const lengthOf = (answer: Answer): number => answer.file?.size ?? bytesOf(answer).length;

export const bytesOf = ({ body }: Answer): Buffer => (typeof body === 'string' ? Buffer.from(body) : body);

/** Headers as captured from real servers; `Date` is the host's own clock. */
export async function send(
  response: ServerResponse,
  answer: Answer,
  date: string,
  acceptEncoding: string | undefined,
): Promise<void> {
  if (answer.file !== undefined) return sendFile(response, answer, answer.file, date);
  const plain = bytesOf(answer);
  const zip =
    plain.length > worthCompressing && acceptEncoding !== undefined && /\bgzip\b/.test(acceptEncoding);
  const body = zip ? await compress(plain, { level: 1 }) : plain;
  response.sendDate = false;
  response.writeHead(answer.status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Cache-Control': 'no-cache',
    'X-Content-Type-Options': 'nosniff',
    Vary: 'Accept-Encoding',
    ...(zip ? { 'Content-Encoding': 'gzip' } : {}),
    // No content has no length either (RFC 9110, 8.6).
    ...(answer.status === 204 ? {} : { 'Content-Length': String(body.length) }),
    Date: date,
    ...answer.headers,
  });
  response.end(body);
}

async function sendFile(
  response: ServerResponse,
  { status, headers }: Answer,
  { open, size, isTold, cutAfter }: FileBody,
  date: string,
): Promise<void> {
  response.sendDate = false;
  response.writeHead(status, {
    ...(isTold && { 'Content-Length': String(size) }),
    Date: date,
    ...headers,
  });
  try {
    await pipeline(open(), cut(cutAfter), response);
  } catch {
    // Whoever asked has gone away, or the trouble is wanted: the connection ends in the middle.
    response.destroy();
  }
}

/** Breaks off after so many bytes. */
const cut = (after = Number.POSITIVE_INFINITY) =>
  async function* (bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let left = after;
    for await (const part of bytes) {
      if (part.length >= left) {
        yield part.subarray(0, left);
        throw new Error('broken off on purpose');
      }
      left -= part.length;
      yield part;
    }
  };
