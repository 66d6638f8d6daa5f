/**
 * A process that may die before or after any of its effects: on what it keeps, and on servers. As one that is killed it is never
 * heard of again: it waits for ever, and what it had sent goes its way.
 */
import type { Clock } from '../../../src/ports/clock.ts';

export type Effect = {
  /** The method of the port: `putHeads`, `create` … */
  readonly name: string;
  readonly moment: 'before' | 'after';
  /** How often this one was met, this time included. */
  readonly count: number;
};

export type DiesAt = (effect: Effect) => boolean;

export class Died extends Error {}

/** Of the ports' methods, those which ask nobody. */
const answeringAtOnce: ReadonlySet<string> = new Set(['most', 'clockShown', 'expect', 'refusal']);

/** Many writes in one request are an effect of their own, `apply`. */
const isBulk = (result: unknown): result is object =>
  typeof result === 'object' && result !== null && 'apply' in result && 'most' in result;

/** Awaited by the dead. */
const forEver = (): Promise<never> => new Promise(() => undefined);

/** Dies at the first such effect; nothing that it does afterwards has an effect. */
export class Life {
  readonly #diesAt: DiesAt;
  readonly #counts = new Map<string, number>();
  readonly #end = new AbortController();
  readonly #death = Promise.withResolvers<never>();

  constructor(diesAt: DiesAt = () => false) {
    this.#diesAt = diesAt;
    this.#death.promise.catch(() => undefined);
  }

  get dead(): boolean {
    return this.#end.signal.aborted;
  }

  /** What comes of the work; rejects with Died where the process dies over it. */
  async through<Result>(work: () => Promise<Result>): Promise<Result> {
    return Promise.race([work(), this.#death.promise]);
  }

  /** The same port, for as long as the process lives. */
  of<Port extends object>(port: Port): Port {
    return new Proxy(port, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function' || typeof name !== 'string') return member;
        if (answeringAtOnce.has(name)) return member.bind(target) as unknown;
        return async (...args: readonly unknown[]): Promise<unknown> => {
          await this.#meet(name, 'before');
          const result = await this.#unlessDead(async () => Reflect.apply(member, target, args));
          await this.#meet(name, 'after');
          return isBulk(result) ? this.of(result) : result;
        };
      },
    });
  }

  /** The same clock; the dead wait for nothing any more. */
  clockOf(clock: Clock): Clock {
    return {
      now: () => clock.now(),
      sleep: (ms, signal) =>
        this.#unlessDead(() => clock.sleep(ms, AbortSignal.any([signal, this.#end.signal]))),
    };
  }

  async #unlessDead<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.dead) return forEver();
    try {
      return await work();
    } catch (error) {
      return this.dead ? forEver() : Promise.reject(error);
    }
  }

  async #meet(name: string, moment: Effect['moment']): Promise<void> {
    const count = (this.#counts.get(`${moment} ${name}`) ?? 0) + 1;
    this.#counts.set(`${moment} ${name}`, count);
    if (!this.dead && this.#diesAt({ name, moment, count })) {
      this.#end.abort();
      this.#death.reject(new Died());
    }
    if (this.dead) await forEver();
  }
}
