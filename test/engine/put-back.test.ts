/** One record that a person puts back to an earlier state: single sequences of events. */
import { describe, expect, test } from 'vitest';
import { planPutBack, putBackRecord } from '../../src/engine/put-back-record.ts';
import { alone, read } from './model/alone.ts';
import {
  all,
  carried,
  causesIn,
  changed,
  deleteOn,
  edit,
  headIn,
  key,
  onServers,
  pastIn,
  putBackTo,
  withRecord,
} from './model/record.ts';
import { keysOf, onServer } from './model/sweeping.ts';

describe('putting a record back', () => {
  test.each([
    [1, { a: 'a1', b: 'b1' }],
    [2, { a: 'a2', b: 'b1' }],
  ])('to version %i has every server hold that again', async (version, values) => {
    const world = await changed();
    expect(await putBackTo(world, version)).toMatchObject({ kind: 'put-back', returns: false });
    await carried(world);
    expect(onServers(world)).toEqual(all(values));
    expect((await causesIn(world))[0]).toEqual({ kind: 'put-back', to: version });
  });

  test('can itself be put back, and so on', async () => {
    const world = await changed();
    await putBackTo(world, 1);
    await carried(world);
    const { version } = await headIn(world);
    await putBackTo(world, 3);
    await carried(world);
    expect(onServers(world)).toEqual(all({ a: 'a3', b: 'b3' }));
    await putBackTo(world, version);
    await carried(world);
    expect(onServers(world)).toEqual(all({ a: 'a1', b: 'b1' }));
    expect((await causesIn(world)).map(({ kind }) => kind)).toEqual([
      ...Array.from({ length: 3 }, () => 'put-back'),
      'seen',
      'seen',
    ]);
  });

  test('writes only the fields that differ, once on each server, and is quiet afterwards', async () => {
    const world = await changed();
    const before = [...world.servers.values()].map(({ writes }) => writes);
    await putBackTo(world, 2);
    for (let time = 0; time < 3; time += 1) await carried(world);
    expect([...world.servers.values()].map(({ writes }, at) => writes - (before[at] ?? 0))).toEqual([
      1, 1, 1,
    ]);
  });

  test('to what it holds already stores nothing', async () => {
    const world = await changed();
    expect(await putBackTo(world, 3)).toMatchObject({ kind: 'same' });
    expect((await headIn(world)).version).toBe(3);
  });

  test('a plan of it says what would change, and stores nothing', async () => {
    const world = await changed();
    const plan = await alone(world, (engine) => planPutBack(engine, { plan: world.plan, key, version: 1 }));
    expect(plan).toMatchObject({ kind: 'put-back', changes: [{ field: 'a' }, { field: 'b' }] });
    expect((await headIn(world)).version).toBe(3);
    expect(await world.ports.control.backlog()).toEqual(new Map());
  });

  test('leaves a field as it is that was not kept the same in that version', async () => {
    const world = await withRecord();
    const { fields } = world.plan;
    world.plan = { ...world.plan, fields: fields.filter(({ name }) => name === 'a') };
    onServer(world, 'hq').insert('later', { a: 'a1', b: 'b1' });
    await carried(world);
    world.plan = { ...world.plan, fields };
    await carried(world);
    const wanted = { plan: world.plan, key: 'later', version: 1 };
    edit(world, 'hq', {});
    const outcome = await alone(world, (engine) => putBackRecord(engine, wanted));
    await carried(world);
    expect(outcome.kind).toBe('same');
    expect(onServer(world, 'branch').rows.find((row) => row.key === 'later')?.values).toEqual({
      a: 'a1',
      b: 'b1',
    });
  });
});

describe('a deleted record', () => {
  test('comes back on every server with what it held, without a version', async () => {
    const world = await changed();
    await deleteOn(world, 'branch');
    expect(onServers(world)).toEqual([undefined, undefined, undefined]);
    expect(await putBackTo(world)).toMatchObject({ kind: 'put-back', returns: true, changes: [] });
    await carried(world);
    expect(onServers(world)).toEqual(all({ a: 'a3', b: 'b3' }));
    expect((await causesIn(world))[0]).toEqual({ kind: 'put-back' });
  });

  test('comes back with what it held after an earlier version, and can be deleted again', async () => {
    const world = await changed();
    await deleteOn(world, 'branch');
    await putBackTo(world, 2);
    await carried(world);
    expect(onServers(world)).toEqual(all({ a: 'a2', b: 'b1' }));
    await deleteOn(world, 'hq');
    expect(onServers(world)).toEqual([undefined, undefined, undefined]);
  });

  test('comes back where its delete had not arrived yet, without a second row', async () => {
    const world = await changed();
    const row = onServer(world, 'branch').rows[0];
    if (row) onServer(world, 'branch').delete(row);
    onServer(world, 'kiosk').locked = new Set([key]);
    await deleteOn(world, 'branch');
    expect(onServers(world)).toEqual([undefined, undefined, { a: 'a3', b: 'b3' }]);
    await putBackTo(world, 1);
    onServer(world, 'kiosk').locked = new Set();
    await carried(world);
    expect(onServers(world)).toEqual(all({ a: 'a1', b: 'b1' }));
    for (const server of world.servers.values()) expect(keysOf(server)).toEqual([key]);
  });
});

describe('it is refused', () => {
  test.each([
    ['of a record of which nothing is known', async () => withRecord(), { key: 'other' }, 'no-record'],
    ['without a version, of a record that is not deleted', changed, {}, 'which-version'],
    ['to a version that is still to come', changed, { version: 4 }, 'not-yet'],
    [
      'to a state in which it was deleted',
      async () => {
        const world = await changed();
        await deleteOn(world, 'hq');
        await putBackTo(world);
        return world;
      },
      { version: 4 },
      'deleted-then',
    ],
    [
      'of a deleted record where nothing is made again',
      async () => {
        const world = await changed();
        await deleteOn(world, 'hq');
        world.plan = { ...world.plan, deletes: 'ignore' };
        return world;
      },
      {},
      'deletes-ignored',
    ],
  ] as const)('%s', async (_what, made, wanted, why) => {
    const world = await made();
    const outcome = await alone(world, (engine) =>
      putBackRecord(engine, { plan: world.plan, key, ...wanted }),
    );
    expect(outcome).toMatchObject({ kind: 'refused', why });
  });

  test('to a version that is not kept any more, with the first one that is', async () => {
    const world = await changed();
    const { control } = world.ports;
    const history = control.history.bind(control);
    const without: typeof history = async (...of) =>
      (await history(...of)).filter(({ version }) => version > 2);
    Object.assign(control, { history: without });
    expect(await putBackTo(world, 1)).toMatchObject({ why: 'not-kept', past: { knownFrom: 2 } });
    expect(await putBackTo(world, 2)).toMatchObject({ kind: 'put-back' });
  });
});

describe('R5: who edits the record meanwhile loses nothing', () => {
  test('an edit of another field stands beside it, by the modId that moved', async () => {
    const world = await changed();
    await putBackTo(world, 2);
    edit(world, 'hq', { b: 'mine' });
    await carried(world);
    expect(onServers(world)).toEqual(all({ a: 'a2', b: 'mine' }));
  });

  test.each([
    ['before it', 'a2', 'mine'],
    ['after it', 'mine', 'a2'],
  ])(
    'an edit of the same field that had not seen it, made %s: the later wins, the other is kept',
    async (when, wins, lost) => {
      const world = await changed();
      if (when === 'before it') edit(world, 'hq', { a: 'mine' });
      world.scheduler.now += 60_000;
      await putBackTo(world, 2);
      world.scheduler.now += 60_000;
      if (when === 'after it') edit(world, 'hq', { a: 'mine' });
      await carried(world);
      expect(onServers(world).map((one) => one?.['a'])).toEqual([wins, wins, wins]);
      const conflicts = await world.ports.control.conflictsOf('contacts', key);
      expect(conflicts.map(({ loser }) => loser.value)).toEqual([lost]);
    },
  );

  test('R4: an edit of the same field, made where it had arrived, wins, however slow the clock', async () => {
    const world = await changed();
    await putBackTo(world, 2);
    await carried(world);
    edit(world, 'hq', { a: 'mine' });
    await carried(world);
    expect(onServers(world).map((one) => one?.['a'])).toEqual(['mine', 'mine', 'mine']);
    expect(await world.ports.control.conflictsOf('contacts', key)).toEqual([]);
  });

  test('a version that is stored by another at the same time stays in the history', async () => {
    const world = await changed();
    edit(world, 'hq', { b: 'mine' });
    const { records } = world.ports;
    const putHeads = records.putHeads.bind(records);
    let isFirst = true;
    Object.assign(records, {
      putHeads: async (...heads: Parameters<typeof putHeads>) => {
        if (isFirst) {
          isFirst = false;
          await read(world, 'hq');
        }
        return putHeads(...heads);
      },
    });
    expect(await putBackTo(world, 2)).toMatchObject({ kind: 'put-back', head: { version: 5 } });
    await carried(world);
    // It had not seen that edit, and puts all of the record back: it stands in the history.
    expect(onServers(world)).toEqual(all({ a: 'a2', b: 'b1' }));
    const [mine, edited] = (await pastIn(world)).steps;
    expect(mine?.entry.replaced.fields['b']).toMatchObject({ value: 'mine' });
    expect(edited?.entry.cause).toEqual({ kind: 'seen', server: 'hq' });
  });
});
