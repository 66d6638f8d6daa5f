/**
 * What records held that were deleted so long ago that it is not to be kept any more.
 *
 *   R2  The key stays in a bare tombstone, so that the delete reaches a server that was away for as long as it likes.
 *   R4  So does what was last seen on each server: an edit there that had not seen the delete is told by it.
 */
import { bareTombstone, isTombstone, withoutAmounts } from '../core/forgetting.ts';
import type { Key } from '../core/names.ts';
import type { Engine, Place } from './engine.ts';
import { readable } from './readable.ts';

/** Of those of the keys that are tombstones. One that moves meanwhile is found the next time. */
export async function dropOldValues(engine: Engine, place: Place, keys: readonly Key[]): Promise<void> {
  const { records, clock, settings } = engine;
  if (keys.length === 0 || !Number.isFinite(settings.deletedMs)) return;
  const before = clock.now() - settings.deletedMs;
  const table = place.plan.name;
  const { result: heads } = await readable(engine, place, keys, (of) => records.heads(table, of));
  const over = [...heads.values()]
    .filter(isTombstone)
    .filter(({ deleted: { bare, stamp } }) => !bare && stamp.hi < before)
    .map((head) => bareTombstone(head, Object.keys(head.seen)));
  if (over.length === 0) return;
  const moved = await records.putHeads(over);
  for (const { key } of over.filter((head) => !moved.has(head.key)))
    await records.putReplicas(withoutAmounts(await records.replicasOf(table, key)));
}
