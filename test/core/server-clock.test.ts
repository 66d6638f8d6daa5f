import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ClockState } from '../../src/core/clock-state.ts';
import { type Interval, interval, width } from '../../src/core/interval.ts';
import {
  type Probe,
  stampingOffset,
  offZoneMs,
  withProbe,
  withStamping,
} from '../../src/core/server-clock.ts';

const start = Date.UTC(2026, 0, 1);
const minute = 60_000;
const hour = 60 * minute;
/** The fastest that a clock may be slewed without having been set. */
const driftRate = 500e-6;

/** When a probe is made, how long its answer takes, and when on the way the server read its clock. */
const probing = fc.record({
  after: fc.oneof(fc.integer({ min: 1, max: 5 * minute }), fc.integer({ min: 1, max: 48 * hour })),
  roundTrip: fc.integer({ min: 0, max: 5000 }),
  readAt: fc.double({ min: 0, max: 1, noNaN: true }),
  drift: fc.double({ min: -1, max: 1, noNaN: true }),
});
type Probing = typeof probing extends fc.Arbitrary<infer One> ? One : never;
const probings = fc.array(probing, { minLength: 1, maxLength: 15 });
const offsets = fc.integer({ min: -26 * hour, max: 26 * hour });

/** What is learnt from a server that shows the whole second of a clock that is off by `offset`. */
function probeAt(sentAt: number, offset: number, { roundTrip, readAt }: Probing): Probe {
  const answeredAt = sentAt + roundTrip;
  const shown = Math.floor((sentAt + roundTrip * readAt + offset) / 1000) * 1000;
  return { offset: interval(shown - answeredAt, shown + 1000 - sentAt), at: answeredAt };
}

/** All probes of one server, one after the other, whose clock drifts between them by `drift` of the fastest rate. */
function play(offset: number, made: readonly Probing[], drifts: boolean) {
  let at = start;
  let truly = offset;
  let state: ClockState | undefined;
  return made.map((one) => {
    const sentAt = at + one.after;
    if (drifts && state) truly += one.drift * driftRate * (sentAt - state.measuredAt);
    const before = state;
    const probe = probeAt(sentAt, truly, one);
    const after = withProbe(state, 'hq', probe);
    at = probe.at;
    state = after;
    return { before, probe, after, truly };
  });
}

const holds = (outer: Interval, point: number): boolean => outer.lo <= point && point <= outer.hi;
const fresh = (offset: Interval): ClockState => withProbe(undefined, 'hq', { offset, at: start });

describe('what is known of a server’s clock', () => {
  test('R1: holds the true offset after every probe that can really have been made', () => {
    fc.assert(
      fc.property(offsets, probings, (offset, made) => {
        for (const { after } of play(offset, made, false)) {
          expect(holds(after.offset, offset)).toBe(true);
          expect(after.epoch).toBe(1);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('R1: holds the true offset of a clock that drifts between probes, and takes no drift for a step', () => {
    fc.assert(
      fc.property(offsets, probings, (offset, made) => {
        for (const { after, truly } of play(offset, made, true)) {
          expect(holds(after.offset, truly)).toBe(true);
          expect([after.epoch, after.step]).toEqual([1, undefined]);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('is never less exact after a probe than that probe alone', () => {
    fc.assert(
      fc.property(offsets, probings, (offset, made) => {
        for (const { probe, after } of play(offset, made, true)) {
          expect(after.offset.lo).toBeGreaterThanOrEqual(probe.offset.lo);
          expect(after.offset.hi).toBeLessThanOrEqual(probe.offset.hi);
        }
      }),
    );
  });

  test('gets exact to a fraction of a second by probes that fall on different parts of it', () => {
    const made = Array.from({ length: 20 }, () => ({ after: 1050, roundTrip: 20, readAt: 0.5, drift: 0 }));
    const last = play(12_345, made, false).at(-1);
    expect(last && width(last.after.offset)).toBeLessThan(150);
  });

  test.each([
    ['is what was measured, at once', 0, interval(-100, 400)],
    ['is less by 1.8 seconds either way, an hour later', hour, interval(-1900, 2200)],
    ['is no better for a time before it was measured', -hour, interval(-100, 400)],
  ])('%s', (_name, later, expected) => {
    expect(stampingOffset(fresh(interval(-100, 400)), start + later)).toEqual(expected);
  });

  test('keeps what it knew better before, widened by its age', () => {
    const known = withProbe(fresh(interval(100, 200)), 'hq', {
      offset: interval(-5000, 5000),
      at: start + minute,
    });
    expect([known.offset.lo, known.offset.hi]).toEqual([100 - 30, 200 + 30]);
  });

  test('counts its writes, so that a slower run cannot put an older state in its place', () => {
    const first = fresh(interval(0, 100));
    const second = withProbe(first, 'hq', { offset: interval(0, 50), at: start + 1 });
    const third = withStamping(second, interval(0, 50));
    const fourth = withProbe(third, 'hq', { offset: interval(hour, hour + 50), at: start + 2 });
    expect([first, second, third, fourth].map((state) => state.rev)).toEqual([1, 2, 3, 4]);
  });
});

describe('a clock that was set', () => {
  test('begins a new epoch with about the size of the step, if that is larger than what was not known', () => {
    fc.assert(
      fc.property(
        offsets,
        probings,
        probing,
        fc.integer({ min: 1, max: 4 * hour }),
        fc.boolean(),
        (offset, made, last, beyond, back) => {
          const known = play(offset, made, false).at(-1)?.after;
          if (known === undefined) throw new Error('no probe was made');
          const sentAt = known.measuredAt + last.after;
          const answeredAt = sentAt + last.roundTrip;
          const unsure = width(stampingOffset(known, answeredAt)) + 1000 + last.roundTrip;
          const byMs = (unsure + beyond) * (back ? -1 : 1);
          const probe = probeAt(sentAt, offset + byMs, last);
          const after = withProbe(known, 'hq', probe);
          expect(after.epoch).toBe(known.epoch + 1);
          expect(after.offset).toEqual(probe.offset);
          expect([after.measuredAt, after.step?.at]).toEqual([answeredAt, answeredAt]);
          expect(Math.abs((after.step?.byMs ?? 0) - byMs)).toBeLessThanOrEqual(unsure);
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('has a step forward as a positive size and one back as a negative', () => {
    const known = fresh(interval(0, 1000));
    const sizes = [hour, -hour].map(
      (by) => withProbe(known, 'hq', { offset: interval(by, by + 1000), at: start + 1 }).step?.byMs,
    );
    expect(sizes).toEqual([hour, -hour]);
  });

  test('is no longer measured by writes from before the step', () => {
    const known = withStamping(fresh(interval(0, 1000)), interval(200, 300));
    const after = withProbe(known, 'hq', { offset: interval(hour, hour + 1000), at: start + 1 });
    expect(after).not.toHaveProperty('stamping');
  });

  test('keeps its last step when a probe agrees with it', () => {
    const set = withProbe(fresh(interval(0, 1000)), 'hq', {
      offset: interval(hour, hour + 1000),
      at: start + 1,
    });
    const after = withProbe(set, 'hq', { offset: interval(hour, hour + 500), at: start + 2 });
    expect([after.epoch, after.step]).toEqual([2, { byMs: hour, at: start + 1 }]);
  });
});

describe('the clock that stamps', () => {
  test('is the host’s as long as no own write was read again', () => {
    expect(stampingOffset(fresh(interval(-20, 30)), start)).toEqual(interval(-20, 30));
  });

  test('may be either where both were measured, so that neither’s stamps are misread', () => {
    const known = withStamping(fresh(interval(-20, 30)), interval(200, 900));
    expect(stampingOffset(known, start)).toEqual(interval(-20, 900));
  });

  test('is narrowed by each own write that is read again', () => {
    const known = withStamping(withStamping(fresh(interval(0, 1000)), interval(0, 900)), interval(600, 1500));
    expect(known.stamping).toEqual(interval(600, 900));
  });

  test('is what was shown last where that contradicts what was shown before', () => {
    const known = withStamping(withStamping(fresh(interval(0, 1000)), interval(0, 90)), interval(600, 700));
    expect(known.stamping).toEqual(interval(600, 700));
  });

  test('is known less exactly with age, by probes between and by none', () => {
    const known = withStamping(fresh(interval(0, 1000)), interval(400, 500));
    const probed = withProbe(known, 'hq', { offset: interval(450, 460), at: start + minute });
    expect(probed.stamping).toEqual(interval(400 - 30, 500 + 30));
    expect(stampingOffset(probed, start + 2 * minute)).toEqual(interval(400 - 60, 500 + 60));
  });

  test('R8: is still known within seconds after a month of probes without an own write', () => {
    let state = withStamping(fresh(interval(-300, 700)), interval(-500, 900));
    for (let hours = 1; hours <= 30 * 24; hours += 1) {
      state = withProbe(state, 'hq', { offset: interval(-300, 700), at: start + hours * hour });
    }
    const known = stampingOffset(state, start + 30 * 24 * hour);
    expect(known.lo).toBeLessThanOrEqual(-300);
    expect(known.hi).toBeGreaterThanOrEqual(700);
    expect(width(known)).toBeLessThan(5_000);
  });

  test.each([
    ['an hour ahead of the host is in another zone', interval(hour, hour + 1000), true],
    ['an hour behind the host is in another zone', interval(-hour, -hour + 1000), true],
    ['a quarter of an hour ahead is in another zone', interval(15 * minute, 15 * minute), true],
    ['seconds ahead is in the same zone', interval(5000, 6000), false],
    ['minutes behind is in the same zone', interval(-5 * minute, -5 * minute), false],
    ['hours off or not at all is not said to be in another zone', interval(-2 * hour, 2 * hour), false],
  ])('R8: that is %s', (_name, stamping, foreign) => {
    expect(offZoneMs(withStamping(fresh(interval(-500, 500)), stamping)) !== undefined).toBe(foreign);
  });

  test('R8: tells no other zone where the host’s own clock is an hour off and stamps the same', () => {
    const known = withStamping(fresh(interval(hour, hour + 1000)), interval(hour, hour + 1000));
    expect(offZoneMs(known)).toBe(undefined);
  });

  test('R8: tells no other zone where no own write was read again', () => {
    expect(offZoneMs(fresh(interval(hour, hour + 1000)))).toBe(undefined);
  });
});
