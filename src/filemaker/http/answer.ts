/** What came of sending one request, whatever API was asked: the code says what it means, not the HTTP status. */
import type { HttpReply, HttpResponse } from './transport.ts';

export type Envelope = {
  readonly kind: 'envelope';
  /** '0', or the code of the error. */
  readonly code: string;
  /** Its text, which may quote the record: for no eyes (R9). */
  readonly message: string;
  /** What was answered, not looked into. */
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

/** What an API makes of a reply. */
export type AnswerOf = (reply: HttpReply) => Answer;

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
