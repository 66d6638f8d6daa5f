/** How a log of deletes is read: in parts, anew, after a death, and not at all, over the real engine and memory. */
import { describe, expect, test } from 'vitest';
import { runOnce } from '../../src/engine/run.ts';
import { never, read, synced } from './model/alone.ts';
import {
  headOf,
  later,
  logOf,
  logged,
  readFor,
  remove,
  suspectsOn,
  withoutReading,
  withoutTime,
} from './model/delete-logs.ts';
import type { ModelServer } from './model/model-server.ts';
import { filled, keysOf, onServer, rowOf, settled } from './model/sweeping.ts';
import type { World } from './model/world.ts';

/** The process ends once it has stored some of what is gone. */
async function readAndDie(world: World): Promise<void> {
  const { control } = world.ports;
  const putSuspects = control.putSuspects.bind(control);
  const dies: typeof putSuspects = async (suspects) => {
    await putSuspects(suspects);
    throw new Error('the process dies');
  };
  Object.assign(control, { putSuspects: dies });
  await expect(read(world, 'hq')).rejects.toThrow('the process dies');
  Object.assign(control, { putSuspects });
}

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
    await readAndDie(world);
    expect(await suspectsOn(world, 'hq')).not.toEqual([]);
    expect(await settled(world, 'hq')).toBe('waiting');
    await read(world, 'hq');
    expect(await settled(world, 'hq')).toBe('halted');
  });

  test('R8: nor where it broke off days ago, and breaks off again', async () => {
    const world = await logged(60);
    remove(world, 'hq', 'k0');
    await readAndDie(world);
    later(world, 4 * 86_400_000);
    for (let n = 1; n < 30; n += 1) remove(world, 'hq', `k${n}`);
    await readAndDie(world);
    expect(await settled(world, 'hq')).toBe('waiting');
    expect((await headOf(world, 'k0'))?.deleted).toBe(undefined);
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

/** Errors by which it is told that no log was read. */
const toldIn = (world: World): Error[] => {
  const told: Error[] = [];
  world.report = (event) => void (event.kind === 'log-unreadable' && told.push(event.error));
  return told;
};

/** A part of what the log tells was read. */
async function halfRead(): Promise<World> {
  const world = await logged(60);
  for (let n = 0; n < 30; n += 1) remove(world, 'hq', `k${n}`);
  expect(await readFor(world, 'hq', 1)).toBe('unfinished');
  return world;
}

describe('R7: a log that cannot be read', () => {
  type Trouble = { readonly start: (log: ModelServer) => void; readonly end: (log: ModelServer) => void };
  const troubles: readonly (readonly [string, Trouble, RegExp])[] = [
    [
      'since its layout is not as it was',
      {
        start: (log) => void (log.drift = { layoutMissing: true, missing: [], changed: [] }),
        end: (log) => void (log.drift = undefined),
      },
      /field is missing/,
    ],
    [
      'since its layout does not fit the configuration',
      {
        start: (log) => {
          log.mistake = new Error('at is a date: use a timestamp field');
          log.isDoubted = true;
        },
        end: (log) => void (log.mistake = undefined),
      },
      /use a timestamp field/,
    ],
    [
      'since its layout is not as it was, nor fits the configuration any more',
      {
        start: (log) => {
          log.mistake = new Error('at is not on layout Deletes: put it on the layout');
          log.drift = { layoutMissing: false, missing: ['at'], changed: [] };
        },
        end: (log) => {
          log.mistake = undefined;
          log.drift = undefined;
        },
      },
      /put it on the layout/,
    ],
    [
      'though its server works',
      { start: (log) => void (log.fails = () => true), end: (log) => void (log.fails = () => false) },
      /out of reach/,
    ],
  ];
  test.each(troubles)(
    '%s holds up nothing, is told, and is read again when it is mended',
    async (_why, { start, end }, words) => {
      const world = await logged(3);
      const told = toldIn(world);
      remove(world, 'hq', 'k1');
      start(logOf(world, 'hq'));
      onServer(world, 'hq').edit(rowOf(onServer(world, 'hq'), 'k2'), { a: 'edited' });
      const { failures } = await synced(world);
      expect([failures.size, rowOf(onServer(world, 'branch'), 'k2').values['a']]).toEqual([0, 'edited']);
      expect(told.map(({ message }) => message)).toEqual([expect.stringMatching(words)]);
      end(logOf(world, 'hq'));
      for (let n = 0; n < 2; n += 1) {
        later(world);
        await synced(world);
      }
      expect(keysOf(onServer(world, 'branch'))).toEqual(['k0', 'k2']);
      expect(told).toHaveLength(1);
    },
  );

  test.each(troubles.slice(0, 3))(
    '%s keeps nothing waiting that it told of before',
    async (_why, { start }) => {
      const world = await halfRead();
      start(logOf(world, 'hq'));
      await read(world, 'hq');
      expect(await settled(world, 'hq')).toBe('done');
    },
  );

  test('R8: though its server works lets none of what it told be believed: its reading goes on', async () => {
    const world = await halfRead();
    logOf(world, 'hq').fails = () => true;
    await read(world, 'hq');
    expect(await settled(world, 'hq')).toBe('waiting');
    logOf(world, 'hq').fails = () => false;
    await read(world, 'hq');
    expect(await settled(world, 'hq')).toBe('halted');
  });

  test('fails its server where that is out of reach too', async () => {
    const world = await logged(3);
    const [hq, log, told] = [onServer(world, 'hq'), logOf(world, 'hq'), toldIn(world)];
    log.fails = () => {
      hq.fails = () => true;
      return true;
    };
    const { failures } = await synced(world);
    expect([...failures.keys()]).toEqual(['hq']);
    expect([failures.get('hq')?.code, told]).toEqual(['server-unreachable', []]);
  });
});

test('R8: where the layout of the records is otherwise when a row is followed, the table halts there', async () => {
  const world = await logged(3);
  const hq = onServer(world, 'hq');
  remove(world, 'hq', 'k1');
  logOf(world, 'hq').fails = () => {
    hq.drift = { layoutMissing: false, missing: ['a'], changed: [] };
    return false;
  };
  const { failures, halted } = await synced(world);
  expect([failures.size, halted]).toEqual([0, [{ table: 'contacts', server: 'hq' }]]);
  expect(await world.ports.control.halt('contacts', 'hq')).toMatchObject({
    kind: 'schema-drift',
    fields: ['a'],
  });
});
