/** Deletes that a log in the file tells of, one sequence of events each, over the real engine and memory. */
import { describe, expect, test } from 'vitest';
import type { DeletePolicy } from '../../src/core/link.ts';
import { placeOf } from '../../src/engine/engine.ts';
import { enumerate, type Enumeration } from '../../src/engine/enumerate.ts';
import { runOnce } from '../../src/engine/run.ts';
import { ServerError } from '../../src/ports/server-errors.ts';
import { alone, never, read, synced } from './model/alone.ts';
import type { ModelServer } from './model/model-server.ts';
import { filled, keysOf, onServer, rowOf, settled } from './model/sweeping.ts';
import type { World } from './model/world.ts';

/** The logs were there from the beginning, and were read. */
async function logged(count: number, policy: DeletePolicy = 'edit-wins'): Promise<World> {
  const world = await filled(count, policy);
  world.keepLogs();
  await synced(world);
  world.scheduler.now += 600_000;
  await synced(world);
  return world;
}

const logOf = (world: World, name: string): ModelServer => {
  const { log } = onServer(world, name);
  if (log === undefined) throw new Error(`${name} keeps no log`);
  return log;
};

/** By a person, whose file puts down when: so long after it was really deleted, or before. */
function remove(world: World, name: string, key: string, offByMs = 0): void {
  const server = onServer(world, name);
  server.delete(rowOf(server, key));
  const log = logOf(world, name);
  const { recordId } = log.insert(key, {});
  log.rows = log.rows.map((row) => {
    if (row.recordId !== recordId || offByMs === 0) return row;
    const wall = row.stampMs + offByMs;
    return { ...row, stampMs: wall, stamp: { kind: 'wall', wall } };
  });
}

function withoutTime(world: World, name: string): void {
  const log = logOf(world, name);
  log.rows = log.rows.map((row) => ({ ...row, stamp: { kind: 'empty' } }));
}

const suspectsOn = (world: World, name: string) => world.ports.control.suspects('contacts', name, 1000);

const later = (world: World, ms = 600_000): void => void (world.scheduler.now += ms);

const headOf = async (world: World, key: string) =>
  (await world.ports.records.heads('contacts', [key])).get(key);

/** `stop` after so many pages. */
const readFor = (world: World, name: string, pages: number): Promise<Enumeration | undefined> =>
  alone(world, async (engine) => {
    const place = placeOf(engine, 'contacts', name);
    let left = pages;
    const pace = () => Promise.resolve(left-- > 0 ? ('on' as const) : ('stop' as const));
    return place && enumerate(engine, place, never, { pace });
  });

describe('a delete that is in the log', () => {
  test('goes everywhere within two runs, without a sweep, at the time that the log tells', async () => {
    const world = await logged(5);
    later(world);
    const deletedAt = world.scheduler.now;
    remove(world, 'hq', 'k3');
    later(world, 60_000);
    await synced(world);
    expect(keysOf(onServer(world, 'branch'))).toContain('k3');
    expect(await suspectsOn(world, 'hq')).toMatchObject([{ key: 'k3', source: 'log' }]);
    later(world);
    await synced(world);
    expect(keysOf(onServer(world, 'branch'))).toEqual(['k0', 'k1', 'k2', 'k4']);
    const { stamp, origin } = (await headOf(world, 'k3'))?.deleted ?? {};
    expect(origin).toBe('hq');
    // To the second that the log shows, and what the clock is not known to.
    expect(stamp?.lo).toBeGreaterThan(deletedAt - 3_000);
    expect(stamp?.hi).toBeLessThan(deletedAt + 3_000);
  });

  test('counts from when it was last seen to when the log was read, where the log tells no time', async () => {
    const world = await logged(3);
    const seen = (await world.ports.records.replicas('contacts', 'hq', ['k1'])).get('k1')?.at ?? 0;
    later(world);
    remove(world, 'hq', 'k1');
    withoutTime(world, 'hq');
    await read(world, 'hq');
    const readBy = world.scheduler.now;
    await settled(world, 'hq');
    const { stamp } = (await headOf(world, 'k1'))?.deleted ?? {};
    expect(stamp?.lo).toBe(seen);
    expect(stamp?.hi).toBeLessThanOrEqual(readBy);
    expect(stamp?.hi).toBeGreaterThan(readBy - 1_000);
  });

  test.each([
    ['long before the record was last seen', -30 * 86_400_000],
    ['in the future', 86_400_000],
  ])('R4: is not believed to lie %s', async (_name, offByMs) => {
    const world = await logged(3);
    const seen = (await world.ports.records.replicas('contacts', 'hq', ['k1'])).get('k1')?.at ?? 0;
    // So that a log is read from its beginning.
    logOf(world, 'hq').rows = [];
    remove(world, 'hq', 'k1', offByMs);
    if (offByMs < 0) withoutReading(world);
    await read(world, 'hq');
    await settled(world, 'hq');
    const { stamp } = (await headOf(world, 'k1'))?.deleted ?? {};
    expect(stamp?.lo).toBeGreaterThanOrEqual(seen);
    expect(stamp?.hi).toBeLessThanOrEqual(world.scheduler.now);
  });

  test('that is in it several times counts as the latest', async () => {
    const world = await logged(3);
    const hq = onServer(world, 'hq');
    later(world);
    remove(world, 'hq', 'k1');
    hq.insert('k1', { a: 'again' });
    later(world, 30_000);
    const deletedAt = world.scheduler.now;
    remove(world, 'hq', 'k1');
    // As a purge and an import would leave them.
    logOf(world, 'hq').rows = logOf(world, 'hq').rows.toReversed();
    await read(world, 'hq');
    await settled(world, 'hq');
    expect((await headOf(world, 'k1'))?.deleted?.stamp.lo).toBeGreaterThan(deletedAt - 3_000);
  });

  test('that is told of again, at a later time, while it is suspected counts as the later one', async () => {
    const world = await logged(3);
    later(world);
    remove(world, 'hq', 'k1');
    await read(world, 'hq');
    const [first] = await suspectsOn(world, 'hq');
    later(world, 2_500);
    logOf(world, 'hq').insert('k1', {});
    await read(world, 'hq');
    const [second] = await suspectsOn(world, 'hq');
    expect(second?.at).toBe(first?.at);
    expect((second?.deletedAt?.lo ?? 0) - (first?.deletedAt?.lo ?? 0)).toBeGreaterThan(1_000);
  });
});

describe('a row of the log', () => {
  test('of a key that was made again deletes nothing, and the record comes as it is now', async () => {
    const world = await logged(3);
    remove(world, 'hq', 'k1');
    onServer(world, 'hq').insert('k1', { a: 'again', b: '' });
    for (let n = 0; n < 3; n += 1) {
      await synced(world);
      later(world);
    }
    expect(await suspectsOn(world, 'hq')).toEqual([]);
    expect(rowOf(onServer(world, 'branch'), 'k1').values['a']).toBe('again');
  });

  test.each(['k99', ''])('of a key that is not held (%j) tells nothing', async (key) => {
    const world = await logged(3);
    logOf(world, 'hq').insert(key, {});
    for (let n = 0; n < 2; n += 1) {
      await synced(world);
      later(world);
    }
    expect(keysOf(onServer(world, 'branch'))).toEqual(['k0', 'k1', 'k2']);
  });

  test('of a record that nobody ever read here tells nothing, and a sweep finds none of it either', async () => {
    const world = await logged(3);
    const hq = onServer(world, 'hq');
    hq.insert('k7', { a: 'short', b: '' });
    remove(world, 'hq', 'k7');
    for (let n = 0; n < 2; n += 1) {
      await synced(world);
      later(world);
    }
    expect(await headOf(world, 'k7')).toBe(undefined);
  });

  test('whose record a find does not show, but its row is there, deletes nothing', async () => {
    const world = await logged(3);
    logOf(world, 'hq').insert('k1', {});
    onServer(world, 'hq').unfindable = new Set(['k1']);
    for (let n = 0; n < 3; n += 1) {
      await synced(world);
      later(world);
    }
    expect(keysOf(onServer(world, 'branch'))).toContain('k1');
    expect((await world.ports.control.parked(9)).map(({ code }) => code)).toEqual(['unfindable']);
  });

  test('that stands below the window is read once a day', async () => {
    const world = await logged(3);
    later(world, 100_000);
    remove(world, 'hq', 'k1', -7_200_000);
    await read(world, 'hq');
    expect(await suspectsOn(world, 'hq')).toEqual([]);
    later(world, 86_400_000);
    await read(world, 'hq');
    expect(await suspectsOn(world, 'hq')).toHaveLength(1);
  });
});

describe('a delete of the log and an edit elsewhere that it had not seen', () => {
  test.each([
    ['edit-wins', 'edited', 'deletes before', 60_000, 'before'],
    ['edit-wins', 'edited', 'deletes after', -60_000, 'after'],
    ['delete-wins', undefined, 'deletes before', 60_000, 'before'],
    ['delete-wins', undefined, 'deletes after', -60_000, 'after'],
  ] as const)(
    'R5: %s: %s remains where one %s, and the order by the clocks of both is kept',
    async (policy, expected, _name, editedAfterMs, order) => {
      const world = await logged(3, policy);
      const [hq, branch] = [onServer(world, 'hq'), onServer(world, 'branch')];
      later(world);
      const edit = () => hq.edit(rowOf(hq, 'k1'), { a: 'edited' });
      if (editedAfterMs < 0) edit();
      later(world, 60_000);
      remove(world, 'branch', 'k1');
      later(world, 60_000);
      if (editedAfterMs > 0) edit();
      later(world, 60_000);
      await read(world, 'branch');
      await read(world, 'hq');
      await settled(world, 'branch');
      for (let n = 0; n < 3; n += 1) await synced(world);
      expect([hq, branch].map(({ rows }) => rows.find(({ key }) => key === 'k1')?.values['a'])).toEqual([
        expected,
        expected,
      ]);
      const lost = (await world.ports.control.conflicts(9)).find(({ rule }) => rule === policy);
      expect(lost?.order).toBe(order);
    },
  );

  test('ignored: stays where it was made', async () => {
    const world = await logged(3, 'ignore');
    remove(world, 'branch', 'k1');
    for (let n = 0; n < 3; n += 1) {
      await synced(world);
      later(world);
    }
    expect([keysOf(onServer(world, 'hq')), keysOf(onServer(world, 'branch'))]).toEqual([
      ['k0', 'k1', 'k2'],
      ['k0', 'k2'],
    ]);
  });
});

describe('a log that tells of many deletes', () => {
  test('R8: halts the table there before any of them is believed', async () => {
    const world = await logged(60);
    for (let n = 0; n < 30; n += 1) remove(world, 'hq', `k${n}`);
    await synced(world);
    later(world);
    await synced(world);
    expect(onServer(world, 'branch').rows).toHaveLength(60);
    const halt = await world.ports.control.halt('contacts', 'hq');
    expect(halt).toMatchObject({ kind: 'mass-delete', figures: { gone: 30, limit: 20 } });
  });

  test('R8: of which only a part is read lets none of them be believed until all is', async () => {
    const world = await logged(60);
    for (let n = 0; n < 30; n += 1) remove(world, 'hq', `k${n}`);
    // One page of changes, one of the log.
    expect(await readFor(world, 'hq', 1)).toBe('unfinished');
    const some = (await suspectsOn(world, 'hq')).length;
    expect([some > 0, some < 30]).toEqual([true, true]);
    expect(await settled(world, 'hq')).toBe('waiting');
    while ((await readFor(world, 'hq', 1)) === 'unfinished');
    expect(await suspectsOn(world, 'hq')).toHaveLength(30);
    expect(await settled(world, 'hq')).toBe('halted');
  });

  test('R8: that breaks off behind some of them lets none be believed either', async () => {
    const world = await logged(60);
    for (let n = 0; n < 30; n += 1) remove(world, 'hq', `k${n}`);
    const { control } = world.ports;
    const putSuspects = control.putSuspects.bind(control);
    const dies: typeof putSuspects = async (suspects) => {
      await putSuspects(suspects);
      throw new Error('the process dies');
    };
    Object.assign(control, { putSuspects: dies });
    await expect(read(world, 'hq')).rejects.toThrow('the process dies');
    Object.assign(control, { putSuspects });
    expect(await suspectsOn(world, 'hq')).not.toEqual([]);
    expect(await settled(world, 'hq')).toBe('waiting');
    await read(world, 'hq');
    expect(await settled(world, 'hq')).toBe('halted');
  });

  test('is read to its end by readings that each stop after a page, each row once', async () => {
    const world = await logged(3);
    for (let n = 0; n < 20; n += 1) {
      logOf(world, 'hq').insert(`other ${n}`, {});
      later(world, 1_000);
    }
    remove(world, 'hq', 'k1');
    let readings = 0;
    for (; (await readFor(world, 'hq', 0)) === 'unfinished'; readings += 1)
      if (readings > 60) throw new Error('it comes to no end');
    expect(readings).toBeGreaterThan(2);
    expect(await suspectsOn(world, 'hq')).toHaveLength(1);
  });

  test('that was there before is read from its beginning', async () => {
    const world = await filled(5);
    for (const server of world.servers.values()) server.stale = 0;
    world.keepLogs();
    for (const key of ['k1', 'k2']) remove(world, 'hq', key);
    withoutTime(world, 'hq');
    later(world, 30 * 86_400_000);
    await synced(world);
    expect((await suspectsOn(world, 'hq')).map(({ key }) => key)).toEqual(['k1', 'k2']);
  });
});

/** As one that the configuration names newly. */
function withoutReading(world: World): void {
  const { control } = world.ports;
  const deleteLog = control.deleteLog.bind(control);
  Object.assign(control, {
    deleteLog: async (...of: Parameters<typeof deleteLog>) => {
      const stored = await deleteLog(...of);
      return stored && { ...stored, log: 'another' };
    },
  });
}

test('another log than before is read from its beginning', async () => {
  const world = await logged(3);
  later(world, 30 * 86_400_000);
  remove(world, 'hq', 'k1', -40 * 86_400_000);
  withoutReading(world);
  await read(world, 'hq');
  expect(await suspectsOn(world, 'hq')).toHaveLength(1);
});

test('R1: a death at any effect of a reading leaves what a second one finds, and no delete is lost or doubled', async () => {
  for (let effects = 1; ; effects += 1) {
    const world = await logged(3);
    later(world);
    remove(world, 'hq', 'k1');
    const dying = world.scheduler.start('dying', async (process) => {
      const gate = process.gate.bind(process);
      let left = effects;
      process.gate = (call) => {
        left -= 1;
        if (left === 0) world.scheduler.kill(process);
        return gate(call);
      };
      await runOnce(world.engineOf(process), never);
    });
    while (!(dying.dead || dying.ended) || world.scheduler.busy) await world.scheduler.step();
    if (dying.failure) throw dying.failure;
    for (let n = 0; n < 3; n += 1) {
      later(world);
      await synced(world);
    }
    expect([effects, keysOf(onServer(world, 'hq')), keysOf(onServer(world, 'branch'))]).toEqual([
      effects,
      ['k0', 'k2'],
      ['k0', 'k2'],
    ]);
    const count = await world.ports.control.deleteCount('contacts', 'hq');
    expect(Object.values(count?.byHour ?? {}).reduce((sum, one) => sum + one, 0)).toBe(1);
    if (!dying.dead) break;
  }
});

test('R7: a log whose layout is not as it was holds up nothing, and is read again when it is mended', async () => {
  const world = await logged(3);
  remove(world, 'hq', 'k1');
  const log = logOf(world, 'hq');
  log.drift = { layoutMissing: true, missing: [], changed: [] };
  onServer(world, 'hq').edit(rowOf(onServer(world, 'hq'), 'k2'), { a: 'edited' });
  const { failures } = await synced(world);
  expect([failures.size, rowOf(onServer(world, 'branch'), 'k2').values['a']]).toEqual([0, 'edited']);
  log.drift = undefined;
  for (let n = 0; n < 2; n += 1) {
    later(world);
    await synced(world);
  }
  expect(keysOf(onServer(world, 'branch'))).toEqual(['k0', 'k2']);
});

test('a log of a server that is out of reach fails that server alone', async () => {
  const world = await logged(3);
  logOf(world, 'hq').fails = () => true;
  const { failures } = await synced(world);
  expect([...failures.keys()]).toEqual(['hq']);
  expect(failures.get('hq')).toBeInstanceOf(ServerError);
});
