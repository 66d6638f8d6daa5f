/** A file that a server does not take parks its record, and holds back none of the record's other files (R7). */
import type { Head, Replica } from '../core/head.ts';
import type { FieldName, Key } from '../core/names.ts';
import { fieldsBehind } from '../core/observation.ts';
import { isOutside } from '../core/share.ts';
import type { Place } from './engine.ts';
import type { RowWork } from './row-work.ts';

type Known = { readonly heads: ReadonlyMap<Key, Head>; readonly replicas: ReadonlyMap<Key, Replica> };

/** Records that are parked for a file, and of which nothing else is behind any more. */
export function settleRefused(place: Place, work: RowWork, { heads, replicas }: Known): void {
  for (const key of work.open) {
    const head = heads.get(key);
    if (head === undefined || work.unresolved.has(key) || work.refusedFilesOf(key).size === 0) continue;
    const isToGo = head.deleted !== undefined || isOutside(place.link, head);
    if (!isToGo && fieldsToWrite(place, work, head, replicas.get(key)).length === 0) work.settle(key);
  }
}

/** What is behind, without the files that were refused just now. */
export const fieldsToWrite = (
  { plan }: Pick<Place, 'plan'>,
  work: RowWork,
  head: Head,
  replica: Replica | undefined,
): readonly FieldName[] =>
  fieldsBehind(plan, head, replica).filter((field) => !work.refusedFilesOf(head.key).has(field));
