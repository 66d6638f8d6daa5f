/**
 * One clock for a test: the true time plus an offset, so that three days pass at once. Simulators get it as their
 * `clock`; the functions' processes and the queues follow it (see lambda-host). Timers stay real.
 */
import type { TimeSource } from '../../src/simulator/description.ts';
import { realTime } from '../../src/simulator/real-time.ts';

export class VirtualTime implements TimeSource {
  readonly #real = realTime();
  #offsetMs = 0;

  get offsetMs(): number {
    return this.#offsetMs;
  }

  now(): number {
    return this.#real.now() + this.#offsetMs;
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return this.#real.sleep(ms, signal);
  }

  /** For the lambda host: whoever shifts this alone makes a clock step between servers and functions. */
  shiftTo(offsetMs: number): void {
    if (offsetMs < this.#offsetMs) throw new Error('virtual time only goes forward');
    this.#offsetMs = offsetMs;
  }
}
