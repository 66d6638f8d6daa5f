/** `--watch` on time that passes as fast as its loops let it: when all of them sleep, it is the time of the first to wake. */
import { expect, test } from 'vitest';
import type { EpochMs } from '../../src/core/names.ts';
import { defaultSchedule, watch } from '../../src/engine/watch.ts';
import { alone } from './model/alone.ts';
import { hurried } from './model/hurried.ts';
import { serverOf, worldWith } from './model/invocations.ts';
import type { World } from './model/world.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const schedule = {
  ...defaultSchedule,
  enumerateMs: 5 * minuteMs,
  sweep: { kind: 'never' as const },
  idleMs: 10_000,
  lastMs: 0,
};

/** Reading, writing, measuring and sweeping of each server. */
const loopsOf = (world: World): number => 4 * world.servers.size;

/** Watches until so much time is over, ms; `meanwhile` is asked whenever branch is asked for its clock. */
async function watched(world: World, ms: number, meanwhile: () => Promise<void> | void = () => undefined) {
  const end = world.scheduler.now + ms;
  const stop = new AbortController();
  const branch = serverOf(world, 'branch');
  branch.fails = (request) => {
    if (request === 'probe') void meanwhile();
    if (world.scheduler.now >= end) stop.abort(new Error('the time of the test is over'));
    return false;
  };
  await alone(world, (engine) =>
    watch({ ...engine, clock: hurried(world, engine, loopsOf(world)) }, schedule, stop.signal),
  );
}

/** The only record of hq is refused by branch; the instants at which it was asked to take it. */
function refusing(code: string): { readonly world: World; readonly asked: EpochMs[] } {
  const world = worldWith(1);
  const asked: EpochMs[] = [];
  const branch = serverOf(world, 'branch');
  branch.refusalCode = code;
  branch.refuses = () => asked.push(world.scheduler.now) > 0;
  return { world, asked };
}

const minutesAfterFirst = (asked: readonly EpochMs[]): readonly number[] =>
  asked.map((at) => Math.round((at - (asked[0] ?? 0)) / minuteMs));

test('a record that is refused for what may pass is tried after waits that grow', async () => {
  const { world, asked } = refusing('510');
  await watched(world, hourMs);
  const gaps = minutesAfterFirst(asked).map((at, index, all) => at - (all[index - 1] ?? 0));
  expect(gaps.length).toBeGreaterThan(4);
  expect(gaps.length).toBeLessThan(8);
  for (const [index, gap] of gaps.slice(1).entries()) {
    expect(gap).toBeGreaterThanOrEqual(2 ** index);
    expect(gap).toBeLessThanOrEqual(2 ** index + 2);
  }
});

test('a record that is refused for what lasts is tried once a day', async () => {
  const { world, asked } = refusing('511');
  await watched(world, 26 * hourMs);
  expect(minutesAfterFirst(asked)).toEqual([0, expect.any(Number)]);
  expect(minutesAfterFirst(asked)[1]).toBeGreaterThanOrEqual(24 * 60);
});

test('what a person asked for is tried, or looked up, within two minutes', async () => {
  const { world, asked } = refusing('511');
  const hq = serverOf(world, 'hq');
  for (const a of ['keep', 'drop']) hq.insert('twice', { a, b: '' });
  const { control } = world.ports;
  let due: EpochMs | undefined;
  await watched(world, 20 * minuteMs, async () => {
    const parked = await control.parked(9);
    if (due !== undefined || asked.length === 0 || parked.length < 2) return;
    hq.rows = hq.rows.filter((row) => row.values['a'] !== 'drop');
    due = world.scheduler.now;
    await control.park(parked.map((one) => ({ ...one, retryAt: world.scheduler.now })));
  });
  const tries = asked.filter((at) => due !== undefined && at > due).map((at) => at - (due ?? 0));
  // The doubled key, parked no more, is refused too.
  expect(tries).toHaveLength(2);
  expect(Math.max(...tries)).toBeLessThanOrEqual(2 * minuteMs);
  expect((await control.parked(9)).map(({ code }) => code)).toEqual(['511', '511']);
});
