/** What sweeps found, in words. */
import type { SweepCounts } from '../core/sweep.ts';
import { count } from '../composition/words.ts';

export function sweepWords(counts: SweepCounts): string {
  const found = [
    counts.unstamped > 0 ? `${counts.unstamped} changed without a stamp` : '',
    counts.changed > counts.unstamped ? `${counts.changed - counts.unstamped} changed` : '',
    counts.absent > 0 ? `${counts.absent} gone` : '',
    counts.putBack > 0 ? `${counts.putBack} behind and put back into a batch` : '',
    counts.doubledKeys > 0 ? count(counts.doubledKeys, 'doubled key') : '',
    counts.emptyKeys > 0 ? count(counts.emptyKeys, 'empty key') : '',
  ].filter((text) => text !== '');
  return `${count(counts.rows, 'row')}, ${found.length === 0 ? 'all as it was held' : found.join(', ')}`;
}
