/** Values that should be of one record each, found by sweeps over the real engine and memory. */
import { describe, expect, test } from 'vitest';
import type { EngineEvent } from '../../src/engine/events.ts';
import type { Pace } from '../../src/engine/meet.ts';
import { calmWorld, synced } from './model/alone.ts';
import { onServer, rowOf, swept } from './model/sweeping.ts';
import type { World } from './model/world.ts';

const at = (world: World, name: string) => world.ports.control.sweep('contacts', name);
const doubledOn = async (world: World, name: string) => (await at(world, name))?.last?.doubled;

/** `a` is a number that two servers gave out, each by itself, to records of their own. */
async function given(numbers: Readonly<Record<string, readonly string[]>>): Promise<World> {
  const world = calmWorld();
  world.plan = { ...world.plan, unique: ['a'] };
  for (const [name, values] of Object.entries(numbers))
    for (const [n, a] of values.entries()) onServer(world, name).insert(`${name}${n}`, { a, b: 'same' });
  await synced(world);
  world.scheduler.now += 600_000;
  await synced(world);
  return world;
}

const stops: Pace = async () => 'stop';

const twice = { hq: ['1', '2', '3', ''], branch: ['3', '4', '1', ''] };

describe('a sweep of a table with a field that is unique', () => {
  test('tells which records hold one value, by the first server that sends alone, and changes none of them', async () => {
    const world = await given(twice);
    const events: EngineEvent[] = [];
    world.report = (event) => void events.push(event);
    const before = JSON.stringify(onServer(world, 'hq').rows);
    await swept(world, 'hq');
    await swept(world, 'branch');
    const found = await doubledOn(world, 'hq');
    expect(found?.fields).toMatchObject([{ field: 'a', values: 2, records: 4 }]);
    expect(new Set(found?.fields[0]?.groups.map(({ keys }) => keys.join()))).toEqual(
      new Set(['branch2,hq0', 'branch0,hq2']),
    );
    expect(await doubledOn(world, 'branch')).toBe(undefined);
    expect(events.flatMap((one) => (one.kind === 'swept' ? [[one.server, one.doubled]] : []))).toEqual([
      ['hq', 2],
      ['branch', undefined],
    ]);
    await synced(world);
    expect(JSON.stringify(onServer(world, 'hq').rows)).toBe(before);
  });

  test('tells no more of what a person has mended, or deleted', async () => {
    const world = await given(twice);
    await swept(world, 'hq');
    const branch = onServer(world, 'branch');
    branch.edit(rowOf(branch, 'branch0'), { a: '5' });
    await synced(world);
    await swept(world, 'hq');
    expect((await doubledOn(world, 'hq'))?.fields).toMatchObject([{ field: 'a', values: 1, records: 2 }]);
    const { records } = world.ports;
    const gone = [...(await records.heads('contacts', ['hq0'])).values()];
    const stamp = { lo: 1, hi: 1 };
    await records.putHeads(
      gone.map((one) => ({ ...one, version: one.version + 1, deleted: { stamp, origin: 'hq' } })),
    );
    await swept(world, 'hq');
    expect(await doubledOn(world, 'hq')).toEqual({ fields: [] });
  });

  test('looks at values that are sent once as the first server of each record had them', async () => {
    const world = await given({});
    const [a, ...others] = world.plan.fields;
    world.plan = { ...world.plan, fields: others, createOnly: a === undefined ? [] : [a] };
    onServer(world, 'hq').insert('k1', { a: '7', b: '' });
    onServer(world, 'branch').insert('k2', { a: '7', b: '' });
    world.scheduler.now += 600_000;
    await synced(world);
    await synced(world);
    await swept(world, 'hq');
    expect((await doubledOn(world, 'hq'))?.fields[0]?.groups).toEqual([{ records: 2, keys: ['k1', 'k2'] }]);
  });

  test('that has to stop meanwhile looks anew when it goes on, and gives up where all its time was too short', async () => {
    const world = await given(twice);
    const untilDoubled = async () => {
      for (let n = 0; (await at(world, 'hq'))?.underWay?.place.phase !== 'doubled' && n < 99; n += 1)
        await swept(world, 'hq', stops);
    };
    await untilDoubled();
    expect(await doubledOn(world, 'hq')).toBe(undefined);
    await swept(world, 'hq');
    expect((await doubledOn(world, 'hq'))?.fields).toMatchObject([{ field: 'a', values: 2, records: 4 }]);

    await untilDoubled();
    await swept(world, 'hq', stops);
    expect((await at(world, 'hq'))?.underWay).toBe(undefined);
    expect(await doubledOn(world, 'hq')).toEqual({ fields: [], unknown: true });

    await untilDoubled();
    let pages = 0;
    await swept(world, 'hq', async () => ((pages += 1) === 2 ? 'stop' : 'on'));
    expect([pages, await doubledOn(world, 'hq')]).toEqual([2, { fields: [], unknown: true }]);
  });

  test('reads what all should hold only where a field is unique, and a second time only where some are doubled', async () => {
    const pages = async (numbers: typeof twice, unique: readonly string[]) => {
      const world = await given(numbers);
      world.plan = { ...world.plan, unique };
      await swept(world, 'hq');
      const { records } = world.ports;
      let calls = 0;
      const counted: typeof records.heads = (table, keys) => {
        calls += 1;
        return records.heads(table, keys);
      };
      world.ports = {
        ...world.ports,
        records: { ...records, heads: counted },
      };
      await swept(world, 'hq');
      return calls;
    };
    const single = { hq: ['1', '2'], branch: ['3', ''] };
    expect([await pages(single, []), await pages(single, ['a']), await pages(twice, ['a'])]).toEqual([
      0, 1, 2,
    ]);
  });
});
