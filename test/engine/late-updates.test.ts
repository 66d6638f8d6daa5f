/** A server that has no condition for an update: what hangs on its way there may be done over anything that came since. */
import { expect, test } from 'vitest';
import type { Engine } from '../../src/engine/engine.ts';
import { drain } from '../../src/engine/drain.ts';
import type { ServerTable } from '../../src/ports/server.ts';
import { alone, never, read, synced } from './model/alone.ts';
import { Scheduler } from './model/scheduler.ts';
import { diceOf } from './model/seeded-random.ts';
import { onServer, rowOf } from './model/sweeping.ts';
import { World } from './model/world.ts';

const calm = { servers: 2, crash: 0, stale: 0, lost: 0, unique: true };

/** So long a request may hang on its way. */
const lateMs = 60_000;

/** Its first update is not answered; it is in the air until `land`. */
function hanging(world: World): { readonly over: (engine: Engine) => Engine; readonly land: () => void } {
  const branch = onServer(world, 'branch');
  let held: (() => void) | undefined;
  const over = (engine: Engine): Engine => {
    const table = engine.tables.get('contacts');
    const own = table?.servers.get('branch');
    if (table === undefined || own === undefined) throw new Error('the world has no branch');
    const update: ServerTable['update'] = async (recordId, modId, values, signal) => {
      if (held !== undefined) return own.update(recordId, modId, values, signal);
      held = () => void branch.edit(rowOf(branch, 'k'), values);
      return { kind: 'unknown' };
    };
    const changed = { ...own, update, updatesUnconditionally: true };
    const servers = new Map([...table.servers, ['branch', changed] as const]);
    return { ...engine, tables: new Map([['contacts', { ...table, servers }]]) };
  };
  return { over, land: () => held?.() };
}

async function begun(): Promise<World> {
  const world = new World(new Scheduler(diceOf(3), lateMs), calm);
  onServer(world, 'hq').insert('k', { a: 'v0', b: '' });
  for (let run = 0; run < 2; run += 1) {
    await synced(world);
    world.scheduler.now += 600_000;
  }
  return world;
}

const held = (world: World): readonly (string | undefined)[] =>
  ['hq', 'branch'].map((name) => rowOf(onServer(world, name), 'k').values['a']);

/** Works on what waits for branch, its time come or not. */
const writeBranch = (world: World, over: (engine: Engine) => Engine): Promise<number> =>
  alone(world, (engine) =>
    drain(over(engine), 'branch', { force: true, busy: new Set(), settling: new Map() }, never),
  );

test('R4: an update that hung on its way is no edit of the server on which it is done late, and what came since stands', async () => {
  const world = await begun();
  const { scheduler } = world;
  const { over, land } = hanging(world);
  const hq = onServer(world, 'hq');
  for (const value of ['v1', 'v2']) {
    hq.edit(rowOf(hq, 'k'), { a: value });
    scheduler.now += 1_000;
    await read(world, 'hq');
    await writeBranch(world, over);
  }
  expect(held(world)).toEqual(['v2', 'v2']);
  land();
  expect(held(world)).toEqual(['v2', 'v1']);
  for (let run = 0; run < 3; run += 1) {
    scheduler.now += 10 * lateMs;
    await synced(world);
  }
  expect(held(world)).toEqual(['v2', 'v2']);
});

test('R2: an update that got lost is sent again, once it can come no more', async () => {
  const world = await begun();
  const { scheduler } = world;
  const { over } = hanging(world);
  const hq = onServer(world, 'hq');
  hq.edit(rowOf(hq, 'k'), { a: 'v1' });
  scheduler.now += 1_000;
  await read(world, 'hq');
  await writeBranch(world, over);
  expect(held(world)).toEqual(['v1', 'v0']);
  scheduler.now += 2 * lateMs;
  await synced(world);
  expect(held(world)).toEqual(['v1', 'v1']);
});
