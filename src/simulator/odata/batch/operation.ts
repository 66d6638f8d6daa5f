/** One operation of a batch, ready to be done: its route, its troubles and its exchange. */
import { FileMakerFailure } from '../../failure.ts';
import type { Answer } from '../../http/answer.ts';
import { staleness, type Disturbance, type Outcome } from '../../http/disturbed.ts';
import { decoded, odataRoot } from '../address.ts';
import { refusedAnswer } from '../answers.ts';
import type { ODataExchange } from '../exchange.ts';
import { unsupported } from '../faults.ts';
import { formOf } from '../form.ts';
import { routed } from '../serve.ts';
import type { Operation } from './parse.ts';

export type Prepared = { readonly disturbance: Disturbance; readonly work: () => Outcome | Promise<Outcome> };

/** Scripts and changes of the schema are not tried in a batch: what servers do is not recorded, and clients forbid them. */
const notInBatch = new Set<string>(['script', 'schema', 'batch', 'upload', 'download']);

/** What a part does not say for itself, it has of the batch. */
const inherited = ['odata-version', 'odata-maxversion', 'prefer'] as const;

/** Throws what the operation is refused with before it begins. */
export function prepare(batch: ODataExchange, operation: Operation): Prepared {
  const { simulation } = batch;
  const headers = { ...inheritedHeaders(batch), ...operation.headers };
  const form = formOf(headers, simulation.options);
  const { route, params, key, address, kind } = routed(
    simulation,
    operation.method,
    pathOf(batch, operation),
  );
  if (route.scope === 'server' || notInBatch.has(kind)) throw unsupported();
  simulation.counters.request(kind);
  const effects = simulation.troubles.strike(kind);
  const { options } = address;
  const { body } = operation;
  const staleMs = staleness(effects, simulation);
  const exchange = { ...batch, params, key, options, headers, form, body, staleMs, isInBatch: true };
  const refuse = (failure: FileMakerFailure): Answer => refusedAnswer(failure, form, simulation.options);
  const baseMs = simulation.options.odata?.batch?.operationMs;
  return { disturbance: { simulation, kind, effects, refuse, baseMs }, work: () => route.handle(exchange) };
}

function inheritedHeaders({ headers }: ODataExchange): Record<string, string> {
  return Object.fromEntries(
    inherited.flatMap((name) => {
      const value = headers[name];
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );
}

/**
 * What follows the root. Throws -1000 where the address has something before the root (a proxy's prefix), -1032 where its file is not
 * spelled as the batch's own without `.fmp12` (both recorded).
 */
function pathOf({ database }: ODataExchange, { url }: Operation): string {
  const path = url.replace(/^https?:\/\/[^/]+/i, '');
  if (!path.startsWith(`${odataRoot}/`))
    throw new FileMakerFailure('-1000', 'Incorrect OData service root path', 400);
  const rest = path.slice(odataRoot.length);
  const [, file = ''] = /^\/([^/?]*)/.exec(rest) ?? [];
  if (decoded(file) !== database.name)
    throw new FileMakerFailure('-1032', 'Operation database does not match batch request database', 400);
  return rest;
}
