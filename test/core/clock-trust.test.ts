import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ClockState } from '../../src/core/clock-state.ts';
import {
  accepted,
  followed,
  forgotten,
  mostStepMs,
  otherZoneMs,
  steppedMs,
  trusted,
  underZone,
} from '../../src/core/clock-trust.ts';
import { interval } from '../../src/core/interval.ts';
import { stampingOffset, withProbe, withStamping } from '../../src/core/server-clock.ts';

const start = Date.UTC(2026, 0, 1);
const hour = 3_600_000;

const probe = (off: number, at: number) => ({ offset: interval(off - 500, off + 500), at });

/** A clock as it is known after probes that showed it off by so much, an hour apart, to a second. */
function measured(...offsets: readonly number[]): ClockState {
  const [first = 0, ...others] = offsets;
  const begun = followed(undefined, withProbe(undefined, 'hq', probe(first, start)));
  return others.reduce(
    (state, off, n) => followed(state, withProbe(state, 'hq', probe(off, start + (n + 1) * hour))),
    begun,
  );
}

describe('a clock that was set', () => {
  test('is followed however far it comes in steps that are small enough', () => {
    const steps = fc.array(fc.integer({ min: -mostStepMs + 2000, max: mostStepMs - 2000 }), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(steps, (by) => {
        const offsets = by.reduce<readonly number[]>((all, step) => [...all, (all.at(-1) ?? 0) + step], [0]);
        expect(steppedMs(measured(...offsets))).toBe(undefined);
      }),
    );
  });

  test.each([
    ['forward by more than an hour', [0, hour + 2000], hour + 2000],
    ['back by more than an hour', [5000, 5000 - 26 * hour], -26 * hour],
    ['by an hour', [0, hour], undefined],
    ['and nearly back again', [0, 2 * hour, 1000], undefined],
    ['further and further', [0, 2 * hour, 3 * hour], 3 * hour],
  ])('%s', (_how, offsets, by) => {
    expect(steppedMs(measured(...offsets))).toBe(by);
  });

  test('and is taken for right counts from there', () => {
    const right = trusted(measured(0, 2 * hour));
    expect([steppedMs(right), right.rev]).toEqual([undefined, 3]);
    const back = withProbe(right, 'hq', { offset: interval(-500, 500), at: start + 9 * hour });
    expect(steppedMs(followed(right, back))).toBe(-2 * hour);
  });

  test('before this was kept, in an earlier release, is told from what it was then', () => {
    const { trustedMs: _, ...before } = measured(0);
    const after = withProbe(before, 'hq', { offset: interval(2 * hour, 2 * hour), at: start + hour });
    expect(steppedMs(followed(before, after))).toBe(2 * hour);
  });
});

const shown = (off: number) => interval(off - 300, off + 300);

describe('a server that stamps by another zone', () => {
  const off = withStamping(underZone(measured(0), 'UTC'), shown(5 * hour));

  test('is told until somebody says that it is right, and again when it stamps by a third one', () => {
    expect([otherZoneMs(off), otherZoneMs(accepted(off))]).toEqual([5 * hour, undefined]);
    expect(otherZoneMs(withStamping(accepted(off), shown(5 * hour + 60_000)))).toBe(undefined);
    expect(otherZoneMs(withStamping(accepted(off), shown(6 * hour)))).toBe(6 * hour);
  });

  test('and is right so has its stamps read by what was measured, else by that and its clock', () => {
    const at = off.measuredAt;
    expect(stampingOffset(off, at)).toEqual(interval(-500, 5 * hour + 300));
    expect(stampingOffset(accepted(off), at)).toEqual(shown(5 * hour));
  });

  test('is measured anew when its zone is corrected, or when somebody says that it was mended', () => {
    for (const anew of [underZone(accepted(off), 'Asia/Tokyo'), forgotten(accepted(off))])
      expect([otherZoneMs(anew), anew.stamping, anew.acceptedOffMs]).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
    expect(underZone(off, 'UTC')).toEqual(off);
  });
});
