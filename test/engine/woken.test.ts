/** Hints of FileMaker's webhooks in `--watch`, on time that passes as fast as its loops let it. */
import { expect, test } from 'vitest';
import type { EpochMs } from '../../src/core/names.ts';
import type { EngineEvent } from '../../src/engine/events.ts';
import { Hints } from '../../src/engine/hints.ts';
import { defaultSchedule, watch } from '../../src/engine/watch.ts';
import type { Clock } from '../../src/ports/clock.ts';
import { alone } from './model/alone.ts';
import { hurried } from './model/hurried.ts';
import { serverOf, worldWith } from './model/invocations.ts';
import type { World } from './model/world.ts';

const minuteMs = 60_000;
const schedule = {
  ...defaultSchedule,
  enumerateMs: 5 * minuteMs,
  sweep: { kind: 'never' as const },
  lastMs: 0,
};

type Watched = {
  /** Told of each change on a server, and of the hints that a call of its webhook would give. */
  readonly onChange: (server: string, hint: () => void) => void;
  readonly forMs: number;
  /** Hints that never end. */
  readonly floods?: { readonly server: string; readonly everyMs: number };
  /** Asked at each reading of branch's clock, which is once a minute, with the time since the beginning. */
  readonly eachMinute?: (sinceMs: number) => void;
};

/** Watches so long; returns what was told. */
async function watched(
  world: World,
  { onChange, forMs, floods, eachMinute }: Watched,
): Promise<readonly EngineEvent[]> {
  const begin = world.scheduler.now;
  const stop = new AbortController();
  const events: EngineEvent[] = [];
  const branch = serverOf(world, 'branch');
  branch.fails = (request) => {
    if (request === 'probe') eachMinute?.(world.scheduler.now - begin);
    if (world.scheduler.now >= begin + forMs) stop.abort(new Error('the time of the test is over'));
    return false;
  };
  await alone(world, async (engine) => {
    const clock = hurried(world, engine, 5 * world.servers.size + (floods === undefined ? 0 : 1));
    const hints = new Hints(clock);
    for (const [server, model] of world.servers)
      model.onChange = () => onChange(server, () => hints.hint({ server, table: world.plan.name }));
    const wake = { hints, standsSince: () => begin };
    const flooding =
      floods &&
      flood(clock, floods.everyMs, stop.signal, () =>
        hints.hint({ server: floods.server, table: world.plan.name }),
      );
    await watch({ ...engine, clock, report: (event) => events.push(event) }, schedule, stop.signal, wake);
    await flooding;
  });
  return events;
}

async function flood(clock: Clock, everyMs: number, signal: AbortSignal, hint: () => void): Promise<void> {
  while (!signal.aborted) {
    hint();
    await clock.sleep(everyMs, signal).catch(() => undefined);
  }
}

/** The only person of hq gets another name so long after the beginning; returns when branch got it. */
async function renamed(
  sinceMs: number,
  onChange: Watched['onChange'],
): Promise<{ readonly afterMs: number; readonly events: readonly EngineEvent[] }> {
  const world = worldWith(1);
  const [hq, branch] = [serverOf(world, 'hq'), serverOf(world, 'branch')];
  let [editedAt, gotAt]: [EpochMs | undefined, EpochMs] = [undefined, 0];
  branch.onUpdate = () => {
    gotAt = world.scheduler.now;
    return undefined;
  };
  const events = await watched(world, {
    onChange,
    forMs: 12 * minuteMs,
    eachMinute: (now) => {
      const [row] = hq.rows;
      if (editedAt !== undefined || now < sinceMs || row === undefined) return;
      editedAt = world.scheduler.now;
      hq.edit(row, { a: 'another name', b: '' });
    },
  });
  expect(branch.rows.map(({ values }) => values['a'])).toEqual(['another name']);
  return { afterMs: gotAt - (editedAt ?? 0), events };
}

const missed = (events: readonly EngineEvent[]): number =>
  events.reduce((sum, event) => sum + (event.kind === 'hooks-missed' ? event.changes : 0), 0);

test('an edit of which FileMaker tells is there within three seconds, long before the schedule would have read it', async () => {
  const { afterMs, events } = await renamed(2 * minuteMs, (_server, hint) => hint());
  expect(afterMs).toBeLessThan(3_000);
  expect(missed(events)).toBe(0);
});

test('where every hook is lost the schedule brings the edit, and counts what no hook told of', async () => {
  const { afterMs, events } = await renamed(2 * minuteMs, () => undefined);
  expect(afterMs).toBeGreaterThan(2 * minuteMs);
  expect(afterMs).toBeLessThan(4 * minuteMs);
  expect(missed(events)).toBe(1);
});

test('R1: a reading for a hint that fails once is made again, without another hint, and says that the server is back', async () => {
  const world = worldWith(1);
  const [hq, branch] = [serverOf(world, 'hq'), serverOf(world, 'branch')];
  let [hinted, failures, gotAt]: [EpochMs, number, EpochMs] = [0, 0, 0];
  hq.fails = (request) => {
    const isFirst = hinted > 0 && failures === 0 && request !== 'probe';
    if (isFirst) failures += 1;
    return isFirst;
  };
  branch.onUpdate = () => {
    gotAt = world.scheduler.now;
    return undefined;
  };
  const events = await watched(world, {
    onChange: (server, hint) => {
      if (server !== 'hq') return;
      hinted = world.scheduler.now;
      hint();
    },
    forMs: 12 * minuteMs,
    eachMinute: (now) => {
      const [row] = hq.rows;
      if (hinted === 0 && now >= 2 * minuteMs && row !== undefined)
        hq.edit(row, { a: 'another name', b: '' });
    },
  });
  expect(failures).toBe(1);
  expect(gotAt - hinted).toBeLessThan(30_000);
  const said = events.filter(({ kind }) => kind === 'server-failed' || kind === 'server-back');
  expect(said).toMatchObject([
    { kind: 'server-failed', server: 'hq', task: 'waking' },
    { kind: 'server-back', server: 'hq', task: 'waking' },
  ]);
});

test('R6: our own writes, of which FileMaker tells too, are read a few times and written nowhere', async () => {
  const world = worldWith(1);
  const [hq, branch] = [serverOf(world, 'hq'), serverOf(world, 'branch')];
  let hints = 0;
  await watched(world, {
    onChange: (server, hint) => {
      if (server === 'branch') hints += 1;
      hint();
    },
    forMs: 12 * minuteMs,
    eachMinute: (now) => {
      if (hq.rows.length > 1 || now < 2 * minuteMs) return;
      for (let n = 0; n < 60; n += 1) hq.insert(`new ${n}`, { a: `person ${n}`, b: '' });
    },
  });
  expect([hq.rows.length, branch.rows.length]).toEqual([61, 61]);
  expect(hints).toBe(61);
  expect([hq.writes, branch.writes]).toEqual([0, 61]);
  // A reading of changes may be several finds, each of few rows here.
  expect(branch.finds).toBeLessThan(200);
});

test('a flood of hints for one table keeps nobody from the schedule, and has it read twice a minute in the end', async () => {
  const world = worldWith(1);
  const [hq, branch] = [serverOf(world, 'hq'), serverOf(world, 'branch')];
  await watched(world, {
    onChange: () => undefined,
    forMs: 12 * minuteMs,
    floods: { server: 'hq', everyMs: 500 },
    eachMinute: (now) => {
      const [row] = branch.rows;
      if (now >= 2 * minuteMs && row?.values['a'] === 'person 0')
        branch.edit(row, { a: 'from branch', b: '' });
    },
  });
  expect(hq.rows.map(({ values }) => values['a'])).toEqual(['from branch']);
  // 24 in the 12 minutes, and those of the beginning, besides 3 of the schedule; two finds each at the most.
  expect(hq.finds).toBeLessThan(75);
});
