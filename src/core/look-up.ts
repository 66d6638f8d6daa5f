/**
 * Which of the rows that a look-up by key returned is which record.
 *
 *   R3  A record is written only where exactly one row has the key, byte for byte, and none looks alike:
 *       FileMaker compares text without regard to case, so it would take the look-alike for the same key.
 */
import type { Key } from './names.ts';

export type Match<Row> =
  | { readonly kind: 'found'; readonly row: Row }
  | { readonly kind: 'absent' }
  | { readonly kind: 'ambiguous'; readonly code: 'doubled-key' | 'look-alike-key' };

/** Case, accents and width do not count in FileMaker's indexes (assumed). Upper case first: it makes ß and ss the same. */
export const foldedKey = (key: Key): string => (/^[!-~]*$/.test(key) ? key.toLowerCase() : foldedText(key));

const foldedText = (key: Key): string =>
  key
    .normalize('NFKD')
    .replace(/[\p{M}]/gu, '')
    .toUpperCase()
    .toLowerCase()
    .trim();

export function matchRows<Row extends { readonly key: Key; readonly recordId: string }>(
  keys: readonly Key[],
  rows: readonly Row[],
): ReadonlyMap<Key, Match<Row>> {
  const byFold = Map.groupBy(new Map(rows.map((row) => [row.recordId, row])).values(), (row) =>
    foldedKey(row.key),
  );
  return new Map(keys.map((key) => [key, matchOf(key, byFold.get(foldedKey(key)) ?? [])]));
}

function matchOf<Row extends { readonly key: Key }>(key: Key, alike: readonly Row[]): Match<Row> {
  const exact = alike.filter((row) => row.key === key);
  if (exact.length > 1) return { kind: 'ambiguous', code: 'doubled-key' };
  if (alike.length > exact.length) return { kind: 'ambiguous', code: 'look-alike-key' };
  const [row] = exact;
  return row === undefined ? { kind: 'absent' } : { kind: 'found', row };
}
