import { expect, test } from 'vitest';
import { isOpen } from '../../src/core/breaker.ts';
import { placeOf } from '../../src/engine/engine.ts';
import { enumerate } from '../../src/engine/enumerate.ts';
import { withinDataLimit } from '../../src/engine/data-limit.ts';
import type { EngineEvent } from '../../src/engine/events.ts';
import type { Server, ServerTable, TableBinding } from '../../src/ports/server.ts';
import { ServerError } from '../../src/ports/server-errors.ts';
import { alone } from './model/alone.ts';
import { readBoth, worldWith, writeAll } from './model/invocations.ts';
import { memoryControl } from '../support/memory/memory-ports.ts';

const hour = 3_600_000;
const signal = new AbortController().signal;
const page = { offset: 0, limit: 1 };
const binding: TableBinding = {
  table: 'contacts',
  database: 'Main',
  layout: 'Sync',
  role: 'both',
  key: 'id',
  keyField: 'id',
  stampField: 'changed',
  stampedBy: 'host',
  fieldNames: {},
  types: {},
};

/** A server that answers 953 as long as it is used up, and processes that ask it, over one state. */
function site() {
  const control = memoryControl();
  const events: EngineEvent[] = [];
  let now = 1_000_000;
  let isUsedUp = false;
  let asked = 0;
  let probed = 0;
  const answer = async <Value>(value: Value): Promise<Value> => {
    asked += 1;
    await Promise.resolve();
    if (isUsedUp) throw new ServerError('data-limit-exceeded', 'hq', 'used up', { fileMakerCode: '953' });
    return value;
  };
  const nothing = { records: [], foundCount: 0 };
  const table: ServerTable = {
    list: () => answer(nothing),
    changed: () => answer(nothing),
    lookUp: () => answer([]),
    read: () => answer(undefined),
    create: () => answer({ kind: 'unsent' }),
    update: () => answer({ kind: 'unsent' }),
    remove: () => answer({ kind: 'unsent' }),
  };
  const server: Server = {
    name: 'hq',
    probe: async () => {
      probed += 1;
      return { offset: { lo: 0, hi: 0 }, at: now };
    },
    layout: () => answer([]),
    table: () => table,
    close: async () => undefined,
  };
  const process = async () => {
    const ports = {
      control,
      clock: { now: () => now },
      report: (event: EngineEvent) => void events.push(event),
    };
    const limited = withinDataLimit(server, ports, await control.breaker('hq', 'data'));
    return { list: () => limited.table(binding).list(page, signal), probe: () => limited.probe(signal) };
  };
  return {
    process,
    events,
    control,
    asked: () => asked,
    probed: () => probed,
    wait: (ms: number) => (now += ms),
    usedUp: (is: boolean) => (isUsedUp = is),
  };
}

const code = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'answered',
    (error: unknown) => (error instanceof ServerError ? error.code : error),
  );

test('from the first 953 on nothing is asked for an hour, by any process, the clock neither', async () => {
  const { process, asked, probed, usedUp, wait, events } = site();
  const first = await process();
  usedUp(true);
  expect(await code(first.list())).toBe('data-limit-exceeded');
  const second = await process();
  wait(hour - 1);
  for (const one of [first, second]) {
    expect(await code(one.list())).toBe('data-limit-exceeded');
    expect(await code(one.probe())).toBe('data-limit-exceeded');
  }
  expect([asked(), probed()]).toEqual([1, 0]);
  expect(events).toEqual([{ kind: 'data-limit-reached', server: 'hq', tryAt: 1_000_000 + hour }]);
});

test('what is told of a server that is left alone says what to look at, and when it is asked again', async () => {
  const { process, usedUp } = site();
  const { list } = await process();
  usedUp(true);
  await code(list());
  await expect(list()).rejects.toMatchObject({
    retryAt: 1_000_000 + hour,
    message: expect.stringContaining('Annual Reset Date'),
    fileMakerCode: '953',
  });
});

test('after an hour one of many is let through, and the others with it where it is answered', async () => {
  const { process, asked, usedUp, wait, events, control } = site();
  const [one, other] = [await process(), await process()];
  usedUp(true);
  await code(one.list());
  const late = await process();
  wait(hour);
  const tried = [one.list(), one.list(), late.list(), late.list()].map(code);
  expect(new Set(await Promise.all(tried))).toEqual(new Set(['data-limit-exceeded']));
  expect(asked()).toBe(2);
  usedUp(false);
  wait(hour);
  expect(await Promise.all([late.list(), late.list()].map(code))).toEqual(['answered', 'answered']);
  expect(events.at(-1)).toEqual({ kind: 'data-limit-over', server: 'hq' });
  expect(await code((await process()).list())).toBe('answered');
  expect((await control.breaker('hq', 'data'))?.failures).toBe(0);
  expect(await code(other.list())).toBe('answered');
});

test('a process that knows of a stop which another ended goes on', async () => {
  const { process, usedUp, wait } = site();
  const [one, other] = [await process(), await process()];
  usedUp(true);
  await code(one.list());
  await code(other.list());
  usedUp(false);
  wait(hour);
  expect(await code(one.list())).toBe('answered');
  expect(await code(other.list())).toBe('answered');
});

test('requests that were refused together are one stop', async () => {
  const { process, usedUp, events, control } = site();
  const { list } = await process();
  usedUp(true);
  await Promise.all([list(), list(), list()].map(code));
  expect(events).toHaveLength(1);
  expect(await control.breaker('hq', 'data')).toMatchObject({ rev: 1, failures: 1 });
});

test('an answer ends the stop only where no other process was refused meanwhile', async () => {
  const { process, asked, usedUp, wait, events, control } = site();
  const { list } = await process();
  usedUp(true);
  await code(list());
  usedUp(false);
  wait(hour);
  const store = control.putBreaker.bind(control);
  let puts = 0;
  control.putBreaker = async (next) => {
    puts += 1;
    if (puts === 2) await store({ ...next, failures: 3, tryAt: 1_000_000 + 3 * hour });
    return store(next);
  };
  expect(await code(list())).toBe('answered');
  expect(events.filter(({ kind }) => kind === 'data-limit-over')).toEqual([]);
  expect(await code(list())).toBe('data-limit-exceeded');
  expect(asked()).toBe(2);
});

test('a server that only receives is asked for one row when the hour is over, and goes on though nothing waits for it', async () => {
  const world = worldWith(2, [
    ['hq', 'both'],
    ['branch', 'receive'],
  ]);
  await readBoth(world);
  await writeAll(world);
  const { control } = world.ports;
  const stopped = {
    server: 'branch',
    task: 'data',
    rev: 1,
    failures: 1,
    since: 0,
    code: 'data-limit-exceeded',
  };
  const tryAt = world.scheduler.now + hour;
  await control.putBreaker({ ...stopped, task: 'data', tryAt });
  let lists = 0;
  let isUsedUp = false;
  const list: ServerTable['list'] = async () => {
    lists += 1;
    if (isUsedUp) throw new ServerError('data-limit-exceeded', 'branch', 'used up', {});
    return { records: [], foundCount: 0 };
  };
  const readBranch = (): Promise<unknown> =>
    alone(world, async (engine) => {
      const place = placeOf(engine, 'contacts', 'branch');
      if (place === undefined) throw new Error('no branch');
      const table = { ...noTable, list };
      const server = { name: 'branch', probe: nothing, layout: nothing, table: () => table, close: nothing };
      const stop = await control.breaker('branch', 'data');
      const limited = withinDataLimit(server, engine, stop);
      return enumerate(engine, { ...place, table: limited.table(binding) }, signal);
    });
  expect(await readBranch()).toBe('done');
  expect(lists).toBe(0);
  world.scheduler.now = tryAt;
  isUsedUp = true;
  expect([await readBranch(), await readBranch()]).toEqual(['done', 'done']);
  expect(lists).toBe(1);
  world.scheduler.now += hour;
  isUsedUp = false;
  await readBranch();
  expect(isOpen(await control.breaker('branch', 'data'))).toBe(false);
  await readBranch();
  expect(lists).toBe(2);
});

const nothing = (): never => {
  throw new Error('it is asked for nothing else');
};

const noTable: ServerTable = {
  list: nothing,
  changed: nothing,
  lookUp: nothing,
  read: nothing,
  create: nothing,
  update: nothing,
  remove: nothing,
};
