import { describe, expect, test } from 'vitest';
import { Estimate, leftWords, rateWords } from '../../src/cli/estimate.ts';
import { barOf, openProgress } from '../../src/cli/progress.ts';
import { Tally } from '../../src/cli/tally.ts';
import type { EngineEvent } from '../../src/engine/events.ts';

const second = 1000;
const minute = 60 * second;

/** So many records each time that so much time has passed. */
function steady(estimate: Estimate, from: number, everyMs: number, records: number, times: number): number {
  for (let time = 0; time < times; time += 1) estimate.note(from + time * everyMs, time * records);
  return from + (times - 1) * everyMs;
}

describe('how long the rest takes', () => {
  test('is not told before it was watched for a while, nor by two pages', () => {
    const estimate = new Estimate();
    expect(estimate.leftMs(steady(estimate, 0, second, 50, 10), 1000)).toBeUndefined();
    const byPages = new Estimate();
    expect(byPages.leftMs(steady(byPages, 0, 20 * second, 500, 2), 1000)).toBeUndefined();
  });

  test('follows from the last minute, not from the whole time', () => {
    const estimate = new Estimate();
    const fast = steady(estimate, 0, second, 100, 600);
    expect(estimate.leftMs(fast, 1000)).toBeCloseTo(10 * second, -2);
    for (let n = 1; n <= 70; n += 1) estimate.note(fast + n * second, 59_900 + n * 10);
    expect(estimate.perSecond(fast + 70 * second)).toBeCloseTo(10, 0);
  });

  test('hardly moves from page to page, though a page takes half a minute', () => {
    const estimate = new Estimate();
    const told: number[] = [];
    for (let page = 0; page < 40; page += 1) {
      // Now and then one takes twice as long.
      const at = page * 25 * second + Math.floor(page / 5) * 25 * second;
      estimate.note(at, page * 500);
      const left = estimate.leftMs(at, 100_000 - page * 500);
      if (page > 6 && left !== undefined) told.push(left);
    }
    const jumps = told.slice(1).map((left, at) => Math.abs(left - (told[at] ?? left)) / left);
    expect(Math.max(...jumps)).toBeLessThan(0.35);
  });

  test('grows while nothing comes', () => {
    const estimate = new Estimate();
    const at = steady(estimate, 0, second, 10, 60);
    expect(estimate.leftMs(at + 30 * second, 100)).toBeGreaterThan((estimate.leftMs(at, 100) ?? 0) * 1.4);
  });

  test.each([
    [20 * second, 'under a minute'],
    [4.4 * minute, 'about 4 min'],
    [33 * minute, 'about 35 min'],
    [59 * minute, 'about 1 h'],
    [150 * minute, 'about 2.5 h'],
    [13.7 * 60 * minute, 'about 14 h'],
    [60 * 60 * minute, 'about 3 days'],
  ])('is told no more exactly than it is known: %i ms', (ms, words) => {
    expect(leftWords(ms)).toBe(words);
  });

  test('rates have a place behind the point where they are small', () => {
    expect([0.43, 9.94, 45.4, 3210].map(rateWords)).toEqual(['0.4/s', '9.9/s', '45/s', '3,210/s']);
  });
});

test('elsewhere than on a terminal: a line for each tenth or after five minutes, with rate and estimate where they are known', () => {
  const lines: string[] = [];
  let now = 1_000_000;
  const output = { terminal: false, line: (text: string) => void lines.push(text), json: () => undefined };
  const tally = new Tally();
  const progress = openProgress(output, { now: () => now });
  const tell = (event: EngineEvent): void => {
    tally.add(event);
    progress.show(event, tally);
  };
  const at = { table: 'contacts' } as const;
  const none = { created: 0, updated: 0, removed: 0, inStep: 0 };
  for (let page = 0; page < 20; page += 1) {
    now += 50 * second;
    tell({ kind: 'read', ...at, server: 'hq', phase: 'first-read', records: 500, total: 100_000 });
    tell({ kind: 'batched', ...at, server: 'branch', keys: 500 });
    tell({ kind: 'delivered', ...at, server: 'branch', ...none, created: 500 });
  }
  const reading = lines.filter((line) => line.startsWith('contacts: reading hq'));
  expect(reading).toEqual([
    'contacts: reading hq: 3,500 of 100,000 records, 10/s, about 2.5 h left',
    'contacts: reading hq: 6,500 of 100,000 records, 10/s, about 2.5 h left',
    'contacts: reading hq: 9,500 of 100,000 records, 10/s, about 2.5 h left',
    'contacts: reading hq: 10,000 of 100,000 records, 10/s, about 2.5 h left',
  ]);
  // How much there will be to write is not known while it is read.
  const writing = lines.filter((line) => line.startsWith('contacts: writing branch'));
  expect(writing.length).toBeGreaterThan(0);
  expect(writing.join('\n')).not.toContain('left');
});

test.each([
  [0, '░░░░'],
  [0.3, '█░░░'],
  [1498 / 1500, '███░'],
  [1, '████'],
])('a bar is full only where all is done: %d', (done, bar) => {
  const options = { barsize: 4, barCompleteString: '█'.repeat(4), barIncompleteString: '░'.repeat(4) };
  expect(barOf(done, options)).toBe(bar);
});
