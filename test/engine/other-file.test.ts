/** A file that shows itself to be another one by its record ids alone, over the real engine and memory. */
import { describe, expect, test } from 'vitest';
import { read, synced, write } from './model/alone.ts';
import { answer, haltOn, quiet } from './model/halting.ts';
import type { ModelServer } from './model/model-server.ts';
import { filled, insert, keysOf, numbered, onServer, rowOf, settled, swept } from './model/sweeping.ts';
import type { World } from './model/world.ts';

/** 30 records, a backup, so many made after it and synced; then the backup is put back. No row is older than it was. */
async function putBack(madeSince: number): Promise<World> {
  const world = await filled(30);
  const hq = onServer(world, 'hq');
  const backup = hq.backup();
  insert(hq, numbered('lost', madeSince));
  await synced(world);
  await quiet(world);
  hq.restore(backup);
  return world;
}

describe('R8: a file that was put back, in which no row is older', () => {
  test.each([1, 2, 3, 8])(
    'halts when a record is read that has the id of one of the %i that are missing, and nothing of it goes out',
    async (madeSince) => {
      const world = await putBack(madeSince);
      const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
      insert(hq, ['new']);
      hq.edit(rowOf(hq, 'k3'), { a: 'edited since' });
      const before = keysOf(branch);
      await synced(world);
      expect(await haltOn(world)).toMatchObject({ kind: 'restored', figures: { lost: expect.any(Number) } });
      expect([keysOf(branch), rowOf(branch, 'k3').values['a']]).toEqual([before, 'a3']);
    },
  );

  test('halts when a sweep meets such a record before any reading does', async () => {
    const world = await putBack(3);
    const branch = onServer(world, 'branch');
    insert(onServer(world, 'hq'), ['new']);
    await swept(world, 'hq');
    await write(world, 'branch');
    expect(await haltOn(world)).toMatchObject({ kind: 'restored' });
    expect(keysOf(branch)).not.toContain('new');
  });

  test('halts when a sweep finds another record in the row of one that is missing, though that was read before', async () => {
    const world = await putBack(1);
    const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
    insert(hq, ['new']);
    const { control } = world.ports;
    const mark = await control.watermark('contacts', 'hq');
    if (mark === undefined) throw new Error('nothing was read');
    const { newest: _, ...forgetful } = mark;
    await control.putWatermark({ ...forgetful, generation: mark.generation + 1 });
    await read(world, 'hq');
    expect(await haltOn(world)).toBe(undefined);
    await swept(world, 'hq');
    expect(await haltOn(world)).toMatchObject({ kind: 'restored' });
    expect(keysOf(branch)).toContain('lost0');
  });

  test('halts when a second look finds another record in the row of one that was gone', async () => {
    const world = await filled(30);
    const hq = onServer(world, 'hq');
    const backup = hq.backup();
    insert(hq, ['lost']);
    await synced(world);
    await quiet(world);
    hq.restore(backup);
    await swept(world, 'hq');
    expect(await haltOn(world)).toBe(undefined);
    insert(hq, ['new']);
    expect(await settled(world, 'hq')).toBe('halted');
    expect(await haltOn(world)).toMatchObject({ kind: 'restored' });
    expect(keysOf(onServer(world, 'branch'))).toContain('lost');
  });

  test('halts when a writer finds another record in the row that it was to change', async () => {
    const world = await filled(30);
    const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
    const backup = hq.backup();
    insert(hq, ['lost']);
    await synced(world);
    await quiet(world);
    hq.restore(backup);
    insert(hq, ['new']);
    branch.edit(rowOf(branch, 'lost'), { a: 'edited' });
    await read(world, 'branch');
    const writes = hq.writes;
    await write(world, 'hq');
    expect(await haltOn(world)).toMatchObject({ kind: 'restored' });
    expect(hq.writes).toBe(writes);
  });

  test.each([
    { gone: 21, kind: 'mass-delete', left: 51 },
    { gone: 20, kind: undefined, left: 30 },
  ])('with $gone missing and none made since, they count as deleted: $kind', async ({ gone, kind, left }) => {
    const world = await putBack(gone);
    await swept(world, 'hq');
    await settled(world, 'hq');
    expect((await haltOn(world))?.kind).toBe(kind);
    await synced(world);
    expect(keysOf(onServer(world, 'branch')).length).toBe(left);
  });

  test.each([3, 12])(
    'approved, what is missing goes as any delete: of %i rows, with two made since in their place',
    async (missing) => {
      const reused = ['new0', 'new1'];
      const world = await putBack(missing);
      const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
      insert(hq, reused);
      await synced(world);
      await swept(world, 'hq');
      await answer(world, 'approve');
      expect(await settled(world, 'hq')).toBe('done');
      branch.edit(rowOf(branch, 'lost0'), { a: 'edited' });
      await synced(world);
      await swept(world, 'hq');
      expect(await haltOn(world)).toBe(undefined);
      for (let n = 0; n < 3; n += 1) await settled(world, 'hq');
      for (let n = 0; n < 3; n += 1) await quiet(world);
      expect(await haltOn(world)).toBe(undefined);
      expect(keysOf(branch)).toEqual(keysOf(hq));
      expect(keysOf(hq)).toEqual(expect.arrayContaining([...reused, 'lost0']));
      expect(keysOf(hq)).not.toContain('lost1');
    },
  );

  test('dismissed since the former file is in place again, nothing is deleted, and what waited is delivered', async () => {
    const world = await filled(30);
    const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
    const backup = hq.backup();
    insert(hq, numbered('lost', 12));
    await synced(world);
    await quiet(world);
    const former = hq.backup();
    branch.edit(rowOf(branch, 'lost3'), { a: 'meanwhile' });
    await read(world, 'branch');
    hq.restore(backup);
    insert(hq, ['new']);
    await write(world, 'hq');
    await swept(world, 'hq');
    hq.restore(former);
    await answer(world, 'dismiss');
    await settled(world, 'hq');
    await settled(world, 'hq');
    await quiet(world);
    expect([await haltOn(world), keysOf(branch).length]).toEqual([undefined, 42]);
    expect(rowOf(hq, 'lost3').values['a']).toBe('meanwhile');
  });
});

const values = ({ rows }: ModelServer) =>
  Object.fromEntries(rows.map(({ key, values: of }) => [key, of['a']]));

describe('R8: another file with the same records', () => {
  test.each([40, 3, 2, 1])(
    'of %i records is met by a sweep, and halts before anything is written',
    async (count) => {
      const world = await filled(count);
      const hq = onServer(world, 'hq');
      if (count === 1) insert(hq, ['gone soon']);
      await synced(world);
      hq.renumber();
      await swept(world, 'hq');
      expect(await haltOn(world)).toMatchObject({ kind: 'clone' });
    },
  );

  test('is met by a reading and by a writer', async () => {
    for (const by of ['reading', 'writer']) {
      const world = await filled(40);
      const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
      branch.edit(rowOf(branch, 'k3'), { a: 'meanwhile' });
      await read(world, 'branch');
      hq.renumber();
      if (by === 'reading') hq.edit(rowOf(hq, 'k7'), { a: 'on the clone' });
      const before = values(hq);
      if (by === 'reading') await read(world, 'hq');
      else await write(world, 'hq');
      expect(await haltOn(world)).toMatchObject({ kind: 'clone', figures: { found: 20, moved: 20 } });
      await synced(world);
      expect(values(hq)).toEqual(before);
      expect(values(branch)['k7']).toBe('a7');
    }
  });

  test('is told from a backup, though rows are older there too', async () => {
    const world = await filled(40);
    const hq = onServer(world, 'hq');
    for (let n = 0; n < 40; n += 1) hq.edit(rowOf(hq, `k${n}`), { b: 'twice' });
    await quiet(world);
    // Every fourth stays in its row.
    hq.renumber((rows) => rows.map((row, at) => (at % 4 === 0 ? row : (rows[39 - at + (at % 2)] ?? row))));
    await swept(world, 'hq');
    expect((await haltOn(world))?.kind).toBe('clone');
  });

  // What it ends with, what hq has of the record that was edited elsewhere meanwhile, and what is kept of both.
  test.each([
    ['put-back', 'meanwhile', ['on the clone']],
    ['approve', 'meanwhile', ['a7']],
    ['dismiss', 'meanwhile', []],
  ] as const)('%s ends it', async (what, onHq, lost) => {
    const world = await filled(40);
    const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
    const former = hq.backup();
    hq.renumber();
    world.scheduler.now += 600_000;
    hq.edit(rowOf(hq, 'k7'), { a: 'on the clone' });
    branch.edit(rowOf(branch, 'k3'), { a: 'meanwhile' });
    await synced(world);
    if (what === 'dismiss') hq.restore(former);
    await answer(world, what);
    await settled(world, 'hq');
    for (let n = 0; n < 3; n += 1) await quiet(world);
    await swept(world, 'hq');
    expect([await haltOn(world), keysOf(hq).length]).toEqual([undefined, 40]);
    expect(values(hq)).toEqual(values(branch));
    const kept = (await world.ports.control.conflicts(50)).map(({ loser }) => loser.value);
    expect([values(hq)['k3'], kept.toSorted()]).toEqual([onHq, lost]);
  });
});
