/** What is asked of the console's server, by its contract. */
import type { Api, Failed } from '../api.ts';
import { token } from './token.ts';

export type Asking = {
  [Name in keyof Api]: Api[Name] extends { readonly query: unknown } ? Name : never;
}[keyof Api];
export type Acting = Exclude<keyof Api, Asking>;
export type Answer<Name extends keyof Api> = Api[Name]['answer'];

/** The server answered that it cannot be so: its message is for people. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** Nothing answered: the console ended, or the network is away. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
}

/** Throws Refused, Unreachable, and an AbortError where the signal ended it. What is `undefined` in a query is left out. */
export function ask<Name extends Asking>(
  name: Name,
  query: Api[Name]['query'],
  signal: AbortSignal,
): Promise<Answer<Name>> {
  const given = Object.entries(query).flatMap(([key, value]) =>
    typeof value === 'string' ? [[key, value] as [string, string]] : [],
  );
  const path = name.slice('GET '.length);
  return call(given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`, { method: 'GET', signal });
}

/** Throws Refused and Unreachable. */
export function act<Name extends Acting>(name: Name, body: Api[Name]['body']): Promise<Answer<Name>> {
  return call(name.slice('POST '.length), { method: 'POST', body: JSON.stringify(body) });
}

async function call<Result>(path: string, init: RequestInit): Promise<Result> {
  const response = await sent(path, init);
  const text = await response.text();
  if (!response.ok) throw refusedBy(response.status, text);
  // Our own server answers by the contract that both were compiled with.
  const answer: Result = JSON.parse(text);
  return answer;
}

async function sent(path: string, init: RequestInit): Promise<Response> {
  const headers = {
    authorization: `Bearer ${token() ?? ''}`,
    ...(init.body !== undefined && { 'content-type': 'application/json' }),
  };
  try {
    return await fetch(path, { ...init, headers, cache: 'no-store' });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new Unreachable('the console does not answer');
  }
}

function refusedBy(status: number, text: string): Refused {
  try {
    const { error }: Failed = JSON.parse(text);
    return new Refused(status, error.code, error.message);
  } catch {
    return new Refused(status, 'unexpected', `the console answered ${status}`);
  }
}
