/** Requests that are said to come soon, so that sessions can stand when they do. */
import type { EpochMs } from '../../core/names.ts';

/** How long they are waited for: by then those that came have opened what they need (assumed). */
const waitedForMs = 5_000;

export class Soon {
  #said: { readonly database: string; readonly count: number; readonly until: EpochMs } | undefined;

  say(database: string, count: number, now: EpochMs): void {
    this.#said = { database, count, until: now + waitedForMs };
  }

  forget(): void {
    this.#said = undefined;
  }

  /** For which database, and how many; undefined: for none, or for no more than there are `sessions`. */
  awaited(sessions: number, now: EpochMs): { readonly database: string; readonly count: number } | undefined {
    if (this.#said !== undefined && (now >= this.#said.until || sessions >= this.#said.count)) this.forget();
    return this.#said;
  }
}
