/**
 * One table: commits, locks and what is stamped but not visible yet.
 *
 *   A refused commit changes nothing. A commit adds one to the record's modId, whatever it changes. Record ids
 *   count up from 1 and are given again only after a restore.
 */
import type { FieldDescription, TableDescription } from '../description.ts';
import { FileMakerFailure } from '../failure.ts';
import type { Random } from '../../ports/clock.ts';
import { autoEnter, type Stamps } from './auto-enter.ts';
import type { Database } from './database.ts';
import { folded } from './neutral.ts';
import { RowSet, type Row } from './row-set.ts';
import { Schema, type Field, type Slot } from './schema.ts';
import { validate } from './validation.ts';

/** New values by slot. */
export type Changes = ReadonlyMap<number, string>;

export type CommitOptions = {
  /** Undefined: an import without auto-enter. */
  readonly stamps: Stamps | undefined;
  readonly skipValidation?: boolean;
  /** Stamped now, visible this much later; the record is locked until then. */
  readonly visibleAfterMs?: number;
};

type Pending = { readonly row: Row; readonly visibleAt: number };

/** A commit that became visible: `before` is undefined for a new row, `after` for one that was deleted. */
export type RowChange = { readonly before: Row | undefined; readonly after: Row | undefined };
export type Saved = {
  readonly rows: readonly Row[];
  readonly nextId: number;
  readonly serials: ReadonlyMap<Field, number>;
};

export class Table {
  readonly name: string;
  readonly database: Database;
  readonly schema: Schema;
  readonly rows = new RowSet();
  readonly description: TableDescription;
  private readonly locked = new Set<number>();
  private pending: Pending[] = [];
  private nextId = 1;
  private serials = new Map<Field, number>();
  /** Told of each change at the moment that it becomes visible. */
  onChange: ((change: RowChange) => void) | undefined;
  /** Told of the same. */
  readonly listeners: ((change: RowChange) => void)[] = [];
  /** What was changed since `begin`, told to nobody yet. */
  private changes: RowChange[] | undefined;
  private readonly random: Random;
  private readonly now: () => number;

  constructor(description: TableDescription, database: Database, random: Random, now: () => number) {
    this.name = description.name;
    this.description = description;
    this.database = database;
    this.schema = new Schema(description.fields);
    this.random = random;
    this.now = now;
  }

  addField(description: FieldDescription): void {
    this.schema.add(description);
    const empty = Array.from({ length: this.schema.width }, () => '');
    const widened = this.rows.rows.map((row) => ({
      ...row,
      values: empty.map((_, at) => row.values[at] ?? ''),
    }));
    this.rows.replaceAll(widened);
  }

  slot(name: string): Slot {
    const slot = this.schema.slot(name);
    if (!slot) throw new FileMakerFailure('102', `Field is missing: ${this.name} has no "${name}"`);
    return slot;
  }

  create(changes: Changes, options: CommitOptions): Row {
    const values = Array.from({ length: this.schema.width }, (_, at) => changes.get(at) ?? '');
    this.enter(values, changes, true, options);
    validate({
      table: this,
      values,
      slots: this.schema.slots,
      id: undefined,
      overridden: options.skipValidation === true,
    });
    const row = { id: this.nextId, modId: 0, values };
    this.nextId += 1;
    return this.commit(row, options);
  }

  update(id: number, changes: Changes, options: CommitOptions): Row {
    const before = this.unlocked(id);
    const values = [...before.values];
    for (const [slot, value] of changes) values[slot] = value;
    this.enter(values, changes, false, options);
    const slots = this.schema.slots.filter((slot) => values[slot.index] !== before.values[slot.index]);
    validate({ table: this, values, slots, id, overridden: options.skipValidation === true });
    return this.commit({ id, modId: before.modId + 1, values }, options);
  }

  duplicate(id: number, options: CommitOptions): Row {
    const source = this.get(id);
    const once = new Set(['uuid', 'serial', 'createdAt', 'createdBy']);
    const copied = this.schema.slots.filter((slot) => {
      const rule = slot.field.description.autoEnter;
      return !(typeof rule === 'string' && once.has(rule));
    });
    return this.create(new Map(copied.map((slot) => [slot.index, source.values[slot.index] ?? ''])), options);
  }

  remove(id: number): void {
    const row = this.unlocked(id);
    this.rows.remove(id, this.now());
    this.changed({ before: row, after: undefined });
    for (const cascade of this.description.cascades ?? []) {
      const child = this.database.table(cascade.table);
      const slot = child.slot(cascade.field);
      const key = folded(slot.field.type, row.values[this.slot(cascade.matches).index] ?? '');
      for (const related of child.rows.exact(slot, key)) child.remove(related.id);
    }
  }

  /** Throws 101 where there is none. */
  get(id: number): Row {
    const row = this.rows.get(id);
    if (!row) throw new FileMakerFailure('101');
    return row;
  }

  /** Throws 101, or 301 where somebody has the record open. */
  unlocked(id: number): Row {
    const row = this.get(id);
    if (this.locked.has(id) || this.pending.some((pending) => pending.row.id === id)) {
      throw new FileMakerFailure('301');
    }
    return row;
  }

  lock(id: number): void {
    this.locked.add(id);
  }

  unlock(id: number): void {
    this.locked.delete(id);
  }

  /** Makes visible what is due. Called before every request, so that nothing depends on timers. */
  settle(): void {
    if (this.pending.length === 0) return;
    const now = this.now();
    const due = this.pending.filter((pending) => pending.visibleAt <= now);
    this.pending = this.pending.filter((pending) => pending.visibleAt > now);
    for (const { row } of due) this.show(row, now);
  }

  private show(row: Row, now: number): void {
    const before = this.rows.get(row.id);
    this.rows.put(row, now);
    this.changed({ before, after: row });
  }

  private changed(change: RowChange): void {
    if (this.changes) this.changes.push(change);
    else this.tell(change);
  }

  private tell(change: RowChange): void {
    this.onChange?.(change);
    for (const listener of this.listeners) listener(change);
  }

  /** What follows can be undone, until `end` or `rollBack`. Record ids and serial numbers stay used up. */
  begin(): void {
    this.changes = [];
  }

  end(): void {
    const changes = this.changes ?? [];
    this.changes = undefined;
    for (const change of changes) this.tell(change);
  }

  rollBack(): void {
    const changes = this.changes ?? [];
    this.changes = undefined;
    for (const { before, after } of changes.toReversed()) {
      if (before) this.rows.put(before, this.now());
      else if (after) this.rows.remove(after.id, this.now());
    }
  }

  save(): Saved {
    return { rows: [...this.rows.rows], nextId: this.nextId, serials: new Map(this.serials) };
  }

  load(saved: Saved): void {
    this.rows.replaceAll(saved.rows);
    this.nextId = saved.nextId;
    this.serials = new Map(saved.serials);
    this.pending = [];
    this.locked.clear();
  }

  private enter(values: string[], changes: Changes, isNew: boolean, options: CommitOptions): void {
    autoEnter(this.schema, values, {
      isNew,
      stamps: options.stamps,
      random: this.random,
      nextSerial: (field) => this.nextSerial(field),
      given: (slot) => changes.has(slot),
    });
  }

  private nextSerial(field: Field): string {
    const serial = this.serials.get(field) ?? 1;
    this.serials.set(field, serial + 1);
    return String(serial);
  }

  private commit(row: Row, options: CommitOptions): Row {
    const after = options.visibleAfterMs ?? 0;
    if (after > 0) this.pending.push({ row, visibleAt: this.now() + after });
    else this.show(row, this.now());
    return row;
  }
}
