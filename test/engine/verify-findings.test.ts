/** What a comparison of whole tables finds, over the real engine and memory. */
import { describe, expect, test } from 'vitest';
import { placeOf } from '../../src/engine/engine.ts';
import { suspect } from '../../src/engine/missing.ts';
import { alone, synced } from './model/alone.ts';
import type { ModelServer } from './model/model-server.ts';
import { filled, onServer, rowOf, swept } from './model/sweeping.ts';
import { filledAs, insertUnstamped, leaveBehind, on, spoil, told, verified } from './model/verifying.ts';
import type { World } from './model/world.ts';

const hqOf = (world: World): ModelServer => onServer(world, 'hq');
const branchOf = (world: World): ModelServer => onServer(world, 'branch');

describe('a finding is', () => {
  test('10 rows imported without a stamp and 5 deletes, on the server where they took place', async () => {
    const world = await filled(40);
    const hq = hqOf(world);
    for (let n = 0; n < 10; n += 1) hq.importOver(rowOf(hq, `k${n}`), { a: `imported ${n}` });
    for (let n = 10; n < 15; n += 1) hq.delete(rowOf(hq, `k${n}`));
    await synced(world);
    const found = await verified(world);
    expect(on(found, 'hq').counts).toEqual({ missing: 5, extra: 0, different: 10 });
    expect(on(found, 'branch').counts).toEqual({ missing: 0, extra: 0, different: 0 });
    expect(told(found)).toContain('hq: different k3 a (not-read)');
    expect(told(found)).toContain('hq: missing k12 (gone-there)');
  });

  test('a new row without a stamp', async () => {
    const world = await filled(3);
    insertUnstamped(branchOf(world), 'imported', { a: 'x', b: '' });
    await synced(world);
    expect(told(await verified(world))).toEqual(['branch: extra imported (not-read)']);
  });

  test('a value that changed behind the sync, with the same modId, on a row that people or the sync wrote', async () => {
    const world = await filled(3);
    spoil(hqOf(world), 'k1', { a: 'spoilt' });
    spoil(branchOf(world), 'k2', { b: 'spoilt' });
    expect(told(await verified(world))).toEqual([
      'hq: different k1 a (same-mod-id)',
      'branch: different k2 b (same-mod-id)',
    ]);
  });

  test('what is not as it was written, on a server that nobody reads', async () => {
    const world = await filledAs([
      ['hq', 'both'],
      ['kiosk', 'receive'],
    ]);
    spoil(onServer(world, 'kiosk'), 'k1', { a: 'SPOILT' });
    expect(told(await verified(world))).toEqual(['kiosk: different k1 a (not-as-written)']);
  });

  test('what is not as it was written, on a server that does not stamp our writes, so that no reading saw it', async () => {
    const world = await filled(3);
    const [hq, branch] = [hqOf(world), branchOf(world)];
    branch.rewrites = (values) => ({ ...values, ...(values['a'] && { a: values['a'].toUpperCase() }) });
    hq.edit(rowOf(hq, 'k1'), { a: 'by hq' });
    await synced(world);
    branch.rows = branch.rows.map((row) => ({ ...row, stamp: { kind: 'wall', wall: 0 }, stampMs: 0 }));
    world.scheduler.now += 600_000;
    await synced(world);
    await synced(world);
    expect(told(await verified(world))).toEqual(['branch: different k1 a (not-as-written)']);
    await swept(world, 'branch');
    expect(told(await verified(world))).toEqual([]);
  });

  test('what is behind and in no batch: an edit, a new record, a delete', async () => {
    const world = await filled(4);
    const branch = branchOf(world);
    await leaveBehind(world);
    expect(branch.rows).toHaveLength(4);
    expect(told(await verified(world))).toEqual([
      'branch: different k1 a (behind)',
      'branch: extra k2 (behind)',
      'branch: missing new (behind)',
    ]);
  });

  test('a record that is suspected gone, and one that a server refused', async () => {
    const world = await filled(4);
    const [hq, branch] = [hqOf(world), branchOf(world)];
    const gone = rowOf(hq, 'k1');
    hq.delete(gone);
    branch.refuses = (key) => key === 'k2';
    hq.edit(rowOf(hq, 'k2'), { a: 'refused' });
    await synced(world);
    await alone(world, async (engine) => {
      const place = placeOf(engine, 'contacts', 'hq');
      const { rev = 0 } = (await engine.records.replicas('contacts', 'hq', ['k1'])).get('k1') ?? {};
      const at = engine.clock.now();
      const one = { server: 'hq', key: 'k1', recordId: gone.recordId, rev, at, until: at };
      if (place) await suspect(engine, place, [one], 'delivery');
    });
    expect(told(await verified(world))).toEqual([
      'hq: missing k1 (suspected)',
      'branch: different k2 a (parked 509)',
    ]);
  });

  test('a doubled key though both rows hold the same, an empty key, and a record that is not found', async () => {
    const world = await filled(4);
    const hq = hqOf(world);
    insertUnstamped(hq, 'k1', rowOf(hq, 'k1').values);
    insertUnstamped(hq, '', { a: 'x', b: '' });
    hq.importOver(rowOf(hq, 'k2'), { a: 'imported' });
    hq.unfindable = new Set(['k2']);
    expect(told(await verified(world))).toEqual([
      'hq: different k2 (parked unfindable)',
      'hq: extra (record id 6) (parked empty-key)',
      'hq: extra k1 (parked doubled-key)',
    ]);
  });

  test('a record that the account may not see any more', async () => {
    const world = await filled(4);
    const hq = hqOf(world);
    const { recordId } = rowOf(hq, 'k1');
    hq.rows = hq.rows.filter(({ key }) => key !== 'k1');
    const change: Parameters<typeof verified>[1] = {
      change: (engine) => {
        const table = engine.tables.get('contacts');
        const port = table?.servers.get('hq');
        if (table === undefined || port === undefined) throw new Error('no table');
        const denying = {
          ...port,
          read: (id: string, signal: AbortSignal) =>
            id === recordId ? Promise.resolve('denied' as const) : port.read(id, signal),
        };
        const servers = new Map(table.servers).set('hq', denying);
        return { ...engine, tables: new Map([['contacts', { ...table, servers }]]) };
      },
    };
    expect(told(await verified(world, change))).toEqual(['hq: missing k1 (parked hidden)']);
  });

  test('what people did on a server that only receives', async () => {
    const world = await filledAs([
      ['hq', 'both'],
      ['kiosk', 'receive'],
    ]);
    const kiosk = onServer(world, 'kiosk');
    kiosk.edit(rowOf(kiosk, 'k1'), { b: 'by kiosk' });
    kiosk.insert('of kiosk', { a: 'x', b: '' });
    kiosk.delete(rowOf(kiosk, 'k2'));
    expect(told(await verified(world))).toEqual([
      'kiosk: different k1 b (only-receives)',
      'kiosk: extra of kiosk (only-receives)',
      'kiosk: missing k2 (gone-there)',
    ]);
  });

  test('an unread change, or an unnoticed delete, on a server that is never written', async () => {
    const world = await filledAs([
      ['hq', 'send'],
      ['branch', 'both'],
    ]);
    const hq = hqOf(world);
    hq.importOver(rowOf(hq, 'k0'), { a: 'imported' });
    hq.delete(rowOf(hq, 'k1'));
    expect(told(await verified(world))).toEqual([
      'hq: different k0 a (not-read)',
      'hq: missing k1 (gone-there)',
    ]);
  });
});
