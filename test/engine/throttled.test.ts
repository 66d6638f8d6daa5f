/** A server that is to be written slowly, on time that the test moves on. */
import { expect, test } from 'vitest';
import { drain } from '../../src/engine/drain.ts';
import type { Engine, EngineTable } from '../../src/engine/engine.ts';
import { putBackDue } from '../../src/engine/measure.ts';
import { runOnce } from '../../src/engine/run.ts';
import { Throttled } from '../../src/engine/throttled.ts';
import type { ServerTable } from '../../src/ports/server.ts';
import { alone, never, synced } from './model/alone.ts';
import { readBoth, serverOf, valuesOf, worldWith } from './model/invocations.ts';
import type { World } from './model/world.ts';

const maxRate = 10;

/** Sleeping takes its time; batches of twenty. */
function throttled(its: Engine): Engine {
  const clock: Engine['clock'] = {
    now: () => its.clock.now(),
    sleep: async (ms, signal) => {
      for (const until = its.clock.now() + ms; its.clock.now() < until && !signal.aborted; )
        await its.clock.sleep(0, signal);
      signal.throwIfAborted();
    },
  };
  const settings = { ...its.settings, batchesAtOnce: 3, sendWithinMs: 500 };
  return { ...its, clock, settings, throttled: new Map([['branch', new Throttled(maxRate, clock)]]) };
}

function inLargeBatches(world: World, pageSize: number): void {
  const engineOf = world.engineOf.bind(world);
  world.engineOf = (process) => {
    const engine = engineOf(process);
    return { ...engine, settings: { ...engine.settings, pageSize, ingestSize: pageSize, batchSize: 20 } };
  };
}

/** hq holds so many, all of them in batches of twenty for branch. */
async function readyToWrite(count: number): Promise<World> {
  const world = worldWith(count);
  inLargeBatches(world, 100);
  await readBoth(world);
  return world;
}

const drained = (world: World, stop: AbortSignal = never): Promise<number> =>
  alone(world, async (its) => {
    await putBackDue(its, 'branch');
    return drain(throttled(its), 'branch', { force: true, busy: new Set(), settling: new Map() }, stop);
  });

test('gets no more records a second over all batches, and is not idle either', async () => {
  const world = await readyToWrite(60);
  const branch = serverOf(world, 'branch');
  const times: number[] = [];
  branch.refuses = () => {
    times.push(world.scheduler.now);
    return false;
  };
  const startedAt = world.scheduler.now;
  await drained(world);
  expect(valuesOf(branch, 'a')).toEqual(valuesOf(serverOf(world, 'hq'), 'a'));
  expect(times).toHaveLength(60);
  for (const [index, at] of times.entries())
    expect(index + 1).toBeLessThanOrEqual(((at - startedAt) * maxRate) / 1000 + maxRate);
  const tookMs = (times.at(-1) ?? 0) - startedAt;
  expect(tookMs).toBeGreaterThan(5000);
  expect(tookMs).toBeLessThan(7000);
});

test('is waited for by nobody where nothing has to be written', async () => {
  const world = await readyToWrite(60);
  const branch = serverOf(world, 'branch');
  for (const { key, values } of serverOf(world, 'hq').rows) branch.insert(key, values);
  const startedAt = world.scheduler.now;
  await drained(world);
  expect(branch.rows).toHaveLength(60);
  expect(world.scheduler.now - startedAt).toBeLessThan(5000);
});

test('R2: whoever is stopped while it waits leaves what is left, and the next one writes it', async () => {
  const world = await readyToWrite(60);
  const branch = serverOf(world, 'branch');
  const stop = new AbortController();
  branch.refuses = () => {
    if (branch.rows.length >= 15) stop.abort(new Error('stopped'));
    return false;
  };
  await expect(drained(world, stop.signal)).rejects.toThrow('stopped');
  expect(branch.rows.length).toBeLessThan(40);
  branch.refuses = () => false;
  await drained(world);
  expect(branch.rows).toHaveLength(60);
  expect(await world.ports.control.openBatches('branch', 100)).toEqual([]);
});

/** Each page of hq takes so long. */
function slowlyRead(engine: Engine, ms: number): Engine {
  const slow = (table: ServerTable): ServerTable => ({
    ...table,
    changed: async (range, page, signal) => {
      await engine.clock.sleep(ms, signal);
      return table.changed(range, page, signal);
    },
  });
  const tables = [...engine.tables].map(([name, table]): [string, EngineTable] => {
    const servers = [...table.servers].map(([server, port]): [string, ServerTable] => [
      server,
      server === 'hq' ? slow(port) : port,
    ]);
    return [name, { ...table, servers: new Map(servers) }];
  });
  return { ...engine, tables: new Map(tables) };
}

test('R7: holds up no other server in a run, neither while tables are read nor afterwards', async () => {
  const world = worldWith(1, [
    ['hq', 'send'],
    ['branch', 'receive'],
    ['kiosk', 'receive'],
  ]);
  await synced(world);
  for (let n = 0; n < 119; n += 1) {
    world.scheduler.now += 1000;
    serverOf(world, 'hq').insert(`n${n}`, {});
  }
  inLargeBatches(world, 20);
  const [branch, kiosk] = [serverOf(world, 'branch'), serverOf(world, 'kiosk')];
  let whenKioskWasDone = 0;
  kiosk.refuses = () => {
    whenKioskWasDone = branch.rows.length;
    return false;
  };
  await alone(world, (its) => runOnce(slowlyRead(throttled(its), 400), never));
  for (const server of [branch, kiosk]) expect(server.rows).toHaveLength(120);
  expect(whenKioskWasDone).toBeLessThan(100);
});
