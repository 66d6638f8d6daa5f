/** A plan in words, for a terminal of 80 columns. */
import { isAskedFirst } from '../composition/overview.ts';
import type { Conflict } from '../core/conflict.ts';
import type { Values } from '../core/digest.ts';
import { refusalOf } from '../core/refusals.ts';
import type { PlannedConflicts, PlannedKind, PlannedPlace, PlannedWrite } from '../ports/planned.ts';
import { quoted, ruleOf, shortRule } from './conflicts/lines.ts';
import type { PlannedWork, PlanReport } from './plan-report.ts';
import { haltWords } from './halt-words.ts';
import { count } from '../composition/words.ts';
import { wrapped } from './wrapped.ts';

export type PlanWords = {
  /** Values of records are shown too. */
  readonly examples: boolean;
  /** Records shown of each kind at most; 0: none. */
  readonly limit: number;
  /** What is asked of a server that is paused waits for the end of it. Absent: nothing is paused. */
  readonly isPaused?: (place: PlannedPlace) => boolean;
};

export function planLines(report: PlanReport, words: PlanWords): readonly string[] {
  return [
    ...report.work.flatMap((work) => workLines(work, words)),
    ...conflictLines(report, words),
    ...report.parked.map(
      ({ table, server, code, records }) =>
        `${table} on ${server}: ${count(records, 'record')} would be parked: ${refusalOf(code).cause}`,
    ),
    ...report.suspected.flatMap(({ table, server, records }) => [
      `${table} on ${server}: ${count(records, 'record seems', 'records seem')} to be gone: looked for`,
      '    once more by a later run, before it counts',
    ]),
    ...report.halted.flatMap((one) => haltLines(one, words)),
    ...report.pending.map(
      ({ server, keys }) => `${server}: ${count(keys, 'record')} would be left for later`,
    ),
  ];
}

function workLines(work: PlannedWork, words: PlanWords): readonly string[] {
  const { table, server, creates, edits, deletes, fields, parkedNow } = work;
  const what = [
    creates > 0 ? count(creates, 'create') : '',
    edits > 0 ? count(edits, 'edit') : '',
    deletes > 0 ? count(deletes, 'delete') : '',
  ].filter((text) => text !== '');
  const most = Object.entries(fields).toSorted((a, b) => b[1] - a[1]);
  const each = most.map(([field, records]) => `${field} ${records.toLocaleString('en-US')}`);
  return [
    `${table} on ${server}: ${what.length === 0 ? 'nothing' : what.join(', ')}`,
    ...(each.length === 0 ? [] : wrapped(`fields edited: ${each.join(', ')}`, '    ')),
    ...(parkedNow === 0
      ? []
      : [`    ${parkedNow.toLocaleString('en-US')} of them parked now: refused before, and may be again`]),
    ...recordLines(work, words),
  ];
}

function recordLines(work: PlannedWork, { examples, limit }: PlanWords): readonly string[] {
  if (limit === 0) return [];
  const all: Readonly<Record<PlannedKind, number>> = {
    create: work.creates,
    edit: work.edits,
    delete: work.deletes,
  };
  return (['create', 'edit', 'delete'] as const).flatMap((kind) => {
    const shown = work.records.filter((one) => one.kind === kind);
    return [...shown.flatMap((one) => writeLines(one, examples)), ...more(all[kind] - shown.length, kind)];
  });
}

function writeLines(write: PlannedWrite, examples: boolean): readonly string[] {
  const { kind, key, values, before } = write;
  const fields = Object.keys(values);
  if (!examples)
    return kind === 'edit' ? wrapped(`edit ${key}: ${fields.join(', ')}`, '    ') : [`    ${kind} ${key}`];
  const shown = kind === 'delete' ? valueLines(before) : kind === 'create' ? valueLines(values) : [];
  const changed =
    kind !== 'edit'
      ? []
      : fields.map(
          (field) => `        ${field}: ${quoted(before[field] ?? '')} -> ${quoted(values[field] ?? '')}`,
        );
  return [`    ${kind} ${key}`, ...shown, ...changed];
}

const valueLines = (values: Values): readonly string[] =>
  Object.entries(values)
    .filter(([, value]) => value !== '')
    .map(([field, value]) => `        ${field}: ${quoted(value)}`);

const more = (left: number, kind: string): readonly string[] =>
  left > 0 ? [`    and ${count(left, `more ${kind}`)} (--limit shows more of them)`] : [];

function conflictLines({ conflicts, conflicting }: PlanReport, words: PlanWords): readonly string[] {
  if (conflicts.length === 0) return [];
  const fields = conflicts.reduce((sum, one) => sum + one.fields, 0);
  const shown = conflicting.flatMap((one) => [
    `    ${one.table}, ${one.key}, ${one.field}`,
    ...(words.examples ? sideLines(one) : []),
  ]);
  return [
    `conflicts: ${count(fields, 'field')}`,
    ...conflicts.toSorted((a, b) => b.fields - a.fields).flatMap((one) => wrapped(endOf(one), '    ')),
    ...shown,
    ...(words.limit === 0 ? [] : more(fields - conflicting.length, 'conflict')),
  ];
}

const endOf = (of: PlannedConflicts): string =>
  `${of.table}, ${count(of.fields, 'field')}: ${plannedEndWords(of)}`;

/** Who would win by which rule, or that nobody would. */
export function plannedEndWords({ rule, kind, winner, loser }: PlannedConflicts): string {
  const how = ruleOf({ ...(rule !== undefined && { rule }), kind, order: 'after' });
  const met = kind === 'first-meeting' ? ', at their first meeting' : '';
  return how === 'hold'
    ? `${winner} and ${loser} keep their own until you choose (held)${met}`
    : `${winner} over ${loser} (${shortRule[how]})${met}`;
}

const sideLines = ({ winner, loser }: Conflict): readonly string[] =>
  [winner, loser].map(
    ({ server, value, deleted }) => `        ${server}: ${deleted ? '(record deleted)' : quoted(value)}`,
  );

function haltLines(halted: PlanReport['halted'][number], { isPaused }: PlanWords): readonly string[] {
  const { table, server, why, isNew } = halted;
  const words = plannedHaltWords(halted);
  const waits = why === 'moved' && isAskedFirst(halted) && isPaused?.(halted) === true;
  const what = waits
    ? laterWords(halted)
    : `${isNew ? 'would halt' : 'is halted'}: ${table} on ${server}: ${words}`;
  return wrapped(what, '    ').map((line, at) => (at === 0 ? line.trimStart() : line));
}

/** What would be seen, in one sentence, with its figures. */
export function plannedHaltWords(halted: PlanReport['halted'][number]): string {
  const { why, figures } = halted;
  const isMet = why === 'first-meeting' && figures['leaving'] === undefined;
  if (!isMet) return haltWords(halted);
  return `${figures['differing'] ?? 0} of ${count(figures['shared'] ?? 0, 'shared record')} differ: ${haltWords(halted)}`;
}

/** It halts only where another file is found there. */
const laterWords = ({ table, server }: PlannedPlace): string =>
  `${table} on ${server}: it is at another address: whether it is the same file is looked at once the pause is over`;

/** No value of a record is in it. */
export const shownWork = ({ records, ...work }: PlannedWork, limit: number) => ({
  ...work,
  ...(limit > 0 && { records: records.map(shownWrite) }),
});

const shownWrite = ({ kind, key, values }: PlannedWrite) => ({
  kind,
  key,
  ...(kind === 'edit' && { fields: Object.keys(values) }),
});
