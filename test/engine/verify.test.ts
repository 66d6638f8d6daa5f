/** What a comparison of whole tables finds, and what it does not, over the real engine and memory. */
import { describe, expect, test } from 'vitest';
import { ServerError } from '../../src/ports/server-errors.ts';
import { calmWorld, synced } from './model/alone.ts';
import type { ModelServer } from './model/model-server.ts';
import { filled, onServer, rowOf, settled, swept } from './model/sweeping.ts';
import { filledAs, loseBatches, on, told, verified } from './model/verifying.ts';
import type { World } from './model/world.ts';

const hqOf = (world: World): ModelServer => onServer(world, 'hq');
const branchOf = (world: World): ModelServer => onServer(world, 'branch');

describe('no finding is', () => {
  test('a table that is the same everywhere, and nobody waits for a second look', async () => {
    const world = await filled(10);
    const found = await verified(world, {
      meanwhile: () => {
        throw new Error('it waited');
      },
    });
    expect([told(found), on(found, 'hq').rows, on(found, 'branch').rows]).toEqual([[], 10, 10]);
  });

  test('a field that waits for a person', async () => {
    const world = await filled(3);
    world.plan = { ...world.plan, conflicts: { kind: 'hold' } };
    hqOf(world).edit(rowOf(hqOf(world), 'k1'), { a: 'by hq' });
    branchOf(world).edit(rowOf(branchOf(world), 'k1'), { a: 'by branch' });
    await synced(world);
    expect(rowOf(hqOf(world), 'k1').values['a']).not.toBe(rowOf(branchOf(world), 'k1').values['a']);
    expect(told(await verified(world))).toEqual([]);
  });

  test('what a server made of our write, once it was read', async () => {
    const world = await filled(3);
    branchOf(world).rewrites = (values) => ({
      ...values,
      ...(values['a'] && { a: values['a'].toUpperCase() }),
    });
    hqOf(world).edit(rowOf(hqOf(world), 'k1'), { a: 'by hq' });
    await synced(world);
    expect(told(await verified(world))).toEqual(['branch: 1 under way']);
    await synced(world);
    expect(rowOf(branchOf(world), 'k1').values['a']).toBe('BY HQ');
    expect(told(await verified(world))).toEqual([]);
  });

  test('what a server that is never written lacks, or holds otherwise', async () => {
    const world = await filledAs([
      ['hq', 'send'],
      ['branch', 'both'],
      ['kiosk', 'send'],
    ]);
    branchOf(world).edit(rowOf(branchOf(world), 'k1'), { a: 'by branch' });
    onServer(world, 'kiosk').insert('of kiosk', { a: 'k', b: '' });
    branchOf(world).delete(rowOf(branchOf(world), 'k2'));
    await swept(world, 'branch');
    await settled(world, 'branch');
    world.scheduler.now += 600_000;
    await synced(world);
    await synced(world);
    expect(rowOf(hqOf(world), 'k1').values['a']).toBe('a1');
    expect(hqOf(world).rows.map(({ key }) => key)).toContain('k2');
    expect(told(await verified(world))).toEqual([]);
  });

  test('a delete that is ignored, noticed or not', async () => {
    const world = await filled(4, 'ignore');
    branchOf(world).delete(rowOf(branchOf(world), 'k1'));
    await swept(world, 'branch');
    await settled(world, 'branch');
    branchOf(world).delete(rowOf(branchOf(world), 'k2'));
    expect(told(await verified(world))).toEqual([]);
  });

  test('a record that was deleted elsewhere before deletes were ignored', async () => {
    const world = await filled(4);
    hqOf(world).delete(rowOf(hqOf(world), 'k1'));
    await swept(world, 'hq');
    await settled(world, 'hq');
    await loseBatches(world, 'branch');
    expect(told(await verified(world))).toEqual(['branch: extra k1 (behind)']);
    world.plan = { ...world.plan, deletes: 'ignore' };
    expect(told(await verified(world))).toEqual([]);
  });

  test('a field that goes with a create only', async () => {
    const world = calmWorld();
    const [a, b] = world.plan.fields;
    if (a === undefined || b === undefined) throw new Error('no fields');
    world.plan = { ...world.plan, fields: [a], createOnly: [b] };
    hqOf(world).insert('k1', { a: 'a', b: 'b' });
    await synced(world);
    world.scheduler.now += 600_000;
    await synced(world);
    branchOf(world).importOver(rowOf(branchOf(world), 'k1'), { b: 'of branch' });
    expect(told(await verified(world))).toEqual([]);
  });

  test('what is as it should be by the second look', async () => {
    const world = await filled(5);
    const [hq, branch] = [hqOf(world), branchOf(world)];
    hq.importOver(rowOf(hq, 'k1'), { a: 'for a moment' });
    const gone = rowOf(branch, 'k2');
    branch.delete(gone);
    const meanwhile = (): void => {
      hq.importOver(rowOf(hq, 'k1'), { a: 'a1' });
      branch.rows = [...branch.rows, gone];
    };
    expect(told(await verified(world, { meanwhile }))).toEqual([]);
    expect(told(await verified(world, { chosen: { server: 'hq' } }))).toEqual([]);
  });

  test.each([100, 0])('what differs only since the first look, with %i keys kept', async (mostKept) => {
    const world = await filled(5);
    const hq = hqOf(world);
    hq.importOver(rowOf(hq, 'k1'), { a: 'imported' });
    const meanwhile = (): void => hq.importOver(rowOf(hq, 'k2'), { a: 'imported later' });
    expect(told(await verified(world, { meanwhile, mostKept, limit: 9 }))).toEqual([
      'hq: different k1 a (not-read)',
    ]);
  });
});

describe('under way is', () => {
  test('an edit, or a new record, that the next reading sees', async () => {
    const world = await filled(5);
    hqOf(world).edit(rowOf(hqOf(world), 'k1'), { a: 'edited' });
    branchOf(world).insert('new', { a: 'new', b: '' });
    expect(told(await verified(world))).toEqual(['hq: 1 under way', 'branch: 1 under way']);
  });

  test('what waits in a batch: an edit, a new record and a delete', async () => {
    const world = await filled(5);
    const [hq, branch] = [hqOf(world), branchOf(world)];
    branch.locked = new Set(['k1', 'k2', 'new']);
    hq.edit(rowOf(hq, 'k1'), { a: 'edited' });
    hq.insert('new', { a: 'new', b: '' });
    hq.delete(rowOf(hq, 'k2'));
    await swept(world, 'hq');
    await settled(world, 'hq');
    await synced(world);
    expect(told(await verified(world))).toEqual(['branch: 3 under way']);
  });
});

describe('a comparison', () => {
  test('shows values of findings to who asks: of the server and of the others', async () => {
    const world = await filled(3);
    hqOf(world).importOver(rowOf(hqOf(world), 'k1'), { a: 'imported' });
    const [finding] = on(await verified(world), 'hq').findings;
    expect(finding?.values).toEqual([{ field: 'a', here: 'imported', agreed: 'a1' }]);
  });

  test('finds the same where so much differs that keys are not kept', async () => {
    const world = await filled(30);
    const [hq, branch] = [hqOf(world), branchOf(world)];
    for (let n = 0; n < 20; n += 1) hq.importOver(rowOf(hq, `k${n}`), { a: `imported ${n}` });
    for (let n = 20; n < 29; n += 1) branch.delete(rowOf(branch, `k${n}`));
    const counts = async (mostKept: number) => {
      const { comparisons } = await verified(world, { mostKept, limit: 2 });
      return comparisons.map(({ counts: of, findings, found }) => [of, findings.length, found.size]);
    };
    const all = await counts(100);
    expect(all).toEqual([
      [{ missing: 0, extra: 0, different: 20 }, 2, 20],
      [{ missing: 9, extra: 0, different: 0 }, 2, 9],
    ]);
    expect(await counts(3)).toEqual(all);
  });

  test('leaves out a server that fails, and compares the others', async () => {
    const world = await filled(3);
    branchOf(world).fails = (request) => request === 'list';
    hqOf(world).importOver(rowOf(hqOf(world), 'k1'), { a: 'imported' });
    const found = await verified(world);
    expect(told(found)).toEqual(['hq: different k1 a (not-read)', 'branch: not compared, failed']);
    expect(found.failures.get('branch')).toBeInstanceOf(ServerError);
  });

  test('is not made where a table is halted, was never read, or is another one by now', async () => {
    const halted = await filled(3);
    const halt = { table: 'contacts', server: 'hq', rev: 1, id: 'x', kind: 'mass-delete', at: 1 } as const;
    await halted.ports.control.putHalt({ ...halt, figures: {}, examples: [] });
    expect(told(await verified(halted))).toEqual(['hq: not compared, halted']);
    const unmet = calmWorld();
    expect(told(await verified(unmet))).toEqual(['hq: not compared, unmet', 'branch: not compared, unmet']);
    const changed = await filled(3);
    changed.plan = { ...changed.plan, fields: changed.plan.fields.slice(0, 1) };
    expect(told(await verified(changed, { chosen: { server: 'hq' } }))).toEqual([
      'hq: not compared, changed',
    ]);
  });

  test('reads no more than 200 missing records one by one', async () => {
    const world = await filled(230);
    const hq = hqOf(world);
    hq.rows = [];
    let reads = 0;
    const found = await verified(world, {
      chosen: { server: 'hq' },
      mostKept: 5_000,
      change: (engine) => {
        const table = engine.tables.get('contacts');
        const port = table?.servers.get('hq');
        if (table === undefined || port === undefined) throw new Error('no table');
        const counting = {
          ...port,
          read: (id: string, signal: AbortSignal) => {
            reads += 1;
            return port.read(id, signal);
          },
        };
        const servers = new Map(table.servers).set('hq', counting);
        return { ...engine, tables: new Map([['contacts', { ...table, servers }]]) };
      },
    });
    expect([on(found, 'hq').counts.missing, reads]).toEqual([230, 200]);
  });
});
