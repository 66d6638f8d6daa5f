/**
 * Records of which a file cannot be taken from its server: too large, a path only, broken, or changed each time that it is read. The record
 * is parked there, and what else is in it goes on both ways.
 *
 *   R2  What is put down of it says which of its files are not known. Those are no edits, and no echoes either, until they are read.
 *   R4  What was known of such a file stays the base of what is read of it later.
 *   R5  Nothing is written over it, and the record is not removed: it could be kept nowhere.
 */
import type { Head, Replica } from '../core/head.ts';
import { sends } from '../core/link.ts';
import type { Key } from '../core/names.ts';
import type { Base, Observation, Verdict } from '../core/observation.ts';
import { isOutside } from '../core/share.ts';
import type { Place } from './engine.ts';
import type { Known } from './ingest.ts';

/** Whether this state can be put down without the files of it that could not be taken. */
export function mayGoWithout(
  { plan, link }: Place,
  { key, unread = [] }: Observation,
  verdict: Verdict,
  { heads, sending }: Known,
): boolean {
  if (unread.length === 0) return true;
  // Taken as one field, it is not known what the record is; nor whether it was edited after it was deleted elsewhere.
  if ((plan.merge === 'record' && sends(link)) || heads.get(key)?.deleted !== undefined) return false;
  // The announcement has to stay until it is known whether the file there is ours (R4).
  const isSent = (sending.get(key) ?? []).some(({ digests }) =>
    unread.some((field) => digests[field] !== undefined),
  );
  return !isSent && !(verdict.kind === 'rewritten' && verdict.fields.some((field) => unread.includes(field)));
}

/** With what was last known of the files that could not be taken, and of nothing else that may be there in their place. */
export function withFormerFiles(seen: Observation, base: Pick<Base, 'digests'> | undefined): Observation {
  const { unread = [] } = seen;
  if (unread.length === 0) return seen;
  const read = Object.entries(seen.digests).filter(([field]) => !unread.includes(field));
  const former = unread.flatMap((field) => {
    const digest = base?.digests[field];
    return digest === undefined ? [] : [[field, digest] as const];
  });
  return { ...seen, digests: Object.fromEntries([...read, ...former]) };
}

/**
 * As far as it can be put down beside what the server made of our own write: what came by now of files that could not be taken when we
 * wrote is no work of that server on what we sent. It counts in the next pass, as an edit (R2).
 */
export function withoutFilesOfLate(seen: Observation, base: Base | undefined): Observation {
  const late = Object.keys(base?.unread ?? {}).filter((field) => !seen.unread?.includes(field));
  return late.length === 0 ? seen : { ...seen, unread: [...(seen.unread ?? []), ...late] };
}

/** Whether the record would have to be removed where a file of it could not be taken. */
export const isKeptForFile = ({ link }: Place, head: Head, { unread }: Pick<Replica, 'unread'>): boolean =>
  unread !== undefined && (head.deleted !== undefined || isOutside(link, head));

export const keptForFile = (
  place: Place,
  replicas: readonly Replica[],
  heads: ReadonlyMap<Key, Head>,
): readonly Key[] =>
  replicas.flatMap((replica) => {
    const head = heads.get(replica.key);
    return head !== undefined && isKeptForFile(place, head, replica) ? replica.key : [];
  });
