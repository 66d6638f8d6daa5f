/**
 * write: works on the batches that messages name, by one process among several.
 *
 *   R2  What could not be ended keeps its row; one that was not begun, or broken off, is due at once.
 *   R7  While a server fails, its messages are let go by and the rows wait: a server that is down for days costs one trial
 *       at a time.
 */
import type { BatchId } from '../core/batch.ts';
import { isOpen } from '../core/breaker.ts';
import type { ServerName } from '../core/names.ts';
import { ServerError } from '../ports/server-errors.ts';
import { noted } from './breakers.ts';
import { workOn } from './drain.ts';
import type { Engine } from './engine.ts';

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
  work: (allowed: readonly BatchId[]) => Promise<Worked>,
): Promise<BatchesWork> {
  const before = await ports.control.breaker(server, 'writing');
  const allowed = isOpen(before) ? batches.filter((id) => id === before?.trial) : batches;
  if (allowed.length === 0) return { worked: 0, left: batches.length };
  const noting = { server, task: 'writing', before, isProof: ({ asked }: Worked) => asked } as const;
  try {
    const { ended } = await noted(ports, noting, () => work(allowed));
    return { worked: ended, left: batches.length - ended };
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    return { worked: 0, left: batches.length };
  }
}

/**
 * Throws ServerError where the server fails, also where it let time pass without an answer; what was ended by then is ended.
 * Another failure is thrown when the other batches have been worked on.
 */
export async function workBatches(
  engine: Engine,
  server: ServerName,
  batches: readonly BatchId[],
  { hasTime, signal }: WorkOptions,
): Promise<Worked> {
  const waiting = [...batches];
  const worked = { ended: 0, asked: false };
  let failure: { readonly error: unknown } | undefined;
  const fails = (error: unknown): boolean => error instanceof ServerError && !signal.aborted;
  const lane = async (): Promise<void> => {
    for (let id = waiting.shift(); id !== undefined && !fails(failure?.error); id = waiting.shift()) {
      if (!hasTime() || signal.aborted) {
        await leave(engine, id);
        continue;
      }
      try {
        const delivery = await workOn(engine, server, id, false, signal);
        worked.ended += 1;
        worked.asked ||= delivery?.asked === true;
      } catch (error) {
        if (failure === undefined || fails(error)) failure = { error };
        if (signal.aborted) await leave(engine, id);
      }
    }
  };
  await Promise.all(Array.from({ length: engine.settings.batchesAtOnce }, lane));
  if (failure === undefined || (signal.aborted && worked.asked)) return worked;
  throw signal.aborted ? silent(server, failure.error) : failure.error;
}

/** Its time has come at once, by a message that measure sends; a row that somebody began is found by its age. */
async function leave(engine: Engine, id: BatchId): Promise<void> {
  const row = await engine.control.batch(id);
  if (row?.attempts === 0) await engine.control.defer(id, row.rev, engine.clock.now());
}

const silent = (server: ServerName, cause: unknown): ServerError =>
  new ServerError(
    'server-unreachable',
    server,
    `server "${server}" answered nothing in all the time there was: look at its web server and its network`,
    { cause },
  );
