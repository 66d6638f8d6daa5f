/** R7: what processes that share nothing else note of a server that fails. */
import { describe, expect, test } from 'vitest';
import type { Breaker } from '../../src/core/breaker.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { ServerError } from '../../src/ports/server-errors.ts';
import { batchRow } from '../contracts/samples.ts';
import {
  hanging,
  lookingUp,
  readBoth,
  reading,
  serverOf,
  tending,
  worldWith,
  writeAll,
  writing,
} from './model/invocations.ts';
import type { Row } from './model/model-server.ts';
import type { World } from './model/world.ts';

const breakerOf = (world: World): Promise<Breaker | undefined> =>
  world.ports.control.breaker('branch', 'writing');

/** An invocation that finds the server failing opens its breaker. */
async function failOnce(world: World): Promise<void> {
  const branch = serverOf(world, 'branch');
  branch.fails = (request) => request === 'look-up';
  await writing(world, 'branch');
  branch.fails = () => false;
}

async function halt(world: World): Promise<void> {
  const meeting = await world.ports.control.meeting('contacts', 'branch');
  if (meeting === undefined) throw new Error('they have not met');
  await world.ports.control.putMeeting({ ...meeting, state: 'halted', at: world.scheduler.now });
}

const hqRow = (world: World): Row => {
  const [row] = serverOf(world, 'hq').rows;
  if (row === undefined) throw new Error('hq holds nothing');
  return row;
};

describe('the breaker of a server', () => {
  test('opens where the server lets all the time pass without an answer', async () => {
    const world = worldWith(4);
    await readBoth(world);
    await writing(world, 'branch', hanging(world));
    expect(await breakerOf(world)).toMatchObject({ failures: 1, code: 'server-unreachable' });
    world.scheduler.now += 1;
    expect(await tending(world, 'branch')).toBe(0);
  });

  test('stays open where a trial is not answered', async () => {
    const world = worldWith(4);
    await readBoth(world);
    await failOnce(world);
    world.scheduler.now += 61_000;
    expect(await tending(world, 'branch')).toBe(1);
    await writing(world, 'branch', hanging(world));
    expect((await breakerOf(world))?.failures).toBe(2);
  });

  test('stays open where the row that was to be tried is gone, and another is tried at once', async () => {
    const world = worldWith(12);
    await readBoth(world);
    await failOnce(world);
    world.scheduler.now += 61_000;
    expect(await tending(world, 'branch')).toBe(1);
    const trial = (await breakerOf(world))?.trial ?? '';
    const row = await world.ports.control.batch(trial);
    await world.ports.control.close(trial, row?.rev ?? 0);
    await writing(world, 'branch');
    expect((await breakerOf(world))?.failures).toBe(1);
    world.scheduler.now += 1;
    expect(await tending(world, 'branch')).toBe(1);
  });

  test('R7: is tried with a row that can be worked on, however many older ones wait for a person', async () => {
    const world = worldWith(2);
    const others = Array.from({ length: 250 }, (_, n) =>
      batchRow(`halted ${n}`, { table: 'halted', server: 'branch', createdAt: world.scheduler.now }),
    );
    await world.ports.control.putBatches(others);
    await readBoth(world);
    await failOnce(world);
    world.scheduler.now += 61_000;
    expect(await tending(world, 'branch')).toBe(1);
    await writing(world, 'branch');
    expect((await breakerOf(world))?.failures).toBe(0);
    expect(serverOf(world, 'branch').rows).toHaveLength(2);
  });

  test('closes without a trial where only rows are left that wait for a person', async () => {
    const world = worldWith(4);
    await readBoth(world);
    await failOnce(world);
    await halt(world);
    world.scheduler.now += 61_000;
    expect(await tending(world, 'branch')).toBe(0);
    expect((await breakerOf(world))?.failures).toBe(0);
  });

  test('R7: does not open for a layout that has to be mended; its rows wait longer each time', async () => {
    const world = worldWith(2);
    await readBoth(world);
    const broken = lookingUp(world, async () => {
      throw new ServerError('layout-missing', 'branch', 'there is no such layout');
    });
    await writing(world, 'branch', { through: broken });
    expect(await breakerOf(world)).toBe(undefined);
    const [row] = await world.ports.control.openBatches('branch', 10);
    expect(row?.notBefore).toBeGreaterThan(world.scheduler.now);
  });

  test('does not open where time was over before the server was asked for anything', async () => {
    const world = worldWith(4);
    await readBoth(world);
    const over = new AbortController();
    const slow = (engine: Engine): Engine => {
      const { records } = engine;
      const replicas: typeof records.replicas = (...of) => {
        over.abort(new DOMException('time is over', 'TimeoutError'));
        return records.replicas(...of);
      };
      return { ...engine, records: { ...records, replicas } };
    };
    await writing(world, 'branch', { signal: over.signal, through: slow });
    expect(await breakerOf(world)).toBe(undefined);
    expect(serverOf(world, 'branch').rows).toEqual([]);
  });

  test('closes with a trial whose records are in step already: the server is asked for one of them', async () => {
    const world = worldWith(4);
    await readBoth(world);
    await writeAll(world);
    serverOf(world, 'hq').edit(hqRow(world), { a: 'behind it' });
    world.scheduler.now += 10_000;
    await reading(world, 'hq');
    await failOnce(world);
    const all = await world.ports.records.keys('contacts', 10);
    const heads = all.filter(({ key }) => key !== hqRow(world).key);
    await world.ports.control.putBatches([
      batchRow('in step', { server: 'branch', state: 'ready', keys: heads, createdAt: 1 }),
    ]);
    await world.ports.queue.send('branch', ['in step']);
    world.scheduler.now += 61_000;
    expect(await tending(world, 'branch')).toBe(1);
    let lookUps = 0;
    serverOf(world, 'branch').fails = (request) => request === 'look-up' && (lookUps += 1) < 0;
    await writing(world, 'branch');
    expect([(await breakerOf(world))?.failures, lookUps]).toEqual([0, 1]);
  });

  test('closes without a trial where nothing waits any more', async () => {
    const world = worldWith(1);
    await readBoth(world);
    await failOnce(world);
    for (const { id, rev } of await world.ports.control.openBatches('branch', 10))
      await world.ports.control.close(id, rev);
    world.scheduler.now += 61_000;
    await tending(world, 'branch');
    expect((await breakerOf(world))?.failures).toBe(0);
  });
});

test('a reading of a server whose tables all wait for a person asks nothing, and proves nothing of the server', async () => {
  const world = worldWith(5);
  await readBoth(world);
  const hq = serverOf(world, 'hq');
  const halted = { table: 'contacts', server: 'hq', kind: 'restored', at: world.scheduler.now } as const;
  await world.ports.control.putHalt({ ...halted, rev: 1, id: 'abc', figures: {}, examples: [] });
  hq.fails = () => true;
  const { finds } = hq;
  expect([await reading(world, 'hq'), hq.finds]).toEqual(['waiting', finds]);
});
