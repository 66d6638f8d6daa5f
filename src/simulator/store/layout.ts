/** A layout bound to its table: which fields it shows and how they are named in answers. */
import type { LayoutDescription, PortalDescription } from '../description.ts';
import { FileMakerFailure } from '../failure.ts';
import type { Database } from './database.ts';
import type { Field, Slot } from './schema.ts';
import type { Table } from './table.ts';

/** A slot with its name in answers, as JSON: `"name":`. */
export type Column = { readonly slot: Slot; readonly key: string };

export type Portal = {
  readonly description: PortalDescription;
  readonly table: Table;
  readonly fields: readonly Field[];
};

export const columnsOf = (fields: readonly Field[], prefix: string): readonly Column[] =>
  fields.flatMap((field) =>
    field.slots.map((slot) => ({ slot, key: `${JSON.stringify(prefix + slot.name)}:` })),
  );

function bindPortal(description: PortalDescription, database: Database): Portal {
  const table = database.table(description.table);
  const fields = description.fields?.map((name) => table.slot(name).field) ?? table.schema.fields;
  return { description, table, fields };
}

const namesOfField = (field: Field): [string, Slot][] =>
  field.slots.flatMap((slot): [string, Slot][] => {
    const numbered: [string, Slot] = [`${field.name}(${slot.repetition})`, slot];
    return slot.repetition === 1 ? [[field.name, slot], numbered] : [numbered];
  });

export class Layout {
  readonly name: string;
  readonly table: Table;
  readonly description: LayoutDescription;
  readonly fields: readonly Field[];
  readonly portals: readonly Portal[];
  private shown: ReadonlyMap<string, Slot> = new Map();
  private columnList: readonly Column[] = [];
  private namesOf = -1;

  constructor(description: LayoutDescription, database: Database) {
    this.name = description.name;
    this.description = description;
    this.table = database.table(description.table);
    this.fields = (description.fields ?? this.table.description.fields.map((field) => field.name)).map(
      (name) => this.table.slot(name).field,
    );
    this.portals = (description.portals ?? []).map((portal) => bindPortal(portal, database));
  }

  /** Slots by every name they may be written with: `name`, `name(1)`, `name(2)`. Follows a rename. */
  get slots(): ReadonlyMap<string, Slot> {
    this.refresh();
    return this.shown;
  }

  /** What a record shows, in order. */
  get columns(): readonly Column[] {
    this.refresh();
    return this.columnList;
  }

  private refresh(): void {
    if (this.namesOf === this.table.schema.version) return;
    this.namesOf = this.table.schema.version;
    // A field that was deleted stays on the layout as a blank.
    const there = this.fields.filter((field) => this.table.schema.fields.includes(field));
    this.shown = new Map(there.flatMap(namesOfField));
    this.columnList = columnsOf(there, '');
  }

  /** Throws 102: also for a field of the table that the layout does not show. */
  slot(name: string): Slot {
    const slot = this.slots.get(name);
    if (!slot) throw new FileMakerFailure('102');
    return slot;
  }
}
