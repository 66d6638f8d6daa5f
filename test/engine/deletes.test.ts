/** Deletes and sweeps, one sequence of events each, over the real engine and memory. */
import { describe, expect, test } from 'vitest';
import { runOnce, sweepOnce } from '../../src/engine/run.ts';
import { alone, never, read, synced } from './model/alone.ts';
import { filled, keysOf, onServer, rowOf, settled, swept } from './model/sweeping.ts';
import { waiting } from './model/verifying.ts';

describe('a delete', () => {
  test('goes everywhere once two looks, a settle time apart, found the record gone', async () => {
    const world = await filled(5);
    const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
    hq.delete(rowOf(hq, 'k3'));
    await swept(world, 'hq');
    await synced(world);
    expect(keysOf(branch)).toContain('k3');
    expect(await settled(world, 'hq')).toBe('done');
    await synced(world);
    expect(keysOf(branch)).toEqual(['k0', 'k1', 'k2', 'k4']);
    expect(keysOf(hq)).toEqual(['k0', 'k1', 'k2', 'k4']);
    const head = (await world.ports.records.heads('contacts', ['k3'])).get('k3');
    expect([head?.deleted?.origin, head?.fields['a']?.value]).toEqual(['hq', 'a3']);
  });

  test('that a writer meets is believed as late', async () => {
    const world = await filled(3);
    const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
    branch.delete(rowOf(branch, 'k1'));
    hq.edit(rowOf(hq, 'k1'), { a: 'edited' });
    await synced(world);
    expect(keysOf(branch)).toEqual(['k0', 'k2']);
    await settled(world, 'branch');
    await synced(world);
    expect([rowOf(hq, 'k1').values['a'], rowOf(branch, 'k1').values['a']]).toEqual(['edited', 'edited']);
  });

  test.each([
    ['edit-wins', 'edited'],
    ['delete-wins', undefined],
  ] as const)(
    'R5: %s: meets an edit that it had not seen, and the loser is kept',
    async (policy, expected) => {
      const world = await filled(3, policy);
      const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
      branch.delete(rowOf(branch, 'k1'));
      await swept(world, 'branch');
      hq.edit(rowOf(hq, 'k1'), { a: 'edited' });
      await settled(world, 'branch');
      for (let n = 0; n < 3; n += 1) await synced(world);
      const held = [hq, branch].map(({ rows }) => rows.find(({ key }) => key === 'k1')?.values['a']);
      expect(held).toEqual([expected, expected]);
      const [lost] = await world.ports.control.conflicts(10);
      expect(policy === 'edit-wins' ? lost?.loser.deleted : lost?.loser.value).toBe(
        policy === 'edit-wins' ? true : 'edited',
      );
    },
  );

  test('ignored: stays where it was made, and the record lives on elsewhere', async () => {
    const world = await filled(3, 'ignore');
    const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
    branch.delete(rowOf(branch, 'k1'));
    await swept(world, 'branch');
    await settled(world, 'branch');
    hq.edit(rowOf(hq, 'k1'), { a: 'edited' });
    await synced(world);
    await synced(world);
    expect([keysOf(hq), keysOf(branch)]).toEqual([
      ['k0', 'k1', 'k2'],
      ['k0', 'k2'],
    ]);
    expect((await world.ports.control.backlog()).size).toBe(0);
  });

  test('R4: of our own, with its outcome unknown, is none where the record came back meanwhile', async () => {
    const world = await filled(3, 'delete-wins');
    const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
    hq.delete(rowOf(hq, 'k1'));
    await swept(world, 'hq');
    await settled(world, 'hq');
    // The delete takes effect on branch, and its sender dies before it hears of that.
    const dying = world.scheduler.start('dying', async (process) => {
      branch.onRemove = () => world.scheduler.kill(process);
      await runOnce(world.engineOf(process), never);
    });
    while (!dying.dead || world.scheduler.busy) await world.scheduler.step();
    branch.onRemove = undefined;
    expect(keysOf(branch)).toEqual(['k0', 'k2']);
    hq.insert('k1', { a: 'made again', b: '' });
    world.scheduler.now += 600_000;
    await read(world, 'hq');
    for (let n = 0; n < 3; n += 1) await synced(world);
    expect([hq, branch].map((one) => rowOf(one, 'k1').values['a'])).toEqual(['made again', 'made again']);
  });

  test('R4: a record that is made again after its delete was known comes back with what it holds now', async () => {
    const world = await filled(3);
    const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
    hq.delete(rowOf(hq, 'k1'));
    await swept(world, 'hq');
    await settled(world, 'hq');
    await synced(world);
    branch.insert('k1', { a: 'anew', b: '' });
    await synced(world);
    await synced(world);
    expect([hq, branch].map((one) => rowOf(one, 'k1').values)).toEqual([
      { a: 'anew', b: '' },
      { a: 'anew', b: '' },
    ]);
  });
});

describe('a sweep', () => {
  test('finds 10 rows that changed without a stamp and 5 deletes', async () => {
    const world = await filled(40);
    const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
    for (let n = 0; n < 10; n += 1) hq.importOver(rowOf(hq, `k${n}`), { a: `imported ${n}` });
    for (let n = 10; n < 15; n += 1) hq.delete(rowOf(hq, `k${n}`));
    await synced(world);
    expect(rowOf(branch, 'k0').values['a']).toBe('a0');
    await swept(world, 'hq');
    const { last } = (await world.ports.control.sweep('contacts', 'hq')) ?? {};
    expect(last?.counts).toMatchObject({ rows: 35, changed: 10, unstamped: 10, absent: 5 });
    await settled(world, 'hq');
    await synced(world);
    expect(branch.rows.filter(({ values }) => values['a']?.startsWith('imported'))).toHaveLength(10);
    expect(branch.rows).toHaveLength(35);
  });

  test('on the command line stays until the last of what seems to be gone is due, and carries all of it', async () => {
    const world = await filled(20);
    const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
    for (let n = 0; n < 8; n += 1) hq.delete(rowOf(hq, `k${n}`));
    await alone(world, (engine) => sweepOnce(waiting(engine, world), {}, never));
    expect([branch.rows.length, await world.ports.control.suspects('contacts', 'hq', 9)]).toEqual([12, []]);
  });

  test('R2: puts into a batch what is behind and in none', async () => {
    const world = await filled(3);
    const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
    hq.edit(rowOf(hq, 'k1'), { a: 'edited' });
    await read(world, 'hq');
    const { control } = world.ports;
    // Its batch is lost.
    for (const { id, rev } of await control.openBatches('branch', 10)) await control.close(id, rev);
    await synced(world);
    expect(rowOf(branch, 'k1').values['a']).toBe('a1');
    await swept(world, 'branch');
    const { last } = (await control.sweep('contacts', 'branch')) ?? {};
    expect(last?.counts.putBack).toBe(1);
    await synced(world);
    expect(rowOf(branch, 'k1').values['a']).toBe('edited');
  });

  test('R8: 50 of 130 rows that are gone halt the table there, and nothing is deleted elsewhere', async () => {
    const world = await filled(130);
    const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
    for (let n = 0; n < 50; n += 1) hq.delete(rowOf(hq, `k${n}`));
    await swept(world, 'hq');
    expect(await settled(world, 'hq')).toBe('halted');
    await synced(world);
    expect(branch.rows).toHaveLength(130);
    const halt = await world.ports.control.halt('contacts', 'hq');
    expect(halt).toMatchObject({ kind: 'mass-delete', figures: { gone: 50, rows: 130, limit: 20 } });
  });
});
