/** A run's record in the state, for `status`: begun, kept up to date, ended. */
import { randomUUID } from 'node:crypto';
import type { FailingServer } from '../core/run-record.ts';
import type { Runs } from '../ports/control.ts';
import { systemClock } from '../composition/system-clock.ts';
import type { Tally } from './tally.ts';

/** Between two savings of what was done, ms: `status` is that old at the most. */
const saveMs = 3_000;

export class RunLog {
  readonly startedAt = systemClock.now();
  readonly #id = randomUUID();
  readonly #runs: Runs;
  readonly #tally: Tally;
  /** What failed when the run before ended. */
  #before: readonly FailingServer[] | undefined;

  constructor(runs: Runs, tally: Tally) {
    this.#runs = runs;
    this.#tally = tally;
  }

  /** Does the run's work; where that ends early, so it is put down. What ends well is saved by the caller. */
  async during<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
    await this.save();
    const over = new AbortController();
    const saving = this.keepSaving(over.signal);
    try {
      const result = await work();
      over.abort();
      await saving;
      return result;
    } catch (error) {
      over.abort();
      await saving.catch(() => undefined);
      const how = signal.aborted ? 'stopped' : 'unexpected';
      await this.save(systemClock.now(), [...this.#codes, how]);
      throw error;
    }
  }

  /** Puts down what was done so far, as long as the run is at work. */
  async keepSaving(over: AbortSignal): Promise<void> {
    let saved = this.#counts;
    while (!over.aborted) {
      await untilOver(over, () => systemClock.sleep(saveMs, over));
      const now = this.#counts;
      if (now === saved || over.aborted) continue;
      await this.save();
      saved = now;
    }
  }

  get #counts(): string {
    return JSON.stringify([this.#tally.links, [...this.#tally.failing.keys()]]);
  }

  /** Without `endedAt` the run goes on; `failures`: codes, by default of the servers that fail now. */
  async save(endedAt?: number, failures: readonly string[] = this.#codes): Promise<void> {
    this.#before ??= (await this.#runs.runs(1))[0]?.failing ?? [];
    await this.#runs.putRun({
      id: this.#id,
      startedAt: this.startedAt,
      ...(endedAt === undefined ? {} : { endedAt }),
      read: this.#tally.sum('read'),
      created: this.#tally.sum('created'),
      updated: this.#tally.sum('updated'),
      removed: this.#tally.sum('removed'),
      conflicts: this.#tally.sum('conflicts') + this.#tally.sum('paired'),
      parked: this.#tally.sum('parked'),
      failures,
      failing: this.#failing(this.#before),
    });
  }

  get #codes(): readonly string[] {
    return [...new Set([...this.#tally.failing.values()].map(({ code }) => code))];
  }

  /** Each server once, since it fails: what failed before and does so still began then. */
  #failing(before: readonly FailingServer[]): readonly FailingServer[] {
    const now = [...this.#tally.failing.values()].toSorted((a, b) => a.since - b.since);
    const first = new Map(now.toReversed().map((one) => [one.server, one]));
    return [...first.values()].map((one) => ({
      ...one,
      since: Math.min(
        one.since,
        ...before.flatMap(({ server, since }) => (server === one.server ? since : [])),
      ),
    }));
  }
}

/** What is ended by `over` has ended well. */
export async function untilOver<Result>(
  over: AbortSignal,
  work: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!over.aborted) throw error;
    return undefined;
  }
}
