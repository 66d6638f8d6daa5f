/** How a table on a server stands, in a word. */
import type { PlaceRow, PlaceState } from '../../api/overview.ts';
import { addressOf } from '../route.ts';
import { Badge, type Tone } from './basics.tsx';

const stateWords: Readonly<Record<PlaceState, readonly [Tone, string]>> = {
  halted: ['bad', 'halted'],
  paused: ['warn', 'paused'],
  maintenance: ['plain', 'maintenance'],
  failing: ['bad', 'failing'],
  'not-read': ['plain', 'not read yet'],
  late: ['warn', 'late'],
  going: ['good', 'going'],
};

export function placeBadge({ state, halt }: Pick<PlaceRow, 'state' | 'halt'>) {
  const [tone, words] = stateWords[state];
  const badge = <Badge tone={tone}>{words}</Badge>;
  return halt === undefined ? badge : <a href={addressOf('halts', halt)}>{badge}</a>;
}
