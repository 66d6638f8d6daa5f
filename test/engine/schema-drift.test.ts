/** A layout that changes under a table while it is worked on, over the real engine and memory. */
import { describe, expect, test } from 'vitest';
import type { Drift } from '../../src/core/halt.ts';
import { placeOf } from '../../src/engine/engine.ts';
import { settleSuspects } from '../../src/engine/suspects.ts';
import { alone, never, read, synced, write } from './model/alone.ts';
import { reading, tending, writing } from './model/invocations.ts';
import { oneProcess } from './model/driving.ts';
import { filled, onServer, rowOf } from './model/sweeping.ts';
import type { World } from './model/world.ts';

const drift: Drift = { layoutMissing: false, missing: ['b'], changed: [] };

const haltOn = (world: World) => world.ports.control.halt('contacts', 'branch');
const looked = (world: World) =>
  alone(world, async (engine) => {
    const place = placeOf(engine, 'contacts', 'branch');
    return place && settleSuspects(engine, place, never);
  });

/** Both sides were edited; nothing of it was read yet. */
async function edited(): Promise<World> {
  const world = await filled(10);
  const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
  hq.edit(rowOf(hq, 'k1'), { a: 'by hq' });
  branch.edit(rowOf(branch, 'k2'), { a: 'by branch' });
  return world;
}

describe('R8: a field that is gone', () => {
  test.each<[string, (world: World) => Promise<unknown>]>([
    ['a run', synced],
    ['a sweeper', (world) => alone(world, oneProcess.sweep('branch'))],
    ['a reader on AWS', (world) => reading(world, 'branch')],
    [
      'a writer of --watch',
      async (world) => {
        await read(world, 'hq');
        await write(world, 'branch');
      },
    ],
    [
      'a writer on AWS',
      async (world) => {
        await reading(world, 'hq');
        await tending(world, 'branch');
        await writing(world, 'branch');
      },
    ],
  ])('halts the table for %s that meets it, and is no failure of the server', async (_who, work) => {
    const world = await edited();
    onServer(world, 'branch').drift = drift;
    await work(world);
    expect(await haltOn(world)).toMatchObject({
      kind: 'schema-drift',
      fields: ['b'],
      figures: { layout: 0, missing: 1, changed: 0 },
    });
    expect(await world.ports.control.breakers()).toEqual([]);
  });

  test('costs nothing: what waits is carried both ways once it is in order again', async () => {
    const world = await edited();
    const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
    const before = await world.ports.control.watermark('contacts', 'branch');
    branch.drift = drift;
    const { failures } = await synced(world);
    expect([failures.size, await world.ports.control.watermark('contacts', 'branch')]).toEqual([0, before]);
    expect(await looked(world)).toBe('halted');
    branch.drift = undefined;
    expect(await looked(world)).toBe('done');
    for (let n = 0; n < 2; n += 1) await synced(world);
    expect([rowOf(hq, 'k2').values['a'], rowOf(branch, 'k1').values['a']]).toEqual(['by branch', 'by hq']);
  });

  test('dismissed, it is looked at, and is asked about again while it is so; what is missing then is told', async () => {
    const world = await edited();
    onServer(world, 'branch').drift = drift;
    await synced(world);
    const halt = await haltOn(world);
    if (halt === undefined) throw new Error('nothing is halted');
    onServer(world, 'branch').drift = { ...drift, missing: ['a', 'b'] };
    const answer = { what: 'dismiss', at: world.scheduler.now } as const;
    await world.ports.control.putHalt({ ...halt, rev: halt.rev + 1, answer });
    expect(await looked(world)).toBe('halted');
    const after = await haltOn(world);
    expect([after?.id, after?.answer, after?.fields]).toEqual([halt.id, undefined, ['a', 'b']]);
  });
});

test('what no look at the layout explains is a failure of the server, as before', async () => {
  const world = await edited();
  const branch = onServer(world, 'branch');
  branch.drift = drift;
  const lookAt = world.engineOf.bind(world);
  world.engineOf = (process) => ({ ...lookAt(process), driftOf: () => Promise.resolve(undefined) });
  const { failures } = await synced(world);
  expect([failures.get('branch')?.code, await haltOn(world)]).toEqual(['field-missing', undefined]);
});
