/** Nobody edits, nobody dies: rounds of read, sweep and deliver, and how much each of them wrote. */
import { type Driving, oneProcess, type Work } from '../model/driving.ts';
import { modelSettings, type World } from '../model/world.ts';

type Freely = (work: Work) => Promise<void>;

const rounds = 4;

export async function passes(
  world: World,
  freely: Freely,
  driving: Driving = oneProcess,
): Promise<readonly { readonly failures: readonly string[]; readonly writes: number }[]> {
  const names = [...world.servers.keys()];
  const onEach = async (work: (server: string) => Work): Promise<void> => {
    for (const name of names) await freely(work(name));
  };
  const done = [];
  for (let round = 0; round < rounds; round += 1) {
    const before = writesOf(world);
    // Longer than anything is late.
    world.scheduler.now += 2 * 3_600_000;
    await onEach(driving.measure);
    await onEach(driving.readAll);
    await onEach(driving.sweep);
    world.scheduler.now += modelSettings.settleMs + 1;
    await onEach(driving.settle);
    for (let pass = 0; pass < 2; pass += 1) {
      world.scheduler.now += driving.betweenMs;
      await onEach(driving.deliver);
    }
    done.push({ failures: [], writes: writesOf(world) - before });
  }
  return done;
}

const writesOf = (world: World): number =>
  [...world.servers.values()].reduce((sum, { writes }) => sum + writes, 0);
