/**
 * HTTP to one server, over undici.
 *
 * The two npm clients for the Data API do not serve: `fm-data-api-client` (node-fetch, API v1) and `@proofkit/fmdapi`
 * (fetch) both read answers with `response.json()`, which rounds numbers beyond 2^53, keep one token for a
 * client, take no CA, and do not tell a request that never left from one whose answer was lost, on which
 * it rests whether a create may be repeated. undici tells, and pools connections.
 *
 * HTTP/1.1 only: other clients saw HTTP/2 streams of FileMaker Server break (github msyk/FMDataAPI, README).
 */
import { gunzipSync } from 'node:zlib';
import { Pool } from 'undici';
import type { EpochMs } from '../../core/names.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Address } from './address.ts';
import { connectorOf } from './connector.ts';
import { type Exchanged, exchange } from './exchange.ts';
import { failureOf } from './connection-failure.ts';
import { stream, type StreamReply, type StreamRequest } from './stream.ts';
import { trusting } from './trust.ts';

export type HttpRequest = {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below the API's base. May hold a token: shown nowhere. */
  readonly path: string;
  readonly authorization?: string;
  /** Default: JSON. */
  readonly accept?: string;
  readonly prefer?: string;
  readonly body?: string;
  /** Of the body; default: JSON. */
  readonly contentType?: string;
};

export type HttpReply =
  | HttpResponse
  /** It surely did not arrive: no connection was made. */
  | { readonly kind: 'notSent'; readonly reason: string }
  /** It may have arrived and may have been done; the answer did not come back whole. */
  | { readonly kind: 'lost'; readonly reason: string }
  /** The certificate is not believed; nothing was sent. */
  | { readonly kind: 'untrusted'; readonly reason: string };

export type HttpResponse = {
  readonly kind: 'response';
  readonly status: number;
  readonly contentType: string;
  /** The `Date` header. */
  readonly date: string | undefined;
  readonly accessToken: string | undefined;
  /** How many records a write of OData concerned, where it says so (`fmodata.affected_rows`). */
  readonly affectedRows?: string | undefined;
  readonly text: string;
  readonly sentAt: EpochMs;
  readonly answeredAt: EpochMs;
};

export type Timeouts = {
  /** Until a connection stands. 1-60 s; short gives up on slow links, long holds a run on a dead host. Default 10 s (assumed). */
  readonly connectMs: number;
  /** Between request and answer, and between parts of it. Default 60 s, as FileMaker's own client waits (error 1629). */
  readonly answerMs: number;
  /** For a logout in all: a session that stays open is left to whoever comes next. Default 20 s (assumed). */
  readonly logoutMs: number;
};

export interface Transport {
  /** Sends once. Rejects only with the signal's reason. */
  send(request: HttpRequest, signal: AbortSignal): Promise<HttpReply>;
  /** The same for what is too large to be held in memory; rejects with what its body throws, too. */
  stream(request: StreamRequest, signal: AbortSignal): Promise<StreamReply>;
  /** Of the certificate that the server showed last; undefined before the first connection, and over plain http. */
  certificateEndsAt(): EpochMs | undefined;
  close(): Promise<void>;
}

type TransportOptions = {
  readonly address: Address;
  /** Such as `/fmi/data/v2`: what the path of each request begins with. */
  readonly base: string;
  readonly ca: string;
  readonly connections: number;
  readonly timeouts: Timeouts;
  readonly clock: Clock;
  /**
   * Told of each answer that came whole: the bytes of its body as it is before compression. What the licence counts of an
   * answer is not documented (headers, gzip): this is the most that it can be but for the headers, and the same either way.
   */
  readonly received: (bytes: number) => void;
};

export function openTransport(options: TransportOptions): Transport {
  const { address, timeouts } = options;
  const trust = address.isSecure ? { secureContext: trusting(options.ca), rejectUnauthorized: true } : {};
  let certificateEndsAt: EpochMs | undefined;
  const endsAt = (instant: EpochMs): void => {
    certificateEndsAt = instant;
  };
  const pool = new Pool(address.origin, {
    connections: options.connections,
    pipelining: 1,
    allowH2: false,
    headersTimeout: timeouts.answerMs,
    bodyTimeout: timeouts.answerMs,
    connect: connectorOf({ build: { timeout: timeouts.connectMs, allowH2: false, ...trust }, endsAt }),
  });
  return {
    send: (request, signal) => sendOver(pool, options, request, signal),
    stream: (request, signal) => stream(pool, request, options.received, signal),
    certificateEndsAt: () => certificateEndsAt,
    close: () => pool.destroy(),
  };
}

async function sendOver(
  pool: Pool,
  { base, clock, received }: Pick<TransportOptions, 'base' | 'clock' | 'received'>,
  request: HttpRequest,
  signal: AbortSignal,
): Promise<HttpReply> {
  signal.throwIfAborted();
  const sentAt = clock.now();
  try {
    const { method, body: sent = null } = request;
    const what = { method, path: base + request.path, headers: headersOf(request), body: sent };
    const answer = await exchange(pool, what, clock, signal);
    const body = bodyOf(answer);
    received(body.length);
    return { ...headOf(answer), text: utf8.decode(body), sentAt, answeredAt: answer.answeredAt };
  } catch (error) {
    signal.throwIfAborted();
    return failureOf(error);
  }
}

const json = 'application/json';

/** Names and values in turn. */
function headersOf({
  authorization,
  accept = json,
  prefer,
  body,
  contentType = json,
}: HttpRequest): string[] {
  const headers = ['accept', accept, 'accept-encoding', 'gzip'];
  if (authorization !== undefined) headers.push('authorization', authorization);
  if (prefer !== undefined) headers.push('prefer', prefer);
  if (body !== undefined) headers.push('content-type', contentType);
  return headers;
}

function headOf({ status, headers }: Exchanged): Omit<HttpResponse, 'text' | 'sentAt' | 'answeredAt'> {
  return {
    kind: 'response',
    status,
    contentType: one(headers['content-type']) ?? '',
    date: one(headers['date']),
    accessToken: one(headers['x-fm-data-access-token']),
    affectedRows: one(headers['fmodata.affected_rows']),
  };
}

const utf8 = new TextDecoder();

const bodyOf = ({ headers, body }: Exchanged): Uint8Array =>
  one(headers['content-encoding']) === 'gzip' && body.length > 0 ? gunzipSync(body) : body;

const one = (header: string | string[] | undefined): string | undefined =>
  Array.isArray(header) ? header[0] : header;
