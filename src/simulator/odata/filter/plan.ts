/**
 * A filter as a test of rows, and as a way to the rows that may pass without a look at all of them.
 *
 * FileMaker's SQL answers below OData, so comparing with nothing is neither true nor false (assumed).
 */
import type { Row, RowSource } from '../../store/row-set.ts';

export type Truth = boolean | undefined;

/** How costly the way to the candidates is: an index, a stretch of record ids, a scan of numbers. */
export type Way = {
  readonly cost: number;
  /** In order of creation; undefined where this source has no such way. */
  readonly rows: (source: RowSource) => readonly Row[] | undefined;
  /** Its rows are those that pass, and need no test. */
  readonly isExact: boolean;
};

export type Plan = { readonly test: (row: Row) => Truth; readonly way: Way | undefined };

/** The rows that pass, in order of creation. */
export function filteredRows(source: RowSource, { test, way }: Plan): readonly Row[] {
  const candidates = way?.rows(source);
  if (candidates && way?.isExact === true) return candidates;
  return (candidates ?? source.rows).filter((row) => test(row) === true);
}

export function both(plans: readonly Plan[]): Plan {
  const [way] = plans.flatMap((plan) => plan.way ?? []).toSorted((a, b) => a.cost - b.cost);
  return {
    test: (row) => {
      let all: Truth = true;
      for (const { test } of plans) {
        const truth = test(row);
        if (truth === false) return false;
        all = truth === undefined ? undefined : all;
      }
      return all;
    },
    way: way && { ...way, isExact: false },
  };
}

export function either(plans: readonly Plan[]): Plan {
  const ways = plans.flatMap(({ way }) => way ?? []);
  return {
    test: (row) => {
      let any: Truth = false;
      for (const { test } of plans) {
        const truth = test(row);
        if (truth === true) return true;
        any = truth === undefined ? undefined : any;
      }
      return any;
    },
    way: ways.length < plans.length ? undefined : union(ways),
  };
}

const union = (ways: readonly Way[]): Way => ({
  cost: Math.max(...ways.map(({ cost }) => cost)),
  isExact: ways.every(({ isExact }) => isExact),
  rows: (source) => {
    const found: Row[] = [];
    for (const way of ways) {
      const rows = way.rows(source);
      if (!rows) return undefined;
      for (const row of rows) found.push(row);
    }
    return found.toSorted((a, b) => a.id - b.id).filter((row, at, sorted) => row.id !== sorted[at - 1]?.id);
  },
});

export const negated = ({ test }: Plan): Plan => ({
  test: (row) => {
    const truth = test(row);
    return truth === undefined ? undefined : !truth;
  },
  way: undefined,
});
