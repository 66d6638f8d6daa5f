/** The comparable numbers of one slot, row by row as the rows are ordered: what ranges scan. */
import { comparable } from './neutral.ts';
import type { Row } from './row-set.ts';
import type { Slot } from './schema.ts';

export class NumberColumn {
  private numbers: Float64Array;
  private length: number;
  private readonly slot: Slot;

  constructor(slot: Slot, rows: readonly Row[]) {
    this.slot = slot;
    this.length = rows.length;
    this.numbers = new Float64Array(Math.max(1024, rows.length * 2));
    for (const [at, row] of rows.entries()) this.numbers[at] = this.numberOf(row);
  }

  replace(at: number, row: Row): void {
    this.numbers[at] = this.numberOf(row);
  }

  insert(at: number, row: Row): void {
    if (this.length === this.numbers.length) {
      const larger = new Float64Array(this.length * 2);
      larger.set(this.numbers);
      this.numbers = larger;
    }
    if (at < this.length) this.numbers.copyWithin(at + 1, at, this.length);
    this.numbers[at] = this.numberOf(row);
    this.length += 1;
  }

  remove(at: number): void {
    this.numbers.copyWithin(at, at + 1, this.length);
    this.length -= 1;
  }

  /** The rows whose number passes; NaN never does. */
  select(rows: readonly Row[], test: (number: number) => boolean): Row[] {
    const selected: Row[] = [];
    for (let at = 0; at < this.length; at += 1) {
      const row = test(this.numbers[at] ?? Number.NaN) ? rows[at] : undefined;
      if (row) selected.push(row);
    }
    return selected;
  }

  private numberOf(row: Row): number {
    return comparable(this.slot.field.type, row.values[this.slot.index] ?? '');
  }
}
