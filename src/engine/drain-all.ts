/**
 * The queues of several servers, each worked on at its server's own pace, until none shows a message.
 *
 *   R7  A server that is slow, or is to be written slowly, holds up no other one; one that fails ends its own part alone.
 *
 * One server's batches may make some for another, so whose queue is empty looks again whenever a message was worked on anywhere.
 */
import type { ServerName } from '../core/names.ts';
import { all } from './all.ts';
import { type DrainOptions, drain, lookAgainMs } from './drain.ts';
import type { Engine } from './engine.ts';

export type DrainAllOptions = DrainOptions & {
  /** While it is true queues are looked at again and again: what is being read makes messages too. */
  readonly isReading: () => boolean;
  /** Runs the part of one server, and takes its failures. */
  readonly guarded: (server: ServerName, work: () => Promise<void>) => Promise<void>;
};

export async function drainAll(
  engine: Engine,
  servers: readonly ServerName[],
  options: DrainAllOptions,
  signal: AbortSignal,
): Promise<void> {
  const progress = new Progress(servers);
  const part = async (server: ServerName): Promise<void> => {
    try {
      await options.guarded(server, () => drainOnAndOn(engine, server, options, progress, signal));
    } finally {
      progress.leave(server);
    }
  };
  await all(servers.map(part));
}

async function drainOnAndOn(
  engine: Engine,
  server: ServerName,
  options: DrainAllOptions,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  const onHandled = (): void => progress.handle();
  while (!progress.isOver) {
    const isLast = !options.isReading();
    const before = progress.begin(server);
    await drain(engine, server, { ...options, onHandled }, signal);
    if (isLast) await progress.end(server, before);
    else await engine.clock.sleep(lookAgainMs, signal);
  }
}

class Progress {
  /** Messages that were worked on. */
  #handled = 0;
  /** For each server how many there were when it began the look at which its queue was empty; undefined: it is at work, or has not looked. */
  readonly #emptyAt: Map<ServerName, number | undefined>;
  #news = Promise.withResolvers<void>();

  constructor(servers: readonly ServerName[]) {
    this.#emptyAt = new Map(servers.map((server) => [server, undefined]));
  }

  /** Every queue was empty after the last message was worked on. */
  get isOver(): boolean {
    return [...this.#emptyAt.values()].every((handled) => handled === this.#handled);
  }

  handle(): void {
    this.#handled += 1;
    this.#tell();
  }

  begin(server: ServerName): number {
    this.#emptyAt.set(server, undefined);
    return this.#handled;
  }

  /** Its queue was empty. Returns when it is to be looked at again, or all is over. */
  async end(server: ServerName, before: number): Promise<void> {
    this.#emptyAt.set(server, before);
    if (this.isOver) this.#tell();
    else if (before === this.#handled) await this.#news.promise;
  }

  leave(server: ServerName): void {
    this.#emptyAt.delete(server);
    this.#tell();
  }

  #tell(): void {
    this.#news.resolve();
    this.#news = Promise.withResolvers();
  }
}
