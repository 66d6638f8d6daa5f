/**
 * The committed rows of a table in order of creation. A row never changes: a commit puts another in its place,
 * so a backup and a stale view are copies of references.
 *
 * An index of exact values, or a column of numbers, exists for each slot that was asked for once, and follows every
 * commit after that.
 */
import type { Slot } from './schema.ts';
import { folded } from './neutral.ts';
import { NumberColumn } from './number-column.ts';

export type Row = {
  readonly id: number;
  readonly modId: number;
  readonly values: readonly string[];
};

/** Where finds look: the rows now, or a view of them. */
export type RowSource = {
  readonly rows: readonly Row[];
  /** Rows whose folded value is this, in order of creation; undefined where there is no index. */
  exact?(slot: Slot, key: string): readonly Row[];
  /** Rows whose comparable number passes, in order of creation. */
  select?(slot: Slot, test: (number: number) => boolean): readonly Row[];
};

type Index = { readonly slot: Slot; readonly ids: Map<string, number | Set<number>> };
type Undo = { readonly at: number; readonly id: number; readonly before: Row | undefined };

export class RowSet implements RowSource {
  rows: Row[] = [];
  private readonly byId = new Map<number, Row>();
  private readonly indexes = new Map<number, Index>();
  private readonly columns = new Map<number, NumberColumn>();
  private journal: Undo[] = [];
  /** How far back `asOf` can see; 0 keeps nothing. */
  keepMs = 0;

  get(id: number): Row | undefined {
    return this.byId.get(id);
  }

  put(row: Row, at: number): void {
    const before = this.byId.get(row.id);
    this.note(row.id, before, at);
    this.byId.set(row.id, row);
    const place = this.place(row.id);
    if (before) this.rows[place] = row;
    else if (place === this.rows.length) this.rows.push(row);
    else this.rows.splice(place, 0, row);
    for (const column of this.columns.values()) {
      if (before) column.replace(place, row);
      else column.insert(place, row);
    }
    for (const index of this.indexes.values()) moveKey(index, before, row);
  }

  remove(id: number, at: number): void {
    const before = this.byId.get(id);
    if (!before) return;
    this.note(id, before, at);
    this.byId.delete(id);
    const place = this.place(id);
    this.rows.splice(place, 1);
    for (const column of this.columns.values()) column.remove(place);
    for (const index of this.indexes.values()) moveKey(index, before, undefined);
  }

  /** Everything is replaced, as by a restore: nothing older can be seen. */
  replaceAll(rows: readonly Row[]): void {
    this.rows = rows.toSorted((a, b) => a.id - b.id);
    this.byId.clear();
    for (const row of this.rows) this.byId.set(row.id, row);
    this.indexes.clear();
    this.columns.clear();
    this.journal = [];
  }

  exact(slot: Slot, key: string): readonly Row[] {
    const found = this.indexOf(slot).ids.get(key);
    if (found === undefined) return [];
    const ids = typeof found === 'number' ? [found] : [...found].toSorted((a, b) => a - b);
    return ids.flatMap((id) => this.byId.get(id) ?? []);
  }

  select(slot: Slot, test: (number: number) => boolean): readonly Row[] {
    const known = this.columns.get(slot.index);
    const column = known ?? new NumberColumn(slot, this.rows);
    if (!known) this.columns.set(slot.index, column);
    return column.select(this.rows, test);
  }

  /** The rows as they were at an instant, as far back as `keepMs` reaches. */
  asOf(instant: number): RowSource {
    const rows = new Map(this.byId);
    for (let at = this.journal.length - 1; at >= 0; at -= 1) {
      const undo = this.journal[at];
      if (!undo || undo.at <= instant) break;
      if (undo.before) rows.set(undo.id, undo.before);
      else rows.delete(undo.id);
    }
    return { rows: [...rows.values()].toSorted((a, b) => a.id - b.id) };
  }

  private note(id: number, before: Row | undefined, at: number): void {
    if (this.keepMs === 0) return;
    this.journal.push({ at, id, before });
    const oldest = this.journal[0];
    if (this.journal.length % 1000 === 0 && oldest && oldest.at < at - this.keepMs) {
      this.journal = this.journal.filter((undo) => undo.at >= at - this.keepMs);
    }
  }

  /** Where the id is in `rows`, or would go. */
  private place(id: number): number {
    const last = this.rows.at(-1);
    if (!last || last.id < id) return this.rows.length;
    let low = 0;
    let high = this.rows.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      const row = this.rows[middle];
      if (row && row.id < id) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private indexOf(slot: Slot): Index {
    const known = this.indexes.get(slot.index);
    if (known) return known;
    const index = { slot, ids: new Map<string, number | Set<number>>() };
    for (const row of this.rows) addKey(index, keyOf(index, row), row.id);
    this.indexes.set(slot.index, index);
    return index;
  }
}

const keyOf = (index: Index, row: Row): string =>
  folded(index.slot.field.type, row.values[index.slot.index] ?? '');

function moveKey(index: Index, before: Row | undefined, after: Row | undefined): void {
  const oldKey = before ? keyOf(index, before) : undefined;
  const newKey = after ? keyOf(index, after) : undefined;
  if (oldKey === newKey) return;
  if (before && oldKey !== undefined) dropKey(index, oldKey, before.id);
  if (after && newKey !== undefined) addKey(index, newKey, after.id);
}

function addKey(index: Index, key: string, id: number): void {
  const there = index.ids.get(key);
  if (there === undefined) index.ids.set(key, id);
  else if (typeof there === 'number') index.ids.set(key, new Set([there, id]));
  else there.add(id);
}

function dropKey(index: Index, key: string, id: number): void {
  const there = index.ids.get(key);
  if (there === id) index.ids.delete(key);
  else if (typeof there === 'object') there.delete(id);
}
