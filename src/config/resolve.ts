/**
 * The configuration against the layouts as they are: plans for the engine, bindings for the servers. After it every
 * name exists and every field has one type on all servers.
 */
import type { TablePlan } from '../core/link.ts';
import { shownBy } from '../core/api.ts';
import type { ServerName } from '../core/names.ts';
import { ServerError } from '../ports/server-errors.ts';
import type { LayoutField, TableBinding } from '../ports/server.ts';
import type { Configuration, LinkConfiguration, TableConfiguration } from './configuration.ts';
import { deleteLogsOf, type ResolvedLog } from './delete-log-layout.ts';
import { noLayoutRemedy, noSuchLayout, shownOrMissing } from './further-layout.ts';
import { checkTable } from './layout-checks.ts';
import { LinkLayout } from './link-layout.ts';
import { ConfigurationError, type Finding } from './problem.ts';
import { type CheckedShares, sharesOf } from './share.ts';
import { sweepLayoutsOf } from './sweep-layout.ts';
import { bindingOf, planOf } from './table-plan.ts';

/** Undefined where a layout beside that of the records is not known yet. */
export type LayoutOf = (
  server: ServerName,
  database: string,
  layout: string,
) => Promise<readonly LayoutField[] | undefined>;

export type ResolvedTable = {
  readonly plan: TablePlan;
  readonly bindings: ReadonlyMap<ServerName, TableBinding>;
  /** The logs of deletes, of servers that keep one. */
  readonly logs: ReadonlyMap<ServerName, ResolvedLog>;
  /** Key and stamp alone, of servers that have a layout for sweeps. */
  readonly thin: ReadonlyMap<ServerName, TableBinding>;
};

/**
 * Throws ConfigurationError with every problem of every table. What else a server answers (it is down, the account
 * is refused) is thrown as it is. `isWorkedOn`: the tables were worked on, and go on without what a further layout is not fit for.
 */
export async function resolveTables(
  configuration: Configuration,
  layoutOf: LayoutOf,
  { isWorkedOn = false }: { readonly isWorkedOn?: boolean } = {},
): Promise<readonly ResolvedTable[]> {
  const findings: Finding[] = [];
  const resolved: ResolvedTable[] = [];
  for (const table of configuration.tables) {
    const layouts = await layoutsOf(table, layoutOf, findings);
    if (!layouts) continue;
    const { fields, findings: found } = checkTable(table, layouts);
    findings.push(...found);
    const before = findings.length;
    const { source } = configuration;
    const sources = { layoutOf, source, findings, isWorkedOn };
    const logs = await deleteLogsOf(table, layouts, sources);
    const thin = await sweepLayoutsOf(table, layouts, sources);
    // By a field that is at fault a criterion would seem to be.
    const { shares, findings: ofShares } = found.length > 0 ? noShares : sharesOf(table, fields);
    findings.push(...ofShares);
    if (found.length > 0 || findings.length > before) continue;
    const plan = planOf(table, fields, shares, { configuration, layouts });
    const bindings = layouts.map((layout) => [layout.link.server, bindingOf(table, layout, fields)] as const);
    resolved.push({ plan, bindings: new Map(bindings), logs, thin });
  }
  if (findings.length > 0)
    throw new ConfigurationError(
      onePerValue(findings).map((finding) => configuration.source.problem(finding)),
    );
  return resolved;
}

const noShares: CheckedShares = { shares: new Map(), findings: [] };

/** A slip in a value that all servers share is one problem, whose message names each of them. */
function onePerValue(findings: readonly Finding[]): readonly Finding[] {
  const alike = Map.groupBy(findings, ({ path, at, remedy }) => JSON.stringify([path, at, remedy]));
  return [...alike.values()].flatMap(([first, ...others]) =>
    first === undefined
      ? []
      : { ...first, message: [first, ...others].map(({ message }) => message).join('; ') },
  );
}

/** The table's layouts; undefined, with a finding for each, where some do not exist. */
async function layoutsOf(
  table: TableConfiguration,
  layoutOf: LayoutOf,
  findings: Finding[],
): Promise<readonly LinkLayout[] | undefined> {
  const answers = await Promise.all(table.links.map((link) => layoutOrFinding(table, link, layoutOf)));
  const layouts: LinkLayout[] = [];
  for (const answer of answers) {
    if (answer instanceof LinkLayout) layouts.push(answer);
    else findings.push(answer);
  }
  return layouts.length === answers.length ? layouts : undefined;
}

async function layoutOrFinding(
  table: TableConfiguration,
  link: LinkConfiguration,
  layoutOf: LayoutOf,
): Promise<LinkLayout | Finding> {
  const fields = await shownOrMissing(() => layoutOf(link.server, link.database, link.layout));
  if (fields === undefined) throw new Error(`the layout of ${table.name} on ${link.server} is not known`);
  if (!(fields instanceof ServerError)) return new LinkLayout(link, fields);
  return {
    path: ['tables', table.name, 'servers', link.server, shownBy[link.api]],
    at: 'value',
    code: 'config-layout-missing',
    message: noSuchLayout(link),
    remedy: noLayoutRemedy[link.api],
  };
}
