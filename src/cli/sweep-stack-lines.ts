/** What is told of sweeps that the functions of a stack do, for a terminal of 80 columns. */
import type { SweepUnderWay } from '../core/sweep.ts';
import type { DelayedPlace, Followed, SweptPlace } from './sweep-stack.ts';
import { count, duration } from '../composition/words.ts';
import { wrapped } from './wrapped.ts';

/** `failing`: its server cannot be read, or its licence lets it send no more. `silent`: for long no sweep got on at all. */
export type Delay = 'paused' | 'halted' | 'unmet' | 'failing' | 'silent';

type Place = { readonly table: string; readonly server: string };

const nameOf = ({ table, server }: Place): string => `${table} on ${server}`;

export const underWayLine = (at: Place, { counts }: Pick<SweepUnderWay, 'counts'>): string =>
  `${nameOf(at)}: under way${counts.rows === 0 ? '' : `, ${count(counts.rows, 'row')} so far`}`;

/** What the sweep found. */
export function sweptLines({ counts, ...at }: SweptPlace): readonly string[] {
  const { rows, changed, unstamped, absent, putBack } = counts;
  const found = [
    changed > unstamped
      ? `${count(changed - unstamped, 'change')} that its next reading would have shown`
      : '',
    unstamped > 0 ? `${count(unstamped, 'record')} changed without a stamp` : '',
    absent > 0 ? count(absent, 'record seems to be gone', 'records seem to be gone') : '',
    putBack > 0 ? `${count(putBack, 'record')} to be brought there again` : '',
  ].filter((text) => text !== '');
  const text = found.length === 0 ? 'all as it was known' : found.join(', ');
  return wrapped(`${nameOf(at)}: swept, ${count(rows, 'row')}: ${text}`, '');
}

const words: Readonly<Record<Delay, (stack: string) => string>> = {
  paused: () => 'it is paused: swept when that is over',
  halted: (stack) => `it is halted: swept when that is answered (serversync halts --stack ${stack})`,
  unmet: () => 'it was not read there yet: swept after its first reading',
  failing: (stack) =>
    `the server cannot be read now: swept when it can (serversync status --stack ${stack} says why)`,
  silent: (stack) =>
    `no sweep of the stack got on for 30 minutes. Look at its alarms in CloudWatch; one that was deployed with an earlier release knows no such request: npx cdk deploy, of ${stack}`,
};

export const delayLines = ({ why, ...at }: DelayedPlace, stack: string): readonly string[] =>
  wrapped(`${nameOf(at)}: not swept yet: ${words[why](stack)}`, '');

export function verdictLines(
  { swept, delayed }: Followed,
  { stack, tookMs }: { readonly stack: string; readonly tookMs: number },
): readonly string[] {
  const gone = swept.reduce((sum, { counts }) => sum + counts.absent, 0);
  const changed = swept.reduce((sum, { counts }) => sum + counts.changed + counts.putBack, 0);
  const verdict =
    delayed.length === 0 ? 'Swept' : `Swept, but for ${delayed.length} of ${swept.length + delayed.length}`;
  const rest = [
    gone > 0 ? 'What seems to be gone is looked for again within minutes, before that counts.' : '',
    gone + changed > 0 ? 'The stack delivers what follows from it.' : '',
  ].filter((text) => text !== '');
  return [
    '',
    `${verdict}, in ${duration(tookMs)}.`,
    ...(rest.length === 0 ? [] : wrapped(rest.join(' '), '')),
    ...(rest.length === 0 ? [] : [`    serversync status --stack ${stack}`]),
  ];
}
