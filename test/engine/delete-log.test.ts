/** Deletes that a log in the file tells of: what becomes of a row, one sequence of events each, over the real engine and memory. */
import { describe, expect, test } from 'vitest';
import { read, synced } from './model/alone.ts';
import {
  headOf,
  later,
  logOf,
  logged,
  remove,
  suspectsOn,
  withoutReading,
  withoutTime,
} from './model/delete-logs.ts';
import { keysOf, onServer, rowOf, settled } from './model/sweeping.ts';

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
