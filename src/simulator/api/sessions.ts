/** Login, logout, validateSession and global fields. */
import { timingSafeEqual } from 'node:crypto';
import type { AccountDescription } from '../description.ts';
import { FileMakerFailure } from '../failure.ts';
import { ok, type Answer } from '../http/answer.ts';
import { jsonBody, param, type Exchange, type InSession, type Route } from '../http/exchange.ts';
import { bearerToken } from '../http/pipeline.ts';
import { objectAt, onlyKeys, textOf } from '../http/json-body.ts';
import { base } from './paths.ts';

export const sessionRoutes: readonly Route[] = [
  {
    kind: 'login',
    method: 'POST',
    path: `${base}/databases/:database/sessions`,
    body: 'json',
    auth: 'none',
    handle: login,
  },
  {
    kind: 'logout',
    method: 'DELETE',
    path: `${base}/databases/:database/sessions/:token`,
    auth: 'none',
    handle: logout,
  },
  { kind: 'validate', method: 'GET', path: `${base}/validateSession`, auth: 'none', handle: validate },
  {
    kind: 'globals',
    method: 'PATCH',
    path: `${base}/databases/:database/globals`,
    body: 'json',
    auth: 'token',
    handle: setGlobals,
  },
];

function login(exchange: Exchange): Answer {
  const { simulation, headers } = exchange;
  const account = authenticate(exchange, param(exchange, 'database'));
  // A POST without any body is refused in the field; one that declares an empty body (Content-Length: 0) is what
  // @proofkit/fmdapi sends to real servers every day.
  if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) {
    throw new FileMakerFailure('1710');
  }
  // fmDataSource credentials are not reported at login, only when the file is opened, so they are only read.
  onlyKeys(jsonBody(exchange), new Set(['fmDataSource']));
  const database = simulation.database(param(exchange, 'database'));
  if (account.canUseDataApi === false) throw new FileMakerFailure('802');
  const { token } = simulation.sessions.login(database.name, account.name);
  return ok(`{"token":"${token}"}`, { 'X-FM-Data-Access-Token': token });
}

/** Throws 10 without credentials, 1702 for another scheme, 212 for wrong ones. */
export function authenticate(
  exchange: Pick<Exchange, 'simulation' | 'headers'>,
  database: string | undefined,
): AccountDescription {
  const { authorization } = exchange.headers;
  if (authorization === undefined) throw new FileMakerFailure('10');
  const [, encoded] = /^Basic\s+(\S+)$/i.exec(authorization) ?? [];
  if (encoded === undefined) throw new FileMakerFailure('1702');
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  const account = exchange.simulation.options.accounts.find(
    (one) =>
      one.name.toLowerCase() === text.slice(0, colon).toLowerCase() &&
      same(one.password, text.slice(colon + 1)),
  );
  const isIn = account && (database === undefined || (account.databases?.includes(database) ?? true));
  if (!account || !isIn) throw new FileMakerFailure('212');
  return account;
}

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function logout(exchange: Exchange): Answer {
  exchange.simulation.sessions.end(param(exchange, 'token'));
  return ok('{}');
}

/** `isSessionInUse`: an operation is still running on it. Asking neither waits for its turn nor takes one. */
function validate(exchange: Exchange): Answer {
  const session = exchange.simulation.sessions.get(bearerToken(exchange));
  session.lastUsed = exchange.simulation.host.time.now();
  return ok(`{"isSessionInUse":${session.waiting > 0}}`);
}

function setGlobals(exchange: InSession): Answer {
  const body = jsonBody(exchange);
  onlyKeys(body, new Set(['globalFields']));
  const values = Object.entries(objectAt(body, 'globalFields')).map(([name, value]): [string, string] => {
    const [table = '', field = ''] = name.split('::');
    const slot = exchange.database.tables.get(table)?.schema.slot(field);
    if (slot?.field.description.global !== true) throw new FileMakerFailure('102');
    return [name, textOf(value)];
  });
  for (const [name, value] of values) exchange.session.globals.set(name, value);
  return ok('{}');
}
