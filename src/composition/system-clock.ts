import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../ports/clock.ts';

/** This machine's clock. It is the reference: the machine keeps it true (NTP is on by default everywhere). */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    try {
      await sleep(ms, undefined, { signal });
    } catch (error) {
      // Node throws an error of its own, with the reason as its cause.
      signal.throwIfAborted();
      throw error;
    }
  },
};
