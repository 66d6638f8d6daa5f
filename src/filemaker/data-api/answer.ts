/**
 * What came of sending one request. The HTTP status says little: the codes in `messages` decide
 * (help.claris.com data-api-guide error-responses), and what has none did not come from the Data API.
 */
import type { HttpReply, HttpResponse } from './transport.ts';
import { parseWire } from './wire-json.ts';

export type Envelope = {
  readonly kind: 'envelope';
  /** '0', or the first other code in `messages`. */
  readonly code: string;
  /** Its text, which may quote the record: for no eyes (R9). */
  readonly message: string;
  /** The `response` object, not looked into. */
  readonly response: unknown;
  readonly http: HttpResponse;
};

export type NoEnvelope =
  | Exclude<HttpReply, HttpResponse>
  /** HTML of a web server, broken JSON: it may have been done. */
  | { readonly kind: 'unreadable'; readonly status: number; readonly reason: string }
  /** It had to be sent by a certain time, and was not. */
  | { readonly kind: 'late'; readonly reason: string };

export type Answer = Envelope | NoEnvelope;

export function answerOf(reply: HttpReply): Answer {
  if (reply.kind !== 'response') return reply;
  const body = parseWire(reply.text);
  const messages = valueAt(body, 'messages');
  const code = codeIn(messages);
  if (code !== undefined) {
    const message = messageOf(messages, code);
    return { kind: 'envelope', code, message, response: valueAt(body, 'response'), http: reply };
  }
  const type = reply.contentType === '' ? 'no content type' : reply.contentType;
  const reason = `it answered HTTP ${reply.status} (${type}) with no Data API answer in it`;
  return { kind: 'unreadable', status: reply.status, reason };
}

function codeIn(messages: unknown): string | undefined {
  if (!Array.isArray(messages) || messages.length === 0) return undefined;
  const codes = messages.map((message: unknown) => valueAt(message, 'code'));
  if (!codes.every((code) => typeof code === 'string' || typeof code === 'number')) return undefined;
  return codes.map(String).find((code) => code !== '0') ?? '0';
}

function messageOf(messages: unknown, code: string): string {
  const all: readonly unknown[] = Array.isArray(messages) ? messages : [];
  const told = valueAt(
    all.find((one) => String(valueAt(one, 'code')) === code),
    'message',
  );
  return typeof told === 'string' ? told : '';
}

/** A property of what may or may not be an object. */
export function valueAt(from: unknown, property: string): unknown {
  if (typeof from !== 'object' || from === null || Array.isArray(from)) return undefined;
  return Object.hasOwn(from, property) ? Reflect.get(from, property) : undefined;
}

/** A string, or a number as its digits: ids and counts come as either. */
export function digitsAt(from: unknown, property: string): string | undefined {
  const value = valueAt(from, property);
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && /^\d+$/.test(text) ? text : undefined;
}
