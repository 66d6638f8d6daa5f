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

  constructor(description: FieldDescription, id: number, firstSlot: number) {
    this.id = id;
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
  readonly fields: readonly Field[];
  readonly slots: readonly Slot[];
  private byName = new Map<string, Slot>();
  /** Grows with every rename: what was derived from names is stale then. */
  version = 0;

  constructor(descriptions: readonly FieldDescription[]) {
    let next = 0;
    this.fields = descriptions.map((description, at) => {
      const field = new Field(description, at + 1, next);
      next += field.slots.length;
      return field;
    });
    this.slots = this.fields.flatMap((field) => field.slots);
    this.index();
  }

  /** Finds `name`, `name(1)` and `name(2)`; `name` alone is the first repetition. */
  slot(name: string): Slot | undefined {
    return this.byName.get(name);
  }

  rename(from: string, to: string): void {
    const slot = this.byName.get(from);
    if (!slot) throw new Error(`there is no field "${from}" to rename`);
    slot.field.name = to;
    this.version += 1;
    this.index();
  }

  private index(): void {
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
