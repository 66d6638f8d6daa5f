/** Conflicts as the page shows them, side by side. */
import type { Conflict } from '../../core/conflict.ts';
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
    ...(waits && { candidates: now?.held?.candidates ?? {} }),
    inexact,
    ...(now !== undefined && !waits && { now: fieldValue(now) }),
    ...(agreedAt !== undefined && { agreedAt }),
    choices: choices.map(({ at: chosenAt, value, server, undone }) => ({
      at: chosenAt,
      value,
      ...(server !== undefined && { server }),
      ...(undone && { undoneAt: undone.at }),
    })),
  };
}

export const fieldValue = ({ value, origin, stamp }: HeadField): FieldValue => ({
  value,
  server: origin,
  stamp,
});

/**
 * What a field held before both changes: the newest value in the record's history that was set surely before either of them.
 * One that both sides have seen, as far as clocks tell; undefined where the history does not reach back to it.
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
    const earliest = Math.min(winner.stamp.lo, loser.stamp.lo);
    const values = [head.fields[field], ...steps.map(({ before }) => before.fields[field])];
    const base = values.find((one) => one !== undefined && one.held === undefined && one.stamp.hi < earliest);
    return base && fieldValue(base);
  };
}
