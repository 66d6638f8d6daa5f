/** One file: its tables, layouts and scripts, with backups of all of them. */
import type { DatabaseDescription, Script, TableDescription } from '../description.ts';
import { FileMakerFailure } from '../failure.ts';
import type { HostClock } from '../host-clock.ts';
import type { Random } from '../../ports/clock.ts';
import { neutralOf } from './neutral.ts';
import type { Row } from './row-set.ts';
import { Layout } from './layout.ts';
import { occurrencesOf, type Occurrence } from './occurrence.ts';
import { Table, type Saved } from './table.ts';

export type Backup = ReadonlyMap<Table, Saved>;

export class Database {
  readonly name: string;
  readonly description: DatabaseDescription;
  readonly tables: Map<string, Table>;
  readonly layouts = new Map<string, Layout>();
  occurrences: readonly Occurrence[];
  readonly scripts: Map<string, Script>;
  private readonly random: Random;
  private readonly now: () => number;
  private lastOccurrenceId = 0;

  constructor(description: DatabaseDescription, host: HostClock, random: Random) {
    this.name = description.name;
    this.description = description;
    this.random = random;
    this.now = () => host.time.now();
    this.scripts = new Map(Object.entries(description.scripts ?? {}));
    this.tables = new Map(description.tables.map((table) => [table.name, this.tableOf(table)]));
    for (const layout of description.layouts) this.layouts.set(layout.name, new Layout(layout, this));
    this.occurrences = occurrencesOf(description, this.tables, (name) => this.table(name));
    const stamp = host.stamp('import');
    for (const table of this.tables.values()) fill(table, { host: stamp, user: stamp });
  }

  table(name: string): Table {
    const table = this.tables.get(name);
    if (!table) throw new FileMakerFailure('106', `Table is missing: ${this.name} has no "${name}"`);
    return table;
  }

  layout(name: string): Layout {
    const layout = this.layouts.get(name);
    if (!layout) throw new FileMakerFailure('105');
    return layout;
  }

  /** Of this file, but not in it. */
  tableOf(description: TableDescription): Table {
    return new Table(description, this, this.random, this.now);
  }

  /** With an occurrence of its own name. */
  addTable(description: TableDescription): Occurrence {
    const table = this.tableOf(description);
    this.tables.set(table.name, table);
    this.lastOccurrenceId = Math.max(this.lastOccurrenceId, ...this.occurrences.map(({ id }) => id)) + 1;
    const occurrence = { id: this.lastOccurrenceId, name: table.name, table };
    this.occurrences = [...this.occurrences, occurrence];
    return occurrence;
  }

  /** With all of its occurrences. */
  removeTable(table: Table): void {
    this.tables.delete(table.name);
    this.lastOccurrenceId = Math.max(this.lastOccurrenceId, ...this.occurrences.map(({ id }) => id));
    this.occurrences = this.occurrences.filter((one) => one.table !== table);
  }

  settle(): void {
    for (const table of this.tables.values()) table.settle();
  }

  /** All of the work's changes are made, or where it throws none. */
  atomically<Result>(work: () => Result): Result {
    const tables = [...this.tables.values()];
    for (const table of tables) table.begin();
    try {
      const result = work();
      for (const table of tables) table.end();
      return result;
    } catch (error) {
      for (const table of tables) table.rollBack();
      throw error;
    }
  }

  backup(): Backup {
    return new Map([...this.tables.values()].map((table) => [table, table.save()]));
  }

  restore(backup: Backup): void {
    for (const [table, saved] of backup) table.load(saved);
  }

  /** A clone filled again, as by a data migration: the same values, other record ids, modId 0. */
  renumber(): void {
    for (const table of this.tables.values()) {
      const shuffled = shuffle(table.rows.rows, this.random);
      const rows = shuffled.map((row, at) => ({ id: at + 1, modId: 0, values: row.values }));
      table.load({ ...table.save(), rows, nextId: rows.length + 1 });
    }
  }
}

type StampPair = Parameters<Table['create']>[1]['stamps'];

/** Rows of the description keep the values they give; what they leave out is auto-entered. */
function fill(table: Table, stamps: StampPair): void {
  for (const given of table.description.rows ?? []) {
    const entries = Object.entries(given).map(([name, value]): [number, string] => {
      const slot = table.slot(name);
      return [slot.index, neutralOf(slot.field.type, value)];
    });
    const row = table.create(new Map(entries), { stamps, skipValidation: true });
    const values = [...row.values];
    for (const [slot, value] of entries) values[slot] = value;
    table.rows.put({ ...row, values }, 0);
  }
}

function shuffle(rows: readonly Row[], random: Random): Row[] {
  const shuffled = [...rows];
  for (let last = shuffled.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    const [a, b] = [shuffled[last], shuffled[other]];
    if (!a || !b) continue;
    shuffled[last] = b;
    shuffled[other] = a;
  }
  return shuffled;
}
