/**
 * drain: works on a server's batches until its queue shows none.
 *
 *   R2  A message is only a hint: it is acknowledged whatever became of the row, since the row stays until it is done.
 *   R7  A server that fails ends its own drain and no other.
 */
import type { BatchId } from '../core/batch.ts';
import { receives } from '../core/link.ts';
import type { EpochMs, ServerName } from '../core/names.ts';
import type { Message } from '../ports/queue.ts';
import { deliver, type Delivery } from './deliver.ts';
import { orHalt } from './drift.ts';
import { type Engine, type Place, placeOf } from './engine.ts';
import { isMet } from './meet.ts';
import { isOutdated } from './outdated.ts';

/** `force`: rows are worked on before their `notBefore`, since a person asked. */
export type DrainOptions = {
  readonly force: boolean;
  /** Rows that are worked on at this moment in this process. */
  readonly busy: Set<BatchId>;
  /** Filled with rows that hold a create whose answer was lost, and when that has settled. */
  readonly settling: Map<BatchId, EpochMs>;
  /** Told after each message that was worked on: it may have made one for another server. */
  readonly onHandled?: () => void;
};

/** A batch that was begun is ended: a write that is cut off leaves its outcome unknown. */
const unstopped = new AbortController().signal;

/** Between two looks at a queue that showed nothing, while what is read or worked on may make a message for it, ms. */
export const lookAgainMs = 20;

/**
 * Returns how many messages were worked on, once the queue shows none and no batch is under way; `signal` ends it between two batches.
 * Throws ServerError where the server is at fault.
 */
export async function drain(
  engine: Engine,
  server: ServerName,
  options: DrainOptions,
  signal: AbortSignal,
): Promise<number> {
  const underWay = new Set<Promise<void>>();
  // One batch's failure ends the drain after those that are under way.
  const failures: { readonly error: unknown }[] = [];
  const begin = (message: Message): void => {
    const batch = handle(engine, server, message, options, signal)
      .catch((error: unknown) => void failures.push({ error }))
      .finally(() => {
        underWay.delete(batch);
        // Also one that failed may have made messages for others.
        options.onHandled?.();
      });
    underWay.add(batch);
  };
  const received = async (): Promise<Message | undefined> => {
    const { visibilityMs } = engine.settings;
    try {
      const [message] = await engine.queue.receive(server, 1, visibilityMs, engine.clock.now());
      return message;
    } catch (error) {
      failures.push({ error });
      return undefined;
    }
  };
  let handled = 0;
  while (failures.length === 0 && !signal.aborted) {
    const hasRoom = underWay.size < batchesAtOnce(engine, server);
    const message = hasRoom ? await received() : undefined;
    if (message !== undefined) {
      begin(message);
      handled += 1;
    } else if (failures.length > 0) break;
    else if (underWay.size === 0) return handled;
    else if (hasRoom) await oneOf(underWay, engine.clock, lookAgainMs);
    else await Promise.race(underWay);
  }
  await Promise.all(underWay);
  const [first] = failures;
  if (first !== undefined) throw first.error;
  signal.throwIfAborted();
  return handled;
}

/** Until one of them is over, or so much time. */
async function oneOf(works: ReadonlySet<Promise<void>>, clock: Engine['clock'], ms: number): Promise<void> {
  const over = new AbortController();
  const later = clock.sleep(ms, over.signal).catch(() => undefined);
  await Promise.race([...works, later]);
  over.abort();
}

/** Where one request takes a whole batch, as many as the server takes requests. */
export const batchesAtOnce = ({ lanes, settings }: Engine, server: ServerName): number =>
  lanes.get(server)?.batchesAtOnce(settings.batchesAtOnce) ?? settings.batchesAtOnce;

async function handle(
  engine: Engine,
  server: ServerName,
  message: Message,
  options: DrainOptions,
  stop: AbortSignal,
): Promise<void> {
  const { batch, receipt } = message;
  if (options.busy.has(batch)) {
    await engine.queue.acknowledge(server, [receipt]);
    return;
  }
  options.busy.add(batch);
  try {
    const delivery = await workOn(engine, server, batch, options.force, unstopped, stop);
    await engine.queue.acknowledge(server, [receipt]);
    if (delivery !== 'outdated' && delivery?.kind === 'deferred' && delivery.settling)
      options.settling.set(batch, delivery.until);
  } finally {
    options.busy.delete(batch);
  }
}

/**
 * Delivers the batch if it can be worked on now; undefined leaves its row for later, `outdated` for a process with a newer plan.
 * Throws ServerError where the server is at fault.
 */
export async function workOn(
  engine: Engine,
  server: ServerName,
  batch: BatchId,
  force: boolean,
  signal: AbortSignal,
  stop: AbortSignal = signal,
): Promise<Delivery | 'outdated' | undefined> {
  const place = await workable(engine, server, batch, force);
  if (place === undefined || place === 'outdated') return place;
  const delivery = await orHalt(engine, place, () => deliver(engine, place, batch, signal, stop), signal);
  return delivery === 'halted' ? undefined : delivery;
}

/** Where the batch can be worked on now. */
async function workable(
  engine: Engine,
  server: ServerName,
  batch: BatchId,
  force: boolean,
): Promise<Place | 'outdated' | undefined> {
  const row = await engine.control.batch(batch);
  const place = row && placeOf(engine, row.table, server);
  if (row === undefined || place === undefined || !receives(place.link)) return undefined;
  if (!force && row.notBefore > engine.clock.now()) return undefined;
  const [met, isOld] = await Promise.all([isMet(engine, place), isOutdated(engine, place)]);
  if (isOld) return 'outdated';
  return met ? place : undefined;
}
