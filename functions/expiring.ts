/** Values that are made when they are asked for and kept for a while, by name. A failure is not kept. */
import type { EpochMs } from '../src/core/names.ts';

type Kept<Value> = { readonly value: Promise<Value>; readonly until: EpochMs };

export class Expiring<Value> {
  readonly #keptMs: number;
  readonly #now: () => EpochMs;
  readonly #kept = new Map<string, Kept<Value>>();

  constructor(keptMs: number, now: () => EpochMs) {
    this.#keptMs = keptMs;
    this.#now = now;
  }

  get(name: string, make: () => Promise<Value>): Promise<Value> {
    const before = this.#kept.get(name);
    if (before !== undefined && before.until > this.#now()) return before.value;
    const value = make();
    this.#kept.set(name, { value, until: this.#now() + this.#keptMs });
    value.catch(() => this.forget(name));
    return value;
  }

  clear(): void {
    this.#kept.clear();
  }

  forget(name: string): void {
    this.#kept.delete(name);
  }
}
