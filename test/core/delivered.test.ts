import { describe, expect, test } from 'vitest';
import { deliveredWith, heldSince, mostDelivered } from '../../src/core/delivered.ts';
import type { Delivered, Replica } from '../../src/core/head.ts';
import { replica } from '../contracts/samples.ts';

const after = (deliveries: readonly Delivered[]): Replica =>
  deliveries.reduce<Replica>((before, one) => ({ ...before, ...deliveredWith(before, one) }), replica(1));

const each = (count: number): readonly Delivered[] =>
  Array.from({ length: count }, (_, at) => ({ version: 2 * (at + 1), at: 100 * (at + 1) }));

describe('a version counts as there', () => {
  test('with the first delivery of it or of a later one', () => {
    const there = after(each(3));
    expect(heldSince(there, 2, false)).toEqual({ at: 100 });
    expect(heldSince(there, 3, false)).toEqual({ at: 200 });
    expect(heldSince(there, 6, false)).toEqual({ at: 300 });
    expect(heldSince(there, 7, false)).toBeUndefined();
  });

  test('with the first of two deliveries of one version', () => {
    expect(heldSince(after([...each(1), { version: 2, at: 999 }]), 2, false)).toEqual({ at: 100 });
  });

  test('at the latest with the earliest delivery that is kept, where earlier ones are not', () => {
    const there = after(each(mostDelivered + 3));
    expect(there.delivered).toHaveLength(mostDelivered);
    expect(heldSince(there, 2, false)).toEqual({ at: 400, latest: true });
    expect(heldSince(there, 10, false)).toEqual({ at: 500 });
  });

  test('without a delivery when it was seen there, unless it is behind', () => {
    const seen = replica(1, { version: 5, until: 777 });
    expect(heldSince(seen, 5, false)).toEqual({ at: 777, latest: true });
    expect(heldSince(seen, 6, false)).toBeUndefined();
    expect(heldSince({ ...seen, behind: true }, 5, false)).toBeUndefined();
  });

  test('of a record that is gone there only where that version is its end', () => {
    const gone = replica(1, { version: 5, until: 777, gone: true, digests: {} });
    expect(heldSince(gone, 5, true)).toEqual({ at: 777, latest: true });
    expect(heldSince(gone, 5, false)).toBeUndefined();
    expect(heldSince(undefined, 5, true)).toBeUndefined();
  });
});
