/** Sweeps and second looks, one after the other, over a world of servers in memory. */
import type { DeletePolicy } from '../../../src/core/link.ts';
import { placeOf } from '../../../src/engine/engine.ts';
import { onAndOn, type Pace } from '../../../src/engine/meet.ts';
import { settleSuspects, type SuspectsSettled } from '../../../src/engine/suspects.ts';
import { sweep } from '../../../src/engine/sweep.ts';
import { alone, calmWorld, never, synced } from './alone.ts';
import type { ModelServer } from './model-server.ts';
import { modelSettings, type World } from './world.ts';

export const onServer = (world: World, name: string): ModelServer => {
  const server = world.servers.get(name);
  if (server === undefined) throw new Error(`no server ${name}`);
  return server;
};

export const swept = (world: World, name: string, pace: Pace = onAndOn): Promise<unknown> =>
  alone(world, async (engine) => {
    const place = placeOf(engine, 'contacts', name);
    if (place) await sweep(engine, place, never, pace);
  });

export const settled = async (
  world: World,
  name: string,
  pace: Pace = onAndOn,
): Promise<SuspectsSettled | undefined> => {
  world.scheduler.now += modelSettings.settleMs + 1;
  return alone(world, async (engine) => {
    const place = placeOf(engine, 'contacts', name);
    return place && settleSuspects(engine, place, never, pace);
  });
};

export const keysOf = ({ rows }: ModelServer): readonly string[] => rows.map(({ key }) => key).toSorted();

export const rowOf = (server: ModelServer, key: string) => {
  const row = server.rows.find((one) => one.key === key);
  if (row === undefined) throw new Error(`no row ${key}`);
  return row;
};

export function insert(server: ModelServer, keys: readonly string[]): void {
  for (const key of keys) server.insert(key, { a: `of ${key}`, b: '' });
}

/** `k0`, `k1`, … */
export const numbered = (name: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, n) => `${name}${n}`);

/** Both servers hold so many records, and nothing is under way. */
export async function filled(count: number, policy: DeletePolicy = 'edit-wins'): Promise<World> {
  const world = calmWorld();
  world.plan = { ...world.plan, deletes: policy, deleteLimit: { records: 20, percent: 2 } };
  for (let n = 0; n < count; n += 1) onServer(world, 'hq').insert(`k${n}`, { a: `a${n}`, b: `b${n}` });
  await synced(world);
  world.scheduler.now += 600_000;
  await synced(world);
  return world;
}
