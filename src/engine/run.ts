/**
 * run: one pass over everything, in one process. Clocks first, since nothing may be read before they are known; then
 * every table is read, first meetings one server after the other; then batches are delivered until none is due.
 *
 *   R7  A server that fails is left out from then on; its rows stay, the others go on.
 */
import type { BatchId } from '../core/batch.ts';
import { receives } from '../core/link.ts';
import type { ServerName, TableName } from '../core/names.ts';
import { ServerError } from '../ports/server-errors.ts';
import { type DrainOptions, drain } from './drain.ts';
import { type Engine, type EngineTable, type Place, placeOf } from './engine.ts';
import { enumerate } from './enumerate.ts';
import { measureClock, putBack } from './measure.ts';

export type RunOutcome = {
  readonly failures: ReadonlyMap<ServerName, ServerError>;
  /** First meetings that wait for a person. */
  readonly halted: readonly { readonly table: TableName; readonly server: ServerName }[];
};

type Run = {
  readonly engine: Engine;
  readonly failures: Map<ServerName, ServerError>;
  readonly halted: { readonly table: TableName; readonly server: ServerName }[];
  readonly signal: AbortSignal;
};

export async function runOnce(engine: Engine, signal: AbortSignal): Promise<RunOutcome> {
  const run: Run = { engine, failures: new Map(), halted: [], signal };
  const servers = [...engine.servers.keys()];
  await Promise.all(
    servers.map((server) => guarded(run, server, () => measureClock(engine, server, signal))),
  );
  await Promise.all([...engine.tables.values()].map((table) => readTable(run, table)));
  await deliverAll(run);
  return { failures: run.failures, halted: run.halted };
}

/** Runs work on a server unless it failed before; its failure is kept, anything else is thrown. */
async function guarded(run: Run, server: ServerName, work: () => Promise<unknown>): Promise<void> {
  if (run.failures.has(server)) return;
  try {
    await work();
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    if (run.failures.has(server)) return;
    run.failures.set(server, error);
    run.engine.report({ kind: 'server-failed', server, error });
  }
}

/** Servers that meet the table for the first time come one after the other, in the order of the configuration. */
async function readTable(run: Run, { plan }: EngineTable): Promise<void> {
  const known: Place[] = [];
  for (const link of plan.links) {
    const place = placeOf(run.engine, plan.name, link.server);
    if (place === undefined) continue;
    if (await run.engine.control.watermark(plan.name, link.server)) known.push(place);
    else await read(run, place);
  }
  await Promise.all(known.map((place) => read(run, place)));
}

const read = (run: Run, place: Place): Promise<void> =>
  guarded(run, place.link.server, async () => {
    if ((await enumerate(run.engine, place, run.signal)) === 'halted') {
      run.halted.push({ table: place.plan.name, server: place.link.server });
    }
  });

/** Delivers what queues show, then what they do not (lost messages, rows that wait), each once, until nothing is left. */
async function deliverAll(run: Run): Promise<void> {
  const tried = new Set<BatchId>();
  const options: DrainOptions = { force: true, busy: new Set(), settling: new Map() };
  for (;;) {
    await drainAll(run, options);
    if ((await putBackAll(run, tried)) > 0) continue;
    if (options.settling.size === 0) return;
    const until = Math.max(...options.settling.values());
    await run.engine.clock.sleep(Math.max(0, until - run.engine.clock.now()) + 1, run.signal);
    for (const id of options.settling.keys()) tried.delete(id);
    options.settling.clear();
  }
}

/** Until a pass over all servers finds no message: one server's batches may make some for another. */
async function drainAll(run: Run, options: DrainOptions): Promise<void> {
  for (let handled = 1; handled > 0; ) {
    handled = 0;
    const drainServer = async (server: ServerName): Promise<void> => {
      const messages = await drain(run.engine, server, options, run.signal);
      handled += messages;
    };
    await Promise.all(receivers(run).map((server) => guarded(run, server, () => drainServer(server))));
  }
}

async function putBackAll(run: Run, tried: Set<BatchId>): Promise<number> {
  let put = 0;
  for (const server of receivers(run)) {
    if (run.failures.has(server)) continue;
    put += await putBack(run.engine, server, (row) => !tried.has(row.id) && Boolean(tried.add(row.id)));
  }
  return put;
}

const receivers = ({ engine }: Run): readonly ServerName[] =>
  [...engine.servers.keys()].filter((server) =>
    [...engine.tables.values()].some(({ plan }) =>
      plan.links.some((link) => link.server === server && receives(link)),
    ),
  );
