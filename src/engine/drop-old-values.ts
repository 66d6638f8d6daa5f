/**
 * What records held that were deleted so long ago that it is not to be kept any more.
 *
 *   R2  The key stays in a bare tombstone, so that the delete reaches a server that was away for as long as it likes.
 *   R4  So does what was last seen on each server: an edit there that had not seen the delete is told by it.
 */
import { bareTombstone, isTombstone, withoutAmounts } from '../core/forgetting.ts';
import type { Key, TableName } from '../core/names.ts';
import type { Engine } from './engine.ts';

/** Of those of the keys that are tombstones. One that moves meanwhile is found the next time. */
export async function dropOldValues(
  { records, clock, settings }: Pick<Engine, 'records' | 'clock' | 'settings'>,
  table: TableName,
  keys: readonly Key[],
): Promise<void> {
  if (keys.length === 0 || !Number.isFinite(settings.deletedMs)) return;
  const before = clock.now() - settings.deletedMs;
  const heads = [...(await records.heads(table, keys)).values()];
  const over = heads
    .filter(isTombstone)
    .filter(({ deleted: { bare, stamp } }) => !bare && stamp.hi < before)
    .map((head) => bareTombstone(head, Object.keys(head.seen)));
  if (over.length === 0) return;
  const moved = await records.putHeads(over);
  for (const { key } of over.filter((head) => !moved.has(head.key)))
    for (const replica of withoutAmounts(await records.replicasOf(table, key)))
      await records.putReplicas([replica]);
}
