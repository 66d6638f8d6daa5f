import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Interval, interval, width } from '../../src/core/interval.ts';
import { scriptReading } from '../../src/core/script-clock.ts';
import { hostOffset, withProbe, withScript } from '../../src/core/server-clock.ts';
import { utcMillisecondsAt1970 } from '../../src/core/stamp.ts';

const start = Date.UTC(2026, 0, 1);
const hour = 3_600_000;
const offsets = fc.integer({ min: -26 * hour, max: 26 * hour });
const holds = ({ lo, hi }: Interval, point: number): boolean => lo <= point && point <= hi;

/** The way there and back and the work between, ms; the clock moves on every `tick`, and may be slewed meanwhile. */
const runs = fc.record({
  there: fc.integer({ min: 0, max: 500 }),
  works: fc.integer({ min: 0, max: 4_500 }),
  back: fc.integer({ min: 0, max: 500 }),
  tick: fc.constantFrom(1, 15.625),
  drift: fc.double({ min: -1, max: 1, noNaN: true }),
});
type Run = typeof runs extends fc.Arbitrary<infer One> ? One : never;

function readingOf(sentAt: number, offset: number, { there, works, back, tick, drift }: Run) {
  const shown = (at: number, drifted = 0): number => Math.floor((at + offset + drifted) / tick) * tick;
  const [begins, ends] = [sentAt + there, sentAt + there + works];
  const began = Math.round(shown(begins));
  const ranMs = Math.round(shown(ends, works * drift * 500e-6)) - began;
  return scriptReading({
    sentAt,
    answeredAt: ends + back,
    utcMilliseconds: began + utcMillisecondsAt1970,
    ranMs,
  });
}

test('R1: a run of the script proves an interval that holds the true offset, as wide as the ways there and back', () => {
  fc.assert(
    fc.property(offsets, runs, (offset, run) => {
      const reading = readingOf(start, offset, run);
      expect(reading && holds(reading.offset, offset)).toBe(true);
      // Two ticks of Windows, what is rounded, and what a clock may be slewed.
      expect(width(reading?.offset ?? interval(0, Infinity))).toBeLessThan(run.there + run.back + 55);
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ['no time', { utcMilliseconds: Number.NaN, ranMs: 1 }],
  ['no duration', { utcMilliseconds: start + utcMillisecondsAt1970, ranMs: Number.NaN }],
  ['a clock that was set back', { utcMilliseconds: start + utcMillisecondsAt1970, ranMs: -5_000 }],
  ['a clock that was set forward', { utcMilliseconds: start + utcMillisecondsAt1970, ranMs: 5_000 }],
])('R1: a run that tells %s proves nothing', (_, told) => {
  expect(scriptReading({ sentAt: start, answeredAt: start + 100, ...told })).toBeUndefined();
});

const probed = withProbe(undefined, 'hq', { offset: interval(-400, 620), at: start });
const read = (lo: number, hi: number, at = start + 10) => ({ offset: interval(lo, hi), at });

test('R1: what probes and the script allow together holds the true offset, in whatever order they come', () => {
  fc.assert(
    fc.property(
      offsets,
      fc.array(fc.tuple(runs, fc.boolean()), { minLength: 1, maxLength: 10 }),
      (offset, all) => {
        let state = withProbe(undefined, 'hq', { offset: interval(offset - 900, offset + 100), at: start });
        for (const [at, [run, isProbe]] of all.entries()) {
          const sentAt = start + at * 30_000;
          const reading = readingOf(sentAt, offset, run);
          const second = Math.floor((sentAt + run.there + offset) / 1000) * 1000;
          const answeredAt = sentAt + run.there + run.back;
          const probe = { offset: interval(second - answeredAt, second + 1000 - sentAt), at: answeredAt };
          const next = isProbe ? withProbe(state, 'hq', probe) : reading && withScript(state, reading);
          state = next ?? state;
          expect(holds(hostOffset(state, state.measuredAt), offset)).toBe(true);
          expect(state.epoch).toBe(1);
        }
      },
    ),
  );
});

test('the script makes half a second of doubt a few hundredths', () => {
  const known = withScript(probed, read(20, 60));
  expect(known && width(hostOffset(known, start + 10))).toBeLessThan(41);
});

test('what it tells a moment later says nothing new, and is not stored', () => {
  const known = withScript(probed, read(20, 60)) ?? probed;
  expect(withScript(known, read(15, 55, start + 20))).toBeUndefined();
});

test('R1: a clock that differs from what a proxy answers is no step; it may be either', () => {
  const known = withScript(probed, read(900, 940)) ?? probed;
  expect([known.epoch, known.step]).toEqual([1, undefined]);
  const { lo, hi } = hostOffset(known, start + 10);
  expect([lo, hi].map(Math.round)).toEqual([-400, 940]);
});

test('R1: a clock that was set is read anew: what the script read before says nothing of it', () => {
  const known = withScript(probed, read(20, 60)) ?? probed;
  expect(withScript(known, read(300, 340, start + 20))?.script).toEqual(interval(300, 340));
  const stepped = withProbe(known, 'hq', { offset: interval(hour, hour + 1000), at: start + 20 });
  expect([stepped.epoch, stepped.script]).toEqual([2, undefined]);
});
