/** Several processes over one table, each with a memory of what it stored last. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SessionSlots, Slot } from '../../../src/ports/session-slots.ts';
import { type Emulators, startEmulators } from './emulators.ts';
import { newPlaces, stateIn } from './opened-state.ts';

let emulators: Emulators;

beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(async () => {
  await emulators.stop();
});

async function processes(count: number): Promise<readonly SessionSlots[]> {
  const places = await newPlaces(emulators);
  return Array.from({ length: count }, () => stateIn(emulators, places).sessions);
}

const take = (slots: SessionSlots, capacity: number): Promise<Slot | undefined> =>
  slots.take('hq', capacity, 1000, 900_000);

test('what another process took meanwhile is counted, and what it gave back is given out', async () => {
  const [one, other] = await processes(2);
  if (one === undefined || other === undefined) throw new Error('two were asked for');
  const first = await take(one, 2);
  const second = await take(other, 2);
  expect(new Set([first?.number, second?.number])).toStrictEqual(new Set([0, 1]));
  expect(await take(one, 2)).toBe(undefined);
  if (second) await other.free(second);
  expect((await take(one, 2))?.number).toBe(second?.number);
  if (first) await one.opened(first, 'token', 1001);
  expect(await take(other, 2)).toBe(undefined);
});

test('a session that another process left is taken over, also by one that remembers none', async () => {
  const [one, other] = await processes(2);
  if (one === undefined || other === undefined) throw new Error('two were asked for');
  const mine = await take(one, 2);
  const theirs = await take(other, 2);
  if (mine) await one.free(mine);
  if (theirs) {
    await other.opened(theirs, 'left', 1001);
    await other.leave(theirs);
  }
  expect((await take(one, 2))?.token).toBe('left');
});

test('many processes at once give out each number once', async () => {
  const given = await Promise.all((await processes(8)).map((slots) => take(slots, 3)));
  const numbers = given.flatMap((slot) => slot?.number ?? []);
  expect([numbers.length, new Set(numbers)]).toStrictEqual([3, new Set([0, 1, 2])]);
});
