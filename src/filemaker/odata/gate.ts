/**
 * Whose turn it is: OData has no sessions, so each request carries the account, and no more are under way than the configuration and
 * the pace allow. Writes go before what they rest on, and that before the rest; otherwise first come, first served. Who was answered and asks
 * for more at once comes before those who waited, so that a write leaves right after the look that it rests on.
 */
import type { Clock } from '../../ports/clock.ts';
import type { ServerError } from '../../ports/server-errors.ts';
import { type Account, basicOf } from '../http/account.ts';
import type { Answer } from '../http/answer.ts';
import { closed, type Place } from '../http/failures.ts';
import type { Load } from '../http/heard.ts';
import type { Pace } from '../http/pace.ts';
import type { Haste, Turns } from '../http/requests.ts';
import { Refusal } from '../http/refusal.ts';

type GateOptions = {
  readonly place: Place;
  readonly account: Account;
  /** The most at once. */
  readonly capacity: number;
  readonly pace: Pick<Pace, 'limit'>;
  readonly clock: Clock;
};

type Waiter = { readonly rank: number; readonly go: () => void; readonly fail: (reason: unknown) => void };

const rankOf = (haste: Haste | undefined): number =>
  haste === undefined ? 2 : ['first', 'soon'].indexOf(haste);

export class Gate implements Turns {
  readonly #o: GateOptions;
  readonly #authorization: string;
  readonly #queue: Waiter[] = [];
  #underWay = 0;
  readonly #refusal: Refusal;
  #isClosed = false;
  #idle: (() => void) | undefined;

  constructor(options: GateOptions) {
    this.#o = options;
    this.#refusal = new Refusal(options.clock);
    this.#authorization = basicOf(options.account);
  }

  async use(
    _database: string,
    signal: AbortSignal,
    send: (asker: { readonly authorization: string }, load: Load) => Promise<Answer>,
    haste?: Haste,
  ): Promise<Answer> {
    await this.#turn(rankOf(haste), signal);
    try {
      const underWay = (): number => this.#underWay;
      const isFull = (): boolean => this.#underWay >= this.#most;
      const load = { inFlight: this.#underWay, underWay, isFull };
      return await send({ authorization: this.#authorization }, load);
    } finally {
      this.#underWay -= 1;
      setImmediate(() => this.#serve());
      if (this.#underWay === 0) this.#idle?.();
    }
  }

  /** Nothing has to be opened for them. */
  ahead(): void {}

  refuse(error: ServerError): void {
    this.#failAll(this.#refusal.begin(error));
  }

  /** Returns when nothing is under way any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#failAll(closed(this.#o.place.server));
    if (this.#underWay === 0) return;
    await new Promise<void>((resolve) => {
      this.#idle = resolve;
    });
  }

  get #most(): number {
    return Math.min(this.#o.capacity, this.#o.pace.limit);
  }

  #reasonToStop(signal: AbortSignal): unknown {
    if (signal.aborted) return signal.reason;
    return this.#isClosed ? closed(this.#o.place.server) : this.#refusal.error;
  }

  async #turn(rank: number, signal: AbortSignal): Promise<void> {
    const reason = this.#reasonToStop(signal);
    if (reason !== undefined) throw reason;
    const isNext = this.#queue.every((one) => one.rank > rank);
    if (isNext && this.#underWay < this.#most) {
      this.#underWay += 1;
      return;
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter: Waiter = { rank, go: resolve, fail: reject };
    const behind = this.#queue.findIndex((one) => one.rank > rank);
    this.#queue.splice(behind < 0 ? this.#queue.length : behind, 0, waiter);
    const leave = (): void => {
      const place = this.#queue.indexOf(waiter);
      if (place < 0) return;
      this.#queue.splice(place, 1);
      reject(signal.reason);
    };
    signal.addEventListener('abort', leave, { once: true });
    try {
      await promise;
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }

  #serve(): void {
    while (this.#underWay < this.#most) {
      const next = this.#queue.shift();
      if (next === undefined) return;
      this.#underWay += 1;
      next.go();
    }
  }

  #failAll(reason: unknown): void {
    for (const waiter of this.#queue.splice(0)) waiter.fail(reason);
  }
}
