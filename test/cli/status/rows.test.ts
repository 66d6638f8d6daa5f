/** The rows of `status`, and how they are drawn again and again. */
import { expect, test } from 'vitest';
import type { PlaceRow } from '../../../src/composition/place-rows.ts';
import { rowLines } from '../../../src/cli/status-rows.ts';

const now = 10 * 86_400_000;
const row = (parts: Partial<PlaceRow> = {}): PlaceRow => ({
  table: 'contacts',
  server: 'hq',
  role: 'both',
  state: 'going',
  lagMs: 0,
  readUpTo: now - 125_000,
  pending: 0,
  parked: 0,
  held: 0,
  ...parts,
});

test.each<[Partial<PlaceRow>, RegExp]>([
  [{}, /^contacts +hq +none +2 min ago +0 +0 +0 +ok$/],
  [{ lagMs: 7_500_000, pending: 1_200 }, /^contacts +hq +2 h +2 min ago +1,200 +0 +0 +ok$/],
  [{ state: 'paused', pending: 3 }, /^contacts +hq +- +2 min ago +3 +0 +0 +paused$/],
  [{ state: 'halted', halt: '4f2a9c', parked: 2 }, /^contacts +hq +none +.* +0 +2 +0 +halted 4f2a9c$/],
  [{ state: 'failing', code: 'server-unreachable', held: 4 }, / 0 +0 +4 +failing$/],
  [{ state: 'maintenance', until: now }, / maintenance until \d\d:\d\d$/],
])('a row with %o is shown at a glance', (parts, shown) => {
  const [heading, line] = rowLines([row(parts)], now);
  expect(heading).toMatch(/^table +server +lag +last read +pending +parked +held +state$/);
  expect(line).toMatch(shown);
});

test('names that are too wide for one line get a line of their own, and no line is wider than 80', () => {
  const table = 'customers_and_their_addresses_everywhere';
  const lines = rowLines([row({ table, server: 'warehouse-north-east' }), row({ table })], now);
  expect(lines).toHaveLength(6);
  expect(lines[2]).toBe(`${table} on warehouse-north-east`);
  expect(lines[3]).toMatch(/^ {4}none +2 min ago +0 +0 +0 +ok$/);
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
});
