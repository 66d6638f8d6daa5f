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

/**
 * Works on those batches that may be worked on now; where there is none, nothing is opened. `work` returns how many it ended.
 * Never throws for the server's fault: that is noted.
 */
export async function throughBreaker(
  ports: Pick<Engine, 'control' | 'clock' | 'report'>,
  server: ServerName,
  batches: readonly BatchId[],
  work: (allowed: readonly BatchId[]) => Promise<number>,
): Promise<BatchesWork> {
  const breaker = await ports.control.breaker(server, 'writing');
  const allowed = isOpen(breaker) ? batches.filter((id) => id === breaker?.trial) : batches;
  if (allowed.length === 0) return { worked: 0, left: batches.length };
  try {
    const worked = await noted(ports, server, 'writing', breaker, () => work(allowed));
    return { worked, left: batches.length - worked };
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    return { worked: 0, left: batches.length };
  }
}

/** Returns how many were worked on to an end. Throws ServerError for the server's fault; what was ended by then is ended. */
export async function workBatches(
  engine: Engine,
  server: ServerName,
  batches: readonly BatchId[],
  { hasTime, signal }: WorkOptions,
): Promise<number> {
  const waiting = [...batches];
  let worked = 0;
  let failure: { readonly error: unknown } | undefined;
  const lane = async (): Promise<void> => {
    for (let id = waiting.shift(); id !== undefined && !failure; id = waiting.shift()) {
      if (!hasTime() || signal.aborted) {
        await leave(engine, id);
        continue;
      }
      try {
        await workOn(engine, server, id, false, signal);
        worked += 1;
      } catch (error) {
        if (signal.aborted) await leave(engine, id);
        else failure ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: engine.settings.batchesAtOnce }, lane));
  if (failure) throw failure.error;
  return worked;
}

/** Its time has come at once, by a message that measure sends. */
async function leave(engine: Engine, id: BatchId): Promise<void> {
  const row = await engine.control.batch(id);
  // Where another writer has it by now it is in good hands.
  if (row !== undefined) await engine.control.defer(id, row.rev, engine.clock.now());
}
