import { describe, expect, test } from 'vitest';
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
    { name: 'back by a day', byMs: -86_400_000 },
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
