/** A true clock that moves only when told. Sleepers wake in the order of their time. */
import type { TimeSource } from './description.ts';

type Sleeper = { readonly wakeAt: number; readonly wake: () => void };

export class VirtualClock implements TimeSource {
  private current: number;
  private readonly sleepers = new Set<Sleeper>();

  constructor(start: number) {
    this.current = start;
  }

  now(): number {
    return this.current;
  }

  /** How many wait for a time to come. */
  get sleeping(): number {
    return this.sleepers.size;
  }

  /** Until the first of them wakes, in ms; undefined where nobody sleeps. */
  get untilNext(): number | undefined {
    if (this.sleepers.size === 0) return undefined;
    let first = Number.POSITIVE_INFINITY;
    for (const { wakeAt } of this.sleepers) first = Math.min(first, wakeAt);
    return Math.max(0, first - this.current);
  }

  advance(ms: number): void {
    this.current += ms;
    const due = [...this.sleepers].filter((sleeper) => sleeper.wakeAt <= this.current);
    for (const sleeper of due.toSorted((a, b) => a.wakeAt - b.wakeAt)) sleeper.wake();
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const abort = () => {
        this.sleepers.delete(sleeper);
        reject(signal.reason);
      };
      const wake = () => {
        this.sleepers.delete(sleeper);
        signal.removeEventListener('abort', abort);
        resolve();
      };
      const sleeper = { wakeAt: this.current + ms, wake };
      this.sleepers.add(sleeper);
      signal.addEventListener('abort', abort, { once: true });
    });
  }
}
