/** Turns in one process: who comes second waits until the first is done, whatever became of it. */
import type { Place } from './engine.ts';

/** One table of one server at a time. */
export class PlaceTurns {
  readonly #turns = new Turns();

  inTurn({ plan, link }: Place, work: () => Promise<void>): Promise<void> {
    return this.#turns.inTurn(`${link.server} ${plan.name}`, work);
  }
}

/** Work under the same name, such as a table's, one after the other. */
export class Turns {
  readonly #last = new Map<string, Promise<void>>();

  async inTurn(name: string, work: () => Promise<void>): Promise<void> {
    const before = this.#last.get(name) ?? Promise.resolve();
    const mine = before.then(work, work);
    this.#last.set(name, mine);
    await mine;
  }
}
