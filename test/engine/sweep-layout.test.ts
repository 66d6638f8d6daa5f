/** Sweeps by a layout without values, one sequence of events each, over the real engine and memory. */
import { describe, expect, test } from 'vitest';
import type { EngineEvent } from '../../src/engine/events.ts';
import { ServerError } from '../../src/ports/server-errors.ts';
import { synced } from './model/alone.ts';
import type { ModelServer } from './model/model-server.ts';
import { filled, keysOf, onServer, rowOf, settled, swept } from './model/sweeping.ts';
import type { World } from './model/world.ts';

/** Each has been swept once; from now on the records' own layout is not to be listed. */
async function thinned(count: number): Promise<World> {
  const world = await filled(count);
  for (const name of world.servers.keys()) await swept(world, name);
  for (const server of world.servers.values()) {
    server.thin = true;
    server.fails = (request) => request === 'list';
    server.shownInFull = 0;
  }
  world.scheduler.now += 600_000;
  return world;
}

const countsOf = async (world: World, name: string) =>
  (await world.ports.control.sweep('contacts', name))?.last?.counts;

const eventsOf = (world: World): EngineEvent[] => {
  const events: EngineEvent[] = [];
  world.report = (event) => void events.push(event);
  return events;
};

/** As it is kept of the last sweep of hq. */
const unfitOf = async (world: World) => (await world.ports.control.sweep('contacts', 'hq'))?.last?.unfit;

const whysIn = (events: readonly EngineEvent[]) =>
  events.flatMap((event) => (event.kind === 'sweep-layout-unfit' ? event.why : []));

/** The rows by which both layouts are compared. */
const compared = 3;

describe('a sweep by a layout without values', () => {
  test.each(['hq', 'branch'])(
    'of %s, where nothing changed, reads no record by the other layout but three to compare',
    async (name) => {
      const world = await thinned(40);
      await swept(world, name);
      expect(await countsOf(world, name)).toMatchObject({ rows: 40, changed: 0, absent: 0, putBack: 0 });
      expect(onServer(world, name).shownInFull).toBe(compared);
    },
  );

  test('finds 10 rows that changed without a stamp and 5 deletes, and reads these 15 alone', async () => {
    const world = await thinned(40);
    const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
    for (let n = 10; n < 20; n += 1) hq.importOver(rowOf(hq, `k${n}`), { a: `imported ${n}` });
    for (let n = 20; n < 25; n += 1) hq.delete(rowOf(hq, `k${n}`));
    await swept(world, 'hq');
    expect(await countsOf(world, 'hq')).toMatchObject({ rows: 35, changed: 10, unstamped: 10, absent: 5 });
    expect(hq.shownInFull).toBe(compared + 10);
    await settled(world, 'hq');
    for (const server of world.servers.values()) server.fails = () => false;
    await synced(world);
    expect(branch.rows.filter(({ values }) => values['a']?.startsWith('imported'))).toHaveLength(10);
    expect(keysOf(branch)).toEqual(keysOf(hq));
  });

  test('reads our own writes by the other layout until one sweep has compared them: what the server made of them shows', async () => {
    const world = await filled(6);
    world.plan = {
      ...world.plan,
      fields: world.plan.fields.map((field) => ({ ...field, rewrites: 'accept' })),
    };
    const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
    for (const name of ['hq', 'branch']) {
      onServer(world, name).thin = true;
      await swept(world, name);
    }
    world.scheduler.now += 600_000;
    branch.rewrites = (values) => ({ ...values, a: (values['a'] ?? '').toUpperCase() });
    hq.edit(rowOf(hq, 'k1'), { a: 'edited' });
    // Long enough that no reading of changes looks at it any more.
    await synced(world);
    world.scheduler.now += 600_000;
    branch.fails = (request) => request === 'list';
    branch.shownInFull = 0;
    await swept(world, 'branch');
    expect(branch.shownInFull).toBe(compared + 1);
    branch.fails = () => false;
    await synced(world);
    expect(rowOf(hq, 'k1').values['a']).toBe('EDITED');
    world.scheduler.now += 600_000;
    await swept(world, 'branch');
    branch.shownInFull = 0;
    world.scheduler.now += 600_000;
    await swept(world, 'branch');
    expect(branch.shownInFull).toBe(compared);
  });

  test('parks keys that are empty or doubled, as one by the other layout does', async () => {
    const world = await thinned(5);
    const hq = onServer(world, 'hq');
    hq.rows = hq.rows.map((row) => (row.key === 'k4' ? { ...row, key: '', modId: row.modId + 1 } : row));
    hq.unique = false;
    hq.insert('k1', { a: 'a second one' });
    await swept(world, 'hq');
    const codes = (await world.ports.control.parked(9)).map(({ code }) => code);
    expect(codes.toSorted()).toEqual(['doubled-key', 'empty-key', 'empty-key']);
    expect(await countsOf(world, 'hq')).toMatchObject({ emptyKeys: 1, doubledKeys: 1 });
  });

  test('ingests a changed row that a find does not show, read by its id', async () => {
    const world = await thinned(5);
    const hq = onServer(world, 'hq');
    hq.importOver(rowOf(hq, 'k4'), { a: 'imported' });
    hq.unfindable = new Set(['k4']);
    await swept(world, 'hq');
    expect(await countsOf(world, 'hq')).toMatchObject({ changed: 1 });
  });

  test('leaves out a row that is gone when it is to be read', async () => {
    const world = await thinned(5);
    const hq = onServer(world, 'hq');
    hq.showsThin = (page) => ({
      ...page,
      records: page.records.map((row) => (row.key === 'k4' ? { ...row, modId: row.modId + 1 } : row)),
    });
    hq.rows = hq.rows.filter(({ key }) => key !== 'k4').concat(hq.rows.filter(({ key }) => key === 'k4'));
    const gone = rowOf(hq, 'k4');
    const { fails } = hq;
    hq.fails = (request, limit) => {
      if (request === 'look-up' && hq.rows.includes(gone)) hq.delete(gone);
      return fails(request, limit);
    };
    await swept(world, 'hq');
    expect(await countsOf(world, 'hq')).toMatchObject({ changed: 0 });
    expect((await world.ports.records.heads('contacts', ['k4'])).get('k4')?.deleted).toBe(undefined);
  });

  test('stops behind a page and goes on there', async () => {
    const world = await thinned(20);
    const hq = onServer(world, 'hq');
    hq.importOver(rowOf(hq, 'k18'), { a: 'imported' });
    for (let n = 0; n < 60 && (await countsOf(world, 'hq'))?.changed !== 1; n += 1)
      await swept(world, 'hq', () => Promise.resolve('stop'));
    expect(await countsOf(world, 'hq')).toMatchObject({ rows: 20, changed: 1, absent: 0 });
  });
});

test('the first sweep of a server lists its records by their own layout: nothing was compared there before', async () => {
  const world = await filled(6);
  const branch = onServer(world, 'branch');
  branch.thin = true;
  branch.fails = (request) => request === 'list-thin';
  await swept(world, 'branch');
  expect(await countsOf(world, 'branch')).toMatchObject({ rows: 6 });
});

describe('a layout for sweeps', () => {
  const others: readonly (readonly [string, (server: ModelServer) => void])[] = [
    [
      'that shows other keys',
      (server) => {
        server.showsThin = (page) => ({
          ...page,
          records: page.records.map((row) => ({ ...row, key: `other ${row.key}` })),
        });
      },
    ],
    [
      'that shows rows which the other one has not',
      (server) => {
        server.showsThin = (page) => ({
          ...page,
          records: page.records.map((row) => ({ ...row, recordId: `9${row.recordId}` })),
        });
      },
    ],
    [
      'that shows nothing',
      (server) => {
        server.showsThin = () => ({ records: [], foundCount: 0 });
      },
    ],
  ];
  test.each(others)('R8: %s is left, and the layout is swept', async (_name, spoil) => {
    const world = await thinned(30);
    const hq = onServer(world, 'hq');
    spoil(hq);
    hq.fails = () => false;
    hq.importOver(rowOf(hq, 'k4'), { a: 'imported' });
    const events = eventsOf(world);
    await swept(world, 'hq');
    expect(whysIn(events)).toEqual(['other-records']);
    expect(await unfitOf(world)).toBe('other-records');
    expect(await countsOf(world, 'hq')).toMatchObject({ rows: 30, changed: 1, absent: 0 });
  });

  test('that lost a field in the middle of a sweep is left from there on', async () => {
    const world = await thinned(30);
    const hq = onServer(world, 'hq');
    hq.fails = () => false;
    hq.importOver(rowOf(hq, 'k4'), { a: 'imported' });
    hq.importOver(rowOf(hq, 'k25'), { a: 'imported too' });
    let pages = 0;
    hq.showsThin = (page) => {
      pages += 1;
      if (pages > 4) throw new ServerError('field-missing', 'hq', 'a field is missing');
      return page;
    };
    const events = eventsOf(world);
    await swept(world, 'hq');
    expect(whysIn(events)).toEqual(['not-as-it-was']);
    expect(await unfitOf(world)).toBe('not-as-it-was');
    expect(await countsOf(world, 'hq')).toMatchObject({ rows: 30, changed: 2, absent: 0 });
    const heads = await world.ports.records.heads('contacts', ['k4', 'k25']);
    expect([...heads.values()].map(({ fields }) => fields['a']?.value)).toEqual(['imported', 'imported too']);
    hq.showsThin = (page) => page;
    await swept(world, 'hq');
    expect(await unfitOf(world)).toBe(undefined);
  });

  test('of a table that is empty is no other', async () => {
    const world = await filled(0);
    await swept(world, 'hq');
    const hq = onServer(world, 'hq');
    hq.thin = true;
    const events = eventsOf(world);
    await swept(world, 'hq');
    expect(whysIn(events)).toEqual([]);
  });
});
