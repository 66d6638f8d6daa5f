/**
 * How fast a server is written: at most so many records a second, whatever batches and sessions there are.
 *
 *   R3  Whoever has to wait does so before it looks records up, so that no look-up is old, and no announcement, when its
 *       requests go out.
 */
import type { ServerName } from '../core/names.ts';
import { givenBack, recordsAtOnce, reserved, type Throttle } from '../core/throttle.ts';
import type { Clock } from '../ports/clock.ts';
import type { Engine } from './engine.ts';

/** `waited`: what was loaded before may be old by now; `stopped`: nothing more is to be begun. */
export type Turn = 'at once' | 'waited' | 'stopped';

export interface Pacing {
  /** Records that may be written in one go. */
  readonly most: number;
  /** Waits for its turn with so many. Rejects with the reason of `signal`; `stop` ends the wait. */
  take(records: number, signal: AbortSignal, stop: AbortSignal): Promise<Turn>;
  /** So many of those that were taken need no write. */
  giveBack(records: number): void;
}

export class Throttled implements Pacing {
  readonly #clock: Clock;
  #throttle: Throttle;

  constructor(maxRate: number, clock: Clock) {
    this.#clock = clock;
    this.#throttle = { maxRate, freeAt: 0 };
  }

  get most(): number {
    return recordsAtOnce(this.#throttle.maxRate);
  }

  async take(records: number, signal: AbortSignal, stop: AbortSignal): Promise<Turn> {
    if (stop.aborted) return 'stopped';
    const now = this.#clock.now();
    const { at, throttle } = reserved(this.#throttle, records, now);
    this.#throttle = throttle;
    if (at <= now) return 'at once';
    try {
      await this.#clock.sleep(at - now, AbortSignal.any([signal, stop]));
      return 'waited';
    } catch (error) {
      if (signal.aborted || !stop.aborted) throw error;
      return 'stopped';
    }
  }

  giveBack(records: number): void {
    this.#throttle = givenBack(this.#throttle, records);
  }
}

const unthrottled: Pacing = {
  most: Number.POSITIVE_INFINITY,
  take: () => Promise.resolve('at once'),
  giveBack: () => undefined,
};

export const pacingOf = ({ throttled }: Pick<Engine, 'throttled'>, server: ServerName): Pacing =>
  throttled?.get(server) ?? unthrottled;

/** Keys in portions that a server takes in one go: those first that were not in one yet. */
export class Portions<Key> {
  readonly #had = new Set<Key>();

  next(keys: readonly Key[], most: number): readonly Key[] {
    if (keys.length <= most) return keys;
    const fresh = keys.filter((key) => !this.#had.has(key));
    if (fresh.length === 0) this.#had.clear();
    const portion = (fresh.length === 0 ? keys : fresh).slice(0, most);
    for (const key of portion) this.#had.add(key);
    return portion;
  }
}
