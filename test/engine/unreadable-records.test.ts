/** R7: a record whose stored values are gone holds up no other, and goes on when they are back. */
import { expect, test } from 'vitest';
import type { Engine } from '../../src/engine/engine.ts';
import { enumerate } from '../../src/engine/enumerate.ts';
import { placeOf } from '../../src/engine/engine.ts';
import { deliver } from '../../src/engine/deliver.ts';
import { recheckParked } from '../../src/engine/recheck.ts';
import { RecordsUnreadable } from '../../src/ports/records.ts';
import { alone, never, synced } from './model/alone.ts';
import { worldWith } from './model/invocations.ts';
import type { World } from './model/world.ts';

/** The heads of these keys cannot be read. */
function without(keys: ReadonlySet<string>): (engine: Engine) => Engine {
  return (engine) => {
    const { records } = engine;
    const heads: typeof records.heads = async (table, asked) => {
      const gone = asked.filter((key) => keys.has(key));
      if (gone.length > 0)
        throw new RecordsUnreadable(gone, 'object x of bucket b is gone', { cause: undefined });
      return records.heads(table, asked);
    };
    return { ...engine, records: { ...records, heads } };
  };
}

const place = (engine: Engine, server: string) => {
  const found = placeOf(engine, 'contacts', server);
  if (found === undefined) throw new Error('no such place');
  return found;
};

const parked = async ({ ports }: World): Promise<readonly string[]> =>
  (await ports.control.parked(10)).map(({ server, key, code }) => `${server} ${key} ${code}`);

test('R7: what is read and written beside it goes on, and it is parked where it was met', async () => {
  const world = worldWith(4);
  await synced(world);
  const hq = world.servers.get('hq');
  const branch = world.servers.get('branch');
  if (hq === undefined || branch === undefined) throw new Error('no such server');
  world.scheduler.now += 10_000;
  for (const row of hq.rows) hq.edit(row, { a: `new ${row.key}` });
  const gone = new Set(['k1']);
  await alone(world, async (own) => {
    const engine = without(gone)(own);
    await enumerate(engine, place(engine, 'hq'), never);
    for (const { id } of await engine.control.openBatches('branch', 10))
      await deliver(engine, place(engine, 'branch'), id, never);
  });
  const values = new Map(branch.rows.map((row) => [row.key, row.values['a']]));
  expect([values.get('k0'), values.get('k1'), values.get('k3')]).toEqual(['new k0', 'person 1', 'new k3']);
  expect(await parked(world)).toEqual(['hq k1 value-missing']);
  expect(await world.ports.control.openBatches('branch', 10)).toEqual([]);
});

test('R7: a row that has it is closed without it, which is parked there', async () => {
  const world = worldWith(4);
  await synced(world);
  world.scheduler.now += 10_000;
  const hq = world.servers.get('hq');
  for (const row of hq?.rows ?? []) hq?.edit(row, { a: `new ${row.key}` });
  await alone(world, (engine) => enumerate(engine, place(engine, 'hq'), never));
  await alone(world, async (own) => {
    const engine = without(new Set(['k1']))(own);
    for (const { id } of await engine.control.openBatches('branch', 10))
      await deliver(engine, place(engine, 'branch'), id, never);
  });
  const values = new Map(world.servers.get('branch')?.rows.map((row) => [row.key, row.values['a']]));
  expect([values.get('k0'), values.get('k1'), values.get('k3')]).toEqual(['new k0', 'person 1', 'new k3']);
  expect(await parked(world)).toEqual(['branch k1 value-missing']);
  expect(await world.ports.control.openBatches('branch', 10)).toEqual([]);
});

test('R4: what may have been written for it stays announced', async () => {
  const world = worldWith(2);
  await synced(world);
  world.scheduler.now += 10_000;
  const hq = world.servers.get('hq');
  for (const row of hq?.rows ?? []) hq?.edit(row, { a: `new ${row.key}` });
  await alone(world, (engine) => enumerate(engine, place(engine, 'hq'), never));
  const { control } = world.ports;
  const [row] = await control.openBatches('branch', 1);
  const claimed = row && (await control.claim(row.id));
  if (claimed === undefined) throw new Error('no row was made');
  // As a writer leaves it that dies between the announcement and the answer.
  const at = world.scheduler.now;
  const entry = { batch: claimed.id, key: 'k1', digests: { a: 'ours' }, create: false, at };
  await control.appendSending(claimed.id, claimed.rev, [entry]);
  await alone(world, async (own) => {
    const engine = without(new Set(['k1']))(own);
    await deliver(engine, place(engine, 'branch'), claimed.id, never);
  });
  const left = await control.sendingOf('contacts', 'branch', ['k1']);
  expect(left.get('k1')?.map(({ digests }) => digests)).toEqual([{ a: 'ours' }]);
  const values = new Map(world.servers.get('branch')?.rows.map((each) => [each.key, each.values['a']]));
  expect(values.get('k0')).toBe('new k0');
});

test('R7: beside a refused one that cannot be read, those that were mended on the server go on', async () => {
  const world = worldWith(3);
  const branch = world.servers.get('branch');
  if (branch === undefined) throw new Error('no such server');
  branch.refuses = (key) => key !== 'k0';
  await synced(world);
  expect((await parked(world)).length).toBe(2);
  branch.refuses = () => false;
  await alone(world, async (own) => {
    const engine = without(new Set(['k1']))(own);
    await recheckParked(engine, place(engine, 'branch'), engine.clock.now() + 1, never);
    for (const { id } of await engine.control.openBatches('branch', 10))
      await deliver(engine, place(engine, 'branch'), id, never);
  });
  expect(branch.rows.map(({ key }) => key).toSorted((a, b) => a.localeCompare(b))).toEqual(['k0', 'k2']);
  expect(await parked(world)).toEqual(['branch k1 value-missing']);
});

test('R1, R2: once it can be read again, a look at what is parked brings it up everywhere', async () => {
  const world = worldWith(3);
  await synced(world);
  world.scheduler.now += 10_000;
  const hq = world.servers.get('hq');
  const [row] = hq?.rows ?? [];
  if (hq === undefined || row === undefined) throw new Error('no such server');
  hq.edit(row, { a: 'while it was gone' });
  const gone = new Set([row.key]);
  const look = (unreadable: ReadonlySet<string>): Promise<void> =>
    alone(world, async (own) => {
      const engine = without(unreadable)(own);
      for (const server of ['hq', 'branch'])
        await recheckParked(engine, place(engine, server), engine.clock.now() + 1, never);
    });
  await alone(world, async (own) => {
    const engine = without(gone)(own);
    await enumerate(engine, place(engine, 'hq'), never);
  });
  await look(gone);
  expect(await parked(world)).toEqual([`hq ${row.key} value-missing`]);
  await look(new Set());
  await alone(world, async (engine) => {
    for (const { id } of await engine.control.openBatches('branch', 10))
      await deliver(engine, place(engine, 'branch'), id, never);
  });
  expect(await parked(world)).toEqual([]);
  expect(world.servers.get('branch')?.rows.map(({ values }) => values['a'])).toContain('while it was gone');
});
