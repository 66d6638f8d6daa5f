/** What is over, and for how long it is kept: what deleted records held goes with a sweep, and the delete goes on to whoever was away. */
import { expect, test } from 'vitest';
import { placeOf, type Settings } from '../../src/engine/engine.ts';
import { onAndOn } from '../../src/engine/meet.ts';
import { runOnce } from '../../src/engine/run.ts';
import { sweep } from '../../src/engine/sweep.ts';
import { RecordsUnreadable } from '../../src/ports/records.ts';
import { alone, never } from './model/alone.ts';
import { all, carried, changed, deleteOn, edit, headIn, onServers, putBackTo } from './model/record.ts';
import { onServer } from './model/sweeping.ts';
import type { World } from './model/world.ts';

const dayMs = 86_400_000;
const deletedMs = 400 * dayMs;

/** On the servers that can be reached. */
async function sweptKeeping(world: World, keptMs: number): Promise<void> {
  for (const name of ['hq', 'branch'])
    await alone(world, async (engine) => {
      const settings = { ...engine.settings, deletedMs: keptMs };
      const place = placeOf(engine, 'contacts', name);
      if (place) await sweep({ ...engine, settings }, place, never, onAndOn);
    });
}

const text = async (world: World): Promise<string> => JSON.stringify(await headIn(world));
const values = /"(a1|a2|a3|b1|b3)"/;

/** kiosk is out of reach since before the delete. */
async function deletedAgo(ms: number): Promise<World> {
  const world = await changed();
  onServer(world, 'kiosk').fails = () => true;
  await deleteOn(world, 'hq');
  world.scheduler.now += ms;
  return world;
}

test('it is kept until its time is over, and for ever where nothing else is said', async () => {
  const early = await deletedAgo(deletedMs - dayMs);
  await sweptKeeping(early, deletedMs);
  expect(await text(early)).toMatch(values);
  const late = await deletedAgo(10 * deletedMs);
  await sweptKeeping(late, Number.POSITIVE_INFINITY);
  expect(await text(late)).toMatch(values);
});

test('what a record holds that lives is kept however old it is', async () => {
  const world = await changed();
  world.scheduler.now += 10 * deletedMs;
  await sweptKeeping(world, deletedMs);
  await carried(world);
  expect(onServers(world)).toEqual(all({ a: 'a3', b: 'b3' }));
  expect((await headIn(world)).fields['a']?.value).toBe('a3');
});

test('it goes once, and a server that was away all the time gets the delete', async () => {
  const world = await deletedAgo(deletedMs + dayMs);
  await sweptKeeping(world, deletedMs);
  expect(await text(world)).not.toMatch(values);
  expect(await putBackTo(world)).toMatchObject({ kind: 'refused', why: 'forgotten' });
  const { version } = await headIn(world);
  await sweptKeeping(world, deletedMs);
  expect((await headIn(world)).version).toBe(version);
  onServer(world, 'kiosk').fails = () => false;
  await carried(world);
  expect(onServers(world)).toEqual([undefined, undefined, undefined]);
});

test('R7: a deleted record whose values cannot be read is parked, and the sweep goes on with the others', async () => {
  const world = await deletedAgo(deletedMs + dayMs);
  const { records } = world.ports;
  const heads = records.heads.bind(records);
  Object.assign(records, {
    heads: async (table: string, keys: readonly string[]) => {
      const gone = keys.filter((one) => one === 'k');
      if (gone.length > 0) throw new RecordsUnreadable(gone, 'an object is gone', { cause: undefined });
      return heads(table, keys);
    },
  });
  const begun = world.scheduler.now;
  await sweptKeeping(world, deletedMs);
  const done = await world.ports.control.sweep('contacts', 'hq');
  expect(done?.last?.startedAt).toBeGreaterThanOrEqual(begun);
  expect(await world.ports.control.parked(9)).toContainEqual(
    expect.objectContaining({ server: 'hq', key: 'k', code: 'value-missing' }),
  );
});

test('amounts of fields that are added up are values, and go with them wherever they stand', async () => {
  const world = await deletedAgo(deletedMs + dayMs);
  const { records } = world.ports;
  const [there] = (await records.replicas('contacts', 'kiosk', ['k'])).values();
  if (there === undefined) throw new Error('kiosk has no replica');
  await records.putReplicas([{ ...there, rev: there.rev + 1, amounts: { n: 'telling' } }]);
  await sweptKeeping(world, deletedMs);
  expect(JSON.stringify(await records.replicasOf('contacts', 'k'))).not.toContain('telling');
});

test('R4: an edit on a server that was away, which had not seen the delete, brings back what that server has', async () => {
  const world = await deletedAgo(deletedMs + dayMs);
  await sweptKeeping(world, deletedMs);
  edit(world, 'kiosk', { a: 'edited' });
  onServer(world, 'kiosk').fails = () => false;
  await carried(world);
  await carried(world);
  expect(onServers(world)).toEqual(all({ a: 'edited', b: 'b3' }));
});

const losing = async (settings: Partial<Settings>) => {
  const world = await changed();
  edit(world, 'hq', { a: 'of hq' });
  edit(world, 'branch', { a: 'of branch' });
  world.scheduler.now += 5_000;
  await alone(world, (engine) =>
    runOnce({ ...engine, settings: { ...engine.settings, ...settings } }, never),
  );
  return (await world.ports.control.conflictsOf('contacts', 'k')).map(({ keptMs }) => keptMs);
};

test('a value that loses a conflict says for how long it is kept, where that is not 90 days', async () => {
  expect(await losing({ conflictsMs: 7 * dayMs })).toEqual([7 * dayMs]);
  expect(await losing({})).toEqual([undefined]);
});
