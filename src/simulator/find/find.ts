/**
 * The find engine. Criteria within a request are ANDed, requests are ORed in order, and an omit request takes its
 * matches out of what the requests before it found (or out of all records where it comes first).
 */
import type { Row, RowSource } from '../store/row-set.ts';
import { folded } from '../store/neutral.ts';
import type { Slot } from '../store/schema.ts';
import { numberOf, readCriterion, type Criterion, type RowTest } from './criterion.ts';

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
  const first = criteria.find((one) => one.kind === 'exact') ?? criteria.find((one) => one.kind === 'number');
  const candidates = first && lookUp(source, first);
  const tests = criteria.filter((one) => !candidates || one !== first).map(testOf);
  const rows = candidates ?? source.rows;
  return tests.length === 0 ? rows : rows.filter((row) => tests.every((test) => test(row)));
}

function lookUp(source: RowSource, criterion: Criterion): readonly Row[] | undefined {
  if (criterion.kind === 'exact') return source.exact?.(criterion.slot, criterion.key);
  return criterion.kind === 'number' ? source.select?.(criterion.slot, criterion.test) : undefined;
}

function testOf(criterion: Criterion): RowTest {
  if (criterion.kind === 'test') return criterion.test;
  const { slot } = criterion;
  if (criterion.kind === 'number') return (row) => criterion.test(numberOf(row, slot));
  return (row) => folded(slot.field.type, row.values[slot.index] ?? '') === criterion.key;
}

export type SortKey = {
  readonly slot: Slot;
  readonly descending: boolean;
  /** The order of a value list, by folded value. */
  readonly list?: readonly string[];
};

type Sortable = { readonly row: Row; readonly texts: readonly string[]; readonly numbers: readonly number[] };

/** Sorted by the keys, ties in order of creation. Empty values come first. */
export function sortRows(rows: readonly Row[], keys: readonly SortKey[]): readonly Row[] {
  if (keys.length === 0) return rows;
  const sortable = rows.map(
    (row): Sortable => ({
      row,
      texts: keys.map(({ slot }) => folded(slot.field.type, row.values[slot.index] ?? '')),
      numbers: keys.map(({ slot }) => numberOf(row, slot)),
    }),
  );
  return sortable.toSorted((a, b) => compare(keys, a, b)).map(({ row }) => row);
}

function compare(keys: readonly SortKey[], a: Sortable, b: Sortable): number {
  for (const [at, key] of keys.entries()) {
    const order = compareBy(key, at, a, b);
    if (order !== 0) return key.descending ? -order : order;
  }
  return a.row.id - b.row.id;
}

function compareBy(key: SortKey, at: number, a: Sortable, b: Sortable): number {
  const [left = '', right = ''] = [a.texts[at], b.texts[at]];
  if (left === right) return 0;
  if (left === '' || right === '') return left === '' ? -1 : 1;
  if (key.list) return rank(key.list, left) - rank(key.list, right);
  const [low = Number.NaN, high = Number.NaN] = [a.numbers[at], b.numbers[at]];
  if (!Number.isNaN(low) && !Number.isNaN(high)) return low - high;
  return left < right ? -1 : 1;
}

const rank = (list: readonly string[], value: string): number => {
  const at = list.indexOf(value);
  return at < 0 ? list.length : at;
};
