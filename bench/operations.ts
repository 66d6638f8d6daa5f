/**
 * How often the engine asks its state for something: calls of its ports. Calls that are made in one turn of the event loop
 * are counted as one turn too, since an adapter may send them as one request, as that over DynamoDB does with reads.
 */
import type { Engine } from '../src/engine/engine.ts';

export class Operations {
  calls = 0;
  turns = 0;
  readonly byName = new Map<string, number>();
  #isSameTurn = false;

  /** The engine with ports that count. */
  counted(engine: Engine): Engine {
    const { records, control, queue } = engine;
    return {
      ...engine,
      records: this.#through('records', records),
      control: this.#through('control', control),
      queue: this.#through('queue', queue),
    };
  }

  #through<Port extends object>(port: string, target: Port): Port {
    return new Proxy(target, {
      get: (of, name) => {
        const member: unknown = Reflect.get(of, name);
        if (typeof member !== 'function') return member;
        return (...args: readonly unknown[]): unknown => {
          this.#note(`${port}.${String(name)}`);
          return Reflect.apply(member, of, args);
        };
      },
    });
  }

  #note(name: string): void {
    this.calls += 1;
    this.byName.set(name, (this.byName.get(name) ?? 0) + 1);
    if (this.#isSameTurn) return;
    this.#isSameTurn = true;
    this.turns += 1;
    setImmediate(() => (this.#isSameTurn = false));
  }
}
