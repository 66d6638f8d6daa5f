/** Deletes where something goes wrong at the worst moment, each as it was found, over the real engine and memory. */
import { expect, test } from 'vitest';
import type { HaltAnswer } from '../../src/core/halt.ts';
import { synced } from './model/alone.ts';
import type { ModelServer } from './model/model-server.ts';
import { filled, keysOf, onServer, rowOf, settled, swept } from './model/sweeping.ts';
import type { World } from './model/world.ts';

const valueOn = (world: World, server: string, key: string): string | undefined =>
  onServer(world, server).rows.find((row) => row.key === key)?.values['a'];

async function rounds(world: World, count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    world.scheduler.now += 600_000;
    await synced(world);
    for (const server of ['hq', 'branch']) {
      await swept(world, server);
      await settled(world, server);
    }
  }
  await synced(world);
}

async function answered(world: World, server: string, what: HaltAnswer['what']): Promise<void> {
  const halt = await world.ports.control.halt('contacts', server);
  if (halt === undefined) throw new Error('nothing is halted');
  await world.ports.control.putHalt({
    ...halt,
    rev: halt.rev + 1,
    answer: { what, at: world.scheduler.now },
  });
  await settled(world, server);
}

/** The server holds nothing for a while, and is found so; then all is there again. */
async function emptyForAWhile(world: World, server: ModelServer): Promise<void> {
  const before = server.rows;
  server.rows = [];
  await synced(world);
  await swept(world, server.name);
  expect(await settled(world, server.name)).toBe('halted');
  server.rows = before;
}

test('R2: a death between tombstone and replica keeps no record away that comes back later', async () => {
  const world = await filled(3);
  const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
  hq.delete(rowOf(hq, 'k1'));
  await swept(world, 'hq');
  const { records } = world.ports;
  const putReplicas = records.putReplicas.bind(records);
  Object.assign(records, { putReplicas: () => Promise.reject(new Error('the process dies')) });
  await expect(settled(world, 'hq')).rejects.toThrow('the process dies');
  Object.assign(records, { putReplicas });
  branch.edit(rowOf(branch, 'k1'), { a: 'edited' });
  await rounds(world, 4);
  expect([valueOn(world, 'hq', 'k1'), valueOn(world, 'branch', 'k1')]).toEqual(['edited', 'edited']);
});

test('R3: an edit between the look-up and the delete keeps the record', async () => {
  const world = await filled(3);
  const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
  hq.delete(rowOf(hq, 'k1'));
  await swept(world, 'hq');
  await settled(world, 'hq');
  const { control } = world.ports;
  const append = control.appendSending.bind(control);
  const editFirst: typeof append = (...given) => {
    if (valueOn(world, 'branch', 'k1') === 'a1') branch.edit(rowOf(branch, 'k1'), { a: 'precious' });
    return append(...given);
  };
  Object.assign(control, { appendSending: editFirst });
  await rounds(world, 2);
  expect([valueOn(world, 'hq', 'k1'), valueOn(world, 'branch', 'k1')]).toEqual(['precious', 'precious']);
});

test('R8: a key that is emptied is no delete: the record is parked', async () => {
  const world = await filled(3);
  const hq = onServer(world, 'hq');
  hq.rows = hq.rows.map((row) => (row.key === 'k1' ? { ...row, key: '', modId: row.modId + 1 } : row));
  await rounds(world, 2);
  expect(keysOf(onServer(world, 'branch'))).toContain('k1');
  expect((await world.ports.control.parked(9)).map(({ code }) => code)).toContain('empty-key');
});

test('R5: with a conflict that is held, a delete by one who never saw the other value loses', async () => {
  const world = await filled(3);
  world.plan = { ...world.plan, conflicts: { kind: 'hold' } };
  const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
  hq.edit(rowOf(hq, 'k1'), { a: 'of hq' });
  branch.edit(rowOf(branch, 'k1'), { a: 'of branch' });
  await synced(world);
  world.scheduler.now += 600_000;
  hq.delete(rowOf(hq, 'k1'));
  await rounds(world, 2);
  expect([keysOf(hq), keysOf(branch)]).toEqual([
    ['k0', 'k1', 'k2'],
    ['k0', 'k1', 'k2'],
  ]);
});

test('what was deleted while deletes were ignored comes back when they are not any more', async () => {
  const world = await filled(3, 'ignore');
  const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
  for (const key of ['k1', 'k2']) branch.delete(rowOf(branch, key));
  await swept(world, 'branch');
  await settled(world, 'branch');
  hq.edit(rowOf(hq, 'k2'), { a: 'edited' });
  await synced(world);
  world.plan = { ...world.plan, deletes: 'edit-wins' };
  await rounds(world, 2);
  expect([keysOf(branch), valueOn(world, 'branch', 'k2')]).toEqual([['k0', 'k1', 'k2'], 'edited']);
});

test('R2: dismissed, what a writer had let go of is delivered', async () => {
  const world = await filled(60);
  const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
  hq.edit(rowOf(hq, 'k1'), { a: 'edited' });
  await emptyForAWhile(world, branch);
  await answered(world, 'branch', 'dismiss');
  world.scheduler.now += 600_000;
  await synced(world);
  expect(valueOn(world, 'branch', 'k1')).toBe('edited');
});

test('R2: a record that is there again goes into a batch before nothing tells of it any more', async () => {
  const world = await filled(3);
  const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
  const before = branch.rows;
  branch.delete(rowOf(branch, 'k1'));
  hq.edit(rowOf(hq, 'k1'), { a: 'edited' });
  await synced(world);
  branch.rows = before;
  const { control } = world.ports;
  const putBatches = control.putBatches.bind(control);
  Object.assign(control, { putBatches: () => Promise.reject(new Error('the process dies')) });
  await expect(settled(world, 'branch')).rejects.toThrow('the process dies');
  Object.assign(control, { putBatches });
  world.scheduler.now += 600_000;
  await synced(world);
  await settled(world, 'branch');
  await synced(world);
  expect(valueOn(world, 'branch', 'k1')).toBe('edited');
});

test('R8: an approval is for what was shown, not for what was found gone since', async () => {
  const world = await filled(60);
  const hq = onServer(world, 'hq');
  for (let n = 0; n < 30; n += 1) hq.delete(rowOf(hq, `k${n}`));
  await swept(world, 'hq');
  expect(await settled(world, 'hq')).toBe('halted');
  const replica = (await world.ports.records.replicas('contacts', 'hq', ['k40'])).get('k40');
  hq.delete(rowOf(hq, 'k40'));
  const { recordId = '', rev = 0 } = replica ?? {};
  const place = { table: 'contacts', server: 'hq' };
  const later = { ...place, key: 'k40', recordId, rev, at: world.scheduler.now, source: 'delivery' as const };
  await world.ports.control.putSuspects([later]);
  await answered(world, 'hq', 'approve');
  const heads = await world.ports.records.heads('contacts', ['k29', 'k40']);
  const isEnded = (key: string): boolean => heads.get(key)?.deleted !== undefined;
  expect([isEnded('k29'), isEnded('k40')]).toEqual([true, false]);
});

test('a record that is found gone only now keeps none waiting that was found so before', async () => {
  const world = await filled(3);
  const hq = onServer(world, 'hq');
  hq.delete(rowOf(hq, 'k1'));
  await swept(world, 'hq');
  const [first] = await world.ports.control.suspects('contacts', 'hq', 1);
  if (first === undefined) throw new Error('nothing is suspected');
  await world.ports.control.putSuspects([{ ...first, key: 'k0', at: world.scheduler.now + 3_600_000 }]);
  expect(await settled(world, 'hq')).toBe('waiting');
  expect((await world.ports.records.heads('contacts', ['k1'])).get('k1')?.deleted?.origin).toBe('hq');
});
