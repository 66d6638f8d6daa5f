import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { calmWorld, synced } from './model/alone.ts';
import type { World } from './model/world.ts';

type Record = { readonly key: string; readonly on: 'hq' | 'branch' };

function worldWith(seed: number, records: readonly Record[]): World {
  const world = calmWorld(seed);
  for (const { key, on } of records) world.servers.get(on)?.insert(key, { a: `${key} on ${on}`, b: '' });
  return world;
}

const keysOn = (world: World, server: string): readonly string[] =>
  (world.servers.get(server)?.rows ?? []).map((row) => row.key).toSorted();

const record = fc.record({
  key: fc.integer({ min: 1, max: 40 }).map((n) => `k${n}`),
  on: fc.constantFrom<'hq' | 'branch'>('hq', 'branch'),
});
const records = fc.uniqueArray(record, { maxLength: 30, selector: ({ key }) => key });

describe('records that cannot be synced', () => {
  test('R7: what one server refuses is parked, everything else arrives', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1 }), records, fc.func(fc.boolean()), async (seed, all, refuses) => {
        const world = worldWith(seed, all);
        const branch = world.servers.get('branch');
        if (branch) branch.refuses = (key) => refuses(key);
        await synced(world);
        const arrived = all.filter(({ key, on }) => on === 'branch' || !refuses(key)).map(({ key }) => key);
        expect(keysOn(world, 'branch')).toEqual(arrived.toSorted());
        expect(keysOn(world, 'hq')).toEqual(all.map(({ key }) => key).toSorted());
        const parked = await world.ports.control.parked(100);
        expect(parked.map(({ key }) => key).toSorted()).toEqual(
          all
            .filter(({ key, on }) => on === 'hq' && refuses(key))
            .map(({ key }) => key)
            .toSorted(),
        );
      }),
      { numRuns: 60 },
    );
  });

  test('R7: records without a key and keys that two records share are parked, everything else arrives', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1 }),
        records,
        fc.integer({ min: 0, max: 3 }),
        fc.integer({ min: 0, max: 3 }),
        async (seed, all, keyless, doubled) => {
          const world = worldWith(seed, all);
          const hq = world.servers.get('hq');
          for (let n = 0; n < keyless; n += 1) hq?.insert('', { a: 'nobody', b: '' });
          for (let n = 0; n < doubled; n += 1)
            for (const _ of [1, 2]) hq?.insert(`twice${n}`, { a: '', b: '' });
          await synced(world);
          expect(keysOn(world, 'branch')).toEqual(all.map(({ key }) => key).toSorted());
          const codes = (await world.ports.control.parked(100)).map(({ code }) => code).toSorted();
          expect(codes).toEqual([...Array(doubled).fill('doubled-key'), ...Array(keyless).fill('empty-key')]);
        },
      ),
      { numRuns: 60 },
    );
  });

  test.each(['create', 'update'] as const)(
    'R7: a record whose %s is never answered clearly is parked in the end, and the run comes to its end',
    async (kind) => {
      const all: Record[] = Array.from({ length: 9 }, (_, n) => ({ key: `k${n}`, on: 'hq' }));
      const world = worldWith(7, kind === 'create' ? all : []);
      const [hq, branch] = [world.servers.get('hq'), world.servers.get('branch')];
      if (kind === 'update') {
        for (const { key } of all) hq?.insert(key, { a: '', b: '' });
        await synced(world);
        for (const row of hq?.rows ?? []) hq?.edit(row, { a: `${row.key} on hq` });
      }
      if (branch) branch.breaksAt = new Set(['k4']);
      await synced(world);
      const behind = (): readonly string[] => {
        const held = new Set((branch?.rows ?? []).map((row) => row.values['a']));
        return all.map(({ key }) => key).filter((key) => !held.has(`${key} on hq`));
      };
      expect(behind()).toEqual(['k4']);
      const parked = await world.ports.control.parked(9);
      expect(parked.map(({ key, code }) => [key, code])).toEqual([['k4', 'no-answer']]);
      if (branch) branch.breaksAt = new Set();
      await synced(world);
      expect([behind(), await world.ports.control.countParked()]).toEqual([[], 0]);
    },
  );

  test('R7: a locked record holds up no other, and follows when it is free', async () => {
    const all: Record[] = Array.from({ length: 9 }, (_, n) => ({ key: `k${n}`, on: 'hq' }));
    const world = worldWith(7, all);
    const [hq, branch] = [world.servers.get('hq'), world.servers.get('branch')];
    await synced(world);
    for (const row of hq?.rows ?? []) hq?.edit(row, { b: 'new' });
    if (branch) branch.locked = new Set(['k3', 'k4']);
    await synced(world);
    const behind = () =>
      (branch?.rows ?? [])
        .filter((row) => row.values['b'] !== 'new')
        .map((row) => row.key)
        .toSorted();
    expect(behind()).toEqual(['k3', 'k4']);
    if (branch) branch.locked = new Set();
    await synced(world);
    expect(behind()).toEqual([]);
  });

  test('a refused record is tried again when it changes, and is not parked any more once it is taken', async () => {
    const world = worldWith(7, [{ key: 'k1', on: 'hq' }]);
    const [hq, branch] = [world.servers.get('hq'), world.servers.get('branch')];
    if (branch) branch.refuses = () => true;
    await synced(world);
    expect(await world.ports.control.countParked()).toBe(1);
    if (branch) branch.refuses = () => false;
    for (const row of hq?.rows ?? []) hq?.edit(row, { b: 'mended' });
    await synced(world);
    expect([keysOn(world, 'branch'), await world.ports.control.countParked()]).toEqual([['k1'], 0]);
  });

  test('a refused record arrives with the next run once the server takes it, without being changed', async () => {
    const world = worldWith(7, [{ key: 'k1', on: 'hq' }]);
    const branch = world.servers.get('branch');
    if (branch) branch.refuses = () => true;
    await synced(world);
    await synced(world);
    expect([keysOn(world, 'branch'), await world.ports.control.countParked()]).toEqual([[], 1]);
    if (branch) branch.refuses = () => false;
    await synced(world);
    expect([keysOn(world, 'branch'), await world.ports.control.countParked()]).toEqual([['k1'], 0]);
  });

  test('R7: however many are parked, all of them are tried again, also keys that look like row numbers', async () => {
    const all: Record[] = Array.from({ length: 60 }, (_, n) => ({ key: `#${n + 1}`, on: 'hq' }));
    const world = worldWith(7, all);
    const [hq, branch] = [world.servers.get('hq'), world.servers.get('branch')];
    if (branch) branch.refuses = () => true;
    await synced(world);
    for (const row of hq?.rows.slice(30) ?? []) hq?.edit(row, { b: 'touched' });
    await synced(world);
    expect([keysOn(world, 'branch'), await world.ports.control.countParked()]).toEqual([[], 60]);
    if (branch) branch.refuses = () => false;
    await synced(world);
    expect([keysOn(world, 'branch').length, await world.ports.control.countParked()]).toEqual([60, 0]);
  });

  test('a doubled key stays parked when one of the two records changes', async () => {
    const world = worldWith(7, [{ key: 'k1', on: 'hq' }]);
    const [hq, branch] = [world.servers.get('hq'), world.servers.get('branch')];
    await synced(world);
    hq?.insert('k1', { a: 'somebody else', b: '' });
    await synced(world);
    expect(await world.ports.control.countParked()).toBe(1);
    const [first] = hq?.rows ?? [];
    if (first) hq?.edit(first, { b: 'edited' });
    await synced(world);
    expect([await world.ports.control.countParked(), branch?.rows.length]).toEqual([1, 1]);
    if (hq) hq.rows = hq.rows.filter((row) => row.values['b'] === 'edited');
    await synced(world);
    expect([await world.ports.control.countParked(), branch?.rows[0]?.values['b']]).toEqual([0, 'edited']);
  });

  test('a doubled key of a server that only sends leaves nothing behind once it is mended', async () => {
    const world = calmWorld(7, [
      ['hq', 'send'],
      ['branch', 'both'],
    ]);
    const [hq, branch] = [world.servers.get('hq'), world.servers.get('branch')];
    for (const a of ['keep', 'drop']) hq?.insert('k1', { a, b: '' });
    await synced(world);
    if (hq) hq.rows = hq.rows.filter((row) => row.values['a'] === 'keep');
    await synced(world);
    expect(branch?.rows.map((row) => row.values['a'])).toEqual(['keep']);
    expect([await world.ports.control.countParked(), (await world.ports.control.backlog()).size]).toEqual([
      0, 0,
    ]);
  });

  test('R1, R3: a record that a find by its key does not show is parked on its server, and never made twice', async () => {
    const world = worldWith(7, [
      { key: 'odd', on: 'hq' },
      { key: 'k1', on: 'hq' },
      { key: 'both', on: 'hq' },
      { key: 'both', on: 'branch' },
    ]);
    const [hq, branch] = [world.servers.get('hq'), world.servers.get('branch')];
    if (hq) hq.unfindable = new Set(['odd']);
    if (branch) branch.unfindable = new Set(['both']);
    for (let run = 0; run < 2; run += 1) await synced(world);
    const codes = (await world.ports.control.parked(9)).map(
      ({ key, server, code }) => `${key} ${server} ${code}`,
    );
    expect(codes.toSorted()).toEqual(['both branch unfindable', 'odd hq unfindable']);
    expect(keysOn(world, 'branch')).toEqual(['both', 'k1']);
    if (hq) hq.unfindable = new Set();
    if (branch) branch.unfindable = new Set();
    for (let run = 0; run < 2; run += 1) await synced(world);
    expect([keysOn(world, 'branch'), await world.ports.control.countParked()]).toEqual([
      ['both', 'k1', 'odd'],
      0,
    ]);
  });

  test('a doubled key is synced with the next run once only one record has it', async () => {
    const world = worldWith(7, []);
    const [hq, branch] = [world.servers.get('hq'), world.servers.get('branch')];
    hq?.insert('k1', { a: 'keep', b: '' });
    hq?.insert('k1', { a: 'drop', b: '' });
    await synced(world);
    await synced(world);
    expect([branch?.rows.length, await world.ports.control.countParked()]).toEqual([0, 1]);
    if (hq) hq.rows = hq.rows.filter((row) => row.values['a'] === 'keep');
    await synced(world);
    expect([branch?.rows.map((row) => row.values['a']), await world.ports.control.countParked()]).toEqual([
      ['keep'],
      0,
    ]);
  });
});
