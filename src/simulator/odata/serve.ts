/**
 * The way of an OData request: address, route, account, troubles, work, answer. Each request brings its account and its password;
 * there is neither a session nor a turn to wait for.
 */
import type { AccountDescription, RequestKind } from '../description.ts';
import { FileMakerFailure } from '../failure.ts';
import { authenticate } from '../api/sessions.ts';
import { disturbed, staleness, type Outcome } from '../http/disturbed.ts';
import type { Exchange } from '../http/exchange.ts';
import type { Asked, Came, Served } from '../http/pipeline.ts';
import { Session } from '../session.ts';
import type { Simulation } from '../simulation.ts';
import type { Effect } from '../troubles.ts';
import { odataRoot, readAddress, type Address } from './address.ts';
import { refusedAnswer } from './answers.ts';
import type { ODataExchange, ODataRoute, ServerExchange } from './exchange.ts';
import { syntaxError } from './faults.ts';
import { formOf } from './form.ts';
import type { Found } from './routes.ts';

/** As with the Data API; documented for both (content/url-data-format-notes), and platforms differ. */
const longestUri = 2000;

export const isOData = ({ url = '' }: Asked): boolean =>
  url.startsWith(odataRoot) && /^(?:[/?]|$)/.test(url.slice(odataRoot.length));

export async function servedOData(simulation: Simulation, request: Asked, came: Came): Promise<Served> {
  let kind: RequestKind | undefined;
  const { options, counters } = simulation;
  const form = formOf(request.headers, options);
  const refuse = (failure: FileMakerFailure) => refusedAnswer(failure, form, options);
  try {
    const asked = askedFor(simulation, request);
    ({ kind } = asked);
    counters.request(kind);
    const effects = simulation.troubles.strike(kind);
    const work = workOf(asked, { simulation, ...came, headers: request.headers, form, effects });
    return { kind, outcome: await disturbed({ simulation, kind, effects, refuse }, work) };
  } catch (error) {
    if (error instanceof FileMakerFailure) return { kind, outcome: refuse(error) };
    throw error;
  }
}

export type ODataAsked = Found & { readonly kind: RequestKind; readonly address: Address };

function askedFor(simulation: Simulation, { method = 'GET', url = '', headers }: Asked): ODataAsked {
  if (simulation.options.odata?.enabled === false) throw new FileMakerFailure('1700');
  if (url.length > longestUri) throw new FileMakerFailure('1630', 'URI is longer than 2000 characters', 414);
  try {
    return routed(simulation, method, url.slice(odataRoot.length));
  } catch (error) {
    // Who may not come in is told nothing of addresses.
    entitled({ simulation, headers }, undefined);
    throw error;
  }
}

/** `url` is what follows the root. */
export function routed(simulation: Simulation, method: string, url: string): ODataAsked {
  const address = readAddress(url);
  const found = simulation.odataRoutes?.find(method, address);
  if (!found) throw syntaxError(url);
  return { ...found, address, kind: kindOf(found.route, address) };
}

const kindOf = ({ kind }: ODataRoute, address: Address): RequestKind =>
  typeof kind === 'function' ? kind(address) : kind;

type Circumstances = Pick<Exchange, 'simulation' | 'body' | 'uploads' | 'headers'> &
  Pick<ServerExchange, 'form'> & { readonly effects: readonly Effect[] };

const noQuery = new URLSearchParams();

function workOf(asked: ODataAsked, given: Circumstances): () => Outcome | Promise<Outcome> {
  const { simulation, effects, ...rest } = given;
  const { route, params, key, address } = asked;
  const { options } = address;
  const staleMs = staleness(effects, simulation);
  const common = { ...rest, simulation, params, key, options, query: noQuery, staleMs, isInBatch: false };
  if (route.scope === 'server') {
    const { openRoot = false } = simulation.options.odata ?? {};
    const account = openRoot ? undefined : entitled(common, undefined).name;
    return () => route.handle({ ...common, account });
  }
  const exchange = inDatabase(common, params['database'] ?? '');
  return () => {
    exchange.database.settle();
    return route.handle(exchange);
  };
}

/** Throws 212, 802 for a file that is closed, 953 where the licence is used up. */
function inDatabase(common: Omit<ServerExchange, 'account'>, spelled: string): ODataExchange {
  const { simulation } = common;
  const name = spelled.replace(/\.fmp12$/i, '');
  const account = entitled(common, name);
  const database = simulation.database(name);
  if (simulation.licence.isUsedUp) throw new FileMakerFailure('953');
  return {
    ...common,
    database,
    session: new Session(name, account.name, simulation.host.time.now()),
    databaseUrl: `${simulation.url}${odataRoot}/${encodeURIComponent(spelled)}`,
  };
}

/** Throws 212: a wrong password, and an account without the privilege fmodata. */
function entitled(
  exchange: Pick<Exchange, 'simulation' | 'headers'>,
  database: string | undefined,
): AccountDescription {
  const account = authenticate(exchange, database);
  if (account.canUseOData === false) throw new FileMakerFailure('212');
  return account;
}
