/** Notes once a minute how far behind each server is, and what was written there: what the console draws. */
import { serverStates } from '../composition/overview.ts';
import { systemClock } from '../composition/system-clock.ts';
import type { Configuration } from '../config/configuration.ts';
import type { EpochMs, ServerName } from '../core/names.ts';
import type { LagSamples } from '../ports/lag-samples.ts';
import type { Control } from '../ports/control.ts';
import { untilOver } from './run-log.ts';
import type { Tally } from './tally.ts';

/** Between two samples, ms: shorter than what people look at, and some 40,000 rows for a server in 30 days. */
const everyMs = 60_000;

export type Sampled = {
  readonly configuration: Configuration;
  readonly control: Control;
  readonly lagSamples: LagSamples;
  readonly tally: Tally;
};

export class LagSampler {
  readonly #of: Sampled;
  #last: { readonly at: EpochMs; readonly written: ReadonlyMap<ServerName, number> } | undefined;

  constructor(of: Sampled) {
    this.#of = of;
  }

  /** Does the work, with a sample before it, some while it lasts, and one after it. Throws what the work throws. */
  async during<Result>(work: () => Promise<Result>): Promise<Result> {
    await this.take();
    const over = new AbortController();
    const taking = this.#keepTaking(over.signal);
    // It is looked at when the work has ended.
    taking.catch(() => undefined);
    try {
      const result = await work();
      over.abort();
      await taking;
      await this.take();
      return result;
    } catch (error) {
      over.abort();
      await taking.catch(() => undefined);
      throw error;
    }
  }

  async take(): Promise<void> {
    const { configuration, control, lagSamples } = this.#of;
    const at = systemClock.now();
    const states = await serverStates(configuration, control, at);
    const written = this.#written;
    const { at: from, written: before } = this.#last ?? { at, written };
    this.#last = { at, written };
    await lagSamples.putSamples(
      states.map(({ server, lagMs, pending }) => ({
        server,
        at,
        lagMs,
        pending,
        from,
        written: (written.get(server) ?? 0) - (before.get(server) ?? 0),
      })),
    );
  }

  async #keepTaking(over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      await untilOver(over, () => systemClock.sleep(everyMs, over));
      if (!over.aborted) await this.take();
    }
  }

  /** Since the process began. */
  get #written(): ReadonlyMap<ServerName, number> {
    const sums = new Map<ServerName, number>();
    for (const { server, created, updated, removed } of this.#of.tally.links)
      sums.set(server, (sums.get(server) ?? 0) + created + updated + removed);
    return sums;
  }
}
