/**
 * The tables that can be worked on by what is known of the layouts.
 *
 *   R7  A table waits until the layouts of all its servers are known, and holds up no other table. One that was worked on
 *       before goes on without servers that are new: they join when they can be read.
 */
import type { Configuration, TableConfiguration } from '../config/configuration.ts';
import { ConfigurationError } from '../config/problem.ts';
import { type ResolvedTable, resolveTables } from '../config/resolve.ts';
import type { ServerName, TableName } from '../core/names.ts';
import type { Shapes } from '../ports/control.ts';
import type { KnownLayouts } from './known-layouts.ts';

export type KnownTables = {
  readonly tables: readonly ResolvedTable[];
  /** What is left out, though it is configured. */
  readonly missing: readonly { readonly table: TableName; readonly server: ServerName }[];
  /** Of tables that are left out. */
  readonly mistakes: readonly ConfigurationError[];
};

export async function knownTables(
  configuration: Configuration,
  layouts: KnownLayouts,
  shapes: Shapes,
): Promise<KnownTables> {
  const tables: ResolvedTable[] = [];
  const missing: { table: TableName; server: ServerName }[] = [];
  const mistakes: ConfigurationError[] = [];
  for (const table of configuration.tables) {
    const known = table.links.filter(layouts.isKnown);
    const absent = table.links.filter((link) => !layouts.isKnown(link));
    missing.push(...absent.map(({ server }) => ({ table: table.name, server })));
    if (absent.length > 0 && (await shapes.shape(table.name)) === undefined) continue;
    const resolved = await resolvedOr({ ...table, links: known }, configuration, layouts);
    if (resolved instanceof ConfigurationError) mistakes.push(resolved);
    else tables.push(...resolved);
  }
  return { tables, missing, mistakes };
}

async function resolvedOr(
  table: TableConfiguration,
  configuration: Configuration,
  { layoutOf }: KnownLayouts,
): Promise<readonly ResolvedTable[] | ConfigurationError> {
  try {
    return await resolveTables({ ...configuration, tables: [table] }, layoutOf);
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
}
