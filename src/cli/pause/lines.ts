/** What is paused, in words: one line for what belongs together, and what it means. */
import type { Overview } from '../../composition/overview.ts';
import type { PausedPlace } from '../../composition/paused-places.ts';
import type { PauseScope } from '../../core/pause.ts';
import { count, localTime } from '../words.ts';
import { wrapped } from '../wrapped.ts';

/** `everything`, `branch`, `contacts`, `contacts on branch`. */
export function scopeWords({ table, server }: PauseScope): string {
  if (table === undefined) return server ?? 'everything';
  return server === undefined ? table : `${table} on ${server}`;
}

export const untilWords = (until: number | undefined): string =>
  until === undefined ? 'until it is resumed' : `until ${localTime(until)}`;

/** The options that name it on a command line, with a blank before each. */
export const scopeOptions = ({ table, server }: PauseScope): string =>
  `${server === undefined ? '' : ` --server ${server}`}${table === undefined ? '' : ` --table ${table}`}`;

type Group = {
  readonly of: PauseScope;
  readonly places: readonly PausedPlace[];
  readonly first: PausedPlace;
};

/** `stack`: the name of the deployed one whose state it is. */
export function pausedLines({ paused, tables }: Overview, stack?: string): readonly string[] {
  return groupsOf(paused, tables).flatMap(({ of, places, first }) => {
    const waiting = places.reduce((sum, one) => sum + one.waiting, 0);
    const waits =
      waiting === 0 ? 'nothing waits' : `${count(waiting, 'key')} ${waiting === 1 ? 'waits' : 'wait'}`;
    const how = first.why === 'pause' ? 'paused' : 'in maintenance';
    const goesOn =
      first.why === 'pause'
        ? `to go on: serversync resume${scopeOptions(of)}${stack === undefined ? '' : ` --stack ${stack}`}`
        : 'it goes on by itself';
    return [
      `${scopeWords(of)}: ${how} ${untilWords(first.until)}, ${waits}`,
      ...wrapped(`no lag is counted there, and no alarm raised for it; ${goesOn}`, '    '),
    ];
  });
}

/** A server with all of its tables, otherwise each table there. */
function groupsOf(paused: readonly PausedPlace[], tables: Overview['tables']): readonly Group[] {
  const alike = Map.groupBy(paused, ({ server, why, until }) => JSON.stringify([server, why, until]));
  return [...alike.values()].flatMap((places): readonly Group[] => {
    const [first] = places;
    if (first === undefined) return [];
    const { server } = first;
    const all = tables.filter(({ servers }) => servers.some((one) => one.server === server));
    if (places.length === all.length) return [{ of: { server }, places, first }];
    return places.map((one) => ({ of: { table: one.table, server }, places: [one], first: one }));
  });
}
