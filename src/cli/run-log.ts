/** A run's record in the state, for `status`: begun, kept up to date, ended. */
import { randomUUID } from 'node:crypto';
import type { Runs } from '../ports/control.ts';
import { systemClock } from '../composition/system-clock.ts';
import type { Tally } from './tally.ts';

export class RunLog {
  readonly startedAt = systemClock.now();
  readonly #id = randomUUID();
  readonly #runs: Runs;
  readonly #tally: Tally;

  constructor(runs: Runs, tally: Tally) {
    this.#runs = runs;
    this.#tally = tally;
  }

  /** Does the run's work; where that ends early, so it is put down. What ends well is saved by the caller. */
  async during<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
    await this.save();
    try {
      return await work();
    } catch (error) {
      const how = signal.aborted ? 'stopped' : 'unexpected';
      await this.save(systemClock.now(), [...this.#tally.failing.values(), how]);
      throw error;
    }
  }

  /** Without `endedAt` the run goes on; `failures`: codes, by default of the servers that fail now. */
  async save(
    endedAt?: number,
    failures: readonly string[] = [...new Set(this.#tally.failing.values())],
  ): Promise<void> {
    await this.#runs.putRun({
      id: this.#id,
      startedAt: this.startedAt,
      ...(endedAt === undefined ? {} : { endedAt }),
      read: this.#tally.sum('read'),
      created: this.#tally.sum('created'),
      updated: this.#tally.sum('updated'),
      conflicts: this.#tally.sum('conflicts') + this.#tally.sum('paired'),
      parked: this.#tally.sum('parked'),
      failures,
    });
  }
}
