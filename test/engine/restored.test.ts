/** A file that is put back to an earlier state, over the real engine and memory. */
import { describe, expect, test } from 'vitest';
import type { HaltAnswer } from '../../src/core/halt.ts';
import type { ConflictPolicy } from '../../src/core/link.ts';
import { synced } from './model/alone.ts';
import { answer } from './model/halting.ts';
import type { ModelServer } from './model/model-server.ts';
import { stops } from './model/invocations.ts';
import { filled, keysOf, onServer, rowOf, settled, swept } from './model/sweeping.ts';
import { modelSettings, type World } from './model/world.ts';

const valuesOf = ({ rows }: ModelServer): Readonly<Record<string, string | undefined>> =>
  Object.fromEntries(rows.map(({ key, values }) => [key, values['a']]));

/**
 * 40 records, of which hq changes the first 10, deletes the next 5 and makes 5 more after its backup. Then the backup is put
 * back, and people go on: one edits what the backup rewound, one makes a record.
 */
async function restored(conflicts: ConflictPolicy = { kind: 'newest' }): Promise<World> {
  const world = await filled(40);
  world.plan = { ...world.plan, conflicts };
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
  await answer(world, what);
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

  test('put-back keeps what the server holds of a record that it was not known to hold, and writes over it', async () => {
    const world = await restored();
    const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
    hq.insert('both', { a: 'made on hq', b: '' });
    await swept(world, 'hq');
    branch.insert('both', { a: 'made on branch', b: '' });
    await synced(world);
    await answered(world, 'put-back');
    expect([valuesOf(hq)['both'], valuesOf(branch)['both']]).toEqual(['made on branch', 'made on branch']);
    const kept = await world.ports.control.conflicts(50);
    expect(kept.map(({ loser }) => loser.value)).toContain('made on hq');
  });

  test('approve ends what waited for a choice in a field that it replaces', async () => {
    const world = await restored({ kind: 'hold' });
    const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
    await swept(world, 'hq');
    const halt = await world.ports.control.halt('contacts', 'hq');
    if (halt === undefined) throw new Error('nothing is halted');
    await world.ports.control.endHalt(halt);
    hq.rows = hq.rows.map((row) => (row.key === 'k20' ? { ...row, modId: row.modId + 5 } : row));
    hq.edit(rowOf(hq, 'k20'), { a: 'by hq' });
    branch.edit(rowOf(branch, 'k20'), { a: 'by branch' });
    for (let n = 0; n < 2; n += 1) await synced(world);
    expect(await world.ports.control.countOpenConflicts()).toBe(1);
    await swept(world, 'hq');
    await answered(world, 'approve');
    expect([valuesOf(hq)['k20'], valuesOf(branch)['k20']]).toEqual(['by hq', 'by hq']);
    expect(await world.ports.control.countOpenConflicts()).toBe(0);
  });

  test.each(['put-back', 'approve'] as const)(
    '%s comes to its end though each process that carries it out has time for one page only, and lists no page twice',
    async (what) => {
      const [world, alike] = [await restored(), await restored()];
      for (const one of [world, alike]) await swept(one, 'hq');
      await answered(alike, what);
      const hq = onServer(world, 'hq');
      const listings: number[] = [];
      hq.fails = (request) => {
        if (request === 'list') listings.push(hq.rows.length);
        return false;
      };
      await answer(world, what);
      let ended = await settled(world, 'hq', stops);
      for (let turn = 0; turn < 100 && ended === 'unfinished'; turn += 1)
        ended = await settled(world, 'hq', stops);
      expect(ended).toBe('done');
      expect(listings.length).toBeLessThanOrEqual(Math.ceil(hq.rows.length / (modelSettings.pageSize - 1)));
      for (const one of [world, alike]) {
        hq.fails = () => false;
        await settled(one, 'hq');
        for (let n = 0; n < 3; n += 1) await synced(one);
      }
      for (const name of ['hq', 'branch'])
        expect(valuesOf(onServer(world, name))).toEqual(valuesOf(onServer(alike, name)));
    },
  );
});
