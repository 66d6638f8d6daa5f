/** Fields that two servers set in their own way whenever they are written, over the real engine and memory. */
import { describe, expect, test } from 'vitest';
import type { EngineEvent } from '../../src/engine/events.ts';
import { synced } from './model/alone.ts';
import { filled, onServer, rowOf } from './model/sweeping.ts';
import type { World } from './model/world.ts';

const upper = (value = ''): string => value.toUpperCase();
const lower = (value = ''): string => value.toLowerCase();

/** Writes on all servers in each of so many runs, some minutes apart. */
async function writesOf(world: World, runs: number): Promise<readonly number[]> {
  const servers = [...world.servers.values()];
  const all = (): number => servers.reduce((sum, { writes }) => sum + writes, 0);
  const byRun: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const before = all();
    world.scheduler.now += 300_000;
    await synced(world);
    byRun.push(all() - before);
  }
  return byRun;
}

const openOn = async (world: World) => (await world.ports.control.conflicts(100)).filter(({ open }) => open);

/** Tells what is reported. */
function listened(world: World): readonly EngineEvent[] {
  const events: EngineEvent[] = [];
  const engineOf = world.engineOf.bind(world);
  world.engineOf = (process) => ({ ...engineOf(process), report: (event) => void events.push(event) });
  return events;
}

const accepting = (world: World): void => {
  world.plan = {
    ...world.plan,
    fields: world.plan.fields.map((field) => ({ ...field, rewrites: 'accept' as const })),
  };
};

async function rewriting(): Promise<World> {
  const world = await filled(5);
  accepting(world);
  const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
  hq.rewrites = ({ a, ...rest }) => ({ ...rest, ...(a !== undefined && { a: upper(a) }) });
  branch.rewrites = ({ a, ...rest }) => ({ ...rest, ...(a !== undefined && { a: lower(a) }) });
  hq.edit(rowOf(hq, 'k1'), { a: 'MIXED' });
  return world;
}

describe('R6: a field that two servers rewrite, and both are accepted', () => {
  test('is held where the second one rewrites what the first one made, and named; no write bounces', async () => {
    const world = await rewriting();
    const events = listened(world);
    const [first = 0, second = 0, ...later] = await writesOf(world, 6);
    expect([first + second, later]).toEqual([2, [0, 0, 0, 0]]);
    expect(await openOn(world)).toMatchObject([{ key: 'k1', field: 'a', rule: 'rewritten' }]);
    expect(events.filter(({ kind }) => kind === 'rewritten-endlessly')).toMatchObject([
      { table: 'contacts', field: 'a', records: 1 },
    ]);
    const named = events.flatMap((event) =>
      event.kind === 'rewritten-endlessly' ? [event.server, event.other] : [],
    );
    expect(named.toSorted()).toEqual(['branch', 'hq']);
    const values = ['hq', 'branch'].map((name) => rowOf(onServer(world, name), 'k1').values['a']);
    expect(values).toEqual(['MIXED', 'mixed']);
  });

  test('holds nothing else of the record', async () => {
    const world = await rewriting();
    await writesOf(world, 3);
    const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
    hq.edit(rowOf(hq, 'k1'), { b: 'of hq' });
    await writesOf(world, 2);
    expect(rowOf(branch, 'k1').values['b']).toBe('of hq');
  });

  test('of a record that is merged as a whole holds the record', async () => {
    const world = await rewriting();
    world.plan = { ...world.plan, merge: 'record' };
    const writes = await writesOf(world, 6);
    expect(writes.slice(3)).toEqual([0, 0, 0]);
    expect((await openOn(world)).map(({ key, rule }) => [key, rule])).toContainEqual(['k1', 'rewritten']);
  });
});

describe('R6: a field that scripts on two servers set again after each write', () => {
  test.each([
    ['to and fro', (name: string) => () => ({ a: `as ${name} wants it` })],
    ['to something new each time', (name: string) => () => ({ a: `${name} ${(turns += 1)}` })],
  ])('%s is held before long, and nothing is written any more', async (_how, script) => {
    const world = await filled(5);
    for (const name of ['hq', 'branch']) onServer(world, name).script = script(name);
    const hq = onServer(world, 'hq');
    hq.edit(rowOf(hq, 'k1'), { a: 'by a person' });
    const writes = await writesOf(world, 16);
    expect(writes.slice(-3)).toEqual([0, 0, 0]);
    expect(writes.reduce((sum, one) => sum + one, 0)).toBeLessThan(15);
    expect(await openOn(world)).toMatchObject([{ key: 'k1', field: 'a', rule: 'rewritten' }]);
  });

  let turns = 0;

  const minuteMs = 60_000;

  test.each([
    ['the stock of an article, counted down every ten minutes', 10, (turn: number) => `${100 - turn} left`],
    ['what is out and in again, every fifty minutes', 50, (turn: number) => (turn % 2 === 0 ? 'out' : 'in')],
    ['what is out and in again, every two minutes', 2, (turn: number) => (turn % 2 === 0 ? 'out' : 'in')],
  ])('is not what people do in turn: %s', async (_what, minutes, valueAt) => {
    const world = await filled(5);
    const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
    for (let turn = 0; turn < 20; turn += 1) {
      const office = turn % 2 === 0 ? hq : branch;
      await writesOf(world, 1);
      world.scheduler.now += minutes * minuteMs;
      office.edit(rowOf(office, 'k1'), { a: valueAt(turn) });
    }
    await writesOf(world, 2);
    expect(await openOn(world)).toEqual([]);
    expect([hq, branch].map((server) => rowOf(server, 'k1').values['a'])).toEqual([valueAt(19), valueAt(19)]);
  });
});
