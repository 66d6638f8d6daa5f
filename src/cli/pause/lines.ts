/** What is paused, in words: one line for what belongs together, and what it means. */
import type { Overview } from '../../composition/overview.ts';
import type { PausedPlace } from '../../composition/paused-places.ts';
import type { ServerName, TableName } from '../../core/names.ts';
import type { PauseScope } from '../../core/pause.ts';
import { count } from '../../composition/words.ts';
import { localTime } from '../words.ts';
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

/** What is paused, and the tables with their servers, so that what belongs together is told as one. */
export type Paused = Pick<Overview, 'paused'> & {
  readonly tables: readonly {
    readonly table: TableName;
    readonly servers: readonly { readonly server: ServerName }[];
  }[];
};

/** `stack`: the name of the deployed one whose state it is. */
export function pausedLines({ paused, tables }: Paused, stack?: string): readonly string[] {
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

/** From the widest to a table on a server. */
const scopes: readonly ((at: PausedPlace) => PauseScope)[] = [
  () => ({}),
  // A table is on two servers at least, so that it is never whole by a window of one server; a server may have one table only.
  ({ table }) => ({ table }),
  ({ server }) => ({ server }),
  ({ table, server }) => ({ table, server }),
];

/** Each pause by what was paused, since no other name ends it; what is in maintenance by what stands still alike. */
function groupsOf(paused: readonly PausedPlace[], tables: Paused['tables']): readonly Group[] {
  const pauses = Map.groupBy(
    paused.filter(({ of }) => of !== undefined),
    ({ of, until }) => JSON.stringify([of?.table, of?.server, until]),
  );
  const groups = [...pauses.values()].flatMap((places): readonly Group[] => {
    const [first] = places;
    return first?.of === undefined ? [] : [{ of: first.of, places, first }];
  });
  const others = paused.filter(({ of }) => of === undefined);
  return [...groups, ...maintained(others, tables)];
}

/** Everything, a server, a table: where all that belongs to it stands still alike; otherwise each table on a server. */
function maintained(paused: readonly PausedPlace[], tables: Paused['tables']): readonly Group[] {
  const all = tables.flatMap(({ table, servers }) => servers.map(({ server }) => ({ table, server })));
  const sizeOf = ({ table, server }: PauseScope): number =>
    all.filter((at) => (table ?? at.table) === at.table && (server ?? at.server) === at.server).length;
  const groups: Group[] = [];
  for (const scopeOf of scopes) {
    const rest = paused.filter((one) => !groups.some(({ places }) => places.includes(one)));
    const alike = Map.groupBy(rest, (one) => JSON.stringify([scopeOf(one), one.until]));
    for (const places of alike.values()) {
      const [first] = places;
      if (first === undefined || places.length < sizeOf(scopeOf(first))) continue;
      groups.push({ of: scopeOf(first), places, first });
    }
  }
  return groups;
}
