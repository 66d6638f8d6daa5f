/** Calls that are refused, told together: anybody may call, and a line for each would be written at our expense. */
import type { EpochMs } from '../src/core/names.ts';
import { readEnvironment } from './environment.ts';
import { logger, publishInstallation } from './observe.ts';

/** Between two lines of a process, ms: shorter writes more, longer tells later. */
const everyMs = 60_000;

export type Refusal = { readonly status: number; readonly caller: string | undefined };

export class Refused {
  #calls = 0;
  #toldAt = 0;

  /** The first is told at once; those that come after the last line of a process that ends are not told. */
  add({ status, caller }: Refusal, now: EpochMs): void {
    this.#calls += 1;
    if (now < this.#toldAt + everyMs) return;
    const calls = this.#calls;
    logger.warn('calls refused', { calls, last: { status, caller } });
    publishInstallation(readEnvironment().places.installation, { RefusedCalls: calls });
    this.#calls = 0;
    this.#toldAt = now;
  }
}
