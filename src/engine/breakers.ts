/** Notes, between processes, that a server fails or works (R7). Where another process was faster its note stands. */
import { type Breaker, type BreakerTask, failed, isOpen, works } from '../core/breaker.ts';
import type { ServerName } from '../core/names.ts';
import { ServerError } from '../ports/server-errors.ts';
import type { Engine } from './engine.ts';

export type Noting<Result> = {
  readonly server: ServerName;
  readonly task: Exclude<BreakerTask, 'data'>;
  /** As it was read. */
  readonly before: Breaker | undefined;
  /** Whether the server was asked for something and answered: otherwise an open breaker stays open. */
  readonly isProof: (result: Result) => boolean;
};

/** Runs work on a server and notes how it went; the failure is thrown on. */
export async function noted<Result>(
  engine: Pick<Engine, 'control' | 'clock' | 'report'>,
  { server, task, before, isProof }: Noting<Result>,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    const result = await work();
    if (before !== undefined && isOpen(before) && isProof(result)) {
      await engine.control.putBreaker(works(before, engine.clock.now()));
      engine.report({ kind: 'server-back', server, task });
    }
    return result;
  } catch (error) {
    if (error instanceof ServerError) {
      const now = engine.clock.now();
      await engine.control.putBreaker(failed(before, { server, task, code: error.code }, now));
      engine.report({ kind: 'server-failed', server, error, task });
    }
    throw error;
  }
}
