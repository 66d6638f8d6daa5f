/**
 * What becomes of the rows of a file that a release put in place of another: the same records, in other rows, at modIds that begin
 * anew. Rows are paired by key, and what they hold is compared with what was known.
 *
 *   R5  The file may be a copy from a moment ago. What it holds otherwise is an edit where its stamp is later than what was known,
 *       or where the copy was surely made later; otherwise it may be an old state: the others' values stay, its own are kept.
 *   R8  A record that it lacks counts as deleted only where the copy was surely made after the record was known there; then it
 *       is looked for twice and counts for the limit of deletes. Otherwise it is made there again.
 *
 * When the copy was made at the earliest is told by the rows that are as they were known: it was made after the latest of their
 * stamps. That is known once all is listed, so what needs it is looked up then.
 */
import type { Replica } from '../core/head.ts';
import type { EpochMs } from '../core/names.ts';
import { isChangedSince, type Observation } from '../core/observation.ts';
import type { Move } from './hand-over.ts';
import { isAsKnown, type KnownRecord, listedMove, type Sided } from './restored-moves.ts';

/** `unclear`: it takes all of the listing; `made`: made there since, as far as is known. */
export type Remapped = Move | 'unclear' | 'made' | undefined;

/** What becomes of a row while others are still to be listed. */
export function remapped(work: Sided, state: Observation, known: KnownRecord): Remapped {
  const { replica } = known;
  if (replica === undefined) return 'made';
  if (replica.gone)
    return isChangedSince(state, replica) ? 'made' : listedMove({ ...work, side: 'refill' }, state, known);
  if (isAsKnown(work, state, known) || isChangedSince(state, replica))
    return listedMove({ ...work, side: 'merge' }, state, known);
  return 'unclear';
}

type Copied = Sided & { readonly copiedAfter: EpochMs | undefined };

/**
 * The file was copied at this instant or later: it holds a row, as it was known, that was changed then. What is known of a row
 * since the file is being paired says nothing of the copy.
 */
export function copiedAfter(work: Copied, state: Observation, known: KnownRecord): EpochMs | undefined {
  const { replica } = known;
  const { copiedAfter: before, halt } = work;
  if (replica === undefined || replica.gone || replica.until >= halt.at) return before;
  const { lo } = state.changedAt;
  return lo <= replica.until && isAsKnown(work, state, known) ? Math.max(before ?? lo, lo) : before;
}

/** Whether the file was surely copied after that state of the record was known there. */
export const isKnownBefore = ({ until }: Pick<Replica, 'until'>, copied: EpochMs | undefined): boolean =>
  copied !== undefined && until < copied;

/** What becomes of an unclear row once all is listed. */
export const decided = (
  work: Sided,
  state: Observation,
  known: KnownRecord,
  copied: EpochMs | undefined,
): Move | undefined => {
  const isEdit = known.replica !== undefined && isKnownBefore(known.replica, copied);
  return listedMove({ ...work, side: isEdit ? 'merge' : 'refill' }, state, known);
};
