/** What a comparison found is mended by the ways that the sync has, over the real engine and memory. */
import { describe, expect, test } from 'vitest';
import { alone, never, synced } from './model/alone.ts';
import { repair } from '../../src/engine/verify/repair.ts';
import type { ModelServer } from './model/model-server.ts';
import { filled, keysOf, onServer, rowOf, settled, swept } from './model/sweeping.ts';
import {
  filledAs,
  insertUnstamped,
  leaveBehind,
  loseBatches,
  on,
  repaired,
  spoil,
  told,
  verified,
  waiting,
} from './model/verifying.ts';
import type { World } from './model/world.ts';

const hqOf = (world: World): ModelServer => onServer(world, 'hq');
const branchOf = (world: World): ModelServer => onServer(world, 'branch');
const valuesOf = ({ rows }: ModelServer) => rows.map(({ key, values }) => ({ key, ...values }));
const byKey = (a: { readonly key: string }, b: { readonly key: string }): number => (a.key < b.key ? -1 : 1);

function expectSame(world: World): void {
  const [hq, branch] = [hqOf(world), branchOf(world)].map((one) => valuesOf(one).toSorted(byKey));
  expect(hq).toEqual(branch);
}

describe('a repair', () => {
  test('carries 10 rows imported without a stamp and 5 deletes, and writes nothing else', async () => {
    const world = await filled(40);
    const [hq, branch] = [hqOf(world), branchOf(world)];
    for (let n = 0; n < 10; n += 1) hq.importOver(rowOf(hq, `k${n}`), { a: `imported ${n}` });
    for (let n = 10; n < 15; n += 1) hq.delete(rowOf(hq, `k${n}`));
    const before = [hq.writes, branch.writes];
    const { left } = await repaired(world);
    expect(told(left)).toEqual([]);
    expect([hq.writes, branch.writes]).toEqual([before[0], (before[1] ?? 0) + 15]);
    expect([branch.rows.length, rowOf(branch, 'k3').values['a']]).toEqual([35, 'imported 3']);
    expectSame(world);
  });

  test('carries a new row without a stamp, and brings what is behind and in no batch', async () => {
    const world = await filled(6);
    const [hq, branch] = [hqOf(world), branchOf(world)];
    await leaveBehind(world);
    insertUnstamped(branch, 'imported', { a: 'x', b: '' });
    const { before, left } = await repaired(world);
    expect(on(before, 'branch').counts).toEqual({ missing: 1, extra: 2, different: 1 });
    expect(told(left)).toEqual([]);
    expect(keysOf(hq)).toEqual(['imported', 'k0', 'k1', 'k3', 'k4', 'k5', 'new']);
    expectSame(world);
  });

  test('takes what changed behind the sync for an edit made there', async () => {
    const world = await filled(4);
    const [hq, branch] = [hqOf(world), branchOf(world)];
    spoil(hq, 'k1', { a: 'on hq' });
    spoil(branch, 'k2', { b: 'on branch' });
    const { left } = await repaired(world);
    expect(told(left)).toEqual([]);
    expect([rowOf(branch, 'k1').values['a'], rowOf(hq, 'k2').values['b']]).toEqual(['on hq', 'on branch']);
    await synced(world);
    expectSame(world);
  });

  test('takes what is not as it was written, and not read since, for what the server made of it', async () => {
    const world = await filledAs([
      ['hq', 'both'],
      ['kiosk', 'receive'],
    ]);
    const [hq, kiosk] = [hqOf(world), onServer(world, 'kiosk')];
    spoil(kiosk, 'k1', { a: 'K1' });
    const writes = [hq.writes, kiosk.writes];
    expect(told((await repaired(world)).left)).toEqual([]);
    expect([[hq.writes, kiosk.writes], rowOf(kiosk, 'k1').values['a']]).toEqual([writes, 'K1']);
  });

  test('overwrites what people changed on a server that only receives, keeps it, and leaves what they made', async () => {
    const world = await filledAs([
      ['hq', 'both'],
      ['kiosk', 'receive'],
    ]);
    const kiosk = onServer(world, 'kiosk');
    kiosk.edit(rowOf(kiosk, 'k1'), { b: 'by kiosk' });
    kiosk.insert('of kiosk', { a: 'x', b: '' });
    kiosk.delete(rowOf(kiosk, 'k2'));
    const { left } = await repaired(world);
    expect(told(left)).toEqual(['kiosk: extra of kiosk (only-receives)']);
    expect(keysOf(kiosk)).toEqual(['k0', 'k1', 'k2', 'of kiosk']);
    expect((await world.ports.control.conflicts(9)).map(({ loser }) => loser.value)).toEqual(['by kiosk']);
  });

  test('makes again what is known to be gone there, and is in no batch', async () => {
    const world = await filledAs([
      ['hq', 'both'],
      ['kiosk', 'receive'],
    ]);
    const kiosk = onServer(world, 'kiosk');
    kiosk.delete(rowOf(kiosk, 'k2'));
    await swept(world, 'kiosk');
    await settled(world, 'kiosk');
    await loseBatches(world, 'kiosk');
    const { before, left } = await repaired(world);
    expect([told(before), told(left)]).toEqual([['kiosk: missing k2 (behind)'], []]);
    expect(keysOf(kiosk)).toEqual(['k0', 'k1', 'k2']);
  });

  test('tries again what a server refused', async () => {
    const world = await filled(3);
    const [hq, branch] = [hqOf(world), branchOf(world)];
    branch.refuses = (key) => key === 'k1';
    hq.edit(rowOf(hq, 'k1'), { a: 'refused' });
    await synced(world);
    expect(told((await repaired(world)).left)).toEqual(['branch: different k1 a (parked 509)']);
    branch.refuses = () => false;
    expect(told((await repaired(world)).left)).toEqual([]);
    expect(await world.ports.control.countParked()).toBe(0);
  });

  test('parks what cannot be told apart, and leaves it', async () => {
    const world = await filled(3);
    const hq = hqOf(world);
    insertUnstamped(hq, 'k1', { a: 'another', b: '' });
    insertUnstamped(hq, '', { a: 'x', b: '' });
    const { before, left } = await repaired(world);
    expect(told(left)).toEqual(told(before));
    expect(told(left)).toEqual([
      'hq: extra (record id 5) (parked empty-key)',
      'hq: extra k1 (parked doubled-key)',
    ]);
  });

  test('R8: of more deletes than the limit halts the table, and deletes nothing elsewhere', async () => {
    const world = await filled(130);
    const [hq, branch] = [hqOf(world), branchOf(world)];
    for (let n = 0; n < 50; n += 1) hq.delete(rowOf(hq, `k${n}`));
    const { before, left } = await repaired(world);
    expect(on(before, 'hq').counts.missing).toBe(50);
    expect(told(left)).toEqual(['hq: not compared, halted']);
    expect(branch.rows).toHaveLength(130);
    expect(await world.ports.control.halt('contacts', 'hq')).toMatchObject({
      figures: { gone: 50, rows: 130, limit: 20 },
    });
  });

  test('R8: of fewer deletes than the limit, by the rows that were compared, goes through', async () => {
    const world = await filled(130);
    const [hq, branch] = [hqOf(world), branchOf(world)];
    world.plan = { ...world.plan, deleteLimit: { records: 1, percent: 40 } };
    for (let n = 0; n < 50; n += 1) hq.delete(rowOf(hq, `k${n}`));
    expect(told((await repaired(world)).left)).toEqual([]);
    expect(branch.rows).toHaveLength(80);
  });

  test('R8: deletes nothing of which the second look shows that it is there', async () => {
    const world = await filled(5);
    const [hq, branch] = [hqOf(world), branchOf(world)];
    const gone = rowOf(hq, 'k1');
    hq.delete(gone);
    const found = await verified(world);
    const comeBack = (): void => {
      hq.rows = [...hq.rows, gone];
    };
    await alone(world, (engine) => repair(waiting(engine, world, comeBack), found, never));
    expect(keysOf(branch)).toEqual(['k0', 'k1', 'k2', 'k3', 'k4']);
    expect(told(await verified(world))).toEqual([]);
  });

  test('R2: mends all, however few keys of them were kept', async () => {
    const world = await filled(30);
    const [hq, branch] = [hqOf(world), branchOf(world)];
    for (let n = 0; n < 12; n += 1) hq.importOver(rowOf(hq, `k${n}`), { a: `imported ${n}` });
    for (let n = 12; n < 20; n += 1) branch.delete(rowOf(branch, `k${n}`));
    expect(told((await repaired(world, { mostKept: 2 })).left)).toEqual([]);
    expect([hq.rows.length, branch.rows.length]).toEqual([22, 22]);
    expectSame(world);
  });
});
