/** Looking at the servers that were reached: their layouts, which tables they share, and a sample of each. */
import { shownBy } from '../../core/api.ts';
import { count } from '../../composition/words.ts';
import { lookAtLayouts, sampleOf } from '../../setup/looking.ts';
import { findTables, type NamedMatch } from '../../setup/propose.ts';
import type { Sample, SeenLayout } from '../../setup/seen.ts';
import { didYouMean } from '../../config/suggest.ts';
import type { Output } from '../output.ts';
import { Refused } from '../refused.ts';
import type { Asked } from './asked.ts';
import type { Questions } from './questions.ts';
import type { Reached } from './reach.ts';

export type Looked = {
  readonly tables: readonly NamedMatch[];
  readonly unmatched: readonly SeenLayout[];
  readonly samples: ReadonlyMap<SeenLayout, Sample>;
};

export type Looking = {
  readonly asked: Asked;
  readonly questions: Questions;
  readonly output: Output;
  readonly now: () => number;
  readonly signal: AbortSignal;
};

/** Throws Refused where the servers share no table, or not the one that was asked for. */
export async function lookAtServers(servers: readonly Reached[], looking: Looking): Promise<Looked> {
  const seen: (readonly SeenLayout[])[] = [];
  for (const server of servers) seen.push(await layoutsOf(server, looking));
  const { asked, output } = looking;
  const { tables: found, unmatched } = findTables(seen, asked.tables);
  for (const { name, layouts } of asked.tables)
    if (found.every((table) => table.name !== name)) throw notFound(name, layouts, seen);
  if (found.length === 0) throw nothingShared(servers, seen.flat());
  refuseUnknownTables(found, asked);
  const tables = await chosenOf(found, looking);
  const samples = new Map<SeenLayout, Sample>();
  for (const { layouts } of tables)
    for (const layout of layouts) {
      const server = servers.find(({ name }) => name === layout.server);
      if (server === undefined) continue;
      const by = { now: looking.now, timeZone: server.timeZone };
      samples.set(layout, await sampleOf(server.inspection, layout, by, looking.signal));
    }
  const rows = [...samples.values()].reduce((sum, sample) => sum + sample.rows.length, 0);
  const isSample = [...samples.values()].some(({ isWhole }) => !isWhole);
  output.line(
    `looked at ${count(rows, 'record')}${isSample ? ': of large tables a sample, the first 100, the last 100 and the newest 100' : ''}`,
  );
  return { tables, unmatched, samples };
}

/** Between two lines about layouts of one file. */
const layoutsPerLine = 25;

async function layoutsOf(
  { name, inspection, databases }: Reached,
  { output, signal }: Looking,
): Promise<readonly SeenLayout[]> {
  const all: SeenLayout[] = [];
  const shown = shownBy[inspection.api];
  for (const database of databases) {
    const told = (done: number, of: number): void => {
      if (done % layoutsPerLine === 0)
        output.line(
          `looking at ${database} of ${name}: ${done === 0 ? count(of, shown) : `${done} of ${of} ${shown}s`}`,
        );
    };
    const { layouts, skipped } = await lookAtLayouts(inspection, database, told, signal);
    all.push(...layouts);
    for (const { layout, why } of skipped) output.line(`    left out ${shown} ${layout}: ${why}`);
  }
  return all;
}

/** All that were found, unless somebody chooses. */
async function chosenOf(
  found: readonly NamedMatch[],
  { asked, questions }: Looking,
): Promise<readonly NamedMatch[]> {
  if (asked.tables.length > 0 || found.length < 2) return found;
  const chosen = await questions.several({
    message: 'Tables that are to be kept the same:',
    choices: found.map((match) => ({ name: matchWords(match), value: match, isChecked: true })),
  });
  if (chosen.length > 0) return chosen;
  throw new Refused('nothing-shared', 'no table was chosen, so nothing was written');
}

const matchWords = ({ name, layouts }: NamedMatch): string =>
  `${name} (${layouts.map(({ server, layout }) => `${layout} on ${server}`).join(', ')})`;

function notFound(
  name: string,
  layouts: ReadonlyMap<string, string>,
  seen: readonly (readonly SeenLayout[])[],
): Refused {
  const shared = findTables(seen, []).tables.map((table) => table.name);
  const isOData = (server: string) => seen.flat().some((one) => one.server === server && one.api === 'odata');
  const absent = [...layouts].find(
    ([server, layout]) => !seen.flat().some((one) => one.server === server && one.layout === layout),
  );
  const why =
    absent === undefined
      ? `no layouts or tables were found that go together under that name. ${didYouMean(name, shared)}The servers share ${shared.join(', ') || 'none'}; others are named with --layout ${name}@SERVER=LAYOUT`
      : `there is no ${isOData(absent[0]) ? 'table' : 'layout'} ${absent[1]} on ${absent[0]} that this account may see`;
  return new Refused('nothing-shared', `table ${name}: ${why}`);
}

function refuseUnknownTables(found: readonly NamedMatch[], { tablesNamed }: Asked): void {
  const names = found.map(({ name }) => name);
  const unknown = tablesNamed.find(([, table]) => !names.includes(table));
  if (unknown === undefined) return;
  const [option, table] = unknown;
  throw new Refused(
    'nothing-shared',
    `${option}: there is no table ${table}. ${didYouMean(table, names)}The servers share ${names.join(', ')}`,
  );
}

function nothingShared(servers: readonly Reached[], seen: readonly SeenLayout[]): Refused {
  const seenOn = servers.map(
    ({ name, api }) =>
      `${name} shows ${count(seen.filter(({ server }) => server === name).length, shownBy[api])}`,
  );
  return new Refused(
    'nothing-shared',
    `no two layouts or tables of these servers show the same table: ${seenOn.join(', ')}. ${servers.some(({ api }) => api === 'data') ? 'Make a sync layout on each (docs/prepare-filemaker.md), look' : 'Look'} at the rights of the account, or name what goes together with --layout TABLE@SERVER=LAYOUT`,
  );
}
