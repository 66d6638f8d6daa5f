/**
 * How long requests kept sessions busy, and when: from a request's arrival to its answer, the way there and back included
 * where one is simulated. A session serves one request at a time, so in one second so many sessions are busy for so many
 * seconds at most; what they were not busy, the client left unused.
 */
import type { RequestKind } from './description.ts';

/** Fine enough to show a gap between batches, coarse enough that an hour is a short list. */
export const slotMs = 100;

/** Milliseconds of busy sessions, by kind, in the 100 ms from `at` on (the true clock). */
export type BusySlot = {
  readonly at: number;
  readonly busyMs: Readonly<Partial<Record<RequestKind, number>>>;
};

export class Busy {
  #slots = new Map<number, Partial<Record<RequestKind, number>>>();

  /** Of one request, on the clock of `performance.now()`. */
  took(kind: RequestKind, from: number, to: number): void {
    for (let slot = Math.floor(from / slotMs); slot * slotMs < to; slot += 1) {
      const within = Math.min(to, (slot + 1) * slotMs) - Math.max(from, slot * slotMs);
      const busy = this.#slots.get(slot) ?? {};
      busy[kind] = (busy[kind] ?? 0) + within;
      this.#slots.set(slot, busy);
    }
  }

  /** In order; slots in which nothing was busy are left out. */
  slots(): readonly BusySlot[] {
    return [...this.#slots]
      .toSorted(([a], [b]) => a - b)
      .map(([slot, busyMs]) => ({ at: performance.timeOrigin + slot * slotMs, busyMs: { ...busyMs } }));
  }

  reset(): void {
    this.#slots = new Map();
  }
}
