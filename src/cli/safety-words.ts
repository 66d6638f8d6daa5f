/** What sweeps found, and what halted a table, in words. */
import type { HaltedPlace } from '../composition/overview.ts';
import type { SweepCounts } from '../core/sweep.ts';
import { count } from './words.ts';

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

/** What was seen, in one sentence. */
export function haltWords({ why, figures }: Pick<HaltedPlace, 'why' | 'figures'>): string {
  const of = (name: string): number => figures[name] ?? 0;
  switch (why) {
    case 'first-meeting':
      return 'its keys may not mean the same records as elsewhere';
    case 'restored':
      return 'its file was put back to an earlier state (a backup): records are older there than they were';
    case 'mass-delete': {
      const before = of('before') === 0 ? '' : `, after ${of('before')} in the last 24 hours`;
      return `${of('gone')} of ${count(of('rows'), 'record')} are gone${before}; the limit is ${of('limit')} a day`;
    }
  }
}

const answered = {
  approve: 'approved',
  'put-back': 'to be put back',
  dismiss: 'dismissed',
} as const;

/** What was seen and what the ways out are. `stack`: the name of the deployed one whose state it is. */
export function haltedLines(halted: HaltedPlace, stack: string | undefined): readonly string[] {
  const { table, server, id, answer } = halted;
  const of = stack === undefined ? '' : ` --stack ${stack}`;
  const heading = `halted: ${table} on ${server}: ${haltWords(halted)}`;
  if (answer !== undefined) {
    const when = stack === undefined ? 'with the next run' : 'within minutes';
    return [heading, `    ${answered[answer]}: it is carried out ${when}`];
  }
  return [heading, ...waysOut(halted, of).map((line) => line.replace('ID', id))];
}

function waysOut({ why, table, server }: HaltedPlace, of: string): readonly string[] {
  switch (why) {
    case 'first-meeting':
      return [
        '    nothing of it was written. Look at examples:',
        `        serversync status${of} --examples`,
        '    If the keys are right:',
        `        serversync approve ${table} ${server}${of}`,
        '    If they are not, mend them: it goes on by itself then',
      ];
    case 'restored':
      return [
        '    the table is neither read nor written there',
        `    If the others are right, and ${server} is to get what it lacks:`,
        `        serversync put-back ID${of}`,
        `    If what ${server} holds now is right, for all (later values are kept):`,
        `        serversync approve ID${of}`,
        '    If another file was put in place since:',
        `        serversync dismiss ID${of}`,
      ];
    case 'mass-delete':
      return [
        '    nothing was deleted elsewhere; the table is neither read nor written there. Some keys:',
        `        serversync halts ID${of}`,
        '    If they were meant to be deleted, everywhere:',
        `        serversync approve ID${of}`,
        `    If they are lost on ${server}, and are to come back from the others:`,
        `        serversync put-back ID${of}`,
        '    If they are there again (a file put in place, access rights mended):',
        `        serversync dismiss ID${of}`,
      ];
  }
}
