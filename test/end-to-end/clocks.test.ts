import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { interval, width } from '../../src/core/interval.ts';
import { serverSyncScript } from '../../src/simulator/serversync-script.ts';
import { type Bench, openBench } from './support/bench.ts';
import { contactFields } from './support/office.ts';
import { rows, synced } from './support/rows.ts';

const anHour = 3_600_000;

/** The second one looks a day further back; the next to do so comes a day later. */
async function runTwice(bench: Bench): Promise<void> {
  await bench.run();
  await bench.run();
}

const slow = (byMs: number) => ({ name: 'Slow Sam', clockOffsetMs: -byMs });

describe('a clock that is set between two runs', () => {
  test.each([
    { name: 'back by ten minutes', byMs: -600_000 },
    { name: 'forward by ten minutes', byMs: 600_000 },
  ])('$name costs no edit made right before or right after, and the run tells its size', async ({ byMs }) => {
    await using bench = await openBench({ offices: { hq: { rows: rows(0, 10) }, branch: {} } });
    await bench.run();
    bench.branch.edit('K-00001', { name: 'right before' });
    bench.branch.control.stepClock(byMs);
    bench.branch.edit('K-00002', { name: 'right after' });
    const { exitCode, clockSteps, lines } = await bench.run();
    expect(exitCode).toBe(0);
    expect(bench.hq.value('K-00001', 'name')).toBe('right before');
    expect(bench.hq.value('K-00002', 'name')).toBe('right after');
    expect(clockSteps).toEqual([{ server: 'branch', byMs: expect.any(Number) }]);
    expect(Math.abs((clockSteps[0]?.byMs ?? 0) - byMs)).toBeLessThan(2000);
    expect(lines.join('\n')).toContain(`the clock of branch was set ${byMs < 0 ? 'back' : 'forward'} by`);
    const { lines: status } = await bench.status();
    expect(status.join('\n')).toMatch(
      /the clock of branch was set (back|forward) by .* on \d{4}-\d\d-\d\d \d\d:\d\d UTC/,
    );
    bench.branch.edit('K-00003', { name: 'a run later' });
    const next = await bench.run();
    expect(next.clockSteps).toEqual([]);
    expect(bench.hq.value('K-00003', 'name')).toBe('a run later');
    expect(synced(bench.branch)).toEqual(synced(bench.hq));
  });
});

const offsets = z.looseObject({
  servers: z.array(
    z.looseObject({
      server: z.string(),
      clockOffsetMs: z.object({ lo: z.number(), hi: z.number() }),
    }),
  ),
});

test('the clock of a server that is written through the script is known better than a whole second tells', async () => {
  const scripts = { ServerSync: serverSyncScript({ msPerRecord: 0 }) };
  await using bench = await openBench({
    offices: { hq: { rows: rows(0, 60) }, branch: { rows: rows(0, 1), scripts, clockOffsetMs: 47_000 } },
    servers: { branch: { script: 'ServerSync' } },
  });
  await bench.run();
  const { servers } = offsets.parse(await bench.status());
  const known = servers.find(({ server }) => server === 'branch')?.clockOffsetMs ?? interval(0, 0);
  expect(known.lo).toBeLessThanOrEqual(47_000);
  expect(known.hi).toBeGreaterThanOrEqual(47_000);
  // One probe shows a whole second.
  expect(width(known)).toBeLessThan(1000);
});

const idOf = async (bench: Bench): Promise<string> => {
  const { stdout } = await bench.command('halts');
  return /serversync approve (\S+)/.exec(stdout)?.[1] ?? '';
};

describe('R8: a clock that is set by more than an hour', () => {
  test.each([
    { name: 'back by a day', byMs: -86_400_000, says: 'was set back by 24 h' },
    { name: 'forward by two hours', byMs: 7_200_000, says: 'was set forward by 2 h' },
  ])('$name halts that server; once it is said to be right, no edit is missing', async ({ byMs, says }) => {
    await using bench = await openBench({ offices: { hq: { rows: rows(0, 10) }, branch: {} } });
    await bench.run();
    bench.branch.edit('K-00001', { name: 'right before' });
    bench.branch.control.stepClock(byMs);
    bench.branch.edit('K-00002', { name: 'right after' });
    bench.hq.edit('K-00003', { name: 'by hq' });
    bench.resetCounters();
    const { exitCode, halted, lines } = await bench.run();
    expect([exitCode, halted]).toMatchObject([1, [{ server: 'branch', why: 'clock-step' }]]);
    expect(lines.join('\n')).toContain(says);
    expect([bench.hq.writes, bench.branch.writes]).toEqual([[], []]);
    const wrong = await bench.command('dismiss', await idOf(bench));
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('take it for right as it is')]);
    expect((await bench.command('approve', await idOf(bench))).code).toBe(0);
    await bench.run();
    expect((await bench.run()).exitCode).toBe(0);
    expect(bench.hq.value('K-00001', 'name')).toBe('right before');
    expect(bench.hq.value('K-00002', 'name')).toBe('right after');
    expect(bench.branch.value('K-00003', 'name')).toBe('by hq');
    expect(synced(bench.branch)).toEqual(synced(bench.hq));
  });

  test('and back again goes on by itself', async () => {
    await using bench = await openBench({ offices: { hq: { rows: rows(0, 10) }, branch: {} } });
    await bench.run();
    bench.branch.control.stepClock(7_200_000);
    bench.branch.edit('K-00001', { name: 'while it was wrong' });
    expect((await bench.run()).exitCode).toBe(1);
    bench.branch.control.stepClock(-7_199_000);
    bench.branch.edit('K-00002', { name: 'while it is right' });
    const { exitCode, halted } = await bench.run();
    expect([exitCode, halted]).toEqual([0, []]);
    expect(bench.hq.value('K-00001', 'name')).toBe('while it was wrong');
    expect(bench.hq.value('K-00002', 'name')).toBe('while it is right');
  });
});

describe("where users' own clocks stamp", () => {
  const fields = contactFields.map((field) =>
    field.name === 'modified_at' ? { ...field, stampedBy: 'user' as const } : field,
  );
  const options = {
    offices: { hq: { rows: rows(0, 10), fields, clockOffsetMs: 0 }, branch: { fields, clockOffsetMs: 0 } },
    table: { modified: { field: 'modified_at', stampedBy: 'user' } },
    settings: { settleMs: 60_000 },
  };

  test('an edit by a clock that is further behind than is read again waits until its record is next written', async () => {
    await using bench = await openBench(options);
    await runTwice(bench);
    bench.hq.edit('K-00001', { name: 'by Sam' }, slow(anHour));
    await bench.run();
    expect(bench.branch.value('K-00001', 'name')).toBe('contact 1');
    bench.branch.edit('K-00001', { notes: 'by branch' });
    const { exitCode, conflicts } = await bench.run();
    expect({ exitCode, conflicts }).toEqual({ exitCode: 0, conflicts: 0 });
    expect(synced(bench.branch)).toEqual(synced(bench.hq));
    expect(bench.branch.value('K-00001', 'name')).toBe('by Sam');
    expect(bench.hq.value('K-00001', 'notes')).toBe('by branch');
  });

  test.each([
    { seen: 'was seen 45 s behind', sighting: slow(45_000), found: 'by Sam' },
    { seen: 'was never seen behind', sighting: slow(0), found: 'contact 2' },
  ])(
    'an edit by a clock that is 90 s behind: "$found" where one $seen before',
    async ({ sighting, found }) => {
      await using bench = await openBench(options);
      await runTwice(bench);
      bench.hq.edit('K-00001', { name: 'before' }, sighting);
      await bench.run();
      expect(bench.branch.value('K-00001', 'name')).toBe('before');
      bench.hq.edit('K-00002', { name: 'by Sam' }, slow(90_000));
      const { lines } = await bench.run();
      expect(bench.branch.value('K-00002', 'name')).toBe(found);
      expect(lines.join('\n').includes("a user's clock was up to")).toBe(found === 'by Sam');
    },
  );

  test('an edit by a clock that is ahead is found at once', async () => {
    await using bench = await openBench(options);
    await bench.run();
    bench.hq.edit('K-00001', { name: 'by Fran' }, { name: 'Fast Fran', clockOffsetMs: anHour });
    await bench.run();
    expect(bench.branch.value('K-00001', 'name')).toBe('by Fran');
  });
});

describe.each([
  { zone: 'Asia/Tokyo', way: 'east', asks: true },
  { zone: 'America/Los_Angeles', way: 'west', asks: false },
])('R1: a zone that is configured too far $way', ({ zone, asks }) => {
  test(`costs no change${asks ? ', and is asked about' : ''}`, async () => {
    await using bench = await openBench({
      offices: { hq: { rows: rows(0, 5), clockOffsetMs: 0 }, branch: { clockOffsetMs: 0 } },
      servers: { hq: { timeZone: zone } },
      links: { hq: { role: 'send' } },
      settings: { settleMs: 1000 },
    });
    await bench.run();
    for (const [at, key] of ['K-00001', 'K-00002', 'K-00003'].entries()) {
      bench.hq.edit(key, { name: `edit ${at}` });
      const { exitCode } = await bench.run();
      expect([exitCode, bench.branch.value(key, 'name')]).toEqual([0, `edit ${at}`]);
    }
    const { lines } = await bench.run();
    expect(lines.join('\n').includes('Is timeZone of servers.hq right?')).toBe(asks);
  });
});

test('a server in another zone than configured is named, with the place to correct', async () => {
  await using bench = await openBench({
    offices: { hq: { rows: rows(0, 5) }, branch: { timeZone: 'Europe/Berlin' } },
    servers: { branch: { timeZone: 'America/New_York' } },
  });
  await bench.run();
  await bench.run();
  const { lines } = await bench.run();
  expect(lines.join('\n')).toMatch(
    /branch stamps records .* its clock: is timeZone of servers\.branch right\?/,
  );
});

const misconfigured = () =>
  openBench({
    offices: { hq: { rows: rows(0, 5) }, branch: { timeZone: 'Europe/Berlin' } },
    servers: { branch: { timeZone: 'America/New_York' } },
  });

async function demandCarried(bench: Bench): Promise<void> {
  for (let run = 0; run < 3; run += 1) expect((await bench.run()).exitCode).toBe(0);
  expect(bench.hq.value('K-00001', 'name')).toBe('by branch');
  expect(bench.branch.value('K-00002', 'name')).toBe('by hq');
}

async function haltedByZone(): Promise<{ readonly bench: Bench; readonly id: string }> {
  const bench = await misconfigured();
  await runTwice(bench);
  const { exitCode, halted: of, lines } = await bench.run();
  expect([exitCode, of]).toMatchObject([1, [{ server: 'branch', why: 'other-zone' }]]);
  const [, id = ''] = /serversync approve (\S+)/.exec(lines.join('\n')) ?? [];
  bench.branch.edit('K-00001', { name: 'by branch' });
  bench.hq.edit('K-00002', { name: 'by hq' });
  return { bench, id };
}

describe('R8: a server that stamps by another zone than is configured', () => {
  test('halts, and goes on by itself once the zone is corrected', async () => {
    const { bench } = await haltedByZone();
    await using _ = bench;
    await bench.configure((configuration) => {
      Object(configuration['servers']).branch.timeZone = 'Europe/Berlin';
      return configuration;
    });
    await demandCarried(bench);
    expect((await bench.status()).lines.join('\n')).not.toContain('is timeZone of');
  });

  test('approved, its stamps are read as they are, and it is not asked about again', async () => {
    const { bench, id } = await haltedByZone();
    await using _ = bench;
    expect((await bench.command('approve', id)).code).toBe(0);
    await bench.run();
    await demandCarried(bench);
    bench.hq.edit('K-00003', { name: 'first, by hq' });
    bench.branch.edit('K-00003', { name: 'then, by branch' });
    await demandCarried(bench);
    expect(synced(bench.branch)).toEqual(synced(bench.hq));
  });

  test('dismissed, it is measured anew, and halts again where it is as it was', async () => {
    const { bench, id } = await haltedByZone();
    await using _ = bench;
    expect((await bench.command('dismiss', id)).code).toBe(0);
    await bench.run();
    expect(bench.branch.value('K-00002', 'name')).toBe('by hq');
    await bench.run();
    const { halted: again } = await bench.run();
    expect(again).toMatchObject([{ server: 'branch', why: 'other-zone' }]);
  });
});
