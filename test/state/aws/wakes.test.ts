/** Hints over DynamoDB: each is heard by somebody, whoever comes first. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Wakes } from '../../../src/ports/wakes.ts';
import { type Emulators, startEmulators } from './emulators.ts';
import { newPlaces, stateIn } from './opened-state.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(async () => {
  await emulators.stop();
});

const opened = async (): Promise<Wakes> => stateIn(emulators, await newPlaces(emulators), 'North').wakes;

const at = 1_800_000_000_000;
const until = at + 15_000;

test('of twenty calls at once one is to start a reader, and each table is put down', async () => {
  const wakes = await opened();
  const tables = ['contacts', 'orders', 'a table #1'];
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, n) => wakes.hint('hq', tables[n % 3] ?? '', at + n, until)),
  );
  expect(answers.filter((answer) => answer === 'start')).toHaveLength(1);
  const state = await wakes.wake('hq');
  expect([state?.rev, state?.done]).toEqual([20, 0]);
  expect([...(state?.tables.keys() ?? [])].toSorted()).toEqual(tables.toSorted());
  expect(Math.max(...[...(state?.tables.values() ?? [])].map(({ rev }) => rev))).toBe(20);
});

test('whoever listens is not replaced before its time, and leaves only if nothing came', async () => {
  const wakes = await opened();
  expect(await wakes.wake('hq')).toBeUndefined();
  expect(await wakes.hint('hq', 'contacts', at, until)).toBe('start');
  await wakes.listen('hq', at + 60_000);
  expect(await wakes.hint('hq', 'contacts', at + 59_999, until)).toBe('heard');
  expect(await wakes.leave('hq', 1)).toBe(false);
  expect(await wakes.leave('hq', 2)).toBe(true);
  expect(await wakes.wake('hq')).toMatchObject({ rev: 2, done: 2 });
  expect(await wakes.hint('hq', 'orders', at + 60_000, at + 75_000)).toBe('start');
});

test('where the reader died another is started when its time is over', async () => {
  const wakes = await opened();
  expect(await wakes.hint('hq', 'contacts', at, until)).toBe('start');
  expect(await wakes.hint('hq', 'contacts', until - 1, until)).toBe('heard');
  expect(await wakes.hint('hq', 'contacts', until, until + 15_000)).toBe('start');
});

test('servers know nothing of each other', async () => {
  const wakes = await opened();
  await wakes.hint('hq', 'contacts', at, until);
  expect(await wakes.hint('branch', 'contacts', at, until)).toBe('start');
});
