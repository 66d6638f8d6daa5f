/**
 * The newest rows that a table on a server was known to have. FileMaker counts record ids up and gives none a second time, so
 * that a row which is not known, with an id that was reached before, shows a file that was put back to an earlier state, if the
 * newest rows are not there any more either.
 *
 *   R8  It takes more than one row that is gone: people delete what they have just made.
 */
import type { Key, RecordId } from './names.ts';

export type NewestRow = {
  readonly recordId: RecordId;
  readonly key: Key;
  /** As it was last seen. */
  readonly modId: number;
  /** Its record was forgotten, and its key is empty: it tells that its id was reached, and nothing else. */
  readonly forgotten?: true;
};

/** How many are kept: each is a request where something is suspicious. Fewer are sooner deleted by people, all of them. */
const kept = 5;

/** How many of the newest have to be gone, where no other row has the id of one. */
const enoughGone = 2;

/** Decimal numbers of any length. */
export function compareRecordIds(one: RecordId, other: RecordId): number {
  const [a, b] = [significant(one), significant(other)];
  return a.length - b.length || (a < b ? -1 : Number(a > b));
}

const significant = (id: RecordId): string => id.replace(/^0+(?=.)/, '');

/** With rows that were seen since, the newest first. */
export function withNewest(before: readonly NewestRow[], seen: readonly NewestRow[]): readonly NewestRow[] {
  const rows = seen.map(({ recordId, key, modId }) => ({ recordId, key, modId }));
  const byId = new Map([...before, ...rows].map((row) => [row.recordId, row]));
  return [...byId.values()].toSorted((a, b) => compareRecordIds(b.recordId, a.recordId)).slice(0, kept);
}

/** Without the key of a record that was deleted and is forgotten; the same where it is not among them. */
export function withoutKey(newest: readonly NewestRow[], key: Key): readonly NewestRow[] {
  if (newest.every((row) => row.key !== key)) return newest;
  return newest.map((row) => (row.key === key ? { ...row, key: '', forgotten: true } : row));
}

/** Whether a row with this id, or a later one, was known. */
export const isReached = ([newest]: readonly NewestRow[], recordId: RecordId): boolean =>
  newest !== undefined && compareRecordIds(recordId, newest.recordId) <= 0;

/** What stands where a row was known: itself; another one; none; or what tells nothing, as a row whose key was edited. */
export type Found = 'itself' | 'another' | 'none' | 'unclear';

export function foundInPlaceOf(
  known: NewestRow,
  row: Pick<NewestRow, 'key' | 'modId'> | 'denied' | undefined,
): Found {
  if (row === undefined) return 'none';
  if (row === 'denied') return 'unclear';
  if (row.key === known.key) return 'itself';
  // Who edits the key counts the record's modId up.
  return row.modId <= known.modId ? 'another' : 'unclear';
}

/**
 * Of the newest rows, the newest first, as far as the first that is there still; `reached`: ids of rows that are not known. In a
 * file that was put back such a row either has the id of one of the newest, or is below all of them, and none of those is there.
 */
export function isPutBack(
  looked: readonly { readonly recordId: RecordId; readonly found: Found }[],
  reached: readonly RecordId[],
): boolean {
  if (looked.some(({ found }) => found === 'another')) return true;
  if (looked.some(({ found }) => found === 'itself')) return false;
  const [lowest] = reached.toSorted(compareRecordIds);
  if (lowest === undefined) return false;
  const gone = looked.filter(
    ({ recordId, found }) => found === 'none' && compareRecordIds(recordId, lowest) >= 0,
  );
  return gone.length >= enoughGone;
}
