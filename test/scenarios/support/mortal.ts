/** A process that may die before or after any of its effects: on what it keeps, and on servers. */

export type Effect = {
  /** The method of the port: `putHeads`, `create` … */
  readonly name: string;
  readonly moment: 'before' | 'after';
  /** How often this one was met, this time included. */
  readonly count: number;
};

export type DiesAt = (effect: Effect) => boolean;

export class Died extends Error {}

/** Dies at the first such effect; nothing that it does afterwards has an effect. */
export class Life {
  dead = false;
  readonly #diesAt: DiesAt;
  readonly #counts = new Map<string, number>();

  constructor(diesAt: DiesAt = () => false) {
    this.#diesAt = diesAt;
  }

  /** The same port, for as long as the process lives. */
  of<Port extends object>(port: Port): Port {
    return new Proxy(port, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function' || typeof name !== 'string') return member;
        return async (...args: readonly unknown[]): Promise<unknown> => {
          this.#meet(name, 'before');
          const result: unknown = await Reflect.apply(member, target, args);
          this.#meet(name, 'after');
          return result;
        };
      },
    });
  }

  #meet(name: string, moment: Effect['moment']): void {
    const count = (this.#counts.get(`${moment} ${name}`) ?? 0) + 1;
    this.#counts.set(`${moment} ${name}`, count);
    this.dead ||= this.#diesAt({ name, moment, count });
    if (this.dead) throw new Died();
  }
}
