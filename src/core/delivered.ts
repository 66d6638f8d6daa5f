/** Since when a server holds a version of a head, by what is known of the record there. It costs no write of its own. */
import type { Delivered, Replica } from './head.ts';
import type { EpochMs } from './names.ts';

/** So many are kept: each makes the row of a record on a server some 35 bytes longer. */
export const mostDelivered = 8;

/** What was delivered before, and now this. The first delivery of a version counts. */
export function deliveredWith(before: Replica | undefined, now: Delivered): Pick<Replica, 'delivered'> {
  const earlier = before?.delivered ?? [];
  if (earlier.some(({ version }) => version === now.version)) return { delivered: earlier };
  return { delivered: [...earlier, now].slice(-mostDelivered) };
}

/** What was delivered before, where what is known now comes from no delivery. */
export const deliveredBefore = (before: Replica | undefined): Pick<Replica, 'delivered'> =>
  before?.delivered === undefined ? {} : { delivered: before.delivered };

/** `latest`: it may have been so before. */
export type Since = { readonly at: EpochMs; readonly latest?: true };

/**
 * Since when the server has had that version, or a later one; undefined where nothing tells. `isEnd`: in that version the
 * record was deleted.
 */
export function heldSince(replica: Replica | undefined, version: number, isEnd: boolean): Since | undefined {
  if (replica === undefined) return undefined;
  const { delivered = [], gone = false, behind = false } = replica;
  const place = delivered.findIndex((one) => one.version >= version);
  const first = delivered[place];
  if (first !== undefined) {
    const mayBeCut = place === 0 && delivered.length === mostDelivered;
    return mayBeCut ? { at: first.at, latest: true } : { at: first.at };
  }
  const isThere = replica.version >= version && !behind && gone === isEnd;
  return isThere ? { at: replica.until, latest: true } : undefined;
}
