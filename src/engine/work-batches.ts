/**
 * write: works on the batches that messages name, by one process among several.
 *
 *   R2  What could not be ended keeps its row; one that was not begun, or broken off, is due at once.
 *   R7  While a server fails, its messages are let go by and the rows wait: a server that is down for days costs one trial
 *       at a time.
 */
import type { BatchId, BatchRow } from '../core/batch.ts';
import { isOpen, provedNothing } from '../core/breaker.ts';
import type { ServerName } from '../core/names.ts';
import { ServerError } from '../ports/server-errors.ts';
import { noted } from './breakers.ts';
import { Unanswered } from './deliver.ts';
import { waitMs } from './own-rows.ts';
import { batchesAtOnce, workOn } from './drain.ts';
import { type Engine, placeOf } from './engine.ts';
import { isPaused } from './paused.ts';

export type BatchesWork = {
  /** Worked on to an end of one kind or another. */
  readonly worked: number;
  /** Left for later: the server fails, or time was over. */
  readonly left: number;
};

export type WorkOptions = {
  /** False where no further batch is to be begun. */
  readonly hasTime: () => boolean;
  /** Aborted shortly before the process is ended: what is under way breaks off. */
  readonly signal: AbortSignal;
  /** The server is on trial: where a batch needs nothing of it, it is asked for one of the batch's records. */
  readonly isTrial: boolean;
};

/** What became of the batches that were allowed. */
export type Worked = {
  /** Worked on to an end of one kind or another. */
  readonly ended: number;
  /** Whether the server was asked for anything, and answered. */
  readonly asked: boolean;
};

/**
 * Works on those batches that may be worked on now; where there is none, nothing is opened. Never throws for the server's
 * fault: that is noted.
 */
export async function throughBreaker(
  ports: Pick<Engine, 'control' | 'clock' | 'report'>,
  server: ServerName,
  batches: readonly BatchId[],
  work: (allowed: readonly BatchId[], isTrial: boolean) => Promise<Worked>,
): Promise<BatchesWork> {
  const before = await ports.control.breaker(server, 'writing');
  const allowed = isOpen(before) ? batches.filter((id) => id === before?.trial) : batches;
  if (allowed.length === 0) return { worked: 0, left: batches.length };
  const noting = { server, task: 'writing', before, isProof: ({ asked }: Worked) => asked } as const;
  try {
    const { ended, asked } = await noted(ports, noting, () => work(allowed, isOpen(before)));
    if (before !== undefined && isOpen(before) && !asked)
      await ports.control.putBreaker(provedNothing(before, ports.clock.now()));
    return { worked: ended, left: batches.length - ended };
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    return { worked: 0, left: batches.length };
  }
}

/**
 * Throws ServerError where the server fails, also where it let time pass without an answer; what was ended by then is ended.
 * Another failure is thrown when the other batches have been worked on; one of a single table's layout is reported.
 */
export async function workBatches(
  engine: Engine,
  server: ServerName,
  batches: readonly BatchId[],
  { hasTime, signal, isTrial }: WorkOptions,
): Promise<Worked> {
  const waiting = [...batches];
  const worked = { ended: 0, asked: false };
  const failures = new Failures(signal);
  const workOnOne = async (id: BatchId): Promise<void> => {
    if (!hasTime() || signal.aborted) return leave(engine, id);
    try {
      const row = isTrial ? await engine.control.batch(id) : undefined;
      const delivery = await workOn(engine, server, id, false, signal);
      if (delivery === 'outdated') return await leave(engine, id);
      worked.ended += 1;
      worked.asked ||= delivery?.asked === true || (await answersFor(engine, row, signal));
    } catch (error) {
      if (isOfTable(error)) await leaveForLater(engine, id, error);
      else failures.add(error);
      if (signal.aborted) await leave(engine, id);
    }
  };
  const underWay = new Set<Promise<void>>();
  // How many are worked on at once may turn out with the first ones.
  const begin = (): void => {
    while (underWay.size < batchesAtOnce(engine, server)) {
      const id = failures.ofServer ? undefined : waiting.shift();
      if (id === undefined) return;
      const one = workOnOne(id)
        .catch((error: unknown) => failures.add(error))
        .finally(() => underWay.delete(one));
      underWay.add(one);
    }
  };
  for (begin(); underWay.size > 0; begin()) await Promise.race(underWay);
  const failure = failures.toThrow(worked.asked);
  if (failure !== undefined) throw failure.error;
  return worked;
}

/** Whether the server answers for a record of the row. Throws ServerError where it does not. */
async function answersFor(engine: Engine, row: BatchRow | undefined, signal: AbortSignal): Promise<boolean> {
  const [first] = row?.keys ?? [];
  const place = row && placeOf(engine, row.table, row.server);
  if (place === undefined || first === undefined || (await isPaused(engine, place))) return false;
  await place.table.lookUp([first.key], signal);
  return true;
}

/** What went wrong in the lanes, the server's own fault before anything else. */
class Failures {
  readonly #signal: AbortSignal;
  #first: { readonly error: unknown } | undefined;
  #cutOff: ServerError | undefined;
  ofServer: ServerError | undefined;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  add(error: unknown): void {
    if (error instanceof Unanswered) this.#cutOff ??= error.failure;
    else if (error instanceof ServerError) this.ofServer ??= error;
    // That time is over says nothing of anybody.
    else if (error !== this.#signal.reason) this.#first ??= { error };
  }

  toThrow(asked: boolean): { readonly error: unknown } | undefined {
    if (this.ofServer !== undefined) return { error: this.ofServer };
    if (this.#first !== undefined) return this.#first;
    return this.#cutOff === undefined || asked ? undefined : { error: this.#cutOff };
  }
}

/** The table's layout has to be mended on the server; its other tables are not concerned. */
const isOfTable = (error: unknown): error is ServerError =>
  error instanceof ServerError && error.disposition === 'configuration';

/** The row waits longer with each attempt. */
async function leaveForLater(engine: Engine, id: BatchId, error: ServerError): Promise<void> {
  engine.report({ kind: 'server-failed', server: error.server, error, task: 'writing' });
  const row = await engine.control.batch(id);
  if (row !== undefined) await engine.control.defer(id, row.rev, engine.clock.now() + waitMs(engine, row));
}

/** Its time has come at once, by a message that measure sends; a row that somebody began is found by its age. */
async function leave(engine: Engine, id: BatchId): Promise<void> {
  const row = await engine.control.batch(id);
  if (row?.attempts === 0) await engine.control.defer(id, row.rev, engine.clock.now());
}
