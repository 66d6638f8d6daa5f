/** Writes whose answer was lost, and that may still take effect. */
import type { EpochMs, Key } from '../core/names.ts';
import type { Engine } from './engine.ts';
import type { RowWork } from './row-work.ts';

type Late = { readonly until: EpochMs; readonly isUpdate: boolean };

/**
 * Deletes, and updates without a condition, whose answer was lost and that may still take effect after a look; until then their announcements
 * have to stay (R4). What such an update would be written over by is not sent before.
 */
export function lateWrites(
  { settings }: Engine,
  work: RowWork,
  key: Key,
  lookedAt: EpochMs,
): readonly Late[] {
  return work
    .leftOf(key)
    .filter((entry) => (entry.remove || entry.unconditional) && !work.isHarmless(entry))
    .map((entry) => {
      const leftBy = Math.max(entry.at + settings.sendWithinMs, work.lostAt(entry));
      return { until: leftBy + settings.lateWriteMs, isUpdate: entry.unconditional === true };
    })
    .filter(({ until }) => until > lookedAt);
}
