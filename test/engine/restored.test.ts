/** A file that is put back to an earlier state, over the real engine and memory. */
import { describe, expect, test } from 'vitest';
import type { HaltAnswer } from '../../src/core/halt.ts';
import { synced } from './model/alone.ts';
import type { ModelServer } from './model/model-server.ts';
import { filled, keysOf, onServer, rowOf, settled, swept } from './model/sweeping.ts';
import type { World } from './model/world.ts';

const valuesOf = ({ rows }: ModelServer): Readonly<Record<string, string | undefined>> =>
  Object.fromEntries(rows.map(({ key, values }) => [key, values['a']]));

/**
 * 40 records, of which hq changes the first 10, deletes the next 5 and makes 5 more after its backup. Then the backup is put
 * back, and people go on: one edits what the backup rewound, one makes a record.
 */
async function restored(): Promise<World> {
  const world = await filled(40);
  const hq = onServer(world, 'hq');
  const backup = hq.rows;
  for (let n = 0; n < 10; n += 1) hq.edit(rowOf(hq, `k${n}`), { a: `later ${n}` });
  for (let n = 10; n < 15; n += 1) hq.delete(rowOf(hq, `k${n}`));
  for (let n = 0; n < 5; n += 1) hq.insert(`new${n}`, { a: `new ${n}`, b: '' });
  await swept(world, 'hq');
  await settled(world, 'hq');
  await synced(world);
  world.scheduler.now += 600_000;
  hq.rows = backup;
  hq.insert('after', { a: 'made after', b: '' });
  return world;
}

async function answered(world: World, what: HaltAnswer['what']): Promise<void> {
  const { control } = world.ports;
  const halt = await control.halt('contacts', 'hq');
  if (halt === undefined) throw new Error('nothing is halted');
  await control.putHalt({ ...halt, rev: halt.rev + 1, answer: { what, at: world.scheduler.now } });
  expect(await settled(world, 'hq')).toBe('done');
  for (let n = 0; n < 3; n += 1) await synced(world);
}

describe('R8: a restored backup', () => {
  test('halts the table before anything of it is written elsewhere', async () => {
    const world = await restored();
    const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
    const before = valuesOf(branch);
    const writes = hq.writes;
    await swept(world, 'hq');
    await synced(world);
    expect(await world.ports.control.halt('contacts', 'hq')).toMatchObject({ kind: 'restored' });
    expect(await settled(world, 'hq')).toBe('halted');
    await synced(world);
    const { after, ...held } = valuesOf(branch);
    expect(held).toEqual(before);
    expect([undefined, 'made after']).toContain(after);
    expect(hq.writes).toBe(writes);
  });

  test('is halted by a writer that meets it, too', async () => {
    const world = await restored();
    const branch = onServer(world, 'branch');
    branch.edit(rowOf(branch, 'k1'), { a: 'by branch' });
    await synced(world);
    expect(await world.ports.control.halt('contacts', 'hq')).toMatchObject({ kind: 'restored' });
  });

  test('put-back fills the server anew from the others, deletes included, and keeps what people did there since', async () => {
    const world = await restored();
    const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
    hq.edit(rowOf(hq, 'k3'), { b: 'since' });
    await swept(world, 'hq');
    await answered(world, 'put-back');
    expect(valuesOf(hq)).toEqual(valuesOf(branch));
    expect(valuesOf(hq)).toMatchObject({ k0: 'later 0', new4: 'new 4', after: 'made after' });
    expect(keysOf(hq)).not.toContain('k12');
    const kept = await world.ports.control.conflicts(50);
    expect(kept.map(({ loser }) => loser.value)).toContain('since');
    expect(await world.ports.control.halts()).toEqual([]);
  });

  test('approve takes what the server holds for all, and keeps every later value; what it lacks goes as any delete', async () => {
    const world = await restored();
    const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
    await swept(world, 'hq');
    await answered(world, 'approve');
    expect(keysOf(branch)).toContain('new0');
    await settled(world, 'hq');
    await synced(world);
    expect(valuesOf(branch)).toEqual(valuesOf(hq));
    expect(valuesOf(hq)).toMatchObject({ k0: 'a0', k12: 'a12', after: 'made after' });
    expect(keysOf(hq)).not.toContain('new0');
    const kept = await world.ports.control.conflicts(50);
    expect(kept.map(({ loser }) => loser.value)).toContain('later 7');
  });

  test('approved, with a listing that shows nothing, deletes nothing before a person is asked again', async () => {
    const world = await restored();
    const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
    await swept(world, 'hq');
    hq.rows = [];
    await answered(world, 'approve');
    expect(branch.rows.length).toBeGreaterThan(39);
    expect(await settled(world, 'hq')).toBe('halted');
    expect(await world.ports.control.halt('contacts', 'hq')).toMatchObject({ kind: 'mass-delete' });
  });

  test('after it, edits on the server count again', async () => {
    const world = await restored();
    const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
    await swept(world, 'hq');
    await answered(world, 'put-back');
    hq.edit(rowOf(hq, 'k1'), { a: 'edited again' });
    await synced(world);
    expect(valuesOf(branch)['k1']).toBe('edited again');
  });
});
