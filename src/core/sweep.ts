/** A sweep: one table of one server, listed as a whole and compared with what is held. */
import type { ListPlace } from './bookmark.ts';
import type { Doubled } from './doubled.ts';
import { numberOf } from './digest.ts';
import type { EpochMs, FieldName, Key, RecordId, ServerName, TableName } from './names.ts';

export type SweepCounts = {
  /** Rows that the listing showed. */
  readonly rows: number;
  /** Records whose content was not as it was held. */
  readonly changed: number;
  /** Those of them whose stamp does not show it: no reading of changes would have found them. */
  readonly unstamped: number;
  /** Records that are held and were not listed. */
  readonly absent: number;
  /** Records that were behind and in no batch. */
  readonly putBack: number;
  readonly doubledKeys: number;
  readonly emptyKeys: number;
};

export const noCounts: SweepCounts = {
  rows: 0,
  changed: 0,
  unstamped: 0,
  absent: 0,
  putBack: 0,
  doubledKeys: 0,
  emptyKeys: 0,
};

export const addedCounts = (to: SweepCounts, more: Partial<SweepCounts>): SweepCounts => ({
  rows: to.rows + (more.rows ?? 0),
  changed: to.changed + (more.changed ?? 0),
  unstamped: to.unstamped + (more.unstamped ?? 0),
  absent: to.absent + (more.absent ?? 0),
  putBack: to.putBack + (more.putBack ?? 0),
  doubledKeys: to.doubledKeys + (more.doubledKeys ?? 0),
  emptyKeys: to.emptyKeys + (more.emptyKeys ?? 0),
});

export type SweepPlace =
  /** The rows before `place` are listed; their names are stored in so many parts. */
  | { readonly phase: 'listing'; readonly place: ListPlace; readonly parts: number }
  /** All is listed; of what is held, up to `after`, in the order of keys, is compared. */
  | { readonly phase: 'comparing'; readonly after?: Key; readonly parts: number }
  /** All is compared; doubled values are still to be looked for. */
  | { readonly phase: 'doubled'; readonly parts: number };

export type SweepUnderWay = {
  readonly startedAt: EpochMs;
  /** What was read: a sweep of other fields begins anew. */
  readonly fields: readonly FieldName[];
  readonly place: SweepPlace;
  readonly counts: SweepCounts;
  /** Records that the account may not see any more, since the last sweep; absent where an earlier release began it. */
  readonly hidden?: number;
  readonly unfit?: Unfit;
};

/** Why a layout for sweeps is not gone by: it shows other records than that of the records, or is not as it was. */
export type Unfit = 'other-records' | 'not-as-it-was';

export type SweepState = {
  readonly table: TableName;
  readonly server: ServerName;
  readonly underWay?: SweepUnderWay;
  /** The last one that came to its end. */
  readonly last?: {
    readonly startedAt: EpochMs;
    readonly endedAt: EpochMs;
    readonly counts: SweepCounts;
    /** Absent where this server's sweep does not look for them. */
    readonly doubled?: Doubled;
    /** Absent where its layout was gone by, or it has none. */
    readonly unfit?: Unfit;
  };
};

/** A person asked for a sweep of a table on a server: one that began at `after`, by the clock of who sweeps, or before is not meant. */
export type SweepAsk = {
  readonly table: TableName;
  readonly server: ServerName;
  readonly after: EpochMs;
};

/** One that is under way may have listed already what is looked for: the next is meant. `state`: as it is now. */
export const askFor = (
  table: TableName,
  server: ServerName,
  state: Pick<SweepState, 'underWay' | 'last'> | undefined,
): SweepAsk => ({
  table,
  server,
  after: Math.max(state?.underWay?.startedAt ?? 0, state?.last?.startedAt ?? 0),
});

/** Whether what was asked for was not swept to its end since. */
export const isAsked = (
  ask: SweepAsk | undefined,
  state: Pick<SweepState, 'last'> | undefined,
): ask is SweepAsk => ask !== undefined && (state?.last?.startedAt ?? 0) <= ask.after;

/** A row as a number below 2^52: two of a million rows meet by chance once in 10,000 sweeps, and then the next one tells. */
export const rowNumber = (key: Key, recordId: RecordId): number => numberOf(`${recordId}\n${key}`);

/** Rows by their numbers: 8 bytes each. */
export class RowSet {
  readonly #parts: Float64Array[] = [];
  #last: number[] = [];
  #sorted: Float64Array | undefined;

  get size(): number {
    return this.#parts.reduce((sum, part) => sum + part.length, this.#last.length);
  }

  /** Added since the last cut. */
  get uncut(): number {
    return this.#last.length;
  }

  add(row: number): void {
    this.#last.push(row);
    this.#sorted = undefined;
  }

  /** What was added since the last call, to be stored. */
  cut(): Float64Array {
    const part = Float64Array.from(this.#last);
    this.#last = [];
    this.#parts.push(part);
    return part;
  }

  /** What was stored. */
  addPart(part: Float64Array): void {
    this.#parts.push(part);
    this.#sorted = undefined;
  }

  has(row: number): boolean {
    const sorted = (this.#sorted ??= this.#sortedRows());
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((sorted[middle] ?? 0) < row) low = middle + 1;
      else high = middle;
    }
    return sorted[low] === row;
  }

  #sortedRows(): Float64Array {
    const all = new Float64Array(this.size);
    let at = 0;
    for (const part of [...this.#parts, Float64Array.from(this.#last)]) {
      all.set(part, at);
      at += part.length;
    }
    all.sort();
    // What is sorted holds the parts too: a million rows are kept once.
    if (this.#last.length === 0) this.#parts.splice(0, this.#parts.length, all);
    return all;
  }
}
