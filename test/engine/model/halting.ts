/** What halts tables, and what persons answer, over a world of servers in memory. */
import type { Halt, HaltAnswer } from '../../../src/core/halt.ts';
import { synced } from './alone.ts';
import type { World } from './world.ts';

export const haltOn = (world: World, server = 'hq'): Promise<Halt | undefined> =>
  world.ports.control.halt('contacts', server);

/** As the command line stores it; the next look at what seems to be gone carries it out. */
export async function answer(world: World, what: HaltAnswer['what'], server = 'hq'): Promise<void> {
  const halt = await haltOn(world, server);
  if (halt === undefined) throw new Error('nothing is halted');
  const answered = { what, at: world.scheduler.now };
  await world.ports.control.putHalt({ ...halt, rev: halt.rev + 1, answer: answered });
}

/** Ten minutes pass, and a run. */
export async function quiet(world: World): Promise<void> {
  world.scheduler.now += 600_000;
  await synced(world);
}
