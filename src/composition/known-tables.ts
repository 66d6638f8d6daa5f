/**
 * The tables that can be worked on by what is known of the layouts.
 *
 *   R7  A table waits until the layouts of all its servers are known, and holds up no other table. One that was worked on
 *       before goes on without servers that are new: they join when they can be read.
 */
import type { Configuration, LinkConfiguration, TableConfiguration } from '../config/configuration.ts';
import { ConfigurationError } from '../config/problem.ts';
import { type ResolvedTable, resolveTables } from '../config/resolve.ts';
import type { ServerName, TableName } from '../core/names.ts';
import type { TableShape } from '../core/shape.ts';
import type { Control } from '../ports/control.ts';
import type { KnownLayouts } from './known-layouts.ts';

export type KnownTables = {
  readonly tables: readonly ResolvedTable[];
  /** What is left out, though it is configured. */
  readonly missing: readonly { readonly table: TableName; readonly server: ServerName }[];
  /** Of tables that are left out, or go on without a server. */
  readonly mistakes: readonly ConfigurationError[];
};

export async function knownTables(
  configuration: Configuration,
  layouts: KnownLayouts,
  control: Pick<Control, 'shape' | 'meeting'>,
): Promise<KnownTables> {
  const tables: ResolvedTable[] = [];
  const missing: { table: TableName; server: ServerName }[] = [];
  const mistakes: ConfigurationError[] = [];
  const shapes = await Promise.all(configuration.tables.map(({ name }) => control.shape(name)));
  for (const [at, table] of configuration.tables.entries()) {
    const known = table.links.filter(layouts.isKnown);
    const absent = table.links.filter((link) => !layouts.isKnown(link));
    missing.push(...absent.map(({ server }) => ({ table: table.name, server })));
    const shape = shapes[at];
    if (absent.length > 0 && shape === undefined) continue;
    const resolved = await resolvedOr({ ...table, links: known }, configuration, layouts);
    if (!(resolved instanceof ConfigurationError)) {
      tables.push(...resolved);
      continue;
    }
    mistakes.push(resolved);
    if (shape === undefined || !known.every(layouts.hasFields)) continue;
    const links = await withoutNew(table, known, shape, control);
    const without = await resolvedOr({ ...table, links }, configuration, layouts);
    if (links.length < known.length && !(without instanceof ConfigurationError)) tables.push(...without);
  }
  return { tables, missing, mistakes };
}

/**
 * Links that the table was worked on with: they met it, or what they receive is counted on. By what is stored, so that every
 * process decides alike.
 */
async function withoutNew(
  { name }: TableConfiguration,
  links: readonly LinkConfiguration[],
  { receivers }: TableShape,
  control: Pick<Control, 'meeting'>,
): Promise<readonly LinkConfiguration[]> {
  const meetings = await Promise.all(links.map(({ server }) => control.meeting(name, server)));
  return links.filter(({ server }, at) => meetings[at] !== undefined || receivers.includes(server));
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
