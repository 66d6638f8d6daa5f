/**
 * Records that leave a server's share and stay there all the same, or come back into it and hold what the head does: nothing is
 * written on the server, but it is put down.
 *
 *   R5  A record has left when a writer has looked at it there once more: what was changed by then is merged like any edit, what is
 *       changed afterwards counts for nothing, and is kept as a loser.
 */
import type { Head, Replica } from '../core/head.ts';
import type { Key } from '../core/names.ts';
import { fieldsBehind, isBehind } from '../core/observation.ts';
import { isOutside } from '../core/share.ts';
import type { Engine, Place } from './engine.ts';
import { readable } from './readable.ts';
import type { RowWork } from './row-work.ts';

/** It is on the server and outside its share, and is not to be removed there. */
export const isKept = ({ link }: Place, head: Head): boolean =>
  link.share?.leave === 'keep' && isOutside(link, head);

/** Of records that a look-up has just shown to be as they were known. */
export async function putDownLeaving(
  engine: Engine,
  place: Place,
  work: RowWork,
  looked: readonly Replica[],
  heads: ReadonlyMap<Key, Head>,
): Promise<void> {
  const changed = looked.flatMap((replica) => {
    const head = heads.get(replica.key);
    return head === undefined ? [] : (markedAnew(place, head, replica) ?? []);
  });
  if (changed.length === 0) return;
  const moved = await engine.records.putReplicas(changed);
  for (const key of moved) work.unresolved.add(key);
}

function markedAnew(place: Place, head: Head, replica: Replica): Replica | undefined {
  if (!isBehind(place, head, replica)) return undefined;
  const { left: _left, behind: _behind, ...known } = replica;
  const next = { ...known, rev: replica.rev + 1, version: head.version };
  if (isKept(place, head)) return { ...next, left: true };
  const isBack = replica.left === true && !head.deleted && !isOutside(place.link, head);
  return isBack && fieldsBehind(place.plan, head, replica).length === 0 ? next : undefined;
}

/** Those of the records that are outside the server's share; a server that gets all of them costs no reading. */
export async function outsideAmong(
  engine: Engine,
  place: Place,
  keys: readonly Key[],
): Promise<ReadonlySet<Key>> {
  const { plan, link } = place;
  if (link.share === undefined || keys.length === 0) return new Set();
  const { result: heads } = await readable(engine, place, keys, (of) => engine.records.heads(plan.name, of));
  return new Set(keys.filter((key) => hasGoneOut(link, heads.get(key))));
}

const hasGoneOut = (link: Place['link'], head: Head | undefined): boolean =>
  head !== undefined && isOutside(link, head);
