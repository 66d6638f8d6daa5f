/** What people do every day, and might be taken for a file that was put back or made anew; over the real engine and memory. */
import { describe, expect, test } from 'vitest';
import { synced } from './model/alone.ts';
import { haltOn, quiet } from './model/halting.ts';
import type { ModelServer } from './model/model-server.ts';
import { filled, insert, keysOf, numbered, onServer, rowOf, settled, swept } from './model/sweeping.ts';

/** Requests for one record by its recordId. */
function countReads(server: ModelServer): { reads: number } {
  const counted = { reads: 0 };
  server.onRead = () => void (counted.reads += 1);
  return counted;
}

const article = (n: number): string => `p${String(n).padStart(4, '0')}`;

describe('what is no sign of another file', () => {
  test('nothing is asked for while all that is read is new or known', async () => {
    const world = await filled(30);
    const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
    const counted = countReads(hq);
    insert(hq, numbered('new', 5));
    insert(branch, numbered('other', 5));
    hq.edit(rowOf(hq, 'k1'), { a: 'edited' });
    await quiet(world);
    await swept(world, 'hq');
    expect([await haltOn(world), counted.reads]).toEqual([undefined, 0]);
  });

  test('records that were visible late cost one request for all of them', async () => {
    const world = await filled(30);
    const hq = onServer(world, 'hq');
    const late = hq.backup();
    insert(hq, ['late1', 'late2']);
    const { rows } = hq;
    insert(hq, ['in time']);
    hq.rows = hq.rows.filter(({ key }) => !key.startsWith('late'));
    await synced(world);
    hq.rows = [...rows, ...hq.rows.filter(({ key }) => key === 'in time')];
    expect(late.rows).toHaveLength(30);
    const counted = countReads(hq);
    await synced(world);
    expect([await haltOn(world), counted.reads]).toEqual([undefined, 1]);
    expect(keysOf(onServer(world, 'branch'))).toContain('late2');
  });

  test('a key that was edited, where the newest record was deleted', async () => {
    const world = await filled(30);
    const hq = onServer(world, 'hq');
    hq.delete(rowOf(hq, 'k29'));
    const row = rowOf(hq, 'k28');
    hq.edit(row, { a: 'edited' });
    hq.rows = hq.rows.map((one) => (one.recordId === row.recordId ? { ...one, key: 'renamed' } : one));
    await synced(world);
    await swept(world, 'hq');
    expect(await haltOn(world)).toBe(undefined);
  });

  test('records that somebody deleted and made anew, all that were imported together', async () => {
    const world = await filled(60);
    const hq = onServer(world, 'hq');
    for (const key of numbered('k', 15)) hq.delete(rowOf(hq, key));
    insert(hq, numbered('k', 15));
    await synced(world);
    await swept(world, 'hq');
    expect(await haltOn(world)).toBe(undefined);
    expect(rowOf(onServer(world, 'branch'), 'k3').values['a']).toBe('of k3');
  });

  test('the only record of a table, deleted and made anew', async () => {
    const world = await filled(1);
    const hq = onServer(world, 'hq');
    hq.delete(rowOf(hq, 'k0'));
    insert(hq, ['k0']);
    await synced(world);
    expect(await haltOn(world)).toBe(undefined);
  });

  test('records that were imported by mistake and deleted again', async () => {
    const world = await filled(30);
    const hq = onServer(world, 'hq');
    insert(hq, numbered('import', 12));
    await synced(world);
    await quiet(world);
    for (const key of numbered('import', 12)) hq.delete(rowOf(hq, key));
    await swept(world, 'hq');
    expect(await settled(world, 'hq')).not.toBe('halted');
    await quiet(world);
    expect(await haltOn(world)).toBe(undefined);
    expect(keysOf(onServer(world, 'branch'))).toHaveLength(30);
  });

  test('a record that was open for long, and two that were made and deleted meanwhile', async () => {
    const world = await filled(30);
    const hq = onServer(world, 'hq');
    const open = hq.insert('slow', { a: '', b: '' });
    hq.rows = hq.rows.filter(({ key }) => key !== 'slow');
    insert(hq, ['first', 'second']);
    await synced(world);
    await quiet(world);
    for (const key of ['first', 'second']) hq.delete(rowOf(hq, key));
    hq.rows = [...hq.rows, open];
    hq.edit(open, { a: 'committed' });
    await quiet(world);
    expect(await haltOn(world)).toBe(undefined);
    expect(rowOf(onServer(world, 'branch'), 'slow').values['a']).toBe('committed');
  });

  test.each([
    { of: 600, from: 100, to: 230 },
    { of: 40, from: 0, to: 40 },
  ])('a list that is deleted and imported anew, $from to $to of $of', async ({ of, from, to }) => {
    const world = await filled(1);
    const hq = onServer(world, 'hq');
    const some = numbered('', of).map((_, n) => article(n));
    insert(hq, some);
    await synced(world);
    await quiet(world);
    for (const key of some.slice(from, to)) hq.delete(rowOf(hq, key));
    for (const key of some.slice(from, to)) hq.insert(key, { a: `of ${key}`, b: 'new price' });
    await quiet(world);
    expect(await haltOn(world)).toBe(undefined);
    expect(rowOf(onServer(world, 'branch'), article(from)).values['b']).toBe('new price');
  });

  test('many that were deleted here and there are a mass delete, though the newest are among them', async () => {
    const world = await filled(60);
    const hq = onServer(world, 'hq');
    for (let n = 0; n < 60; n += 1) if (n < 25 || n > 47) hq.delete(rowOf(hq, `k${n}`));
    await swept(world, 'hq');
    expect(await settled(world, 'hq')).toBe('halted');
    expect(await haltOn(world)).toMatchObject({ kind: 'mass-delete' });
  });
});
