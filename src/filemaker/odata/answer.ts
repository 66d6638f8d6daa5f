/**
 * What OData answers. The code in the error decides, as JSON or, where the server speaks XML, as XML; what has neither did not
 * come from OData. That the account was refused may be told by the status alone.
 *
 *   R3  Gateways have errors of the same form: with the status as code, or a word, or with a status of theirs and a code that says nothing
 *       here. Nothing is known by them of what was done.
 */
import { type Answer, valueAt } from '../http/answer.ts';
import { isRefusalOfOne } from '../http/codes.ts';
import type { HttpReply, HttpResponse } from '../http/transport.ts';
import { parseRepaired } from './repair.ts';

export function answerOf(reply: HttpReply): Answer {
  if (reply.kind !== 'response') return reply;
  const { status, contentType } = reply;
  if (status >= 200 && status < 300) return done(reply);
  const error = ownErrorIn(reply) ?? (status === 401 ? { code: '212', message: '' } : undefined);
  if (error !== undefined) return { kind: 'envelope', ...error, response: undefined, http: reply };
  const type = contentType === '' ? 'no content type' : contentType;
  const reason = `it answered HTTP ${status} (${type}) with no OData answer in it`;
  return { kind: 'unreadable', status, reason };
}

function done(http: HttpResponse): Answer {
  const { status, contentType, text } = http;
  const isJson = /\bjson\b/i.test(contentType);
  const response = isJson && text !== '' ? parseRepaired(text) : undefined;
  const embedded = errorOf(valueAt(response, 'error'));
  if (embedded !== undefined) return { kind: 'envelope', ...embedded, response: undefined, http };
  if (isReadable(contentType, text, response))
    return { kind: 'envelope', code: '0', message: '', response, http };
  const type = contentType === '' ? 'no content type' : contentType;
  return { kind: 'unreadable', status, reason: `its answer (${type}) is neither JSON nor XML` };
}

/** Nothing, JSON, and what others read: XML and the parts of a batch. */
function isReadable(contentType: string, text: string, response: unknown): boolean {
  if (text === '') return true;
  if (/\bjson\b/i.test(contentType)) return response !== undefined;
  return /\bxml\b|^\s*multipart\/mixed\b/i.test(contentType);
}

export type ODataError = { readonly code: string; readonly message: string };

type Refused = Pick<HttpResponse, 'status' | 'contentType' | 'text'>;

/** Of an answer with an error status, where it comes from FileMaker. */
export function ownErrorIn({ status, contentType, text }: Refused): ODataError | undefined {
  const error = errorIn(contentType, text);
  return error !== undefined && isOwn(status, error) ? error : undefined;
}

/**
 * FileMaker's engine has no statuses above 500 of its own (assumed): with one of them a code counts that speaks of the host, not of a record.
 * What nobody else has counts with any: OData prescribes 501 for what is not supported.
 */
function isOwn(status: number, { code, message }: ODataError): boolean {
  if (!/^-?\d+$/.test(code)) return false;
  if (Number(code) < 0 || ofItsSql.includes(code)) return true;
  // 500 is its code for a date, too.
  if (Number(code) === status) return status === 500 && !/^$|\b(?:internal|server)\b/i.test(message);
  return status <= 500 || !isRefusalOfOne(code);
}

const ofItsSql: readonly string[] = ['8309', '8310'];

/** Of one part of a batch, which no gateway writes, or of an answer whose status says that it was done. */
export function errorIn(contentType: string, text: string): ODataError | undefined {
  if (/\bhtml\b/i.test(contentType)) return undefined;
  const json = text.trimStart().startsWith('{') ? parseRepaired(text) : undefined;
  if (json !== undefined) return errorOf(valueAt(json, 'error'));
  const [, code] = /<(?:\w+:)?code>\s*(-?\d+)\s*<\//.exec(text) ?? [];
  const [, message = ''] = /<(?:\w+:)?message[^>]*>([\s\S]*?)<\//.exec(text) ?? [];
  return code === undefined ? undefined : asKnown({ code, message });
}

function errorOf(error: unknown): ODataError | undefined {
  const code = valueAt(error, 'code');
  const message = valueAt(error, 'message');
  if (typeof code !== 'string' && typeof code !== 'number') return undefined;
  return asKnown({ code: String(code), message: typeof message === 'string' ? message : '' });
}

/** What OData has codes of its own for though FileMaker has one: a record, and a table, that is not there. */
const known: Readonly<Record<string, string>> = { '-1023': '101', '-1020': '105' };

/** 8309 is all that its SQL refuses, a field or a table that is not there among it. */
function asKnown(error: ODataError): ODataError {
  const code = known[error.code];
  if (code !== undefined) return { ...error, code };
  if (error.code !== '8309' || !/does not exist|could not be found|not defined/i.test(error.message))
    return error;
  if (/\b(?:field|column) named\b/i.test(error.message)) return { ...error, code: '102' };
  return /\btable named\b/i.test(error.message) ? { ...error, code: '105' } : error;
}
