/**
 * The find engine. Criteria within a request are ANDed, requests are ORed in order, and an omit request takes its
 * matches out of what the requests before it found (or out of all records where it comes first).
 */
import type { Row, RowSource } from '../store/row-set.ts';
import { numberOf } from '../store/row-set.ts';
import { folded } from '../store/neutral.ts';
import type { Slot } from '../store/schema.ts';
import { readCriterion, type Criterion, type RowTest } from './criterion.ts';

export type FindRequest = {
  readonly omit: boolean;
  readonly criteria: readonly { readonly slots: readonly Slot[]; readonly text: string }[];
};

/** The found records in order of creation. */
export function findRows(source: RowSource, requests: readonly FindRequest[], today: string): readonly Row[] {
  const [only] = requests;
  if (requests.length === 1 && only && !only.omit) return matches(source, only, today);
  const found = new Map<number, Row>();
  if (only?.omit) for (const row of source.rows) found.set(row.id, row);
  for (const request of requests) {
    for (const row of matches(source, request, today)) {
      if (request.omit) found.delete(row.id);
      else found.set(row.id, row);
    }
  }
  return [...found.values()].toSorted((a, b) => a.id - b.id);
}

function matches(source: RowSource, request: FindRequest, today: string): readonly Row[] {
  const criteria = request.criteria.map(({ slots, text }) => readCriterion(text, slots, source, today));
  const lookedUp = criteria.find((criterion) => criterion.kind === 'exact');
  const indexed = lookedUp && source.exact?.(lookedUp.slot, lookedUp.key);
  const tests = criteria.filter((criterion) => !indexed || criterion !== lookedUp).map(testOf);
  return (indexed ?? source.rows).filter((row) => tests.every((test) => test(row)));
}

function testOf(criterion: Criterion): RowTest {
  if (criterion.kind === 'test') return criterion.test;
  const { slot, key } = criterion;
  return (row) => folded(slot.field.type, row.values[slot.index] ?? '') === key;
}

export type SortKey = {
  readonly slot: Slot;
  readonly descending: boolean;
  /** The order of a value list, by folded value. */
  readonly list?: readonly string[];
};

/** Sorted by the keys, ties in order of creation. Empty values come first. */
export function sortRows(rows: readonly Row[], keys: readonly SortKey[]): readonly Row[] {
  if (keys.length === 0) return rows;
  return rows.toSorted((a, b) => {
    for (const key of keys) {
      const order = compareBy(key, a, b);
      if (order !== 0) return key.descending ? -order : order;
    }
    return a.id - b.id;
  });
}

function compareBy(key: SortKey, a: Row, b: Row): number {
  const [left, right] = [a, b].map((row) => folded(key.slot.field.type, row.values[key.slot.index] ?? ''));
  if (left === undefined || right === undefined || left === right) return 0;
  if (left === '' || right === '') return left === '' ? -1 : 1;
  if (key.list) return rank(key.list, left) - rank(key.list, right);
  const [low, high] = [numberOf(a, key.slot), numberOf(b, key.slot)];
  if (!Number.isNaN(low) && !Number.isNaN(high)) return low - high;
  return left < right ? -1 : 1;
}

const rank = (list: readonly string[], value: string): number => {
  const at = list.indexOf(value);
  return at < 0 ? list.length : at;
};
