/** Answers: the Data API's envelope around JSON that is already text. */
import { gzip } from 'node:zlib';
import { promisify } from 'node:util';
import type { ServerResponse } from 'node:http';
import type { FileMakerFailure } from '../failure.ts';

export type Answer = {
  readonly status: number;
  /** For the counters. */
  readonly code: string;
  readonly body: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  /** How many records it shows, where it shows records. */
  readonly rows?: number;
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

const compress = promisify(gzip);
const worthCompressing = 1024;

export const bytesOf = ({ body }: Answer): Buffer => (typeof body === 'string' ? Buffer.from(body) : body);

/** Headers as captured from real servers; `Date` is the host's own clock. */
export async function send(
  response: ServerResponse,
  answer: Answer,
  date: string,
  acceptEncoding: string | undefined,
): Promise<void> {
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
