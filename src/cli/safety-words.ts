/** What sweeps found, and what halted a table, in words. */
import type { Halt, HaltKind } from '../core/halt.ts';
import type { SweepCounts } from '../core/sweep.ts';
import { count } from './words.ts';

export function sweepWords(counts: SweepCounts): string {
  const found = [
    counts.unstamped > 0 ? `${counts.unstamped} changed without a stamp` : '',
    counts.changed > counts.unstamped ? `${counts.changed - counts.unstamped} changed` : '',
    counts.absent > 0 ? `${counts.absent} gone` : '',
    counts.putBack > 0 ? `${counts.putBack} behind and put back into a batch` : '',
    counts.doubledKeys > 0 ? `${count(counts.doubledKeys, 'doubled key')}` : '',
    counts.emptyKeys > 0 ? `${count(counts.emptyKeys, 'empty key')}` : '',
  ].filter((text) => text !== '');
  return `${count(counts.rows, 'row')}, ${found.length === 0 ? 'all as it was held' : found.join(', ')}`;
}

/** What was seen, in one sentence. */
export function haltWords({ why, figures }: { readonly why: HaltKind } & Pick<Halt, 'figures'>): string {
  const of = (name: string): number => figures[name] ?? 0;
  switch (why) {
    case 'mass-delete': {
      const before = of('before') === 0 ? '' : `, after ${of('before')} in the last 24 hours`;
      return `${of('gone')} of ${count(of('rows'), 'record')} are gone${before}; the limit is ${of('limit')} a day`;
    }
  }
}
