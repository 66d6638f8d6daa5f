/** S11: records that somebody has open in FileMaker for long, edited elsewhere meanwhile. */
import { describe, expect, test } from 'vitest';
import type { Engine } from '../../src/engine/engine.ts';
import { throughBreaker, workBatches } from '../../src/engine/work-batches.ts';
import { alone, never } from './model/alone.ts';
import { readBoth, serverOf, tending, valuesOf, worldWith, writeAll } from './model/invocations.ts';
import type { World } from './model/world.ts';

const minuteMs = 60_000;

/** As it is set outside tests: half a minute, doubled up to an hour. */
const patient = (engine: Engine): Engine => ({
  ...engine,
  settings: { ...engine.settings, retryAfterMs: 30_000 },
});

/** One minute of schedules: both servers are read, what is due is put out and worked on. */
async function minute(world: World): Promise<void> {
  world.scheduler.now += minuteMs;
  await readBoth(world);
  await tending(world, 'branch');
  for (let worked = 1; worked > 0; ) worked = await written(world);
}

const written = (world: World): Promise<number> =>
  alone(world, async (its) => {
    const engine = patient(its);
    const messages = await engine.queue.receive('branch', 10, 600, engine.clock.now());
    await engine.queue.acknowledge(
      'branch',
      messages.map(({ receipt }) => receipt),
    );
    const batches = [...new Set(messages.map(({ batch }) => batch))];
    const options = { hasTime: () => true, signal: never };
    const work = await throughBreaker(engine, 'branch', batches, (allowed, isTrial) =>
      workBatches(engine, 'branch', allowed, { ...options, isTrial }),
    );
    return work.worked;
  });

function editAll(world: World, keys: ReadonlySet<string>, b: string): void {
  const hq = serverOf(world, 'hq');
  for (const row of hq.rows) if (keys.has(row.key)) hq.edit(row, { b });
}

async function fortyMinutes() {
  const world = worldWith(40);
  await readBoth(world);
  await writeAll(world);
  const branch = serverOf(world, 'branch');
  const keys = branch.rows.map(({ key }) => key);
  const [locked, free] = [new Set(keys.slice(0, 20)), new Set(keys.slice(20))];
  branch.locked = locked;
  const asked: { readonly key: string; readonly at: number }[] = [];
  branch.onUpdate = (key) => void asked.push({ key, at: world.scheduler.now });
  const late: number[] = [];
  for (let at = 0; at < 40; at += 1) {
    if (at === 0 || at === 15) editAll(world, new Set(keys), `edited at ${at}`);
    await minute(world);
    const expected = at < 15 ? 'edited at 0' : 'edited at 15';
    late.push(branch.rows.filter(({ key, values }) => free.has(key) && values['b'] !== expected).length);
  }
  return { world, branch, locked, asked, late };
}

describe('S11: 20 records locked for 40 minutes, each edited twice elsewhere', () => {
  test('all others are on time, and the locked ones end at the newest value', async () => {
    const { world, branch, late } = await fortyMinutes();
    expect(late.every((count) => count === 0)).toBe(true);
    expect(valuesOf(branch, 'b')).toEqual(new Set(['', 'edited at 15']));
    branch.locked = new Set();
    for (let at = 0; at < 61; at += 1) await minute(world);
    expect(valuesOf(branch, 'b')).toEqual(new Set(['edited at 15']));
    expect([await world.ports.control.countParked(), (await world.ports.control.backlog()).size]).toEqual([
      0, 0,
    ]);
  });

  test('each locked one is tried seldom, and ever more seldom after an edit', async () => {
    const { world, locked, asked } = await fortyMinutes();
    const start = asked[0]?.at ?? 0;
    for (const key of locked) {
      const tries = asked.filter((one) => one.key === key).map(({ at }) => (at - start) / minuteMs);
      // Two edits, each tried after 0, 1, 2, 4, 8, 16 minutes at most.
      expect(tries.length).toBeLessThanOrEqual(14);
      expect(tries.length).toBeGreaterThan(6);
      expect(tries.filter((at) => at > 7 && at < 14).length).toBeLessThanOrEqual(1);
    }
    const rows = await world.ports.control.openBatches('branch', 999);
    expect(rows.every((row) => row.keys.length === 1)).toBe(true);
  });
});
