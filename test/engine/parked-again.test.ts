/** Parked records, tried again: by themselves, when they change, and since a person asked. */
import { describe, expect, test } from 'vitest';
import { recheckDue } from '../../src/engine/recheck.ts';
import { retryDue } from '../../src/engine/retry-parked.ts';
import type { Parked } from '../../src/core/conflict.ts';
import { alone, calmWorld, never, synced } from './model/alone.ts';
import { readBoth, reading, serverOf, tending, worldWith, writeAll, writing } from './model/invocations.ts';
import type { World } from './model/world.ts';

const minuteMs = 60_000;

const parkedOne = async (world: World): Promise<Parked> => {
  const [one] = await world.ports.control.parked(2);
  if (one === undefined) throw new Error('nothing is parked');
  return one;
};

/** `branch` refuses the only record of hq; the instants at which it was asked to take it are noted. */
async function refusedOnce(code: string): Promise<{ readonly world: World; readonly asked: number[] }> {
  const world = worldWith(1);
  const branch = serverOf(world, 'branch');
  const asked: number[] = [];
  branch.refusalCode = code;
  branch.refuses = () => asked.push(world.scheduler.now) > 0;
  await readBoth(world);
  await writeAll(world);
  return { world, asked };
}

/** As schedules go: measuring by the minute, writing what it put out. */
async function minutes(world: World, count: number): Promise<void> {
  for (let minute = 0; minute < count; minute += 1) {
    world.scheduler.now += minuteMs;
    await writeAll(world);
  }
}

describe('a refused record', () => {
  test('is tried again by itself where the cause may pass, after waits that grow, once at a time', async () => {
    const { world, asked } = await refusedOnce('509');
    const start = asked[0] ?? 0;
    await minutes(world, 180);
    const waited = asked.map((at) => Math.round((at - start) / minuteMs));
    expect(waited.length).toBeGreaterThan(6);
    const gaps = waited.slice(1).map((at, index) => at - (waited[index] ?? 0));
    // The minute in which it is noticed comes on top.
    for (const [index, gap] of gaps.entries()) {
      expect(gap).toBeGreaterThanOrEqual(2 ** index);
      expect(gap).toBeLessThanOrEqual(2 ** index + 1);
    }
    expect((await parkedOne(world)).attempts).toBe(asked.length);
  });

  test('is parked no more once it is taken, though nobody changed it', async () => {
    const { world } = await refusedOnce('510');
    await minutes(world, 2);
    serverOf(world, 'branch').refuses = () => false;
    await minutes(world, 9);
    expect([await world.ports.control.countParked(), serverOf(world, 'branch').rows.length]).toEqual([0, 1]);
    expect((await world.ports.control.backlog()).size).toBe(0);
  });

  test('waits for a change where the cause does not pass by itself', async () => {
    const { world, asked } = await refusedOnce('511');
    await minutes(world, 180);
    expect(asked).toHaveLength(1);
    expect(await parkedOne(world)).not.toHaveProperty('retryAt');
    const [row] = serverOf(world, 'hq').rows;
    if (row) serverOf(world, 'hq').edit(row, { b: 'shorter' });
    await reading(world, 'hq');
    await minutes(world, 1);
    expect(asked).toHaveLength(2);
  });

  test('is waited for as briefly as at first when a change of it is refused, and keeps its time while it is the same', async () => {
    const { world } = await refusedOnce('509');
    const first = await parkedOne(world);
    await minutes(world, 40);
    const later = await parkedOne(world);
    expect([later.at, later.attempts]).toEqual([first.at, expect.any(Number)]);
    expect(later.attempts).toBeGreaterThan(4);
    const [row] = serverOf(world, 'hq').rows;
    if (row) serverOf(world, 'hq').edit(row, { b: 'changed' });
    await reading(world, 'hq');
    await writeAll(world);
    const changed = await parkedOne(world);
    expect(changed).toMatchObject({ attempts: 1, version: first.version + 1 });
    expect(changed.at).toBeGreaterThan(later.at);
    expect((changed.retryAt ?? 0) - changed.at).toBe(minuteMs);
  });

  test('of which the refusing server’s own users change something is tried again, with their change kept', async () => {
    const world = worldWith(1);
    const [hq, branch] = [serverOf(world, 'hq'), serverOf(world, 'branch')];
    await readBoth(world);
    await writeAll(world);
    branch.refusalCode = '511';
    branch.refuses = () => true;
    const [row] = hq.rows;
    if (row) hq.edit(row, { a: 'too long' });
    await readBoth(world);
    await writeAll(world);
    expect(await parkedOne(world)).toMatchObject({ server: 'branch', code: '511' });
    branch.refuses = () => false;
    const [there] = branch.rows;
    world.scheduler.now += minuteMs;
    if (there) branch.edit(there, { b: 'by its user' });
    await readBoth(world);
    await writeAll(world);
    expect(branch.rows[0]?.values).toEqual({ a: 'too long', b: 'by its user' });
    expect(await world.ports.control.countParked()).toBe(0);
  });

  test('stays due while its server fails, and goes out when it works again', async () => {
    const { world, asked } = await refusedOnce('509');
    const branch = serverOf(world, 'branch');
    branch.fails = (request) => request === 'probe';
    await minutes(world, 3);
    expect(asked).toHaveLength(1);
    branch.fails = () => false;
    await minutes(world, 1);
    expect(asked).toHaveLength(2);
  });

  test('gets no batch while a person has to approve its table', async () => {
    const { world } = await refusedOnce('509');
    const { control } = world.ports;
    const meeting = await control.meeting('contacts', 'branch');
    if (meeting) await control.putMeeting({ ...meeting, state: 'halted' });
    world.scheduler.now += minuteMs * 2;
    await tending(world, 'branch');
    expect(await control.openBatches('branch', 9)).toEqual([]);
    expect((await parkedOne(world)).retryAt).toBeGreaterThan(world.scheduler.now);
  });

  test('that an earlier release parked, without a time to be tried at, is read and counted on', async () => {
    const { world } = await refusedOnce('509');
    const { attempts: _attempts, retryAt: _retryAt, ...old } = await parkedOne(world);
    await world.ports.control.park([old]);
    await minutes(world, 60);
    expect(await parkedOne(world)).toEqual(old);
    world.scheduler.now += 25 * 3_600_000;
    await reading(world, 'branch');
    await writeAll(world);
    expect(await parkedOne(world)).toMatchObject({ at: old.at, attempts: 2, retryAt: expect.any(Number) });
  });
});

/** Three generations in each of nine families; a child is refused on branch while its parent is not there. */
const childrenFirst = (world: World): void => {
  const branch = serverOf(world, 'branch');
  branch.refusalCode = '510';
  branch.refuses = (key) => {
    const parent = /^(.*)\.[^.]+$/.exec(key)?.[1];
    return parent !== undefined && branch.rows.every((row) => row.key !== parent);
  };
  for (let family = 0; family < 9; family += 1)
    for (const key of [`f${family}.c.g`, `f${family}.c`, `f${family}`])
      serverOf(world, 'hq').insert(key, { a: key, b: '' });
};

describe('S29: children that are refused until their parent is there', () => {
  test('end complete by themselves, each made once', async () => {
    const world = calmWorld();
    childrenFirst(world);
    await readBoth(world);
    await writeAll(world);
    expect(await world.ports.control.countParked()).toBeGreaterThan(0);
    await minutes(world, 12);
    expect([serverOf(world, 'branch').rows.length, await world.ports.control.countParked()]).toEqual([27, 0]);
    expect(serverOf(world, 'branch').writes).toBe(27);
  });

  test('end complete in the one run that a person starts', async () => {
    const world = calmWorld();
    childrenFirst(world);
    await synced(world);
    expect([serverOf(world, 'branch').rows.length, await world.ports.control.countParked()]).toEqual([27, 0]);
  });

  test('whose parent never comes cost the run that meets them one more try, and later runs one', async () => {
    const world = calmWorld();
    const branch = serverOf(world, 'branch');
    const asked: string[] = [];
    branch.refuses = (key) => asked.push(key) > 0;
    serverOf(world, 'hq').insert('orphan', { a: '', b: '' });
    await synced(world);
    expect(asked).toHaveLength(2);
    world.scheduler.now += minuteMs;
    await synced(world);
    expect(asked).toHaveLength(3);
  });
});

describe('a record that is parked on a server since it is to be read there', () => {
  test.each(['file-unread', 'file-too-large', 'doubled-key'])(
    '(%s) stays parked until it was read, though it seems in step',
    async (code) => {
      const world = worldWith(1);
      await readBoth(world);
      await writeAll(world);
      const at = world.scheduler.now;
      const one = { table: 'contacts', server: 'hq', key: 'k0', code, reason: 'it is so', version: 1 };
      await world.ports.control.park([{ ...one, at, retryAt: at }]);
      world.scheduler.now += minuteMs;
      await tending(world, 'hq');
      await writing(world, 'hq');
      expect(await parkedOne(world)).toMatchObject({ key: 'k0', code });
      // As whoever reads the server is told to.
      await alone(world, (engine) => recheckDue(engine, 'hq', never));
      expect(await world.ports.control.countParked()).toBe(0);
    },
  );
});

/** As `parked retry` puts it down. */
const ask = async (world: World): Promise<void> => {
  const parked = await world.ports.control.parked(9);
  await world.ports.control.park(parked.map((one) => ({ ...one, retryAt: world.scheduler.now })));
};

describe('what a person asked to try again', () => {
  test('is tried with the next measuring, once, also where the cause does not pass by itself', async () => {
    const { world, asked } = await refusedOnce('511');
    await ask(world);
    await minutes(world, 60);
    expect(asked).toHaveLength(2);
  });

  test('is looked up by who reads the server, where records cannot be told apart', async () => {
    const world = worldWith(2);
    const hq = serverOf(world, 'hq');
    for (const a of ['keep', 'drop']) hq.insert('twice', { a, b: '' });
    await readBoth(world);
    await writeAll(world);
    const retried = () => alone(world, (engine) => retryDue(engine, 'hq'));
    const lookAgain = () => alone(world, (engine) => recheckDue(engine, 'hq', never));
    expect(await parkedOne(world)).toMatchObject({ server: 'hq', code: 'doubled-key' });
    expect(await retried()).toEqual({ records: 0, lookUps: false });
    await ask(world);
    expect(await retried()).toEqual({ records: 0, lookUps: true });
    await lookAgain();
    expect([await world.ports.control.countParked(), await retried()]).toEqual([
      1,
      { records: 0, lookUps: false },
    ]);
    hq.rows = hq.rows.filter((row) => row.values['a'] !== 'drop');
    await ask(world);
    await lookAgain();
    expect(await world.ports.control.countParked()).toBe(0);
    await writeAll(world);
    expect(serverOf(world, 'branch').rows.map(({ key }) => key)).toContain('twice');
  });

  test('and that was unparked meanwhile comes out again by itself', async () => {
    const { world } = await refusedOnce('511');
    const before = await parkedOne(world);
    serverOf(world, 'branch').refuses = () => false;
    await world.ports.control.park([{ ...before, retryAt: world.scheduler.now }]);
    await minutes(world, 1);
    await world.ports.control.park([{ ...before, retryAt: world.scheduler.now }]);
    await minutes(world, 2);
    expect([await world.ports.control.countParked(), serverOf(world, 'branch').writes]).toEqual([0, 1]);
  });
});

test('a table that nobody knows any more holds up no other due record', async () => {
  const { world, asked } = await refusedOnce('509');
  const one = await parkedOne(world);
  await world.ports.control.park([{ ...one, table: 'gone', key: 'k', retryAt: 1 }]);
  await minutes(world, 2);
  await writing(world, 'branch');
  expect(asked.length).toBeGreaterThan(1);
  expect(await world.ports.control.parkedDue('branch', world.scheduler.now, 9)).toEqual([]);
});
