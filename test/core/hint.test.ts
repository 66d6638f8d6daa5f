import { describe, expect, test } from 'vitest';
import * as fc from 'fast-check';
import { hinted, isMissed, noHint, readAt, readingBegun, readingEnded } from '../../src/core/hint.ts';
import { interval } from '../../src/core/interval.ts';

test('many hints that follow each other put the reading off no further', () => {
  const many = Array.from({ length: 50 }, (_, at) => at * 100).reduce(hinted, noHint);
  expect(readAt(many)).toBe(readAt(hinted(noHint, 0)));
});

test('a hint that comes while the table is read has it read once more', () => {
  const begun = readingBegun(hinted(noHint, 0));
  expect(readAt(begun)).toBeUndefined();
  const ended = readingEnded(hinted(begun, 300), { begunAt: 200, now: 900, foundNew: true });
  expect(readAt(ended)).toBe(900 + 1_400);
});

test('readings that find nothing new are further and further apart, and one that does ends that', () => {
  let state = noHint;
  const rests: number[] = [];
  for (let now = 0; rests.length < 8; now = state.restsUntil) {
    state = readingEnded(readingBegun(hinted(state, now)), { begunAt: now, now, foundNew: false });
    rests.push(state.restsUntil - now);
  }
  expect(rests).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  expect(readingEnded(state, { begunAt: 0, now: 0, foundNew: true }).restsUntil).toBe(1_000);
});

test('R1: a clock that is set back by an hour has no hint wait for longer than the longest rest', () => {
  const rested = readingEnded(readingBegun(hinted(noHint, 3_600_000)), {
    begunAt: 3_600_000,
    now: 3_600_000,
    foundNew: true,
  });
  expect(readAt(hinted(rested, 1_000))).toBeLessThanOrEqual(31_000);
  expect(readAt(hinted(hinted(noHint, 3_600_000), 1_000))).toBe(1_200);
});

test('a reading of a minute rests for two', () => {
  const rested = readingEnded(noHint, { begunAt: 0, now: 60_000, foundNew: true });
  expect(readAt(hinted(rested, 61_000))).toBe(180_000);
});

test('10,000 calls of our own writes within five minutes are a few readings', () => {
  let [state, readings] = [noHint, 0];
  for (let now = 0; now < 300_000; now += 30) {
    state = hinted(state, now);
    if ((readAt(state) ?? Number.POSITIVE_INFINITY) > now) continue;
    readings += 1;
    state = readingEnded(readingBegun(state), { begunAt: now, now, foundNew: false });
  }
  expect(readings).toBeLessThan(16);
});

test('R1: whatever comes when, each hint is followed by a reading that begins later', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(5_000), { minLength: 1, maxLength: 30 }), fc.nat(4_000), (gaps, tookMs) => {
      let [state, now, begunAt, last] = [noHint, 0, -1, 0];
      const readDue = (until: number): void => {
        for (let at = readAt(state); at !== undefined && at <= until; at = readAt(state)) {
          begunAt = Math.max(at, now);
          state = readingEnded(readingBegun(state), { begunAt, now: begunAt + tookMs, foundNew: false });
        }
      };
      for (const gap of gaps) {
        readDue(now + gap);
        now += gap;
        last = now;
        state = hinted(state, now);
      }
      readDue(now + 120_000);
      expect(begunAt).toBeGreaterThan(last);
    }),
  );
});

describe('a change that no hook told of', () => {
  const known = { lastHintAt: 0, standsSince: 1_000, readFrom: 300_000 };
  const changed = interval(100_000, 101_000);
  test.each([
    ['is one since which no hint came', known, true],
    ['is none if a hint came after it', { ...known, lastHintAt: 100_500 }, false],
    ['is one if the last hint came before it', { ...known, lastHintAt: 99_000 }, true],
    ['is none if its call may be under way', { ...known, readFrom: 120_000 }, false],
    ['is none from before the webhook stood', { ...known, standsSince: 150_000 }, false],
    ['is none where no webhook stands', { ...known, standsSince: undefined }, false],
  ])('%s', (_name, of, missed) => {
    expect(isMissed(changed, of)).toBe(missed);
  });
});
