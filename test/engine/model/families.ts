/** Families in one table: children have their parent's key in b, and FileMaker may delete them with their parent. */
import type { Share } from '../../../src/core/share.ts';
import { calmWorld, synced } from './alone.ts';
import type { ModelServer } from './model-server.ts';
import { edit, runs, setShare } from './sharing.ts';
import { onServer, settled, swept } from './sweeping.ts';
import type { Roles, World } from './world.ts';

/** `p0` and on with the children `c0-0` to `c0-3`: everywhere, and nothing is under way. 20 records may be deleted in a day. */
export async function families(count: number, roles?: Roles): Promise<World> {
  const world = calmWorld(7, roles);
  const after = [{ table: 'contacts', field: 'b' }];
  world.plan = { ...world.plan, after, deleteLimit: { records: 20, percent: 1 } };
  for (let n = 0; n < count; n += 1) {
    onServer(world, 'hq').insert(`p${n}`, { a: `parent ${n}`, b: '' });
    for (let child = 0; child < 4; child += 1)
      onServer(world, 'hq').insert(`c${n}-${child}`, { a: 'child', b: `p${n}` });
  }
  await synced(world);
  world.scheduler.now += 600_000;
  await synced(world);
  return world;
}

export const childrenOf = (server: ModelServer, parent: string) =>
  server.rows.filter(({ values }) => values['b'] === parent);

/** A relationship that deletes related records: what the sync deletes there takes its children along, and theirs. */
export function cascades(server: ModelServer): void {
  server.onRemove = ({ key }) => deleteChildren(server, key);
}

export function deleteChildren(server: ModelServer, parent: string): void {
  for (const child of childrenOf(server, parent)) {
    deleteChildren(server, child.key);
    server.delete(child);
  }
}

/** All but those in which a says so. */
export const notMovedAway: Share = {
  leave: 'remove',
  requests: [{ omit: true, criteria: [{ field: 'a', test: { kind: 'text', text: 'moved away' } }] }],
};

/** A sweep, then the parents, then what follows of them. */
export async function settledAll(world: World, server: string): Promise<void> {
  await swept(world, server);
  await settled(world, server);
  await settled(world, server);
}

/** branch has a share with `leave: remove`, and deletes children with their parent. */
export async function branchWithCascade(): Promise<World> {
  const world = await families(3);
  setShare(world, 'branch', notMovedAway);
  await runs(world);
  cascades(onServer(world, 'branch'));
  return world;
}

export async function moveOut(world: World, key: string): Promise<void> {
  edit(onServer(world, 'hq'), key, { a: 'moved away' });
  await runs(world);
}

export async function moveBack(world: World, key: string): Promise<void> {
  edit(onServer(world, 'hq'), key, { a: 'is back' });
  await runs(world);
}

/** How many of the family each server has, and what counts as deleted on branch. */
export const familyOf = async (world: World, parent: string) => ({
  hq: childrenOf(onServer(world, 'hq'), parent).length,
  branch: childrenOf(onServer(world, 'branch'), parent).length,
  deletes: await world.ports.control.deleteCount('contacts', 'branch'),
});

export const whole = { hq: 4, branch: 4, deletes: undefined };
