/** Comparisons and repairs over a world of servers in memory. */
import type { Engine } from '../../../src/engine/engine.ts';
import type { Chosen } from '../../../src/engine/run.ts';
import { repair } from '../../../src/engine/verify/repair.ts';
import { type Comparison, type Verified, verify } from '../../../src/engine/verify/verify.ts';
import { alone, calmWorld, never, read, synced } from './alone.ts';
import type { ModelServer, Row } from './model-server.ts';
import { onServer, rowOf, settled, swept } from './sweeping.ts';
import type { Roles, World } from './world.ts';

export type Verifying = {
  readonly chosen?: Chosen;
  readonly limit?: number;
  readonly mostKept?: number;
  /** What happens while it waits for the second look. */
  readonly meanwhile?: () => void;
  readonly change?: (engine: Engine) => Engine;
};

const nothing = (): void => undefined;

/** The clock of the world passes while somebody waits. */
export function waiting(engine: Engine, world: World, meanwhile = nothing): Engine {
  const sleep: Engine['clock']['sleep'] = async (ms) => {
    world.scheduler.now += ms;
    meanwhile();
  };
  return { ...engine, clock: { ...engine.clock, sleep } };
}

export const verified = (
  world: World,
  { chosen = {}, limit = 20, mostKept = 100, meanwhile = nothing, change = same }: Verifying = {},
): Promise<Verified> =>
  alone(world, (engine) =>
    verify(change(waiting(engine, world, meanwhile)), chosen, { limit, mostKept }, never),
  );

const same = (engine: Engine): Engine => engine;

/** A comparison, a repair of all that it found, and what is left by another comparison. */
export async function repaired(
  world: World,
  options: Verifying = {},
): Promise<{ before: Verified; left: Verified }> {
  const before = await verified(world, options);
  await alone(world, (engine) =>
    repair(
      waiting(engine, world, () => undefined),
      before,
      never,
    ),
  );
  return { before, left: await verified(world, options) };
}

export function on({ comparisons }: Verified, server: string): Comparison {
  const found = comparisons.find((one) => one.server === server);
  if (found === undefined) throw new Error(`${server} was not compared`);
  return found;
}

/** `hq: different k1 a (not-read)`, in order; what is under way as a count. */
export const told = ({ comparisons }: Verified): readonly string[] =>
  comparisons.flatMap(({ server, findings, underWay, notCompared }) => [
    ...findings
      .map(
        ({ kind, key, fields = [], why, code }) =>
          `${server}: ${[kind, key, ...fields].join(' ')} (${why}${code === undefined ? '' : ` ${code}`})`,
      )
      .toSorted(),
    ...(underWay === 0 ? [] : [`${server}: ${underWay} under way`]),
    ...(notCompared === undefined ? [] : [`${server}: not compared, ${notCompared}`]),
  ]);

/** Without a stamp, as by an import. */
export function insertUnstamped(server: ModelServer, key: string, values: Row['values']): void {
  const { recordId } = server.insert(key, values);
  server.rows = server.rows.map((row) =>
    row.recordId === recordId ? { ...row, stamp: { kind: 'empty' }, stampMs: Number.NaN } : row,
  );
}

/** The values become others, and nothing else does. */
export function spoil(server: ModelServer, key: string, values: Row['values']): void {
  server.rows = server.rows.map((row) =>
    row.key === key ? { ...row, values: { ...row.values, ...values } } : row,
  );
}

/** In step, with roles of its own and time passed since. */
export async function filledAs(roles: Roles, count = 3): Promise<World> {
  const world = calmWorld(7, roles);
  for (let n = 0; n < count; n += 1) onServer(world, 'hq').insert(`k${n}`, { a: `a${n}`, b: `b${n}` });
  for (let n = 0; n < 2; n += 1) {
    await synced(world);
    world.scheduler.now += 600_000;
  }
  await synced(world);
  return world;
}

/** Batches for a server are lost. */
export async function loseBatches(world: World, server: string): Promise<void> {
  const { control } = world.ports;
  for (const { id, rev } of await control.openBatches(server, 100)) await control.close(id, rev);
}

/** An edit of k1, a new record and the delete of k2, all on hq: branch is behind in each, and in no batch. */
export async function leaveBehind(world: World): Promise<void> {
  const hq = onServer(world, 'hq');
  hq.edit(rowOf(hq, 'k1'), { a: 'edited' });
  hq.insert('new', { a: 'new', b: '' });
  await read(world, 'hq');
  hq.delete(rowOf(hq, 'k2'));
  await swept(world, 'hq');
  await settled(world, 'hq');
  await loseBatches(world, 'branch');
}
