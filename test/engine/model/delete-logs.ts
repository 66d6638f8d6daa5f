/** Logs of deletes in a world of servers in memory: what people delete is put down there. */
import type { DeletePolicy } from '../../../src/core/link.ts';
import { placeOf } from '../../../src/engine/engine.ts';
import { enumerate, type Enumeration } from '../../../src/engine/enumerate.ts';
import { alone, never, synced } from './alone.ts';
import type { ModelServer } from './model-server.ts';
import { filled, onServer, rowOf } from './sweeping.ts';
import type { World } from './world.ts';

/** The logs were there from the beginning, and were read. */
export async function logged(count: number, policy: DeletePolicy = 'edit-wins'): Promise<World> {
  const world = await filled(count, policy);
  world.keepLogs();
  await synced(world);
  world.scheduler.now += 600_000;
  await synced(world);
  return world;
}

export const logOf = (world: World, name: string): ModelServer => {
  const { log } = onServer(world, name);
  if (log === undefined) throw new Error(`${name} keeps no log`);
  return log;
};

/** By a person, whose file puts down when: so long after it was really deleted, or before. */
export function remove(world: World, name: string, key: string, offByMs = 0): void {
  const server = onServer(world, name);
  server.delete(rowOf(server, key));
  const log = logOf(world, name);
  const { recordId } = log.insert(key, {});
  log.rows = log.rows.map((row) => {
    if (row.recordId !== recordId || offByMs === 0) return row;
    const wall = row.stampMs + offByMs;
    return { ...row, stampMs: wall, stamp: { kind: 'wall', wall } };
  });
}

export function withoutTime(world: World, name: string): void {
  const log = logOf(world, name);
  log.rows = log.rows.map((row) => ({ ...row, stamp: { kind: 'empty' } }));
}

export const suspectsOn = (world: World, name: string) =>
  world.ports.control.suspects('contacts', name, 1000);

export const later = (world: World, ms = 600_000): void => void (world.scheduler.now += ms);

export const headOf = async (world: World, key: string) =>
  (await world.ports.records.heads('contacts', [key])).get(key);

/** `stop` after so many pages. */
export const readFor = (world: World, name: string, pages: number): Promise<Enumeration | undefined> =>
  alone(world, async (engine) => {
    const place = placeOf(engine, 'contacts', name);
    let left = pages;
    const pace = () => Promise.resolve(left-- > 0 ? ('on' as const) : ('stop' as const));
    return place && enumerate(engine, place, never, { pace });
  });

/** As one that the configuration names newly. */
export function withoutReading(world: World): void {
  const { control } = world.ports;
  const deleteLog = control.deleteLog.bind(control);
  Object.assign(control, {
    deleteLog: async (...of: Parameters<typeof deleteLog>) => {
      const stored = await deleteLog(...of);
      return stored && { ...stored, log: 'another' };
    },
  });
}
