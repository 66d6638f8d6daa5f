/**
 * Whether the file at a new address is the one that was known, by some of the records that are known: each is looked for, and
 * what is found in place of it tells.
 *
 *   R8  People edit and delete while a file is moved, so not all have to agree, but most. Where a row is older, or the newest
 *       are not there, it is an earlier copy; where the records are in other rows, it was made anew from them. Of a file of
 *       which nothing is known nothing could be lost.
 */
import type { Digests } from './digest.ts';
import type { RecordId } from './names.ts';

/** What a record was known as. */
export type KnownRow = { readonly recordId: RecordId; readonly modId: number; readonly digests: Digests };

/**
 * `as-known`, edited since too; `older`: in its row, at a lower modId; `other`: in its row, at the same modId, with other
 * content; `elsewhere`: in another row; `none`; `unclear`: it may not be seen, or is there twice.
 */
export type FoundRow = 'as-known' | 'older' | 'other' | 'elsewhere' | 'none' | 'unclear';

export function foundRow(known: KnownRow, row: KnownRow): FoundRow {
  if (row.recordId !== known.recordId) return 'elsewhere';
  if (row.modId !== known.modId) return row.modId > known.modId ? 'as-known' : 'older';
  const isSame = Object.entries(row.digests).every(
    ([field, digest]) => (known.digests[field] ?? digest) === digest,
  );
  return isSame ? 'as-known' : 'other';
}

export type Looked = { readonly found: FoundRow };

/** `same`; `older`: an earlier copy; `renumbered`: the same records in other rows; `unknown`: another one, or an empty one. */
export type FileFound = 'same' | 'older' | 'renumbered' | 'unknown';

/** More than half of those that tell something. */
const isMost = (part: number, whole: number): boolean => 2 * part > whole;

/** How many of them are so. */
export const countOf = (looked: readonly Looked[], ...kinds: readonly FoundRow[]): number =>
  looked.filter(({ found }) => kinds.includes(found)).length;

/** How many tell something. */
export const askedOf = (looked: readonly Looked[]): number => looked.length - countOf(looked, 'unclear');

/** So many of the newest have to be gone, all of them: people delete what they have just made. */
const enoughGone = 2;

const isCutOff = (newest: readonly Looked[]): boolean =>
  newest.length >= enoughGone && newest.every(({ found }) => found === 'none');

/** `newest`: those among them that have the highest ids that were known there. */
export function fileFound(looked: readonly Looked[], newest: readonly Looked[]): FileFound {
  const asked = askedOf(looked);
  if (asked === 0) return 'same';
  if (isMost(countOf(looked, 'elsewhere'), asked)) return 'renumbered';
  if (isMost(countOf(looked, 'other'), asked)) return 'unknown';
  if (countOf(looked, 'older') > 0) return 'older';
  if (!isMost(countOf(looked, 'as-known'), asked)) return 'unknown';
  return isCutOff(newest) ? 'older' : 'same';
}
