/**
 * What a person's choice about a conflict makes of the record's head, and how it is taken back.
 *
 *   R4  A choice is the latest that happened to the field. Where the field moved on since the conflict, the choice was made
 *       without having seen that, and is refused unless the person insists.
 *   R5  What it replaces is kept with it, whatever waited there included.
 *
 * The value of a server that is kept counts as that server's. A value that is given counts as that of the server which goes
 * before all others in the table: no change whose order is unknown puts it aside.
 */
import { type Choice, choiceIn, type Conflict } from './conflict.ts';
import { place } from './contest.ts';
import { digestOf } from './digest.ts';
import type { Head, HeadField } from './head.ts';
import { heldFields, holdersOf } from './held.ts';
import { interval } from './interval.ts';
import { sends, type TablePlan } from './link.ts';
import type { EpochMs, FieldName, ServerName } from './names.ts';
import { raisedAbove } from './stamp.ts';

export type Keep =
  | { readonly kind: 'server'; readonly server: ServerName }
  /** Canonical; for one field. */
  | { readonly kind: 'value'; readonly value: string };

/** The record as it is stored now, and what is kept of the conflicts that are concerned. */
export type Case = {
  readonly plan: TablePlan;
  readonly head: Head;
  readonly rows: readonly Conflict[];
  /** Of all these fields, this one only. */
  readonly only: FieldName | undefined;
  readonly at: EpochMs;
  /** Also where a field moved on. */
  readonly force: boolean;
};

export type Change = { readonly field: FieldName; readonly before: HeadField; readonly after: HeadField };

export type Refusal =
  /** The field holds what has nothing to do with this conflict. */
  | { readonly why: 'moved'; readonly field: FieldName; readonly now: HeadField }
  /** Nothing is known of that server in this field; `servers`: of which it is. */
  | { readonly why: 'no-value'; readonly field: FieldName; readonly servers: readonly ServerName[] }
  /** A value is for one field. */
  | { readonly why: 'which-field'; readonly fields: readonly FieldName[] }
  | { readonly why: 'nothing-chosen' }
  /** Something was decided about it that whoever chooses had not seen; `isUndone`: the last of it took a choice back. */
  | {
      readonly why: 'chosen-since';
      readonly field: FieldName;
      readonly isUndone: boolean;
      readonly now: HeadField | undefined;
    }
  /** The record, or the field, is not kept the same any more. */
  | { readonly why: 'no-record' };

export type Decided =
  | ({ readonly kind: 'refused' } & Refusal)
  | {
      readonly kind: 'decided';
      readonly head: Head;
      readonly changes: readonly Change[];
      /** To be stored before the head: nothing that waits is left out, if the head is never stored. */
      readonly rows: readonly Conflict[];
      /** To be stored after it. */
      readonly settled: readonly Conflict[];
    };

/** The ids of conflicts that a choice about these concerns: all of a field that waits, all that were decided together. */
export function concernedBy(
  plan: TablePlan,
  head: Head,
  rows: readonly Conflict[],
  only: FieldName | undefined,
): readonly string[] {
  const names = rows.map(({ field }) => field);
  const held = heldFields(plan, head.fields).filter(
    ([name]) => names.includes(name) || plan.merge === 'record' || name === only,
  );
  return [
    ...new Set([
      ...rows.map(({ id }) => id),
      ...rows.flatMap((row) => choiceIn(row)?.conflicts ?? []),
      ...held.flatMap(([, { conflicts }]) => conflicts),
    ]),
  ];
}

export function choose(of: Case, keep: Keep): Decided {
  const names = fieldsOf(of);
  if (names.length === 0) return { kind: 'refused', why: 'no-record' };
  if (keep.kind === 'value' && names.length > 1)
    return { kind: 'refused', why: 'which-field', fields: names };
  const changes: Change[] = [];
  for (const name of names) {
    const now = of.head.fields[name];
    if (now === undefined) return { kind: 'refused', why: 'no-record' };
    const rows = of.rows.filter(({ field }) => field === name);
    if (!of.force && now.held === undefined && !digestsKnown(rows).has(now.digest))
      return { kind: 'refused', why: 'moved', field: name, now };
    const value = keep.kind === 'value' ? keep.value : valueOf(of, now, rows, keep.server);
    if (value === undefined)
      return { kind: 'refused', why: 'no-value', field: name, servers: serversWith(of, now, rows) };
    const origin = keep.kind === 'server' ? keep.server : foremost(of.plan);
    changes.push({
      field: name,
      before: now,
      after: { value, digest: digestOf(value), ...set(of, now), origin },
    });
  }
  const ids = of.rows.filter(({ field }) => names.includes(field)).map(({ id }) => id);
  return decided(of, changes, (row, { before, after }) => {
    const server = keep.kind === 'server' ? { server: keep.server } : {};
    const choice: Choice = { at: of.at, ...server, value: after.value, before, conflicts: ids };
    return [...(row.choices ?? []), choice];
  });
}

/** Puts back what the choice in force replaced. What waited then waits again, while each server keeps what it holds now. */
export function undo(of: Case): Decided {
  const changes: Change[] = [];
  for (const name of fieldsOf(of)) {
    const rows = of.rows.filter(({ field }) => field === name);
    const choice = latestChoice(rows);
    const now = of.head.fields[name];
    if (choice === undefined || now === undefined) continue;
    if (!of.force && (now.held !== undefined || now.digest !== digestOf(choice.value)))
      return { kind: 'refused', why: 'moved', field: name, now };
    changes.push({ field: name, before: now, after: { ...choice.before, ...set(of, now) } });
  }
  if (changes.length === 0) return { kind: 'refused', why: 'nothing-chosen' };
  return decided(of, changes, (row, { before }) => {
    const last = choiceIn(row);
    return (row.choices ?? []).map((one) => (one === last ? { ...one, undone: { at: of.at, before } } : one));
  });
}

/** How often something was chosen about these, or taken back. It only grows, and goes by no clock. */
export const decisionsIn = (rows: readonly Pick<Conflict, 'choices'>[]): number =>
  rows
    .flatMap(({ choices = [] }) => choices)
    .reduce((sum, { undone }) => sum + (undone === undefined ? 1 : 2), 0);

/** `rows`: what the choice is about. `seen`: their `decisionsIn` when they were shown. Undefined where nothing came since. */
export function chosenSince(
  { head, force }: Pick<Case, 'head' | 'force'>,
  rows: readonly Conflict[],
  seen: number,
): Extract<Decided, { kind: 'refused' }> | undefined {
  if (force || decisionsIn(rows) === seen) return undefined;
  const [last] = rows
    .flatMap(({ field, choices = [] }) => choices.map(({ at, undone }) => ({ field, at, undone })))
    .toSorted((a, b) => (b.undone?.at ?? b.at) - (a.undone?.at ?? a.at));
  if (last === undefined) return undefined;
  const { field, undone } = last;
  return {
    kind: 'refused',
    why: 'chosen-since',
    field,
    isUndone: undone !== undefined,
    now: head.fields[field],
  };
}

/** Now, and after what stands there. */
export const set = ({ at }: Case, now: HeadField): Pick<HeadField, 'stamp'> => ({
  stamp: raisedAbove(interval(at, at), now.stamp),
});

/** As it was before an attempt of the same instant, whose head was not stored. */
export function withoutAttempt(row: Conflict, at: EpochMs): Conflict {
  if (row.choices === undefined) return row;
  const choices = row.choices
    .filter((one) => one.at !== at)
    .map(({ undone, ...one }) => (undone === undefined || undone.at === at ? one : { ...one, undone }));
  return { ...row, choices };
}

/** The head with the changes, and what is kept of the conflicts that they concern. */
export function decided(
  { head, rows }: Case,
  changes: readonly Change[],
  choicesOf: (row: Conflict, change: Change) => readonly Choice[],
): Extract<Decided, { kind: 'decided' }> {
  const told = rows.flatMap((row) => {
    const change = changes.find(({ field }) => field === row.field);
    if (change === undefined) return [];
    const waits = change.after.held?.conflicts.includes(row.id) === true;
    const { open: wasOpen, ...rest } = { ...row, choices: choicesOf(row, change) };
    return { waits, wasOpen, rest };
  });
  return {
    kind: 'decided',
    head: {
      ...head,
      version: head.version + 1,
      fields: { ...head.fields, ...Object.fromEntries(changes.map(({ field, after }) => [field, after])) },
    },
    changes,
    rows: told.map(({ waits, wasOpen, rest }) => (waits || wasOpen ? { ...rest, open: true } : rest)),
    settled: told.flatMap(({ waits, wasOpen, rest }) => (wasOpen && !waits ? rest : [])),
  };
}

/** What the choice is about, in the order of the table. */
function fieldsOf({ plan, head, rows, only }: Case): readonly FieldName[] {
  const held = plan.merge === 'record' ? heldFields(plan, head.fields).map(([name]) => name) : [];
  const concerned = new Set([...rows.map(({ field }) => field), ...held]);
  return plan.fields
    .map(({ name }) => name)
    .filter((name) => (only === undefined ? concerned.has(name) : name === only));
}

const latestChoice = (rows: readonly Conflict[]): Choice | undefined =>
  rows.flatMap((row) => choiceIn(row) ?? []).toSorted((a, b) => b.at - a.at)[0];

/** All that the field held in the course of these conflicts. */
function digestsKnown(rows: readonly Conflict[]): ReadonlySet<string> {
  const fields = rows.flatMap(({ choices = [] }) =>
    choices.flatMap(({ before, undone }) => [before, ...(undone ? [undone.before] : [])]),
  );
  const values = rows.flatMap(({ winner, loser, choices = [] }) => [
    winner.value,
    loser.value,
    ...choices.map(({ value }) => value),
  ]);
  const waited = fields.flatMap(({ held }) => Object.values(held?.candidates ?? {}));
  return new Set([...values.map(digestOf), ...[...fields, ...waited].map(({ digest }) => digest)]);
}

/** What is known of a server in a field: what waits of it, what waited of it before a choice, or its side of a conflict. */
function valueOf(
  { plan, head }: Case,
  now: HeadField,
  rows: readonly Conflict[],
  server: ServerName,
): string | undefined {
  const waits = now.held?.candidates[server]?.value;
  if (waits !== undefined) return waits;
  // In a record that is held as a whole, a server whose field was never changed holds what the head holds.
  const isHeldWhole = now.held !== undefined && plan.merge === 'record';
  if (isHeldWhole && holdersOf(plan, head).includes(server)) return now.value;
  const befores = rows
    .flatMap(({ choices = [] }) => choices)
    .toSorted((a, b) => b.at - a.at)
    .map(({ before }) => before);
  const waited = befores.flatMap(({ held }) => held?.candidates[server]?.value ?? []);
  if (waited[0] !== undefined) return waited[0];
  const sides = rows
    .toSorted((a, b) => b.at - a.at)
    .flatMap(({ winner, loser }) => [winner, loser])
    .filter((side) => side.server === server && !side.deleted)
    .map(({ value }) => value);
  // Where both sides were of one server, the one that the record does not hold now.
  return sides.find((value) => digestOf(value) !== now.digest) ?? sides[0];
}

const serversWith = (of: Case, now: HeadField, rows: readonly Conflict[]): readonly ServerName[] =>
  of.plan.links.map(({ server }) => server).filter((server) => valueOf(of, now, rows, server) !== undefined);

/** Whose value one counts as that a person gives. */
export const foremost = (plan: TablePlan): ServerName =>
  plan.links
    .filter(sends)
    .map(({ server }) => server)
    .toSorted((a, b) => place(plan, a) - place(plan, b))[0] ?? '';
