/** What was found in a file that a release put in place of another, in one sentence for each table. */
import type { EngineEvent } from '../../engine/events.ts';
import { count } from '../../composition/words.ts';

export type RemappedEvent = Extract<EngineEvent, { readonly kind: 'remapped' }>;

const words: Readonly<Record<string, string>> = {
  edited: 'edited there',
  made: 'new there',
  older: 'in an earlier state (brought up to date, what they held is kept)',
  gone: 'missing (looked for again before they count as deleted)',
  again: 'missing and newer than the file (made there again)',
};

export function remappedLine({ table, server, figures }: RemappedEvent): string {
  const same = count(figures['same'] ?? 0, 'record');
  const others = Object.entries(words).flatMap(([figure, what]) => {
    const records = figures[figure] ?? 0;
    return records === 0 ? [] : `, ${records.toLocaleString('en-US')} ${what}`;
  });
  return `${table} on ${server}: paired by key after the migration: ${same} as known${others.join('')}`;
}
