/** Passes of the sync, a tick apart; and what servers hold, to be compared. */
import { tick } from './spans.ts';
import type { World } from './world.ts';

export async function passes(world: World, count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    world.time.pass(tick);
    await world.run();
  }
}

/** In the order of keys. */
export const sorted = (of: ReadonlyMap<string, unknown>): readonly unknown[] =>
  [...of].toSorted(([a], [b]) => (a < b ? -1 : 1));
