/** From layouts of several servers to a proposal for each table that they share. */
import type { ServerName, TableName } from '../core/names.ts';
import { type Matching, matchTables, type TableMatch } from './matching-tables.ts';
import { tableNameOf } from './names.ts';
import { noChoices, proposeTable, type TableChoices, type TableProposal } from './proposal.ts';
import type { Sample, SeenLayout } from './seen.ts';

/** A table that a person named, with the layouts that they gave for it. */
export type AskedTable = { readonly name: TableName; readonly layouts: ReadonlyMap<ServerName, string> };

export type NamedMatch = TableMatch & { readonly name: TableName };

export type Found = { readonly tables: readonly NamedMatch[]; readonly unmatched: readonly SeenLayout[] };

/** `servers`: the layouts of each, in the order of the configuration; without `asked` all tables that they share. */
export function findTables(servers: readonly (readonly SeenLayout[])[], asked: readonly AskedTable[]): Found {
  const all = matchTables(servers);
  const named = withNames(all);
  if (asked.length === 0) return { tables: named, unmatched: all.unmatched };
  const tables = asked.flatMap(({ name, layouts }): readonly NamedMatch[] => {
    if (layouts.size === 0) return named.filter((match) => match.name === name);
    const match = byLayouts(servers, layouts);
    return match === undefined ? [] : [{ ...match, name }];
  });
  return { tables, unmatched: [] };
}

function withNames({ tables }: Matching): readonly NamedMatch[] {
  const taken = new Set<TableName>();
  return tables.map((match) => {
    const name = tableNameOf(match.layouts[0]?.layout ?? '', taken);
    taken.add(name);
    return { ...match, name };
  });
}

/** What a person says goes together does so, whatever its fields; servers for which they named none are matched. */
function byLayouts(
  servers: readonly (readonly SeenLayout[])[],
  layouts: ReadonlyMap<ServerName, string>,
): TableMatch | undefined {
  const isNamed = ({ server, layout }: SeenLayout): boolean => layouts.get(server) === layout;
  const named = servers.flat().filter(isNamed);
  if (named.length < layouts.size) return undefined;
  const narrowed = servers.map((of) =>
    of.some(({ server }) => layouts.has(server)) ? of.filter(isNamed) : of,
  );
  const matched = matchTables(narrowed).tables.find((match) => match.layouts.some(isNamed));
  if (matched !== undefined && named.every((layout) => matched.layouts.includes(layout))) return matched;
  return named.length < 2 ? undefined : { layouts: named, alternatives: [] };
}

export function proposeFound(
  match: NamedMatch,
  samples: ReadonlyMap<SeenLayout, Sample>,
  choices: TableChoices = noChoices,
): TableProposal {
  const tables = match.layouts.flatMap((seen) => {
    const sample = samples.get(seen);
    return sample === undefined ? [] : [{ seen, sample }];
  });
  return proposeTable(match.name, tables, match.alternatives, choices);
}
