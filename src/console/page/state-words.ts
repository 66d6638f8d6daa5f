/** Whether anything is wrong, in a few words. */
import { count } from '../../composition/words.ts';
import type { OverviewAnswer } from '../api/overview.ts';
import type { Tone } from './parts/basics.tsx';

export type StateWords = { readonly tone: Tone; readonly words: string };

export function stateWords({ matters, sums, lastRun, place }: OverviewAnswer): StateWords {
  const urgent = matters.filter(({ urgency }) => urgency !== 'later').length;
  if (urgent > 0) {
    const isNow = matters.some(({ urgency }) => urgency === 'now');
    return { tone: isNow ? 'bad' : 'warn', words: `${count(urgent, 'thing waits', 'things wait')} for you` };
  }
  if (place.kind === 'machine' && lastRun === undefined)
    return { tone: 'plain', words: 'Nothing was synced yet' };
  const later = matters.length > 0 ? `, ${count(matters.length, 'thing')} for when you have time` : '';
  if (sums.pending > 0)
    return { tone: 'plain', words: `${count(sums.pending, 'record')} on the way${later}` };
  return { tone: 'good', words: `All in step${later}` };
}
