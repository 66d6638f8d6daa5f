/** One record in a world of three servers, for tests of what is told of it and of putting it back. */
import { type Past, pastOf } from '../../../src/engine/past.ts';
import type { Head, Replica } from '../../../src/core/head.ts';
import { type PutBackOutcome, putBackRecord } from '../../../src/engine/put-back-record.ts';
import { alone, calmWorld, synced } from './alone.ts';
import type { ModelServer } from './model-server.ts';
import { onServer, settled, swept } from './sweeping.ts';
import type { Roles, World } from './world.ts';

export const three: Roles = [
  ['hq', 'both'],
  ['branch', 'both'],
  ['kiosk', 'both'],
];

export const key = 'k';

/** All three servers hold the record, in its first version, and nothing is under way. */
export async function withRecord(seed = 7): Promise<World> {
  const world = calmWorld(seed, three);
  onServer(world, 'hq').insert(key, { a: 'a1', b: 'b1' });
  await carried(world);
  return world;
}

/** All that happened meanwhile is carried. */
export async function carried(world: World): Promise<void> {
  for (let run = 0; run < 2; run += 1) {
    world.scheduler.now += 5_000;
    await synced(world);
  }
}

export function edit(world: World, server: string, values: Readonly<Record<string, string>>): void {
  const row = rowOn(onServer(world, server));
  if (row === undefined) throw new Error(`there is no such record on ${server}`);
  world.scheduler.now += 1_000;
  onServer(world, server).edit(row, values);
}

/** And that is believed, and carried. */
export async function deleteOn(world: World, server: string): Promise<void> {
  const row = rowOn(onServer(world, server));
  if (row !== undefined) onServer(world, server).delete(row);
  world.scheduler.now += 10_000;
  await swept(world, server);
  await settled(world, server);
  await carried(world);
}

const rowOn = ({ rows }: ModelServer) => rows.find((row) => row.key === key);

/** What each server holds of it. */
export const onServers = (world: World): readonly (Readonly<Record<string, string>> | undefined)[] =>
  [...world.servers.values()].map((server) => rowOn(server)?.values);

export async function headIn({ ports }: World): Promise<Head> {
  const head = (await ports.records.heads('contacts', [key])).get(key);
  if (head === undefined) throw new Error('there is no such head');
  return head;
}

export const replicaIn = async ({ ports }: World, server: string): Promise<Replica | undefined> =>
  (await ports.records.replicas('contacts', server, [key])).get(key);

export const pastIn = async (world: World): Promise<Past> => pastOf(world.ports.control, await headIn(world));

export const putBackTo = (world: World, version?: number): Promise<PutBackOutcome> =>
  alone(world, (engine) =>
    putBackRecord(engine, { plan: world.plan, key, ...(version !== undefined && { version }) }),
  );

/** Changed twice: a is a1, a2, a3 in versions 1 to 3, b is b3 from version 3 on. */
export async function changed(): Promise<World> {
  const world = await withRecord();
  edit(world, 'branch', { a: 'a2' });
  await carried(world);
  edit(world, 'kiosk', { a: 'a3', b: 'b3' });
  await carried(world);
  const { version } = await headIn(world);
  if (version !== 3) throw new Error(`it is version ${version} instead of 3`);
  return world;
}

export const all = (values: Readonly<Record<string, string>>) => three.map(() => values);

export const causesIn = async (world: World) => (await pastIn(world)).steps.map(({ entry }) => entry.cause);
