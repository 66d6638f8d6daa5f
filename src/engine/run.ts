/**
 * run: one pass over everything, in one process. What the configuration asks for newly comes first, then clocks, since nothing may be read before they are known; then
 * every table is read, first meetings one server after the other; then batches are delivered until none is due.
 *
 *   R7  A server that fails is left out from then on; its rows stay, the others go on.
 */
import type { BatchId, BatchRow } from '../core/batch.ts';
import { receives, sends } from '../core/link.ts';
import type { EpochMs, ServerName, TableName } from '../core/names.ts';
import { ServerError } from '../ports/server-errors.ts';
import { all } from './all.ts';
import { batchesAtOnce, type DrainOptions } from './drain.ts';
import { drainAll as drainServers } from './drain-all.ts';
import { orHalt } from './drift.ts';
import { type Engine, type EngineTable, type Place, placeOf, placesOn } from './engine.ts';
import { enumerate } from './enumerate.ts';
import { grow } from './grow.ts';
import { isMet, onAndOn, type Pace } from './meet.ts';
import { isPaused } from './paused.ts';
import { measureClock, putBack } from './measure.ts';
import { recheckParked } from './recheck.ts';
import { lastDue, settleSuspects } from './suspects.ts';
import { sweep } from './sweep.ts';
import { tidyFiles } from './tidy-files.ts';
import { retryFresh } from './retry-parked.ts';

export type RunOutcome = {
  readonly failures: ReadonlyMap<ServerName, ServerError>;
  /** First meetings that wait for a person. */
  readonly halted: readonly { readonly table: TableName; readonly server: ServerName }[];
};

/** One pass under way. */
export type Run = {
  readonly engine: Engine;
  readonly failures: Map<ServerName, ServerError>;
  readonly halted: { readonly table: TableName; readonly server: ServerName }[];
  readonly signal: AbortSignal;
};

export const beginRun = (engine: Engine, signal: AbortSignal): Run => ({
  engine,
  failures: new Map(),
  halted: [],
  signal,
});

export async function runOnce(engine: Engine, signal: AbortSignal): Promise<RunOutcome> {
  const run = beginRun(engine, signal);
  const servers = [...engine.servers.keys()];
  const startedAt = engine.clock.now();
  await grow(engine);
  await all(servers.map((server) => guarded(run, server, () => measureClock(engine, server, signal))));
  await all(
    servers.map((server) => guarded(run, server, () => settle(run, server, isOtherFileAsked(engine)))),
  );
  const options: DrainOptions = { force: true, busy: new Set(), settling: new Map() };
  await whileReading(run, options);
  await all(servers.map((server) => guarded(run, server, () => recheck(run, server, startedAt))));
  await all(servers.map((server) => guarded(run, server, () => settle(run, server))));
  await deliverAll(run, options);
  await untilParentsAreThere(run, options);
  await followUp(run, startedAt, options);
  return { failures: run.failures, halted: run.halted };
}

/** Which tables on which servers; all where it does not say. */
export type Chosen = { readonly table?: TableName; readonly server?: ServerName };

/**
 * Sweeps what was chosen, stays for the second look at what seems to be gone, and delivers what follows from it. What changed
 * with a stamp is read before, so that a sweep finds what nothing else would.
 */
export async function sweepOnce(engine: Engine, chosen: Chosen, signal: AbortSignal): Promise<RunOutcome> {
  const run = beginRun(engine, signal);
  const servers = [...engine.servers.keys()].filter((name) => name === (chosen.server ?? name));
  const isChosen = ({ plan }: Place): boolean => plan.name === (chosen.table ?? plan.name);
  const onEach = (work: (place: Place) => Promise<unknown>) => onEachPlace(run, servers, isChosen, work);
  await grow(engine);
  await all(servers.map((server) => guarded(run, server, () => measureClock(engine, server, signal))));
  const isAsked = isOtherFileAsked(engine);
  await onEach(async (place) => {
    if (await isAsked(place)) await settleSuspects(engine, place, signal);
    if (await isMet(engine, place)) await read(run, place, onAndOn);
  });
  await onEach((place) => settleSuspects(engine, place, signal));
  await onEach((place) => sweep(engine, place, signal));
  await settleAndDeliver(run, servers, isChosen);
  await tidyFiles(engine, onAndOn, signal);
  return { failures: run.failures, halted: run.halted };
}

type Which = (place: Place) => boolean;

/** The servers all at once, their tables one after the other. */
const onEachPlace = (
  run: Run,
  servers: readonly ServerName[],
  which: Which,
  work: (place: Place) => Promise<unknown>,
): Promise<unknown> =>
  all(
    servers.map((server) =>
      guarded(run, server, async () => {
        for (const place of placesOn(run.engine, server).filter(which))
          await orHalt(run.engine, place, () => work(place), run.signal);
      }),
    ),
  );

/**
 * Stays for the second look at what seems to be gone on these servers, and delivers what follows, to all. `rowsOf`: how many rows
 * a server was just seen to hold.
 */
export async function settleAndDeliver(
  run: Run,
  servers: readonly ServerName[],
  which: Which,
  rowsOf: (place: Place) => number = () => 0,
): Promise<void> {
  const { engine, signal } = run;
  const places = servers.flatMap((server) => placesOn(engine, server).filter(which));
  const due = await Promise.all(places.map((place) => lastDue(engine, place)));
  const last = Math.max(0, ...due.map((at) => at ?? 0));
  if (last > 0) await engine.clock.sleep(Math.max(0, last - engine.clock.now()) + 1, signal);
  await onEachPlace(run, servers, which, (place) =>
    settleSuspects(engine, place, signal, onAndOn, rowsOf(place)),
  );
  await deliverAll(run, { force: true, busy: new Set(), settling: new Map() });
}

/** What seemed to be gone, in an earlier run, is looked for once more. */
async function settle(
  { engine, signal }: Run,
  server: ServerName,
  which: (place: Place) => Promise<boolean> = () => Promise.resolve(true),
): Promise<void> {
  for (const place of placesOn(engine, server)) {
    if (!(await which(place))) continue;
    await orHalt(engine, place, () => settleSuspects(engine, place, signal), signal);
  }
}

/** Its rows are paired, or it is asked whether it is the same file, before anything is read there. */
const isOtherFileAsked =
  ({ control }: Engine) =>
  async ({ plan, link }: Place): Promise<boolean> =>
    ['migration', 'moved'].includes((await control.halt(plan.name, link.server))?.kind ?? '');

async function recheck({ engine, signal }: Run, server: ServerName, since: EpochMs): Promise<void> {
  for (const place of placesOn(engine, server))
    await orHalt(engine, place, () => recheckParked(engine, place, since, signal), signal);
}

/** What was refused in this run for want of what the run brought later, such as a parent, is tried until no fewer are refused. */
async function followUp(run: Run, since: EpochMs, options: DrainOptions): Promise<void> {
  const left = new Map<Place, number>();
  const places = [...run.engine.servers.keys()].flatMap((server) => placesOn(run.engine, server));
  for (let tried = true; tried; ) {
    tried = false;
    for (const place of places) {
      const before = left.get(place) ?? Number.POSITIVE_INFINITY;
      const count = await retryFresh(run.engine, place, since, before);
      left.set(place, count);
      tried ||= count > 0 && count < before;
    }
    if (tried) await deliverAll(run, options);
  }
}

const isWaiting = ({ keys }: BatchRow): boolean => keys.some(({ waitsFor }) => waitsFor !== undefined);

/** Children of children: each pass may bring the parents of those that are left. */
async function untilParentsAreThere(run: Run, options: DrainOptions): Promise<void> {
  for (let before = Number.POSITIVE_INFINITY; ; ) {
    let waiting = 0;
    const count = (row: BatchRow): boolean => {
      if (!isWaiting(row)) return false;
      waiting += 1;
      return waiting < before;
    };
    for (const server of run.engine.servers.keys())
      if (!run.failures.has(server)) await putBack(run.engine, server, count);
    if (waiting === 0 || waiting >= before) return;
    before = waiting;
    await drainAll(run, options);
  }
}

/** What is read is delivered at once, to servers whose first meeting is over. */
async function whileReading(run: Run, options: DrainOptions): Promise<void> {
  const over = new AbortController();
  const pace = paceOf(run, options);
  const reading = all([...run.engine.tables.values()].map((table) => readTable(run, table, pace)));
  const ended = reading.finally(() => over.abort());
  const delivering = drainAll(run, options, () => !over.signal.aborted);
  await all<unknown>([ended, delivering]);
}

/** Between two looks at whether there is still plenty to do, ms: shorter asks the state in vain, longer lets writers run out of it. */
const plentyMs = 100;

/** Batches that wait beside those that are worked on while reading pauses: fewer may leave sessions idle, more is read too early. */
const enoughWaiting = 5;

/**
 * Pauses reading while every server that got something to do has plenty of it: reading then would only take time from
 * the writers. A server that is slow or down holds up nothing as long as another one has less.
 */
function paceOf({ engine, signal }: Run, options: DrainOptions): Pace {
  const fed = new Set<ServerName>();
  const hasPlenty = async (): Promise<boolean> => {
    const backlog = await engine.control.backlog();
    for (const server of backlog.keys()) fed.add(server);
    return [...fed].every((server) => (backlog.get(server)?.rows ?? 0) > enough(server));
  };
  const enough = (server: ServerName): number => batchesAtOnce(engine, server) + enoughWaiting;
  return async () => {
    while (options.busy.size > 0 && (await hasPlenty())) await engine.clock.sleep(plentyMs, signal);
    return 'on';
  };
}

/** Runs work on a server unless it failed before; its failure is kept, anything else is thrown. */
export async function guarded(run: Run, server: ServerName, work: () => Promise<unknown>): Promise<void> {
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

/**
 * Known servers are read first, all at once, so that heads are up to date. Those that meet the table for the first time come
 * after them, one after the other: those that hold nothing first, those that
 * only receive last.
 */
async function readTable(run: Run, { plan }: EngineTable, pace: Pace): Promise<void> {
  const known: Place[] = [];
  const unmet: Place[] = [];
  const working: Place[] = [];
  for (const place of plan.links.flatMap((link) => placeOf(run.engine, plan.name, link.server) ?? [])) {
    if (await isPaused(run.engine, place)) continue;
    // What is halted is not asked for anything.
    const halt = await run.engine.control.halt(plan.name, place.link.server);
    if (halt === undefined) working.push(place);
    if (halt !== undefined || (await isMet(run.engine, place))) known.push(place);
    else unmet.push(place);
  }
  const strangers = await all(unmet.map(async (place) => ({ place, turn: await turnOf(run, place) })));
  await all(known.map((place) => read(run, place, pace, working)));
  for (const { place } of strangers.toSorted((a, b) => a.turn - b.turn))
    await read(run, place, pace, working);
}

/** 0 where the table is empty: what others hold can be written there while they are still being read; 2 for receivers. */
async function turnOf(run: Run, { table, link }: Place): Promise<number> {
  if (!sends(link)) return 2;
  let found = 0;
  await guarded(run, link.server, async () => {
    found = (await table.list({ offset: 0, limit: 1 }, run.signal)).foundCount;
  });
  return Math.min(found, 1);
}

/** Fewer are written before more sessions stand than their own requests open (assumed). */
const worthExpecting = 50;

/** What is found on one server is to be written on the others, most of it. */
function expectWrites({ failures }: Run, { link }: Place, working: readonly Place[], rows: number): void {
  if (rows < worthExpecting) return;
  for (const other of working.filter((one) => one.link !== link && receives(one.link)))
    if (!failures.has(other.link.server)) other.table.expect?.(rows);
}

/** `working`: where the table is neither paused nor halted. */
const read = (run: Run, place: Place, pace: Pace, working: readonly Place[] = []): Promise<void> =>
  guarded(run, place.link.server, async () => {
    const { engine, signal } = run;
    const found = (rows: number): void => expectWrites(run, place, working, rows);
    const enumerated = () => enumerate(engine, place, signal, { pace, found });
    if ((await orHalt(engine, place, enumerated, signal)) === 'halted') {
      run.halted.push({ table: place.plan.name, server: place.link.server });
    }
  });

/** Delivers what queues show, then what they do not (lost messages, rows that wait), each once, until nothing is left. */
async function deliverAll(run: Run, options: DrainOptions): Promise<void> {
  const tried = new Set<BatchId>();
  for (;;) {
    await drainAll(run, options);
    if ((await putBackAll(run, tried, options)) > 0) continue;
    if (options.settling.size === 0) return;
    const until = Math.max(...options.settling.values());
    await run.engine.clock.sleep(Math.max(0, until - run.engine.clock.now()) + 1, run.signal);
    for (const id of options.settling.keys()) tried.delete(id);
    options.settling.clear();
  }
}

const drainAll = (run: Run, options: DrainOptions, isReading: () => boolean = () => false): Promise<void> =>
  drainServers(
    run.engine,
    receivers(run),
    { ...options, isReading, guarded: (server, work) => guarded(run, server, work) },
    run.signal,
  );

async function putBackAll(run: Run, tried: Set<BatchId>, { settling }: DrainOptions): Promise<number> {
  let put = 0;
  for (const server of run.engine.servers.keys()) {
    if (run.failures.has(server)) continue;
    put += await putBack(
      run.engine,
      server,
      (row) => !settling.has(row.id) && !tried.has(row.id) && Boolean(tried.add(row.id)),
    );
  }
  return put;
}

const receivers = ({ engine }: Run): readonly ServerName[] =>
  [...engine.servers.keys()].filter((server) =>
    [...engine.tables.values()].some(({ plan }) =>
      plan.links.some((link) => link.server === server && receives(link)),
    ),
  );
