/** Servers with a share of the records: of those that say so in field b. */
import type { Leave, Share } from '../../../src/core/share.ts';
import { alone, calmWorld, never, synced } from './alone.ts';
import type { ModelServer } from './model-server.ts';
import { onServer } from './sweeping.ts';
import type { Roles, World } from './world.ts';
import { sweepOnce } from '../../../src/engine/run.ts';

/** Records of which b is one of these. */
export const shareOf = (leave: Leave, ...values: readonly string[]): Share => ({
  leave,
  requests: values.map((text) => ({ omit: false, criteria: [{ field: 'b', test: { kind: 'text', text } }] })),
});

export function setShare(world: World, server: string, share: Share | undefined): void {
  const links = world.plan.links.map(({ share: before, ...link }) => {
    const own = link.server === server ? share : before;
    return own === undefined ? link : { ...link, share: own };
  });
  world.plan = { ...world.plan, links };
}

/** hq has everything, branch what is north. */
export function sharedWorld(leave: Leave, roles?: Roles): World {
  const world = calmWorld(7, roles);
  setShare(world, 'branch', shareOf(leave, 'north'));
  return world;
}

export const runs = async (world: World, count = 2): Promise<void> => {
  for (let n = 0; n < count; n += 1) {
    world.scheduler.now += 60_000;
    await synced(world);
  }
};

export const sweptAll = (world: World): Promise<unknown> => {
  world.scheduler.now += 60_000;
  return alone(world, (engine) => sweepOnce(engine, {}, never));
};

/** `key=a|b` of all that it holds. */
export const heldOn = (world: World, server: string): readonly string[] =>
  onServer(world, server)
    .rows.map(({ key, values }) => `${key}=${values['a']}|${values['b']}`)
    .toSorted();

export function edit(server: ModelServer, key: string, values: Readonly<Record<string, string>>): void {
  const row = server.rows.find((one) => one.key === key);
  if (row === undefined) throw new Error(`${server.name} has no ${key}`);
  server.edit(row, values);
}

export const kept = async ({ ports }: World): Promise<readonly string[]> =>
  (await ports.control.conflicts(100)).map(
    ({ kind, rule, key, loser }) => `${kind} ${rule} ${key}: ${loser.value} of ${loser.server}`,
  );

export const openRows = async ({ ports }: World): Promise<number> =>
  [...(await ports.control.backlog()).values()].reduce((sum, { rows }) => sum + rows, 0);
