/** What FileMaker enters by itself when a record is created or committed. */
import type { AutoEnter } from '../description.ts';
import type { Stamp } from '../host-clock.ts';
import { randomUuid } from '../seeded-random.ts';
import type { Random } from '../../ports/clock.ts';
import { calculate, type Field, type Schema } from './schema.ts';

export type Stamps = { readonly host: Stamp; readonly user: Stamp };

export type Commit = {
  readonly isNew: boolean;
  /** Undefined: an import without auto-enter; nothing is stamped. */
  readonly stamps: Stamps | undefined;
  readonly random: Random;
  readonly nextSerial: (field: Field) => string;
  /** Whether the caller gave a value for this slot. */
  readonly given: (slot: number) => boolean;
};

/** Fills in `values`, the row about to be committed. */
export function autoEnter(schema: Schema, values: string[], commit: Commit): void {
  for (const field of schema.fields) {
    const rule = field.description.autoEnter;
    const [slot] = field.slots;
    if (rule === undefined || !slot) continue;
    const entered = enteredValue(rule, field, commit, values[slot.index] ?? '', slot.index);
    if (entered !== undefined) values[slot.index] = entered;
    if (commit.stamps && typeof rule === 'object') {
      values[slot.index] = calculate(rule.calculation, schema.valuesOf(values));
    }
  }
  computeCalculations(schema, values);
}

function computeCalculations(schema: Schema, values: string[]): void {
  for (const field of schema.fields) {
    const { kind, calculation } = field.description;
    const [slot] = field.slots;
    if (kind === 'calculation' && calculation && slot) {
      values[slot.index] = calculate(calculation, schema.valuesOf(values));
    }
  }
}

function enteredValue(
  rule: AutoEnter,
  field: Field,
  commit: Commit,
  value: string,
  slot: number,
): string | undefined {
  const stamp = commit.stamps?.[field.description.stampedBy ?? 'host'];
  if (!stamp) return commit.isNew ? enteredOnce(rule, field, commit, slot) : undefined;
  switch (rule) {
    case 'modifiedAt':
      return stampOf(field, stamp);
    case 'modifiedBy':
      return stamp.account;
    case 'utcMilliseconds':
      return stamp.utcMilliseconds;
    case 'upperCase':
      return value.toUpperCase();
    case 'lowerCase':
      return value.toLowerCase();
    case 'trim':
      return value.trim();
    case 'createdAt':
      return commit.isNew && !commit.given(slot) ? stampOf(field, stamp) : undefined;
    case 'createdBy':
      return commit.isNew && !commit.given(slot) ? stamp.account : undefined;
    default:
      return commit.isNew ? enteredOnce(rule, field, commit, slot) : undefined;
  }
}

function enteredOnce(rule: AutoEnter, field: Field, commit: Commit, slot: number): string | undefined {
  if (commit.given(slot)) return undefined;
  if (rule === 'uuid') return randomUuid(commit.random);
  return rule === 'serial' ? commit.nextSerial(field) : undefined;
}

const stampOf = (field: Field, stamp: Stamp): string =>
  field.type === 'date' ? stamp.wall.slice(0, 10) : field.type === 'time' ? stamp.wall.slice(11) : stamp.wall;
