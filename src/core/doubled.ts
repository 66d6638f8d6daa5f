/**
 * Values of a field that several records hold, where each should be of one record: serials that two servers gave out, each by itself.
 * Told by the keys of the records, never by the value (R9); a value is a number meanwhile, so that a table of any size has room.
 */
import { numberOf } from './digest.ts';
import type { Head } from './head.ts';
import type { FieldName, Key } from './names.ts';

/** Records that hold one value. */
export type DoubledGroup = {
  readonly records: number;
  /** Of them at most 5, in the order of keys. */
  readonly keys: readonly Key[];
};

export type DoubledField = {
  readonly field: FieldName;
  /** Values that more than one record holds. */
  readonly values: number;
  /** Records that hold them. */
  readonly records: number;
  /** At most 20. */
  readonly groups: readonly DoubledGroup[];
};

export type Doubled = {
  /** Fields with values that are doubled; none where nothing is. */
  readonly fields: readonly DoubledField[];
  /** Not all could be gone through in the time that there was: nothing is known. */
  readonly unknown?: true;
};

const mostGroups = 20;
const mostKeys = 5;

/** What the record holds there, as all servers should; '' where it is deleted. A field that is sent once: as its first server had it. */
export const heldIn = ({ fields, createOnly, deleted }: Head, field: FieldName): string =>
  deleted ? '' : (fields[field]?.value ?? createOnly[field] ?? '');

export type RepeatedNumbers = Pick<DoubledField, 'values' | 'records'> & {
  /** The lowest of them, as many as are told of. */
  readonly told: ReadonlySet<number>;
};

/** Numbers of values, 8 bytes each. */
export class ValueNumbers {
  readonly #numbers: number[] = [];

  add(value: string): void {
    if (value !== '') this.#numbers.push(numberOf(value));
  }

  repeated(): RepeatedNumbers {
    const sorted = Float64Array.from(this.#numbers).toSorted();
    const told = new Set<number>();
    let [values, records, from] = [0, 0, 0];
    for (let to = 1; to <= sorted.length; to += 1) {
      const number = sorted[from];
      if (number === undefined || sorted[to] === number) continue;
      if (to - from > 1) {
        values += 1;
        records += to - from;
        if (told.size < mostGroups) told.add(number);
      }
      from = to;
    }
    return { values, records, told };
  }
}

/** The records of the values that are told of, found when all are gone through once more. */
export class DoubledRecords {
  readonly #groups = new Map<string, { records: number; readonly keys: Key[] }>();
  readonly #field: FieldName;
  readonly #repeated: RepeatedNumbers;

  constructor(field: FieldName, repeated: RepeatedNumbers) {
    this.#field = field;
    this.#repeated = repeated;
  }

  add(key: Key, value: string): void {
    if (value === '' || !this.#repeated.told.has(numberOf(value))) return;
    const group = this.#groups.get(value) ?? { records: 0, keys: [] };
    group.records += 1;
    if (group.keys.length < mostKeys) group.keys.push(key);
    this.#groups.set(value, group);
  }

  /** Two values that have one number by chance, and what was changed meanwhile, are no doubles; undefined: there is none. */
  found(): DoubledField | undefined {
    const { told, values, records } = this.#repeated;
    const groups = [...this.#groups.values()].filter((group) => group.records > 1);
    if (groups.length === 0) return undefined;
    if (values > told.size) return { field: this.#field, values, records, groups };
    const inGroups = groups.reduce((sum, group) => sum + group.records, 0);
    return { field: this.#field, values: groups.length, records: inGroups, groups };
  }
}

export const isToldDoubled = ({ fields }: Doubled, key: Key): boolean =>
  fields.some(({ groups }) => groups.some(({ keys }) => keys.includes(key)));

/** Without a record that is to be forgotten. */
export const withoutDoubled = ({ fields, ...rest }: Doubled, key: Key): Doubled => ({
  ...rest,
  fields: fields.map((one) => ({
    ...one,
    groups: one.groups.map((group) => ({ ...group, keys: group.keys.filter((other) => other !== key) })),
  })),
});
