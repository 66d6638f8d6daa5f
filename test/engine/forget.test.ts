/** One record of which all that is held is forgotten: single sequences of events. */
import { describe, expect, test } from 'vitest';
import type { Halt } from '../../src/core/halt.ts';
import { noCounts } from '../../src/core/sweep.ts';
import { forgetPast, forgetRecord } from '../../src/engine/forget-record.ts';
import { alone, synced } from './model/alone.ts';
import { dayMs, deleted, forget, nothing, quietFor, servers, stored, wantedIn } from './model/forgetting.ts';
import {
  all,
  carried,
  changed,
  deleteOn,
  edit,
  headIn,
  key,
  onServers,
  putBackTo,
  replicaIn,
} from './model/record.ts';
import { onServer } from './model/sweeping.ts';
import type { World } from './model/world.ts';

describe('a record that was deleted everywhere', () => {
  test('is forgotten as a whole, and nothing brings it back', async () => {
    const world = await deleted();
    expect(await forget(world)).toMatchObject({ kind: 'forgotten', removed: { replicas: 3 } });
    expect(await stored(world)).toBe(nothing);
    await quietFor(world);
    expect(onServers(world)).toEqual([undefined, undefined, undefined]);
    expect(await stored(world)).toBe(nothing);
    expect(await forget(world)).toEqual({ kind: 'unknown' });
  });

  test('may be entered anew under its key afterwards, and goes everywhere', async () => {
    const world = await deleted();
    await forget(world);
    onServer(world, 'kiosk').insert(key, { a: 'new', b: 'new' });
    await carried(world);
    expect(onServers(world)).toEqual(all({ a: 'new', b: 'new' }));
    expect((await headIn(world)).version).toBe(1);
  });

  test('keeps its key for as long as what was read before it was found gone may show it again', async () => {
    const world = await deleted();
    const wanted = { ...wantedIn(world), quietMs: 3 * dayMs };
    const early = await forget(world, wanted);
    const until = (await replicaIn(world, 'hq'))?.until ?? 0;
    expect(early).toMatchObject({ kind: 'bare' });
    expect(early.kind === 'bare' && early.hindrances).toContainEqual({
      why: 'too-new',
      server: 'hq',
      until: until + 3 * dayMs,
    });
    expect(await stored(world)).not.toMatch(/"(a1|a2|a3|lost|won)"/);
    world.scheduler.now += 3 * dayMs;
    expect(await forget(world, wanted)).toMatchObject({ kind: 'forgotten' });
    expect(await stored(world)).toBe(nothing);
  });

  test('with `deletes: ignore` is forgotten once it is on no server any more, and not made again', async () => {
    const world = await changed();
    world.plan = { ...world.plan, deletes: 'ignore' };
    await deleteOn(world, 'hq');
    world.scheduler.now += dayMs;
    expect(await forget(world)).toMatchObject({ kind: 'alive', servers: ['branch', 'kiosk'] });
    for (const server of ['branch', 'kiosk']) await deleteOn(world, server);
    world.scheduler.now += dayMs;
    expect(await forget(world)).toMatchObject({ kind: 'forgotten' });
    await quietFor(world);
    expect(onServers(world)).toEqual([undefined, undefined, undefined]);
    expect(await stored(world)).toBe(nothing);
  });

  test('is shown no more as an example in a halt, whose answer still counts', async () => {
    const world = await deleted();
    const halt: Halt = {
      table: 'contacts',
      server: 'kiosk',
      rev: 1,
      id: 'abcdef',
      kind: 'mass-delete',
      at: 1,
      figures: {},
      examples: ['other', key],
    };
    await world.ports.control.putHalt(halt);
    expect(await forget(world)).toMatchObject({
      kind: 'bare',
      hindrances: [{ why: 'halted', server: 'kiosk', id: 'abcdef' }],
    });
    const kept = await world.ports.control.halt('contacts', 'kiosk');
    expect(kept).toEqual({ ...halt, rev: 2, examples: ['other'] });
  });
});

test('a record that is forgotten is named no more among those that hold one value', async () => {
  const world = await deleted();
  const groups = [{ records: 2, keys: ['other', key] }];
  const doubled = { fields: [{ field: 'a', values: 1, records: 2, groups }] };
  const last = { startedAt: 1, endedAt: 2, counts: noCounts };
  await world.ports.control.putSweep({ table: 'contacts', server: 'hq', last: { ...last, doubled } });
  await forget(world);
  expect((await world.ports.control.sweep('contacts', 'hq'))?.last?.doubled?.fields[0]?.groups).toEqual([
    { records: 2, keys: ['other'] },
  ]);
});

describe('a record that lives', () => {
  test('is refused, with the servers that have it, and nothing of it is touched', async () => {
    const world = await changed();
    const before = await stored(world);
    expect(await forget(world)).toEqual({ kind: 'alive', servers });
    expect(await stored(world)).toBe(before);
  });

  test('loses what it held before when only that is to be forgotten, but for what waits for a person', async () => {
    const world = await changed();
    world.plan = { ...world.plan, conflicts: { kind: 'hold' } };
    edit(world, 'hq', { b: 'of hq' });
    edit(world, 'branch', { b: 'of branch' });
    await carried(world);
    const done = await alone(world, (engine) =>
      forgetPast({ ...engine, forgetting: world.ports.forgetting }, { table: 'contacts', key }),
    );
    expect(done).toMatchObject({ waiting: 1 });
    expect(done.removed.history).toBeGreaterThan(1);
    const text = await stored(world);
    expect(text).not.toMatch(/"(a1|a2)"/);
    expect(text).toContain('of hq');
    expect((await headIn(world)).fields['a']?.value).toBe('a3');
    await quietFor(world);
    expect(await world.ports.control.countOpenConflicts()).toBe(1);
  });
});

/** kiosk is out of reach while the delete goes to branch. */
async function withOneDown(): Promise<World> {
  const world = await changed();
  onServer(world, 'kiosk').fails = () => true;
  await deleteOn(world, 'hq');
  world.scheduler.now += dayMs;
  expect(onServers(world)).toEqual([undefined, undefined, { a: 'a3', b: 'b3' }]);
  return world;
}

describe('a server that still holds it', () => {
  test('keeps the key, says so, and gets the delete when it is back; then the rest can go', async () => {
    const world = await withOneDown();
    const first = await forget(world);
    expect(first).toMatchObject({ kind: 'bare' });
    const reasons = first.kind === 'bare' ? first.hindrances : [];
    expect(reasons).toContainEqual({ why: 'there', server: 'kiosk' });
    expect(reasons).toContainEqual({ why: 'under-way', server: 'kiosk' });
    expect(await stored(world)).not.toMatch(/"(a1|a2|a3|b1|b3)"/);
    onServer(world, 'kiosk').fails = () => false;
    await carried(world);
    expect(onServers(world)).toEqual([undefined, undefined, undefined]);
    world.scheduler.now += dayMs;
    expect(await forget(world)).toMatchObject({ kind: 'forgotten' });
    expect(await stored(world)).toBe(nothing);
  });

  test('R5: an edit there that had not seen the delete brings the record back as a whole', async () => {
    const world = await withOneDown();
    await forget(world);
    edit(world, 'kiosk', { a: 'edited' });
    onServer(world, 'kiosk').fails = () => false;
    await carried(world);
    expect(onServers(world)).toEqual(all({ a: 'edited', b: 'b3' }));
    await quietFor(world);
    expect(onServers(world)).toEqual(all({ a: 'edited', b: 'b3' }));
  });

  test('with delete-wins loses that edit to the delete all the same', async () => {
    const world = await withOneDown();
    world.plan = { ...world.plan, deletes: 'delete-wins' };
    await forget(world);
    edit(world, 'kiosk', { a: 'edited' });
    onServer(world, 'kiosk').fails = () => false;
    await carried(world);
    expect(onServers(world)).toEqual([undefined, undefined, undefined]);
  });

  test('cannot have what was forgotten put back', async () => {
    const world = await withOneDown();
    await forget(world);
    expect(await putBackTo(world)).toMatchObject({ kind: 'refused', why: 'forgotten' });
    expect(await putBackTo(world, 1)).toMatchObject({ kind: 'refused', why: 'forgotten' });
  });
});

describe('R2: forgetting that dies', () => {
  test.each(Array.from({ length: 26 }, (_, at) => at))(
    'after %i effects ends the same when it is done again',
    async (sent) => {
      const world = await deleted();
      const process = world.scheduler.start('dying', (one) =>
        forgetRecord({ ...world.engineOf(one), forgetting: world.ports.forgetting }, wantedIn(world)),
      );
      for (let step = 0; step < sent && !process.ended; step += 1) await world.scheduler.step();
      if (!process.ended) world.scheduler.kill(process);
      await quietFor(world);
      expect(onServers(world)).toEqual([undefined, undefined, undefined]);
      world.scheduler.now += dayMs;
      await forget(world);
      expect(await stored(world)).toBe(nothing);
    },
  );
});

describe('somebody enters the record anew meanwhile', () => {
  test.each(['putHeads', 'dropHistory', 'removeReplica', 'removeHead'] as const)(
    'before %s: it goes everywhere, and nothing of it is lost',
    async (effect) => {
      const world = await deleted();
      const { control, records } = world.ports;
      const port: object = effect === 'dropHistory' ? control : records;
      const original: unknown = Reflect.get(port, effect);
      if (typeof original !== 'function') throw new Error(`there is no ${effect}`);
      let isFirst = true;
      const meanwhile = async (...args: readonly unknown[]): Promise<unknown> => {
        if (isFirst) {
          isFirst = false;
          onServer(world, 'branch').insert(key, { a: 'new', b: 'new' });
          world.scheduler.now += 5_000;
          await synced(world);
        }
        return Reflect.apply(original, port, args);
      };
      Object.assign(port, { [effect]: meanwhile });
      expect(await forget(world)).toMatchObject({ kind: 'alive' });
      await quietFor(world);
      expect(onServers(world)).toEqual(all({ a: 'new', b: 'new' }));
      expect((await headIn(world)).deleted).toBeUndefined();
    },
  );
});
