/** What is told of figures. */
import { expect, test } from 'vitest';
import type { Figure } from '../../bench/result.ts';
import { markdown } from '../../bench/tables.ts';
import { timelineLines } from '../../bench/timeline.ts';

const machine = { cores: 2, processor: 'any', memoryGb: 8, node: 'v24', system: 'any', loadBefore: 0 };

const figureOf = (more: Partial<Figure>): Figure => ({
  options: '--work first-sync',
  work: 'first-sync',
  profile: 'none',
  sessions: 8,
  niceness: 1,
  script: false,
  servers: 2,
  rows: 10_000,
  records: 10_000,
  tookMs: 5000,
  startedAt: 0,
  perSecond: 2000,
  requests: { source: { list: 20 }, receiver: { create: 10_000 } },
  requestsPerRecord: { source: 0.002, receiver: 1.01 },
  cpu: { engineMs: 5000, engineLoadMs: 500, sourceMs: 500, receiversMs: 2000 },
  enginePeakMb: 200,
  state: { calls: 1000, turns: 900, byName: {} },
  ...more,
});

const told = (...figures: readonly Figure[]): string =>
  markdown({ machine, date: '2026-11-29T10:00:00Z', commit: 'abc', figures });

test('a large table is held against a small one by its cost for each row', () => {
  const large = { rows: 1_000_000, records: 1_000_000, enginePeakMb: 300 };
  const cpu = { engineMs: 550_000, engineLoadMs: 500, sourceMs: 0, receiversMs: 0 };
  expect(told(figureOf({}), figureOf({ ...large, cpu }))).toContain(
    '1,000,000 rows take 1.10 times the CPU of the engine for a row, and 1.50 times the memory at its peak, of 10,000.',
  );
});

test('twenty servers stand beside the two of as many rows', () => {
  const page = told(
    figureOf({ rows: 500 }),
    figureOf({}),
    figureOf({ rows: 500, servers: 20, records: 9500 }),
  );
  const [, several = ''] = page.split('**Several servers**');
  expect(several.split('**')[0]?.match(/of 500/g)).toHaveLength(2);
});

test('it is said where the machine had other work', () => {
  const busy = { machine: { ...machine, loadBefore: 7 }, date: '2026-11-29', commit: 'abc', figures: [] };
  expect(markdown(busy)).toContain('other work');
  expect(told()).not.toContain('other work');
});

test('how long, what share of the floor, and how many times a plain loop', () => {
  const peer = { records: 300, parallelRecords: 2400, oneAtATime: 50, parallel: 400, bare: 2500 };
  const page = told(figureOf({ profile: 'lan', floorMs: 4600, shareOfFloor: 0.92, peer }));
  expect(page).toContain('| 5.00 s | 2,000 | 92.0% | 50/s | 400/s | 2,500/s | 80.0% | 40.0; 5.00 |');
});

test('what the script gives stands beside single requests of the same work', () => {
  const lan = { profile: 'lan', perSecond: 500 } as const;
  const page = told(
    figureOf(lan),
    figureOf({ ...lan, script: true, perSecond: 5200 }),
    figureOf({ rows: 500 }),
  );
  expect(page).toContain('LAN, 8 sessions, by script: 10.4 times the records/s of single requests.');
});

test('a timeline has a line for each tenth of a second, also where nothing was asked', () => {
  const lines = timelineLines(
    1000,
    [{ at: 1010, busyMs: { list: 50 } }],
    [{ at: 1210, busyMs: { create: 99.6 } }],
  );
  expect(lines.map((line) => line.replaceAll(/ +/g, ' '))).toEqual([
    ' 0 ms list 50',
    ' 100 ms',
    ' 200 ms create 100',
  ]);
});
