/** Repeats what is safe to repeat, with exponential backoff and full jitter, so that workers do not retry in step. */
import type { Clock, Random } from '../../ports/clock.ts';
import type { ServerError } from '../../ports/server-errors.ts';
import type { Log } from './events.ts';

export type RetryPolicy = {
  /** Tries in all. 1-20; few give up on a restart, many hold a run on a dead server. Default 5 (assumed). */
  readonly attempts: number;
  /** The first wait is up to this. 10-5000 ms; short presses a busy server, long idles. Default 200 ms (assumed). */
  readonly baseMs: number;
  /** No wait is longer. Default 5 s (assumed). */
  readonly capMs: number;
};

export const defaultRetryPolicy: RetryPolicy = { attempts: 5, baseMs: 200, capMs: 5_000 };

export type Waiting = {
  readonly clock: Clock;
  readonly random: Random;
  readonly policy: RetryPolicy;
  readonly log: Log;
};

export type Attempt<T> =
  | { readonly kind: 'done'; readonly value: T }
  /** `failed` makes the error to throw if this was the last of `tries`. */
  | { readonly kind: 'again'; readonly failed: (tries: number) => ServerError };

export const done = <T>(value: T): Attempt<T> => ({ kind: 'done', value });
export const again = (failed: (tries: number) => ServerError): Attempt<never> => ({ kind: 'again', failed });

/** Throws what `attempt` throws at once, and the last failure after `policy.attempts`. */
export async function persist<T>(
  waiting: Waiting,
  signal: AbortSignal,
  attempt: () => Promise<Attempt<T>>,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    const result = await attempt();
    if (result.kind === 'done') return result.value;
    const failure = result.failed(tries);
    if (tries >= waiting.policy.attempts) throw failure;
    const waitMs = backoff(waiting, tries);
    waiting.log({ kind: 'retry', server: failure.server, error: failure.code, tries, waitMs });
    await waiting.clock.sleep(waitMs, signal);
  }
}

function backoff({ policy, random }: Waiting, tries: number): number {
  return Math.floor(random() * Math.min(policy.capMs, policy.baseMs * 2 ** (tries - 1)));
}
