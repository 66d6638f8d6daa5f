/** A table's fields as slots: each repetition of each field is one slot of a row. */
import type { Calculation, FieldDescription, FieldType, Values } from '../description.ts';

export class Field {
  /** Changes when somebody renames the field. */
  name: string;
  readonly description: FieldDescription;
  readonly type: FieldType;
  readonly slots: readonly Slot[];
  /** Stays when the field is renamed. */
  readonly id: number;
  isIndexed: boolean;

  constructor(description: FieldDescription, id: number, firstSlot: number) {
    this.id = id;
    this.isIndexed = description.validation?.unique === true;
    this.name = description.name;
    this.description = description;
    this.type = description.type;
    this.slots = Array.from(
      { length: description.repetitions ?? 1 },
      (_, at) => new Slot(this, firstSlot + at, at + 1),
    );
  }

  /** Calculations, summaries and globals are no data of the record. */
  get stored(): boolean {
    return (this.description.kind ?? 'normal') === 'normal' && this.description.global !== true;
  }
}

/** What these cost in one record. */
export const showMsOf = (fields: readonly Field[]): number =>
  fields.reduce((sum, { description }) => sum + (description.showMs ?? 0), 0);

export class Slot {
  readonly field: Field;
  readonly index: number;
  readonly repetition: number;

  constructor(field: Field, index: number, repetition: number) {
    this.field = field;
    this.index = index;
    this.repetition = repetition;
  }

  /** `name`, or `name(2)` where the field repeats. */
  get name(): string {
    return (this.field.description.repetitions ?? 1) > 1
      ? `${this.field.name}(${this.repetition})`
      : this.field.name;
  }
}

export class Schema {
  private fieldList: Field[] = [];
  private slotList: readonly Slot[] = [];
  private byName = new Map<string, Slot>();
  /** Grows with every change: what was derived from fields and their names is stale then. */
  version = 0;
  /** How many values a row has; those of deleted fields stay behind. */
  width = 0;
  private lastId = 0;

  constructor(descriptions: readonly FieldDescription[]) {
    for (const description of descriptions) this.append(description);
    this.index();
  }

  get fields(): readonly Field[] {
    return this.fieldList;
  }

  get slots(): readonly Slot[] {
    return this.slotList;
  }

  /** Rows that are there get a value more each: see Table.addField. */
  add(description: FieldDescription): void {
    this.append(description);
    this.changed();
  }

  remove(field: Field): void {
    this.fieldList = this.fieldList.filter((one) => one !== field);
    this.changed();
  }

  private append(description: FieldDescription): void {
    this.lastId += 1;
    const field = new Field(description, this.lastId, this.width);
    this.width += field.slots.length;
    this.fieldList.push(field);
  }

  /** Finds `name`, `name(1)` and `name(2)`; `name` alone is the first repetition. */
  slot(name: string): Slot | undefined {
    return this.byName.get(name);
  }

  rename(from: string, to: string): void {
    const slot = this.byName.get(from);
    if (!slot) throw new Error(`there is no field "${from}" to rename`);
    slot.field.name = to;
    this.changed();
  }

  private changed(): void {
    this.version += 1;
    this.index();
  }

  private index(): void {
    this.slotList = this.fieldList.flatMap((field) => field.slots);
    this.byName = new Map();
    for (const field of this.fields) {
      for (const slot of field.slots) this.byName.set(`${field.name}(${slot.repetition})`, slot);
      const [first] = field.slots;
      if (first) this.byName.set(field.name, first);
    }
  }

  /** A row's values by name. */
  valuesOf(row: readonly string[]): Values {
    return Object.fromEntries(this.slots.map((slot) => [slot.name, row[slot.index] ?? '']));
  }
}

export function calculate(calculation: Calculation, values: Values): string {
  if (typeof calculation === 'function') return calculation(values);
  return calculation.join
    .map((name) => values[name] ?? '')
    .filter((text) => text !== '')
    .join(calculation.separator ?? '');
}
