import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { givenBack, recordsAtOnce, reserved, type Throttle } from '../../src/core/throttle.ts';

test('whatever is asked for and when, no more records are let pass than the rate allows, and one portion', () => {
  const asks = fc.array(
    fc.record({ afterMs: fc.nat(3000), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
    {
      minLength: 1,
      maxLength: 40,
    },
  );
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 500 }), asks, (maxRate, all) => {
      const most = recordsAtOnce(maxRate);
      let throttle: Throttle = { maxRate, freeAt: 0 };
      let now = 1_000_000;
      const passes: { readonly at: number; readonly records: number }[] = [];
      for (const { afterMs, share } of all) {
        now += afterMs;
        const records = Math.max(1, Math.round(most * share));
        const turn = reserved(throttle, records, now);
        expect(turn.at).toBeGreaterThanOrEqual(now);
        ({ throttle } = turn);
        passes.push({ at: turn.at, records });
      }
      for (const [index, from] of passes.entries()) {
        let passed = 0;
        for (const { at, records } of passes.slice(index)) {
          passed += records;
          expect(passed).toBeLessThanOrEqual(((at - from.at) * maxRate) / 1000 + most + 1e-6 * passed);
        }
      }
    }),
  );
});

test('what needs no write is given back: who comes next waits for what was written alone', () => {
  const first = reserved({ maxRate: 10, freeAt: 0 }, 10, 5000);
  expect(reserved(givenBack(first.throttle, 9), 1, 5000).at).toBe(5100);
  expect(reserved(givenBack(first.throttle, 10), 1, 5000).at).toBe(5000);
});

test('time in which nobody wrote is not made up for', () => {
  const { throttle } = reserved({ maxRate: 2, freeAt: 0 }, 2, 1000);
  const later = reserved(throttle, 2, 60_000);
  expect(later.at).toBe(60_000);
  expect(reserved(later.throttle, 1, 60_000).at).toBe(61_000);
});
