/**
 * The way of every request: route, headers, token, troubles, turn, work, answer.
 *
 * Troubles that strike before the work leave no trace in the tables; those after it lose only the answer.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestKind } from '../description.ts';
import { FileMakerFailure } from '../failure.ts';
import { pause } from '../load/pause.ts';
import type { Simulation } from '../simulation.ts';
import type { Effect } from '../troubles.ts';
import { bytesOf, htmlAnswer, refused, send, type Answer } from './answer.ts';
import { readBody, type Exchange, type InSession, type Route } from './exchange.ts';
import type { Routes } from './routes.ts';

/** The connection is to be reset instead of answered. */
const reset = 'reset';
export type Outcome = Answer | typeof reset;

const forever = new AbortController().signal;
/** The guide's limit (content/url-data-format-notes); which error it gives is assumed. */
const longestUri = 2000;

export async function serve(
  simulation: Simulation,
  routes: Routes,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { outcome, date } = await answerTo(simulation, routes, request, () => readBody(request));
  if (outcome === reset) return void request.socket.resetAndDestroy();
  await send(response, outcome, date, request.headers['accept-encoding']);
}

/** What a request is, however it came. */
export type Asked = Pick<IncomingMessage, 'method' | 'url' | 'headers'>;

/** All but the network; `date`: the header. */
export async function answerTo(
  simulation: Simulation,
  routes: Routes,
  request: Asked,
  bodyOf: () => Buffer | Promise<Buffer>,
): Promise<{ readonly outcome: Outcome; readonly date: string }> {
  const arrivedAt = performance.now();
  const body = await bodyOf();
  await pause(simulation, underWayMs(simulation));
  const { outcome, kind } = await outcomeOf(simulation, routes, request, body);
  const date = simulation.host.httpDate();
  await pause(simulation, underWayMs(simulation));
  simulation.counters.answer(outcome === reset ? reset : outcome.code);
  if (kind) simulation.counters.took(kind, arrivedAt, performance.now());
  if (outcome !== reset) simulation.licence.sent(bytesOf(outcome).length);
  return { outcome, date };
}

const underWayMs = ({ options }: Simulation): number => (options.roundTripMs ?? 0) / 2;

type Served = {
  readonly outcome: Outcome;
  /** Undefined where there is no such route. */
  readonly kind: RequestKind | undefined;
};

async function outcomeOf(
  simulation: Simulation,
  routes: Routes,
  request: Asked,
  body: Buffer,
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
      staleMs: staleness(effects, simulation),
    };
    return { kind, outcome: await inTurn(route, exchange, effects) };
  } catch (error) {
    if (error instanceof FileMakerFailure) return { kind, outcome: refused(error) };
    throw error;
  }
}

function requireContentType(route: Route, contentType: string | undefined): void {
  if (route.body === undefined) return;
  const wanted = route.body === 'json' ? 'application/json' : 'multipart/form-data';
  if (!contentType?.toLowerCase().startsWith(wanted)) throw new FileMakerFailure('1705');
}

function staleness(effects: readonly Effect[], simulation: Simulation): number {
  const ages = effects.map((effect) =>
    effect.kind === 'staleRead' ? simulation.random() * effect.upToMs : 0,
  );
  return Math.max(0, ...ages);
}

async function inTurn(route: Route, exchange: Exchange, effects: readonly Effect[]): Promise<Outcome> {
  if (route.auth === 'none') return disturbed(route, exchange, effects, () => route.handle(exchange));
  const { simulation } = exchange;
  const session = simulation.sessions.get(bearerToken(exchange));
  const name = exchange.params['database'] ?? session.database;
  if (name !== session.database) throw new FileMakerFailure('952');
  if (simulation.licence.isUsedUp) throw new FileMakerFailure('953');
  if (effects.some((effect) => effect.kind === 'loseSession')) simulation.sessions.end(session.token);
  return simulation.sessions.inTurn(session, () => {
    const inSession: InSession = { ...exchange, session, database: simulation.database(name) };
    return disturbed(route, exchange, effects, () => {
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

async function disturbed(
  route: Route,
  exchange: Exchange,
  effects: readonly Effect[],
  work: () => Answer | Promise<Answer>,
): Promise<Outcome> {
  const { simulation } = exchange;
  const latency = simulation.options.latencyMs?.[route.kind] ?? 0;
  const { base, perRow } = typeof latency === 'number' ? { base: latency, perRow: 0 } : latency;
  return simulation.processors.work(async () => {
    await pause(simulation, base);
    const answer = await disturbedWork(effects, simulation, work);
    if (answer !== reset) await pause(simulation, perRow * (answer.rows ?? 0));
    return answer;
  });
}

async function disturbedWork(
  effects: readonly Effect[],
  simulation: Simulation,
  work: () => Answer | Promise<Answer>,
): Promise<Outcome> {
  if (effects.length === 0) return work();
  const early = await before(effects, simulation);
  if (early) return early;
  if (effects.some((effect) => effect.kind === 'repeat')) await answerOf(work);
  return after(effects, simulation, await answerOf(work));
}

async function answerOf(work: () => Answer | Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof FileMakerFailure) return refused(error);
    throw error;
  }
}

const refusedAs = ({ code, status }: Extract<Effect, { readonly kind: 'error' }>): Answer =>
  refused(new FileMakerFailure(code, undefined, status));

async function before(effects: readonly Effect[], simulation: Simulation): Promise<Outcome | undefined> {
  for (const effect of effects) {
    if (effect.kind === 'delay' && !effect.after) await simulation.host.time.sleep(effect.ms, forever);
    if (effect.kind === 'error' && !effect.after) return refusedAs(effect);
    if (effect.kind === 'resetBefore') return reset;
    if (effect.kind === 'html' && !effect.after) return htmlAnswer(effect.status);
  }
  return undefined;
}

async function after(effects: readonly Effect[], simulation: Simulation, answer: Answer): Promise<Outcome> {
  for (const effect of effects) {
    if (effect.kind === 'delay' && effect.after) await simulation.host.time.sleep(effect.ms, forever);
    if (effect.kind === 'error' && effect.after) return refusedAs(effect);
    if (effect.kind === 'resetAfter') return reset;
    if (effect.kind === 'html' && effect.after) return htmlAnswer(effect.status);
    if (effect.kind === 'truncate') {
      return { ...answer, body: answer.body.slice(0, Math.floor(answer.body.length * 0.6)) };
    }
  }
  return answer;
}
