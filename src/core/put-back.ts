/**
 * What putting a record back to an earlier state makes of its head: a change of now, like a person's choice.
 *
 *   R4  It is the latest that happened to each field that it sets. What was not yet known when it was made is merged as ever.
 *   R5  What waits for a person in such a field is settled by it, and kept with its conflicts.
 *
 * Fields that were not kept the same at that time stay as they are now; so do those that go with a create only.
 */
import { type Case, type Change, decided, foremost, set } from './choice.ts';
import type { Choice, Conflict } from './conflict.ts';
import type { Head } from './head.ts';
import type { Content } from './history.ts';
import type { TablePlan } from './link.ts';
import type { EpochMs } from './names.ts';

export type PutBackCase = {
  readonly plan: TablePlan;
  /** The record as it is stored now. */
  readonly head: Head;
  /** What it is to hold again: a record that is there. */
  readonly target: Content;
  /** What is kept of the conflicts that wait in it. */
  readonly rows: readonly Conflict[];
  readonly at: EpochMs;
};

export type PutBack = {
  readonly head: Head;
  readonly changes: readonly Change[];
  /** It was deleted, and comes back. */
  readonly returns: boolean;
  /** To be stored before the head, and after it: see choice.ts. */
  readonly rows: readonly Conflict[];
  readonly settled: readonly Conflict[];
};

/** Undefined where the record holds all of it already. */
export function putBack({ plan, head, target, rows, at }: PutBackCase): PutBack | undefined {
  const of: Case = { plan, head, rows, only: undefined, at, force: true };
  const changes = changesTo(of, target);
  if (changes.length === 0 && head.deleted === undefined) return undefined;
  const isChanged = (row: Conflict): boolean => changes.some(({ field }) => field === row.field);
  const conflicts = rows.filter(isChanged).map(({ id }) => id);
  const done = decided(of, changes, (row, { before, after }) => {
    const choice: Choice = { at, value: after.value, before, conflicts };
    return [...(row.choices ?? []), choice];
  });
  const { deleted, ...alive } = done.head;
  return { head: alive, changes, returns: deleted !== undefined, rows: done.rows, settled: done.settled };
}

function changesTo(of: Case, target: Content): readonly Change[] {
  return of.plan.fields.flatMap(({ name: field }) => {
    const [before, wanted] = [of.head.fields[field], target.fields[field]];
    if (before === undefined || wanted === undefined) return [];
    if (before.held === undefined && before.digest === wanted.digest) return [];
    const { value, digest } = wanted;
    return { field, before, after: { value, digest, ...set(of, before), origin: foremost(of.plan) } };
  });
}
