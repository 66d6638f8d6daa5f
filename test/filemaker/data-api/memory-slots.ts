/** Session slots in memory; what an earlier holder left can be put in. */
import type { SessionSlots, Slot } from '../../../src/ports/session-slots.ts';

type State = { held: boolean; token: string | undefined; opening: boolean };

export class MemorySlots implements SessionSlots {
  readonly #states = new Map<number, State>();
  #fence = 0;

  /** As a run that died leaves it. */
  leftBehind(number: number, token: string): void {
    this.#states.set(number, { held: false, token, opening: false });
  }

  /** By what is known of each slot: nothing, a login under way, an open session. */
  get held(): readonly ('taken' | 'opening' | 'open')[] {
    const held = [...this.#states.values()].filter((state) => state.held);
    return held.map((state) => (state.token === undefined ? (state.opening ? 'opening' : 'taken') : 'open'));
  }

  get tokens(): readonly string[] {
    return [...this.#states.values()].flatMap(({ token }) => (token === undefined ? [] : [token]));
  }

  async take(server: string, capacity: number): Promise<Slot | undefined> {
    const number = Array.from({ length: capacity }, (_, at) => at).find((at) => !this.#states.get(at)?.held);
    if (number === undefined) return undefined;
    const token = this.#states.get(number)?.token;
    this.#states.set(number, { held: true, token, opening: false });
    this.#fence += 1;
    return { server, number, fence: this.#fence, ...(token === undefined ? {} : { token }) };
  }

  async opening(slot: Slot): Promise<void> {
    this.#states.set(slot.number, { held: true, token: undefined, opening: true });
  }

  async opened(slot: Slot, token: string): Promise<void> {
    this.#states.set(slot.number, { held: true, token, opening: false });
  }

  async leave(slot: Slot): Promise<void> {
    const state = this.#states.get(slot.number);
    if (state) state.held = false;
  }

  async free(slot: Slot): Promise<void> {
    this.#states.delete(slot.number);
  }
}
