/** A clock for `--watch`: when so many of its loops sleep, it is the time of the first to wake. */
import type { EpochMs } from '../../../src/core/names.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import type { World } from './world.ts';

export function hurried(world: World, engine: Engine, loops: number): Engine['clock'] {
  const asleep = new Set<{ readonly until: EpochMs }>();
  const now = (): EpochMs => world.scheduler.now;
  return {
    now,
    sleep: async (ms, signal) => {
      const sleeper = { until: now() + ms };
      asleep.add(sleeper);
      try {
        while (now() < sleeper.until && !signal.aborted) {
          await engine.clock.sleep(0, signal);
          const first = Math.min(...[...asleep].map(({ until }) => until));
          if (asleep.size === loops) world.scheduler.now = Math.max(now(), first);
        }
      } finally {
        asleep.delete(sleeper);
      }
      signal.throwIfAborted();
    },
  };
}
