/** What went wrong below HTTP, by the one distinction that matters: could the request have arrived? */
import { isCertificateCode } from './trust.ts';

export type ConnectionFailure = {
  readonly kind: 'notSent' | 'lost' | 'untrusted';
  readonly reason: string;
};

/** System calls that come before the first byte of a request. */
const beforeSending = new Set(['connect', 'getaddrinfo']);

export function failureOf(error: unknown): ConnectionFailure {
  const code = codeOf(error);
  if (isCertificateCode(code)) return { kind: 'untrusted', reason: code };
  return { kind: isBeforeSending(error, code) ? 'notSent' : 'lost', reason: words[code] ?? code };
}

function isBeforeSending(error: unknown, code: string): boolean {
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return true;
  // Every address of a name was tried and none connected.
  if (error instanceof AggregateError)
    return error.errors.every((each) => isBeforeSending(each, codeOf(each)));
  return beforeSending.has(textAt(error, 'syscall'));
}

const codeOf = (error: unknown): string => textAt(error, 'code') || 'UNNAMED';

function textAt(error: unknown, property: 'code' | 'syscall'): string {
  if (typeof error !== 'object' || error === null || !(property in error)) return '';
  const value: unknown = Reflect.get(error, property);
  return typeof value === 'string' ? value : '';
}

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused (ECONNREFUSED)',
  ENOTFOUND: 'its name is not known (ENOTFOUND)',
  EAI_AGAIN: 'its name could not be looked up (EAI_AGAIN)',
  EHOSTUNREACH: 'no route to it (EHOSTUNREACH)',
  ENETUNREACH: 'no route to its network (ENETUNREACH)',
  UND_ERR_CONNECT_TIMEOUT: 'no connection in time',
  UND_ERR_HEADERS_TIMEOUT: 'no answer in time',
  UND_ERR_BODY_TIMEOUT: 'the answer stopped halfway',
  UND_ERR_SOCKET: 'the connection broke off',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS at this port: check the port of the address',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'it does not speak TLS at this port: check the port of the address',
  ECONNRESET: 'the connection was reset (ECONNRESET)',
};
