/** A process that goes by an older configuration or layout than the others, as there is one in every deploy. */
import { expect, test } from 'vitest';
import { placeOf } from '../../src/engine/engine.ts';
import { enumerate } from '../../src/engine/enumerate.ts';
import { grow } from '../../src/engine/grow.ts';
import { putBack } from '../../src/engine/measure.ts';
import { alone, never } from './model/alone.ts';
import {
  readBoth,
  reading,
  serverOf,
  stops,
  tending,
  valuesOf,
  worldWith,
  writeAll,
  writing,
} from './model/invocations.ts';
import type { Roles, World } from './model/world.ts';

const dayMs = 86_400_000;

test('R1: a process with an older field list does not keep the values of a new field from the others', async () => {
  const world = worldWith(0);
  const newer = world.plan;
  const older = { ...newer, fields: newer.fields.slice(0, 1) };
  for (let n = 0; n < 5; n += 1) serverOf(world, 'hq').insert(`k${n}`, { a: `a${n}`, b: `b${n}` });
  const rounds = async (): Promise<void> => {
    for (let round = 0; round < 3; round += 1) {
      await readBoth(world);
      await writeAll(world);
    }
  };
  world.plan = older;
  await alone(world, grow);
  await rounds();
  world.scheduler.now += 5 * dayMs;
  await readBoth(world);
  world.plan = newer;
  await alone(world, grow);
  // A process that was started before goes by the older one, reading and writing.
  world.plan = older;
  await reading(world, 'hq');
  await writing(world, 'branch');
  world.plan = newer;
  await rounds();
  expect(valuesOf(serverOf(world, 'branch'), 'b')).toEqual(new Set(['b0', 'b1', 'b2', 'b3', 'b4']));
});

test('R2: a process with an older field list reads nothing, and closes no row', async () => {
  const world = worldWith(5);
  await readBoth(world);
  const newer = world.plan;
  await alone(world, grow);
  world.plan = { ...newer, fields: newer.fields.slice(0, 1) };
  const rows = await world.ports.control.openBatches('branch', 100);
  let requests = 0;
  for (const name of ['hq', 'branch']) serverOf(world, name).fails = () => (requests += 1) < 0;
  await reading(world, 'hq');
  await writing(world, 'branch');
  expect([requests, rows.length > 0]).toEqual([0, true]);
  const after = await world.ports.control.openBatches('branch', 100);
  expect(after.map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
  world.plan = newer;
  for (const name of ['hq', 'branch']) serverOf(world, name).fails = () => false;
  world.scheduler.now += 1;
  expect(await tending(world, 'branch')).toBe(rows.length);
});

const sending: Roles = [
  ['hq', 'both'],
  ['branch', 'send'],
];

/** The same table as two processes know it: branch receives only by the newer configuration. */
async function joining(): Promise<{ world: World; newer: World['plan']; older: World['plan'] }> {
  const world = worldWith(4, sending);
  const older = world.plan;
  await alone(world, grow);
  await readBoth(world);
  return { world, older, newer: worldWith(0).plan };
}

/** Another process knows the newer configuration, and has handed over all heads that there are. */
async function join(world: World, newer: World['plan']): Promise<void> {
  const { plan } = world;
  world.plan = newer;
  await grow(world.engineOf(world.scheduler.start('another', async () => undefined)));
  world.plan = plan;
}

test.each(['before it looks for receivers', 'when its heads are about to be stored'])(
  'R2: what is read while a receiver joins goes to it too: %s',
  async (moment) => {
    const { world, newer, older } = await joining();
    world.scheduler.now += 10_000;
    serverOf(world, 'hq').insert('late', { a: 'meanwhile', b: '' });
    let joined = 0;
    await alone(world, async (engine) => {
      const { control, records } = engine;
      const putConflicts: typeof control.putConflicts = async (conflicts) => {
        if (moment.startsWith('before')) await join(world, newer);
        joined += 1;
        return control.putConflicts(conflicts);
      };
      const putHeads: typeof records.putHeads = async (heads) => {
        if (moment.startsWith('when')) await join(world, newer);
        return records.putHeads(heads);
      };
      const place = placeOf(engine, 'contacts', 'hq');
      const ports = { control: { ...control, putConflicts }, records: { ...records, putHeads } };
      if (place) await enumerate({ ...engine, ...ports }, place, never);
    });
    expect([joined, world.plan]).toEqual([1, older]);
    world.plan = newer;
    for (let round = 0; round < 3; round += 1) {
      await readBoth(world);
      await writeAll(world);
      world.scheduler.now += 10_000;
    }
    expect(serverOf(world, 'branch').rows.map(({ key }) => key)).toContain('late');
  },
);

test('R2: handing all heads over stops in time, and goes on where it was', async () => {
  const { world, newer } = await joining();
  world.plan = newer;
  const handed: number[] = [];
  const growing = (): Promise<string> =>
    alone(world, (engine) => {
      const { control, records } = engine;
      const keys: typeof records.keys = (table, _limit, after) => records.keys(table, 1, after);
      const putBatches: typeof control.putBatches = async (rows) => {
        handed.push(rows.length);
        return control.putBatches(rows);
      };
      return grow({ ...engine, control: { ...control, putBatches }, records: { ...records, keys } }, stops);
    });
  let calls = 0;
  while ((await growing()) === 'unfinished' && calls < 20) calls += 1;
  expect([calls, handed.length]).toEqual([4, 4]);
  expect((await world.ports.control.shape('contacts'))?.pending).toBe(undefined);
  await readBoth(world);
  await writeAll(world);
  expect(serverOf(world, 'branch').rows).toHaveLength(4);
});

test('R2: a process that does not know a receiver yet closes no row for it', async () => {
  const { world, newer, older } = await joining();
  world.plan = newer;
  await alone(world, grow);
  const rows = await world.ports.control.openBatches('branch', 100);
  world.plan = older;
  await alone(world, (engine) => putBack(engine, 'branch', () => true));
  expect(rows.length).toBeGreaterThan(0);
  expect(await world.ports.control.openBatches('branch', 100)).toHaveLength(rows.length);
});

test('R1: a reading of older fields that was under way does not count for the new ones', async () => {
  const world = worldWith(5);
  await readBoth(world);
  const mark = await world.ports.control.watermark('contacts', 'hq');
  if (mark === undefined) throw new Error('nothing was read');
  const { generation } = mark;
  // As whoever read without the last field stores it.
  const fields = world.plan.fields.slice(0, 1).map(({ name }) => name);
  await world.ports.control.putWatermark({ ...mark, generation: generation + 1, fields });
  let listed = 0;
  serverOf(world, 'hq').fails = (request) => request === 'list' && (listed += 1) < 0;
  await reading(world, 'hq');
  expect(listed).toBeGreaterThan(0);
  const after = await world.ports.control.watermark('contacts', 'hq');
  expect(after?.fields).toEqual(world.plan.fields.map(({ name }) => name));
});
