/** The layouts that are swept instead of those of the records: checked, and as the tables that are listed by them. */
import type { FieldName, ServerName } from '../core/names.ts';
import { ServerError } from '../ports/server-errors.ts';
import type { TableBinding } from '../ports/server.ts';
import type { LinkConfiguration, TableConfiguration } from './configuration.ts';
import { idsOf } from './binding-ids.ts';
import { keysBinding, noSuchLayout, shownOrMissing } from './further-layout.ts';
import { LinkLayout } from './link-layout.ts';
import type { Finding, Mistake } from './problem.ts';
import type { LayoutOf } from './resolve.ts';

/**
 * Appends to `findings`, unless the table was worked on: then it goes on, and each sweep finds out whether it can go by it. One
 * that is not known yet is left out: the records' own layout is swept until it is. Over OData none is needed: a request names its fields.
 */
export async function sweepLayoutsOf(
  table: TableConfiguration,
  layouts: readonly LinkLayout[],
  { layoutOf, findings, isWorkedOn }: SweepLayoutSources,
): Promise<ReadonlyMap<ServerName, TableBinding>> {
  const thin = new Map<ServerName, TableBinding>();
  for (const layout of layouts) {
    const { link } = layout;
    if (link.api === 'odata') thin.set(link.server, thinBinding(table, layout, layout));
    if (link.sweepLayout === undefined) continue;
    const shown = await shownOf(table, link, link.sweepLayout, layoutOf);
    if (shown === undefined) continue;
    const found = shown instanceof LinkLayout ? checked(table, layout, shown) : [shown];
    if (!isWorkedOn) findings.push(...found);
    const listed =
      shown instanceof LinkLayout ? shown : new LinkLayout({ ...link, layout: link.sweepLayout }, []);
    thin.set(link.server, thinBinding(table, layout, listed));
  }
  return thin;
}

export type SweepLayoutSources = {
  readonly layoutOf: LayoutOf;
  readonly findings: Finding[];
  readonly isWorkedOn: boolean;
};

const findingOf = (
  { name }: TableConfiguration,
  { server }: LinkConfiguration,
  mistake: Mistake,
): Finding => ({ path: ['tables', name, 'servers', server, 'sweepLayout'], at: 'value', ...mistake });

async function shownOf(
  table: TableConfiguration,
  link: LinkConfiguration,
  layout: string,
  layoutOf: LayoutOf,
): Promise<LinkLayout | Finding | undefined> {
  const shown = await shownOrMissing(() => layoutOf(link.server, link.database, layout));
  if (!(shown instanceof ServerError)) return shown && new LinkLayout({ ...link, layout }, shown);
  const remedy = 'Create it there, let the account see it, correct the name, or leave it out';
  return findingOf(table, link, { code: 'config-layout-missing', message: noSuchLayout(link), remedy });
}

/** The API names no base table of a layout: that it shows the same records is looked at by each sweep. */
function checked(table: TableConfiguration, full: LinkLayout, thin: LinkLayout): readonly Finding[] {
  return [table.key, table.modified.field].flatMap((name) => {
    const message = mistakeIn(name, full, thin);
    if (message === undefined) return [];
    const remedy = `${thin.suggestion(name)}Put ${full.nameOf(name)} of the same table on it, or leave it out`;
    return [findingOf(table, full.link, { code: 'config-field-missing', message, remedy })];
  });
}

function mistakeIn(name: FieldName, full: LinkLayout, thin: LinkLayout): string | undefined {
  const [field, wanted] = [thin.field(name), full.field(name)];
  if (field === undefined) return `${thin.nameOf(name)} is not on ${thin.description}`;
  if (wanted === undefined || field.type === wanted.type) return undefined;
  return `${field.name} is ${field.type} on ${thin.description}, and ${wanted.type} on layout ${full.link.layout}`;
}

const thinBinding = (table: TableConfiguration, full: LinkLayout, thin: LinkLayout): TableBinding =>
  keysBinding(table, full.field(table.key), {
    database: full.link.database,
    layout: thin.link.layout,
    keyField: thin.presentName(table.key),
    stampField: thin.presentName(table.modified.field),
    stampedBy: table.modified.stampedBy,
    ...idsOf([table.key, table.modified.field].map((name) => thin.field(name))),
  });
