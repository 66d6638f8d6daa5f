/**
 * Looks rows up by their keys, and leaves room for rows that FileMaker holds for equal. Where it fills up, it is asked again without the
 * keys that cannot be told apart anyhow: thousands of rows may share a key where the wrong field was named.
 */
import { matchRows } from '../../core/look-up.ts';
import type { Key } from '../../core/names.ts';
import type { ServerRecord } from '../../ports/server.ts';

const roomPerKey = 10;

export type LookedUp = {
  readonly records: readonly ServerRecord[];
  /** There may be more. */
  readonly isFull: boolean;
};

/** `ask`: so many rows for each of these. */
export async function lookUpWithRoom(
  keys: readonly Key[],
  ask: (open: readonly Key[], room: number) => Promise<LookedUp>,
): Promise<readonly ServerRecord[]> {
  const seen: ServerRecord[] = [];
  // FileMaker has no way to ask for empty and other values alike; no record is known by an empty key.
  let open = keys.filter((each) => each !== '');
  for (let room = roomPerKey; open.length > 0; ) {
    const { records, isFull } = await ask(open, room);
    seen.push(...records);
    if (!isFull) break;
    const matches = matchRows(open, seen);
    const left = open.filter((each) => matches.get(each)?.kind !== 'ambiguous');
    if (left.length === open.length) room *= roomPerKey;
    open = left;
  }
  return distinct(seen);
}

const distinct = (records: readonly ServerRecord[]): readonly ServerRecord[] => [
  ...new Map(records.map((record) => [record.recordId, record])).values(),
];
