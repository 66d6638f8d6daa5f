/** Conflicts as the page shows them, side by side. */
import { decisionsIn } from '../../core/choice.ts';
import type { Conflict, ConflictSide } from '../../core/conflict.ts';
import type { HeadField } from '../../core/head.ts';
import type {
  ConflictAnswer,
  ConflictField,
  ConflictsAnswer,
  FieldValue,
} from '../../console/api/conflicts.ts';
import { pastOf } from '../../engine/past.ts';
import { conflictsNamed, type Found, foundAmong, listed, shortCode } from '../conflicts/found.ts';
import { ruleOf, ruleWords } from '../conflicts/lines.ts';
import type { Seen } from './seeing.ts';

type Which = { readonly table?: string; readonly held: boolean; readonly limit: number };

export async function conflictsAnswer({ state }: Seen, { limit, ...which }: Which): Promise<ConflictsAnswer> {
  const found = await listed(state, limit, which);
  return { conflicts: found.map(shownConflict), hasMore: found.length === limit };
}

/** Throws Refused where there is none. */
export async function conflictAnswer({ state }: Seen, id: string): Promise<ConflictAnswer> {
  const found = await foundAmong(state, await conflictsNamed(state.control, id));
  const [first] = found;
  const before = first === undefined ? () => undefined : await beforeOf(state, first.conflict);
  return {
    conflicts: found.map((one) => {
      const base = before(one.conflict);
      return { ...shownConflict(one), ...(base && { base }) };
    }),
  };
}

export function shownConflict({ conflict, now, waits }: Found): ConflictField {
  const { table, key, field, at, winner, loser, inexact, agreedAt, choices = [] } = conflict;
  const rule = ruleOf(conflict);
  return {
    id: shortCode(conflict),
    table,
    key,
    field,
    at,
    rule,
    words: ruleWords[rule],
    held: waits,
    winner,
    loser,
    ...(waits && { candidates: candidatesIn(now) }),
    inexact,
    ...(now !== undefined && !waits && { now: fieldValue(now) }),
    ...(agreedAt !== undefined && { agreedAt }),
    decided: decisionsIn([conflict]),
    choices: choices.map(({ at: chosenAt, value, server, undone }) => ({
      at: chosenAt,
      value,
      ...(server !== undefined && { server }),
      ...(undone && { undoneAt: undone.at }),
    })),
  };
}

const candidatesIn = (now: HeadField | undefined): NonNullable<ConflictField['candidates']> =>
  Object.fromEntries(
    Object.entries(now?.held?.candidates ?? {}).map(([server, { value, stamp }]) => [
      server,
      { value, stamp },
    ]),
  );

export const fieldValue = ({ value, origin, stamp }: HeadField): FieldValue => ({
  value,
  server: origin,
  stamp,
});

/**
 * What a field held before the first of the two changes came in: what the step of the record's history replaced that brought
 * it. Undefined where that is not kept, and where neither changed what was held.
 */
async function beforeOf(
  { control, records }: Seen['state'],
  { table, key }: Conflict,
): Promise<(conflict: Conflict) => FieldValue | undefined> {
  const head = (await records.heads(table, [key])).get(key);
  if (head === undefined) return () => undefined;
  const { steps } = await pastOf(control, head);
  return ({ field, kind, winner, loser }) => {
    // At a first meeting nothing was common before.
    if (kind === 'first-meeting') return undefined;
    const isSide = (held: HeadField | undefined) => [winner, loser].some(isValue(held));
    const first = steps.findLast(({ after }) => isSide(after.fields[field]));
    const base = first?.before.fields[field];
    return base === undefined || isSide(base) ? undefined : fieldValue(base);
  };
}

const isValue =
  (held: HeadField | undefined) =>
  ({ server, stamp }: ConflictSide): boolean =>
    held?.origin === server && held.stamp.lo === stamp.lo && held.stamp.hi === stamp.hi;
