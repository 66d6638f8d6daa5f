/**
 * A clock for work that waits for nothing: where there is nothing that could settle, waiting passes at once, and the time
 * that it would have taken counts as passed.
 */
import type { Clock } from '../../ports/clock.ts';

/** So long it waits indeed, ms: whoever looks again and again lets others work meanwhile. */
const mostMs = 20;

export function passingClock(clock: Clock): Clock {
  let passed = 0;
  return {
    now: () => clock.now() + passed,
    async sleep(ms, signal) {
      const until = clock.now() + passed + ms;
      await clock.sleep(Math.min(ms, mostMs), signal);
      passed = Math.max(passed, until - clock.now());
    },
  };
}
