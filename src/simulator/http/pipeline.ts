/**
 * The way of every request: route, headers, token, troubles, turn, work, answer.
 *
 * Troubles that strike before the work leave no trace in the tables; those after it lose only the answer.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestKind } from '../description.ts';
import { FileMakerFailure } from '../failure.ts';
import { pause } from '../load/pause.ts';
import { isOData, servedOData } from '../odata/serve.ts';
import type { Simulation } from '../simulation.ts';
import type { Effect } from '../troubles.ts';
import { lengthOf, refused, send } from './answer.ts';
import { disturbed, reset, staleness, type Outcome } from './disturbed.ts';
import { readBody, type Exchange, type InSession, type Route } from './exchange.ts';
import type { Routes } from './routes.ts';
import { cutOff, isForm, isRawFile, receiveForm, receiveRaw, type Upload } from './upload.ts';

/** The guide's limit (content/url-data-format-notes); which error it gives is assumed. */
const longestUri = 2000;

export async function serve(
  simulation: Simulation,
  routes: Routes,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  // One that was read in part has no connection any more.
  const { socket } = request;
  const { outcome, date } = await answerTo(simulation, routes, request, () => bodyIn(simulation, request));
  if (outcome === reset) return void socket.resetAndDestroy();
  await send(response, outcome, date, request.headers['accept-encoding']);
}

/** What comes with a request. */
export type Came = { readonly body: Buffer; readonly uploads?: readonly Upload[] };

async function bodyIn(
  { blobs, troubles }: Simulation,
  request: IncomingMessage,
): Promise<Came | typeof reset> {
  const isFile = isOData(request) && isRawFile(request);
  if (!isFile && !isForm(request.headers['content-type'])) return { body: await readBody(request) };
  const cutAfter = troubles.cutUpload();
  if (cutAfter !== undefined) {
    await cutOff(request, cutAfter);
    return reset;
  }
  return {
    body: Buffer.alloc(0),
    uploads: isFile ? [await receiveRaw(request, blobs)] : await receiveForm(request, blobs),
  };
}

/** What a request is, however it came. */
export type Asked = Pick<IncomingMessage, 'method' | 'url' | 'headers'>;

/** All but the network; `date`: the header. */
export async function answerTo(
  simulation: Simulation,
  routes: Routes,
  request: Asked,
  bodyOf: () => Came | typeof reset | Promise<Came | typeof reset>,
): Promise<{ readonly outcome: Outcome; readonly date: string }> {
  const arrivedAt = performance.now();
  const came = await bodyOf();
  await pause(simulation, underWayMs(simulation));
  const { outcome, kind } = came === reset ? wasReset : await servedBy(simulation, routes, request, came);
  const date = simulation.host.httpDate();
  await pause(simulation, underWayMs(simulation));
  simulation.counters.answer(outcome === reset ? reset : outcome.code);
  if (kind) simulation.counters.took(kind, arrivedAt, performance.now());
  if (outcome !== reset) simulation.licence.sent(lengthOf(outcome));
  return { outcome, date };
}

const underWayMs = ({ options }: Simulation): number => (options.roundTripMs ?? 0) / 2;

export type Served = {
  readonly outcome: Outcome;
  /** Undefined where there is no such route. */
  readonly kind: RequestKind | undefined;
};

const servedBy = (simulation: Simulation, routes: Routes, request: Asked, came: Came): Promise<Served> =>
  isOData(request) ? servedOData(simulation, request, came) : outcomeOf(simulation, routes, request, came);

async function outcomeOf(
  simulation: Simulation,
  routes: Routes,
  request: Asked,
  { body, uploads }: Came,
): Promise<Served> {
  let kind: RequestKind | undefined;
  try {
    const url = request.url ?? '/';
    if (url.length > longestUri)
      throw new FileMakerFailure('1630', 'URI is longer than 2000 characters', 414);
    const { route, params, query } = routes.find(request.method ?? 'GET', url);
    ({ kind } = route);
    simulation.counters.request(kind);
    requireContentType(route, request.headers['content-type']);
    const effects = simulation.troubles.strike(route.kind);
    const exchange = {
      simulation,
      params,
      query,
      headers: request.headers,
      body,
      ...(uploads && { uploads }),
      staleMs: staleness(effects, simulation),
    };
    return { kind, outcome: await inTurn(route, exchange, effects) };
  } catch (error) {
    if (error instanceof FileMakerFailure) return { kind, outcome: refused(error) };
    throw error;
  }
}

const wasReset: Served = { outcome: reset, kind: undefined };

function requireContentType(route: Route, contentType: string | undefined): void {
  if (route.body === undefined) return;
  const wanted = route.body === 'json' ? 'application/json' : 'multipart/form-data';
  if (!contentType?.toLowerCase().startsWith(wanted)) throw new FileMakerFailure('1705');
}

async function inTurn(route: Route, exchange: Exchange, effects: readonly Effect[]): Promise<Outcome> {
  const { simulation } = exchange;
  const disturbance = { simulation, kind: route.kind, effects, refuse: refused };
  if (route.auth === 'none') return disturbed(disturbance, () => route.handle(exchange));
  const session = simulation.sessions.get(bearerToken(exchange));
  const name = exchange.params['database'] ?? session.database;
  if (name !== session.database) throw new FileMakerFailure('952');
  if (simulation.licence.isUsedUp) throw new FileMakerFailure('953');
  if (effects.some((effect) => effect.kind === 'loseSession')) simulation.sessions.end(session.token);
  return simulation.sessions.inTurn(session, () => {
    const inSession: InSession = { ...exchange, session, database: simulation.database(name) };
    return disturbed(disturbance, () => {
      inSession.database.settle();
      return route.handle(inSession);
    });
  });
}

/** Throws 10 where the header is missing, 1702 where it is something else. */
export function bearerToken(exchange: Exchange): string {
  const { authorization } = exchange.headers;
  if (authorization === undefined) throw new FileMakerFailure('10');
  const [, token] = /^Bearer\s+(\S+)$/i.exec(authorization) ?? [];
  if (token === undefined) throw new FileMakerFailure('1702');
  return token;
}
