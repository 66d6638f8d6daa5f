/** What the history of a record tells: single sequences of events. */
import { describe, expect, test } from 'vitest';
import { heldSince } from '../../src/core/delivered.ts';
import type { HistoryEntry } from '../../src/core/history.ts';
import { chooseOutcome, undoChoice } from '../../src/engine/choose.ts';
import type { Handing } from '../../src/engine/hand-over.ts';
import { pastOf } from '../../src/engine/past.ts';
import { runOnce } from '../../src/engine/run.ts';
import { alone, calmWorld, never, read, synced } from './model/alone.ts';
import { carried, deleteOn, edit, headIn, key, pastIn, replicaIn, withRecord } from './model/record.ts';
import { onServer } from './model/sweeping.ts';
import type { World } from './model/world.ts';

const entriesIn = async (world: World): Promise<readonly HistoryEntry[]> =>
  (await pastIn(world)).steps.map(({ entry }) => entry);

const causesIn = async (world: World) => (await entriesIn(world)).map(({ cause }) => cause);

/** What is replaced, by field. */
const replacedIn = ({ replaced }: HistoryEntry): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(replaced.fields).map(([name, was]) => [name, was === 'absent' ? was : was.value]),
  );

/** The same world, and what is stored of histories is counted. */
function counted(world: World): { world: World; stored: () => number } {
  const { control } = world.ports;
  const putHistory = control.putHistory.bind(control);
  let stored = 0;
  Object.assign(control, {
    putHistory: async (entries: readonly HistoryEntry[]) => {
      stored += entries.length;
      return putHistory(entries);
    },
  });
  return { world, stored: () => stored };
}

describe('an entry', () => {
  test('is stored for each version that changed a value, and for none that did not', async () => {
    const { world, stored } = counted(await withRecord());
    expect([stored(), (await pastIn(world)).end]).toEqual([0, 'beginning']);
    edit(world, 'branch', { a: 'a2' });
    await carried(world);
    expect(stored()).toBe(1);
    for (let run = 0; run < 3; run += 1) await synced(world);
    // It becomes what it was: a version more of that server, and no other value.
    edit(world, 'branch', { a: 'a2' });
    await carried(world);
    expect([stored(), (await headIn(world)).history]).toMatchObject([1, { since: 1, upTo: 3 }]);
    expect((await entriesIn(world)).map(replacedIn)).toEqual([{ a: 'a1' }]);
  });

  test('tells on which server, and what was replaced there', async () => {
    const world = await withRecord();
    edit(world, 'branch', { a: 'a2' });
    await carried(world);
    edit(world, 'kiosk', { a: 'a3', b: 'b3' });
    await carried(world);
    expect(await causesIn(world)).toEqual([
      { kind: 'seen', server: 'kiosk' },
      { kind: 'seen', server: 'branch' },
    ]);
    expect((await entriesIn(world)).map(replacedIn)).toEqual([{ a: 'a2', b: 'b1' }, { a: 'a1' }]);
  });

  test.each([
    ['won', ['hq', 'branch'], ['of hq', 'a1']],
    ['lost', ['branch', 'hq'], ['a1']],
  ])(
    'of a change that %s a conflict is there, with it and its rule, where it won',
    async (_how, order, replaced) => {
      const world = await withRecord();
      edit(world, 'hq', { a: 'of hq' });
      world.scheduler.now += 60_000;
      edit(world, 'branch', { a: 'of branch' });
      for (const server of order) await read(world, server);
      const [conflict] = await world.ports.control.conflictsOf('contacts', key);
      const entries = await entriesIn(world);
      expect(entries.map((entry) => replacedIn(entry)['a'])).toEqual(replaced);
      const told = { field: 'a', rule: 'newest', conflict: conflict?.code };
      expect(entries.flatMap(({ decided = [] }) => decided)).toEqual(replaced.length > 1 ? [told] : []);
    },
  );

  test('of a delete, and of a record that came back, tells so', async () => {
    const world = await withRecord();
    await deleteOn(world, 'hq');
    expect((await entriesIn(world)).map(({ replaced }) => replaced)).toEqual([
      { fields: {}, deleted: 'alive' },
    ]);
    const { deleted } = await headIn(world);
    onServer(world, 'branch').insert(key, { a: 'anew', b: '' });
    await carried(world);
    const [back] = await entriesIn(world);
    expect(back).toMatchObject({ cause: { kind: 'seen', server: 'branch' }, replaced: { deleted } });
    expect(back === undefined ? {} : replacedIn(back)).toEqual({ a: 'a1', b: 'b1' });
  });

  test('of a choice, and of its undoing, tells so', async () => {
    const world = await withRecord();
    world.plan = { ...world.plan, conflicts: { kind: 'hold' } };
    edit(world, 'hq', { a: 'of hq' });
    edit(world, 'branch', { a: 'of branch' });
    await carried(world);
    const conflicts = await world.ports.control.conflictsOf('contacts', key);
    const wanted = { plan: world.plan, conflicts };
    const chosen = (engine: Handing) => chooseOutcome(engine, wanted, { kind: 'server', server: 'hq' });
    await alone(world, chosen);
    world.scheduler.now += 1_000;
    await alone(world, (engine) => undoChoice(engine, wanted));
    const [undone, choice, held] = await entriesIn(world);
    expect([undone, choice, held].map((one) => one?.cause.kind)).toEqual(['choice-undone', 'choice', 'seen']);
    expect(choice?.replaced.fields['a']).toMatchObject({ held: { conflicts: [conflicts[0]?.id] } });
    expect(choice?.decided).toEqual([{ field: 'a', rule: 'hold', conflict: conflicts[0]?.code }]);
  });
});

describe('since when a server has a version', () => {
  test('is told by the delivery that brought it, which takes no write of its own', async () => {
    const world = await withRecord();
    edit(world, 'branch', { a: 'a2' });
    const { rev = 0 } = (await replicaIn(world, 'kiosk')) ?? {};
    world.scheduler.now += 5_000;
    const before = world.scheduler.now;
    await carried(world);
    const there = await replicaIn(world, 'kiosk');
    expect(there?.rev).toBe(rev + 1);
    const since = heldSince(there, 2, false);
    expect(since?.latest).toBeUndefined();
    expect(since?.at).toBeGreaterThan(before);
    expect(since?.at).toBeLessThanOrEqual(world.scheduler.now);
    expect(heldSince(there, 3, false)).toBeUndefined();
    expect(heldSince(await replicaIn(world, 'branch'), 2, false)?.latest).toBe(true);
    // What is seen there later tells nothing else of it.
    edit(world, 'kiosk', { b: 'b3' });
    await carried(world);
    expect(heldSince(await replicaIn(world, 'kiosk'), 2, false)).toEqual(since);
  });

  test('is told of the end of a record too', async () => {
    const world = await withRecord();
    await deleteOn(world, 'hq');
    const { version } = await headIn(world);
    expect(heldSince(await replicaIn(world, 'branch'), version, true)).toEqual({ at: expect.any(Number) });
  });
});

const edited = async (): Promise<World> => {
  const world = await withRecord();
  for (const value of ['a2', 'a3', 'a4']) {
    edit(world, 'hq', { a: value });
    await carried(world);
  }
  return world;
};

describe('where it ends', () => {
  test('of what is kept, only as much is read as is wanted', async () => {
    const world = await edited();
    const head = await headIn(world);
    const most = await pastOf(world.ports.control, head, { most: 2 });
    expect([most.steps.length, most.end, most.knownFrom]).toEqual([2, 'more', 2]);
    const above = await pastOf(world.ports.control, head, { above: 3 });
    expect([above.steps.length, above.end, above.knownFrom]).toEqual([1, 'more', 3]);
    expect(above.oldest.fields['a']?.value).toBe('a3');
  });

  test('an entry that is gone ends it there; what lies above is told all the same', async () => {
    const world = await edited();
    const { control } = world.ports;
    const withoutThird: typeof control.history = async (...of) =>
      (await control.history(...of)).filter(({ version }) => version !== 3);
    const past = await pastOf({ ...control, history: withoutThird }, await headIn(world));
    expect([past.steps.length, past.end, past.knownFrom]).toEqual([1, 'not kept', 3]);
    expect(past.oldest.fields['a']?.value).toBe('a3');
  });

  test('entries of attempts that came to nothing are passed over, on whichever page they are', async () => {
    const world = await edited();
    const [entry] = await entriesIn(world);
    if (entry === undefined) throw new Error('nothing is kept');
    const orphans = Array.from({ length: 150 }, (_, at) => ({ ...entry, id: `orphan ${at}` }));
    await world.ports.control.putHistory([...orphans, { ...entry, version: 99, id: 'never' }]);
    const past = await pastIn(world);
    expect([past.steps.map((step) => step.entry.version), past.end]).toEqual([[4, 3, 2], 'beginning']);
  });

  test('nothing is kept with history: none, and nothing before it is told when it is switched on again', async () => {
    const world = calmWorld();
    const running = (historyMs: number) =>
      alone(world, async (engine) => {
        world.scheduler.now += 5_000;
        await runOnce({ ...engine, settings: { ...engine.settings, historyMs } }, never);
      });
    onServer(world, 'hq').insert(key, { a: 'a1', b: '' });
    await running(9_000);
    edit(world, 'hq', { a: 'a2' });
    await running(9_000);
    edit(world, 'hq', { a: 'a3' });
    await running(0);
    expect(await pastIn(world)).toMatchObject({ steps: [], end: 'not kept', knownFrom: 3 });
    edit(world, 'hq', { a: 'a4' });
    await running(9_000);
    const past = await pastIn(world);
    expect([past.steps.map(({ entry }) => entry.version), past.end, past.knownFrom]).toEqual([
      [4],
      'not kept',
      3,
    ]);
  });
});
