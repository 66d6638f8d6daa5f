import { describe, expect, test } from 'vitest';
import type { SessionSlots, Slot } from '../../src/ports/session-slots.ts';
import { closing, type Open, portOf } from './opened.ts';

export function describeSessionSlotsContract(name: string, open: Open<SessionSlots>): void {
  describe(`session slots: ${name}`, () => {
    const opened = closing(open);
    describe('holding', () => {
      describeHolding(portOf(opened));
    });
    describe('fences', () => {
      describeFences(portOf(opened));
    });
    describe('after a process died', () => {
      describeDeath(opened);
    });
  });
}

const orphanMs = 900_000;

const take = (slots: SessionSlots, capacity: number, now = 1000): Promise<Slot | undefined> =>
  slots.take('hq', capacity, now, orphanMs);

/** A slot that surely was to be had. */
async function taken(slots: SessionSlots, capacity = 8, now = 1000): Promise<Slot> {
  const slot = await take(slots, capacity, now);
  if (slot === undefined) throw new Error('no slot was free');
  return slot;
}

async function openedSlot(slots: SessionSlots, token: string, capacity = 8): Promise<Slot> {
  const slot = await taken(slots, capacity);
  await slots.opening(slot, 1000);
  await slots.opened(slot, token, 1001);
  return slot;
}

function describeHolding(open: () => Promise<SessionSlots>): void {
  test('as many slots as the capacity are given out, each number once, and no more', async () => {
    const slots = await open();
    const all = await Promise.all(Array.from({ length: 20 }, () => take(slots, 3)));
    const given = all.flatMap((slot) => slot?.number ?? []);
    expect(new Set(given)).toStrictEqual(new Set([0, 1, 2]));
    expect(given).toHaveLength(3);
    expect(all.every((slot) => slot?.token === undefined)).toBe(true);
  });

  test('servers have slots of their own', async () => {
    const slots = await open();
    await taken(slots, 1);
    expect((await slots.take('branch', 1, 1000, orphanMs))?.server).toBe('branch');
  });

  test('an open session keeps its slot for as long as its holder lives', async () => {
    const slots = await open();
    await openedSlot(slots, 'token', 1);
    expect(await take(slots, 1, 1000 + 100 * orphanMs)).toBe(undefined);
  });

  test('a slot that was freed, opened or not, is given out again without a token', async () => {
    const slots = await open();
    await slots.free(await taken(slots, 1));
    await slots.free(await openedSlot(slots, 'token', 1));
    expect((await taken(slots, 1)).token).toBe(undefined);
  });

  test('a session that is given up is handed to the next taker with its token, before any new slot', async () => {
    const slots = await open();
    await openedSlot(slots, 'one', 2);
    const given = await openedSlot(slots, 'two', 2);
    await slots.leave(given);
    await slots.leave(given);
    await slots.free(given);
    expect((await taken(slots, 2)).token).toBe('two');
    expect(await take(slots, 2)).toBe(undefined);
  });

  test('who asks for sessions that were left gets those, and no other slot', async () => {
    const slots = await open();
    const takeLeft = (): Promise<Slot | undefined> => slots.takeLeft('hq', 2, 1000, orphanMs);
    expect(await takeLeft()).toBe(undefined);
    await slots.leave(await openedSlot(slots, 'left', 2));
    expect((await takeLeft())?.token).toBe('left');
    expect(await takeLeft()).toBe(undefined);
    expect((await taken(slots, 2)).token).toBe(undefined);
  });

  test('a login whose end is not known keeps its slot until its session has ended by itself', async () => {
    const slots = await open();
    const slot = await taken(slots, 1);
    await slots.opening(slot, 5000);
    expect(await take(slots, 1, 5000 + orphanMs - 1)).toBe(undefined);
    const next = await taken(slots, 1, 5000 + orphanMs + 1);
    expect(next.token).toBe(undefined);
  });

  test('a lower capacity counts the slots that were taken under the higher one', async () => {
    const slots = await open();
    const all = await Promise.all(Array.from({ length: 4 }, () => taken(slots, 4)));
    const [last, ...others] = all.toSorted((a, b) => b.number - a.number);
    for (const slot of others.slice(0, 2)) await slots.free(slot);
    expect(await take(slots, 2)).toBe(undefined);
    await slots.free(last ?? (await taken(slots)));
    expect((await taken(slots, 2)).number).toBeLessThan(2);
  });
}

function describeFences(open: () => Promise<SessionSlots>): void {
  test('the fence is another one whenever the slot changes hands', async () => {
    const slots = await open();
    const fences = new Set<number>();
    for (let hand = 0; hand < 5; hand++) {
      const slot = await taken(slots, 1);
      fences.add(slot.fence);
      await slots.free(slot);
    }
    expect(fences.size).toBe(5);
  });

  test('a holder that lost its slot can store no token in it, and is told so', async () => {
    const slots = await open();
    const slot = await taken(slots, 1);
    await slots.opening(slot, 1000);
    await taken(slots, 1, 1000 + orphanMs + 1);
    await expect(slots.opened(slot, 'late', 2000)).rejects.toThrow(/slot/);
    await expect(slots.opening(slot, 2000)).rejects.toThrow(/slot/);
  });

  test('no error shows the token', async () => {
    const slots = await open();
    const slot = await taken(slots, 1);
    await slots.free(slot);
    await expect(slots.opened(slot, 'secret', 2000)).rejects.not.toThrow(/secret/);
  });

  test('a holder that lost its slot does not free it for others', async () => {
    const slots = await open();
    const slot = await taken(slots, 1);
    await slots.opening(slot, 1000);
    const next = await taken(slots, 1, 1000 + orphanMs + 1);
    await slots.free(slot);
    expect(await take(slots, 1, 1000 + orphanMs + 2)).toBe(undefined);
    await slots.free(next);
    expect(await take(slots, 1, 1000 + orphanMs + 2)).not.toBe(undefined);
  });

  test('a slot that was freed cannot be used any more by who freed it', async () => {
    const slots = await open();
    const slot = await taken(slots, 1);
    await slots.free(slot);
    await slots.free(slot);
    await expect(slots.opened(slot, 'late', 2000)).rejects.toThrow(/slot/);
    expect((await taken(slots, 1)).token).toBe(undefined);
  });
}

function describeDeath(open: Open<SessionSlots>): void {
  test('a session that was left open is handed over with its token, once, before any new slot', async () => {
    const { port, reopen } = await open();
    const before = await openedSlot(port, 'left', 2);
    const after = await reopen();
    const next = await taken(after, 2);
    expect(next.token).toBe('left');
    expect(next.fence === before.fence && next.number === before.number).toBe(false);
    expect((await taken(after, 2)).token).toBe(undefined);
    expect(await take(after, 2)).toBe(undefined);
  });

  test('a session that was taken over and left again is handed over again', async () => {
    const { port, reopen } = await open();
    await openedSlot(port, 'left', 1);
    const second = await reopen();
    await taken(second, 1);
    const third = await reopen();
    expect((await taken(third, 1)).token).toBe('left');
  });

  test('a login that was sent before the death keeps its slot until its session has ended by itself', async () => {
    const { port, reopen } = await open();
    await port.opening(await taken(port, 1), 5000);
    const after = await reopen();
    expect(await take(after, 1, 5000 + orphanMs - 1)).toBe(undefined);
    expect((await taken(after, 1, 5000 + orphanMs + 1)).token).toBe(undefined);
  });

  test('a new login in a slot with a token forgets that token', async () => {
    const { port, reopen } = await open();
    await openedSlot(port, 'old', 1);
    const second = await reopen();
    await second.opening(await taken(second, 1), 6000);
    const third = await reopen();
    expect(await take(third, 1, 6001)).toBe(undefined);
    expect((await taken(third, 1, 6000 + orphanMs + 1)).token).toBe(undefined);
  });

  test('the dead holder can write nothing in a slot that it had', async () => {
    const { port, reopen } = await open();
    const slot = await openedSlot(port, 'left', 1);
    const after = await reopen();
    await expect(after.opened(slot, 'ghost', 1002)).rejects.toThrow(/slot/);
    await after.free(slot);
    expect((await taken(after, 1)).token).toBe('left');
  });

  test('sessions left under a higher capacity are handed over in slots of the lower one', async () => {
    const { port, reopen } = await open();
    for (const token of ['a', 'b', 'c', 'd']) await openedSlot(port, token, 4);
    const after = await reopen();
    const slots = [await taken(after, 2), await taken(after, 2)];
    expect(new Set(slots.map((slot) => slot.number))).toStrictEqual(new Set([0, 1]));
    expect(new Set(slots.map((slot) => slot.token)).size).toBe(2);
    expect(await take(after, 2)).toBe(undefined);
    for (const slot of slots) await after.free(slot);
    const rest = [await taken(after, 2), await taken(after, 2)];
    expect(rest.every((slot) => slot.number < 2 && slot.token !== undefined)).toBe(true);
  });
}
