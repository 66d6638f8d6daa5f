/** The share of a server changes from one run to the next, or takes much away at its first meeting. */
import { describe, expect, test } from 'vitest';
import { enumerate } from '../../src/engine/enumerate.ts';
import { placeOf } from '../../src/engine/engine.ts';
import { grow } from '../../src/engine/grow.ts';
import { alone, calmWorld, never } from './model/alone.ts';
import { edit, heldOn, kept, openRows, runs, setShare, shareOf, sweptAll } from './model/sharing.ts';
import { onServer } from './model/sweeping.ts';
import type { World } from './model/world.ts';

/** Both hold the same: so many records of the north, so many of the south. */
async function whole(north: number, south: number): Promise<World> {
  const world = calmWorld();
  world.plan = { ...world.plan, deleteLimit: { records: 3, percent: 0 } };
  const hq = onServer(world, 'hq');
  for (let n = 0; n < north; n += 1) hq.insert(`n${n}`, { a: `a${n}`, b: 'north' });
  for (let n = 0; n < south; n += 1) hq.insert(`s${n}`, { a: `a${n}`, b: 'south' });
  await runs(world);
  return world;
}

const meetingOf = ({ ports }: World) => ports.control.meeting('contacts', 'branch');

async function approve(world: World): Promise<void> {
  const meeting = await meetingOf(world);
  if (meeting) await world.ports.control.putMeeting({ ...meeting, state: 'approved' });
}

describe('a share that becomes narrower', () => {
  test('with leave: keep leaves all as it is, and nothing more goes there', async () => {
    const world = await whole(2, 6);
    setShare(world, 'branch', shareOf('keep', 'north'));
    await runs(world);
    edit(onServer(world, 'hq'), 's0', { a: 'edited' });
    await runs(world);
    expect(heldOn(world, 'branch')).toContain('s0=a0|south');
    expect(heldOn(world, 'branch')).toHaveLength(8);
    expect((await meetingOf(world))?.state).toBe('passed');
  });

  test('with leave: remove takes away what is little', async () => {
    const world = await whole(4, 3);
    setShare(world, 'branch', shareOf('remove', 'north'));
    await runs(world);
    expect(heldOn(world, 'branch')).toHaveLength(4);
    expect(heldOn(world, 'hq')).toHaveLength(7);
  });

  test('R8: with leave: remove that takes more than the limit of deletes halts before the first is removed', async () => {
    const world = await whole(2, 6);
    setShare(world, 'branch', shareOf('remove', 'north'));
    await runs(world, 3);
    await sweptAll(world);
    expect(heldOn(world, 'branch')).toHaveLength(8);
    expect(await meetingOf(world)).toMatchObject({
      state: 'halted',
      leaving: { records: 6, rows: 8, limit: 3 },
    });
    await approve(world);
    await runs(world);
    expect(heldOn(world, 'branch')).toEqual(['n0=a0|north', 'n1=a1|north']);
    expect(heldOn(world, 'hq')).toHaveLength(8);
    expect(await openRows(world)).toBe(0);
  });

  test('R8: the others go on while it waits, and it goes on by itself once the share is as it was', async () => {
    const world = await whole(2, 6);
    setShare(world, 'branch', shareOf('remove', 'north'));
    await runs(world);
    edit(onServer(world, 'hq'), 'n0', { a: 'edited' });
    await runs(world);
    expect(heldOn(world, 'branch')).toContain('n0=a0|north');
    setShare(world, 'branch', undefined);
    await runs(world);
    expect(heldOn(world, 'branch')).toEqual(heldOn(world, 'hq'));
    expect((await meetingOf(world))?.state).toBe('passed');
  });

  test('R8: an approval is for one share: the next one asks again', async () => {
    const world = await whole(6, 6);
    setShare(world, 'branch', shareOf('remove', 'north'));
    await runs(world);
    await approve(world);
    await runs(world);
    expect(heldOn(world, 'branch')).toHaveLength(6);
    setShare(world, 'branch', shareOf('remove', 'south'));
    await runs(world);
    expect((await meetingOf(world))?.leaving).toMatchObject({ records: 6 });
    expect(heldOn(world, 'branch')).toHaveLength(6);
  });

  test('R8: it waits for its meeting from the moment on at which the share is stored, whoever dies then', async () => {
    const world = await whole(2, 6);
    setShare(world, 'branch', shareOf('remove', 'north'));
    await alone(world, (engine) => grow(engine));
    expect((await meetingOf(world))?.state).toBe('again');
    const reading = await alone(world, async (engine) => {
      const place = placeOf(engine, 'contacts', 'branch');
      return place && enumerate(engine, place, never);
    });
    expect(reading).toBe('halted');
  });
});

describe('a share that becomes wider', () => {
  test.each(['keep', 'remove'] as const)('with leave: %s gets what is in it now', async (leave) => {
    const world = await whole(2, 3);
    setShare(world, 'branch', shareOf(leave, 'north'));
    await runs(world);
    edit(onServer(world, 'hq'), 's0', { a: 'edited' });
    await runs(world);
    setShare(world, 'branch', shareOf(leave, 'north', 'south'));
    await runs(world);
    expect(heldOn(world, 'branch')).toEqual(heldOn(world, 'hq'));
  });

  test('R5: what was kept and edited there meanwhile is brought up, and the edit is kept', async () => {
    const world = await whole(1, 1);
    setShare(world, 'branch', shareOf('keep', 'north'));
    await runs(world);
    edit(onServer(world, 'branch'), 's0', { a: 'of no account' });
    await runs(world);
    setShare(world, 'branch', undefined);
    await runs(world);
    expect(heldOn(world, 'branch')).toEqual(heldOn(world, 'hq'));
    expect(heldOn(world, 'hq')).toContain('s0=a0|south');
    expect(await kept(world)).toEqual(['overwritten share s0: of no account of branch']);
  });

  test('from keep to remove takes away what was kept', async () => {
    const world = await whole(2, 2);
    setShare(world, 'branch', shareOf('keep', 'north'));
    await runs(world);
    setShare(world, 'branch', shareOf('remove', 'north'));
    await runs(world);
    expect(heldOn(world, 'branch')).toEqual(['n0=a0|north', 'n1=a1|north']);
  });
});

describe('the first meeting of a server with a share', () => {
  test.each(['both', 'receive'] as const)(
    'R8: that would remove more than the limit of what it holds halts, with the role %s',
    async (role) => {
      const world = calmWorld(7, [
        ['hq', 'both'],
        ['branch', role],
      ]);
      world.plan = { ...world.plan, deleteLimit: { records: 3, percent: 0 } };
      setShare(world, 'branch', shareOf('remove', 'north'));
      for (const server of ['hq', 'branch'])
        for (let n = 0; n < 5; n += 1) onServer(world, server).insert(`s${n}`, { a: `a${n}`, b: 'south' });
      await runs(world, 3);
      expect(heldOn(world, 'branch')).toHaveLength(5);
      expect((await meetingOf(world))?.leaving).toMatchObject({ records: 5, rows: 5 });
      await approve(world);
      await runs(world);
      await sweptAll(world);
      expect(heldOn(world, 'branch')).toEqual([]);
      expect(heldOn(world, 'hq')).toHaveLength(5);
    },
  );

  test('R1: of one that is read first brings what it holds to the others before that is removed there', async () => {
    const world = calmWorld(7, [
      ['branch', 'both'],
      ['hq', 'both'],
    ]);
    setShare(world, 'branch', shareOf('remove', 'north'));
    onServer(world, 'branch').insert('s0', { a: 'only there', b: 'south' });
    await runs(world, 3);
    expect(heldOn(world, 'hq')).toEqual(['s0=only there|south']);
    expect(heldOn(world, 'branch')).toEqual([]);
  });
});
