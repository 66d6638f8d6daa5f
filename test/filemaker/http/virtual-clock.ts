/** Time that passes only when somebody sleeps. */
import type { Clock } from '../../../src/ports/clock.ts';

export class VirtualClock implements Clock {
  at = Date.parse('2026-11-22T10:00:00Z');
  readonly slept: number[] = [];

  now(): number {
    return this.at;
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.slept.push(ms);
    this.at += ms;
    await Promise.resolve();
    signal.throwIfAborted();
  }
}
