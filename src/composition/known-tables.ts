/**
 * The tables that can be worked on by what is known of the layouts.
 *
 *   R7  A table waits until the layouts of all its servers are known, and holds up no other table. One that was worked on
 *       before goes on without servers that are new: they join when they can be read. So it does where a layout that it was
 *       worked on with is otherwise now: on that server it halts (R8).
 */
import type { Configuration, LinkConfiguration, TableConfiguration } from '../config/configuration.ts';
import { parentKeyFindings } from '../config/parent-layout.ts';
import { ConfigurationError } from '../config/problem.ts';
import type { ResolvedTable } from '../config/resolve.ts';
import type { ServerName, TableName } from '../core/names.ts';
import type { TableShape } from '../core/shape.ts';
import type { Engine } from '../engine/engine.ts';
import { raiseDrift } from '../engine/drift.ts';
import { endHalt } from '../engine/raise.ts';
import type { Control } from '../ports/control.ts';
import { type Drifted, resolveDrifted, type Resolution } from './drift.ts';
import { calledOtherwise, namedIn } from './former-fields.ts';
import { keepLayouts, type KnownLayouts } from './known-layouts.ts';

export type KnownTables = {
  readonly tables: readonly ResolvedTable[];
  /** What is left out, though it is configured. */
  readonly missing: readonly { readonly table: TableName; readonly server: ServerName }[];
  /** Of tables that are left out, go on without a server, or do not wait for parents whose keys they cannot name. */
  readonly mistakes: readonly ConfigurationError[];
  /** Where a table cannot be worked on as its layout is now. */
  readonly drifted: readonly Drifted[];
};

/** What was shown is stored, so that every process goes by it. */
export async function knownTables(
  configuration: Configuration,
  layouts: KnownLayouts,
  control: Pick<Control, 'shape' | 'meeting' | 'fieldList' | 'putFieldList'>,
): Promise<KnownTables> {
  const known = await tablesBy(configuration, layouts, control);
  await keepLayouts(configuration, layouts, known.drifted, control);
  return known;
}

/** The same, and nothing is stored. */
export async function tablesBy(
  configuration: Configuration,
  layouts: KnownLayouts,
  control: Pick<Control, 'shape' | 'meeting'>,
): Promise<KnownTables> {
  const tables: ResolvedTable[] = [];
  const missing: { table: TableName; server: ServerName }[] = [];
  const mistakes: ConfigurationError[] = [];
  const drifted: Drifted[] = [];
  const shapes = await Promise.all(configuration.tables.map(({ name }) => control.shape(name)));
  for (const [at, table] of configuration.tables.entries()) {
    const known = table.links.filter(layouts.isKnown);
    const absent = table.links.filter((link) => !layouts.isKnown(link));
    missing.push(...absent.map(({ server }) => ({ table: table.name, server })));
    const shape = shapes[at];
    if (absent.length > 0 && shape === undefined) continue;
    const counted = shape === undefined ? [] : await countedOn(table, known, shape, control);
    const resolve = (links: readonly LinkConfiguration[]): Promise<Resolution> =>
      resolveDrifted({ ...table, links }, configuration, layouts, shape, (link) => counted.includes(link));
    const resolved = await resolve(known);
    if (!(resolved instanceof ConfigurationError)) {
      tables.push(...resolved.tables);
      drifted.push(...resolved.drifted);
      continue;
    }
    mistakes.push(resolved);
    if (shape === undefined || !known.every(layouts.hasFields) || counted.length === known.length) continue;
    const without = await resolve(counted);
    if (without instanceof ConfigurationError) continue;
    tables.push(...without.tables);
    drifted.push(...without.drifted);
  }
  const ofParents = parentKeyFindings(tables.map(({ plan }) => plan));
  mistakes.push(
    ...ofParents.map((finding) => new ConfigurationError([configuration.source.problem(finding)])),
  );
  return { tables, missing, mistakes, drifted };
}

/**
 * Links that the table was worked on with: they met it, or what they receive is counted on. By what is stored, so that every
 * process decides alike.
 */
async function countedOn(
  { name }: TableConfiguration,
  links: readonly LinkConfiguration[],
  { receivers }: TableShape,
  control: Pick<Control, 'meeting'>,
): Promise<readonly LinkConfiguration[]> {
  const meetings = await Promise.all(links.map(({ server }) => control.meeting(name, server)));
  return links.filter(({ server }, at) => meetings[at] !== undefined || receivers.includes(server));
}

/** Where fields are called otherwise than when the layouts were last looked at. */
export function tellCalledOtherwise(
  configuration: Configuration,
  layouts: KnownLayouts,
  { tables }: Pick<KnownTables, 'tables'>,
  report: Engine['report'],
): void {
  for (const table of configuration.tables) {
    const plan = tables.find((one) => one.plan.name === table.name)?.plan;
    const names = namedIn(
      table,
      [...(plan?.fields ?? []), ...(plan?.createOnly ?? [])].map(({ name }) => name),
    );
    for (const link of table.links.filter(layouts.isFresh)) {
      const now = layouts.now(link);
      if (!Array.isArray(now)) continue;
      const [called] = calledOtherwise(table.name, link, names, {
        fields: now,
        isRenamed: layouts.isRenamed(link),
      });
      const [before] = calledOtherwise(table.name, link, names, layouts.stored(link) ?? { fields: [] });
      if (called !== undefined && JSON.stringify(called) !== JSON.stringify(before))
        report({ kind: 'called-otherwise', ...called });
    }
  }
}

type Ports = Pick<Engine, 'control' | 'clock' | 'report'>;

/** What drifted halts, what is in order again goes on. */
export async function haltDrifted(
  configuration: Configuration,
  layouts: KnownLayouts,
  { drifted }: Pick<KnownTables, 'drifted'>,
  ports: Ports,
): Promise<void> {
  const halts = (await ports.control.halts()).filter(({ kind }) => kind === 'schema-drift');
  for (const { name, links } of configuration.tables) {
    for (const link of links.filter(layouts.isFresh)) {
      const found = drifted.find(({ table, server }) => table === name && server === link.server);
      const halt = halts.find(({ table, server }) => table === name && server === link.server);
      if (found !== undefined) await raiseDrift(ports, found, found.drift);
      else if (halt !== undefined) await endHalt(ports, halt);
    }
  }
}
