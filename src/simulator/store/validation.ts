/** Validation of a commit: which rule of which field refuses the values, by FileMaker's error codes. */
import type { Validation } from '../description.ts';
import { FileMakerFailure } from '../failure.ts';
import { digitsOf, folded } from './neutral.ts';
import type { Slot } from './schema.ts';
import type { Table } from './table.ts';

export type Checked = {
  readonly table: Table;
  readonly values: readonly string[];
  /** The slots that this commit changes; all of them for a new record. */
  readonly slots: readonly Slot[];
  /** The record's own id, undefined for a new one. */
  readonly id: number | undefined;
  /** `entrymode: script`: rules that may be overridden are passed by. */
  readonly overridden: boolean;
};

/** Throws for the first rule that is broken. */
export function validate(commit: Checked): void {
  for (const slot of commit.slots) {
    const rules = slot.field.description.validation;
    if (!rules || (commit.overridden && rules.overridable !== false)) continue;
    const code = brokenRule(rules, slot, commit);
    if (code !== undefined) throw new FileMakerFailure(code);
  }
}

function brokenRule(rules: Validation, slot: Slot, commit: Checked): string | undefined {
  const value = commit.values[slot.index] ?? '';
  if (value === '') return rules.notEmpty && slot.repetition === 1 ? '509' : undefined;
  return brokenShape(rules, value) ?? brokenReference(rules, slot, value, commit);
}

function brokenShape(rules: Validation, value: string): string | undefined {
  if (rules.numeric && digitsOf(value) === undefined) return '502';
  if (rules.maxLength !== undefined && value.length > rules.maxLength) return '511';
  if (rules.list && !rules.list.includes(value)) return '506';
  const number = Number(value);
  if (rules.range && !(number >= rules.range.from && number <= rules.range.to)) return '503';
  return rules.test && !rules.test(value) ? '507' : undefined;
}

function brokenReference(rules: Validation, slot: Slot, value: string, commit: Checked): string | undefined {
  const key = folded(slot.field.type, value);
  if (rules.unique && commit.table.rows.exact(slot, key).some((row) => row.id !== commit.id)) return '504';
  if (!rules.parent) return undefined;
  const parent = commit.table.database.table(rules.parent.table);
  const parentSlot = parent.slot(rules.parent.field);
  const parentKey = folded(parentSlot.field.type, value);
  return parent.rows.exact(parentSlot, parentKey).length > 0 ? undefined : (rules.parent.code ?? '510');
}
