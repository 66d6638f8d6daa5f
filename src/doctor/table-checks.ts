/** The layout of a table on one server, against the configuration. */
import type { Configuration, LinkConfiguration, TableConfiguration } from '../config/configuration.ts';
import { ConfigurationError, type Problem } from '../config/problem.ts';
import { type ResolvedTable, resolveTables } from '../config/resolve.ts';
import { type Api, shownBy } from '../core/api.ts';
import type { FieldName } from '../core/names.ts';
import { sizeWords } from '../core/file-words.ts';
import { didYouMean } from '../config/suggest.ts';
import { count } from '../composition/words.ts';
import type { InspectedField, InspectedLayout, Inspection } from '../ports/inspection.ts';
import type { TableBinding } from '../ports/server.ts';
import { ServerError } from '../ports/server-errors.ts';
import { checks } from './catalogue.ts';
import { failed, type Found, ok, warning } from './finding.ts';
import { type KnownFields, renamedFinding, type ShownNow, shownNow } from './renamed.ts';
import { findingOf } from './server-errors.ts';

/** A table on one server that can be worked on there by its layout. */
export type FitTable = { readonly binding: TableBinding; readonly layout: InspectedLayout };

export type LayoutLook = {
  readonly found: readonly Found[];
  /** Absent where the layout is at fault. */
  readonly fit?: FitTable;
};

export type TableOnServer = {
  readonly configuration: Configuration;
  readonly table: TableConfiguration;
  readonly link: LinkConfiguration;
  readonly inspection: Inspection;
  /** Names of the layouts of its file. */
  readonly layouts: readonly string[];
  /** Absent where nothing is known of what the sync read. */
  readonly known: KnownFields | undefined;
};

export async function lookAtLayout(of: TableOnServer, signal: AbortSignal): Promise<LayoutLook> {
  const { table, link, inspection, layouts } = of;
  const known = await of.known?.(link);
  const shown = await shownNow(link, inspection, known, signal);
  if (shown instanceof ServerError)
    return { found: [shown.code === 'layout-missing' ? missing(link, layouts) : findingOf(shown)] };
  const { layout } = shown;
  const isOData = link.api === 'odata';
  const called = `${shownBy[link.api]} ${link.layout}`;
  const there = ok(
    'layout',
    `${called} is there${shown.isRenamed ? ' by its id' : ''}, with ${count(layout.fields.length, 'field')}`,
  );
  const bound = await boundOn(of, shown, signal);
  if (!('binding' in bound)) return { found: [there, ...bound.map(problemFinding)] };
  const { binding, kept } = bound;
  const others = isOData
    ? known === undefined
      ? []
      : [renamedFinding(table, link, kept, shown)]
    : [extraFinding(binding, layout)];
  return {
    found: [there, fieldsFinding(binding, link, of.configuration), ...others],
    fit: { binding, layout },
  };
}

const missing = ({ api, database, layout }: LinkConfiguration, layouts: readonly string[]): Found =>
  failed(
    'layout',
    `file ${database} has no ${shownBy[api]} ${layout} that this account may see`,
    `${didYouMean(layout, layouts)}${checks.layout.remedy}`,
  );

type Bound = { readonly binding: TableBinding; readonly kept: readonly FieldName[] };

/** As a run would bind it, if this were its only server; or what keeps it from that. */
async function boundOn(
  { configuration, table, inspection }: TableOnServer,
  { link, layout: shown }: ShownNow,
  signal: AbortSignal,
): Promise<Bound | readonly Problem[]> {
  const alone = { ...configuration, tables: [{ ...table, links: [link] }] };
  try {
    const [resolved]: readonly ResolvedTable[] = await resolveTables(
      alone,
      async (_server, database, layout) =>
        database === link.database && layout === link.layout
          ? shown.fields
          : (await inspection.layout(database, layout, signal)).fields,
    );
    const binding = resolved?.bindings.get(link.server);
    if (resolved === undefined || binding === undefined) return [];
    return { binding, kept: [...resolved.plan.fields, ...resolved.plan.createOnly].map(({ name }) => name) };
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
}

/** Most messages name the field and its layout themselves. */
function problemFinding({ place, value, message, remedy }: Problem): Found {
  const text = /^not a (?:layout|table) /.test(message)
    ? `${place} is ${value ?? 'given'}: ${message}`
    : message;
  return failed('fields', text, remedy);
}

/** The server's names of all that is read or written of the table. */
const usedOf = ({ keyField, stampField, fieldNames }: TableBinding): ReadonlySet<string> =>
  new Set([keyField, stampField, ...Object.values(fieldNames)]);

function fieldsFinding(
  binding: TableBinding,
  { api }: LinkConfiguration,
  { containers }: Configuration,
): Found {
  const used = Object.keys(binding.fieldNames).length;
  const to = binding.role === 'send' ? 'can be read' : 'can be written';
  const text = `key, stamp and ${count(used, 'field')} are on it, of the right types, and ${to} as far as the ${api === 'odata' ? 'server' : 'layout'} tells`;
  return ok('fields', `${text}${containerWords(binding, api, containers.limitBytes)}`, { fields: used });
}

/** What of a container is carried, so that nobody has to wait for the first file that is not. */
function containerWords({ fieldNames, types }: TableBinding, api: Api, limitBytes: number): string {
  const names = Object.entries(fieldNames).flatMap(([name, own]) =>
    types[name] === 'container' ? [own] : [],
  );
  if (names.length === 0) return '';
  const kinds = api === 'odata' ? ', over OData others than GIF, PNG, JPEG, TIFF and PDF up to 4 MB' : '';
  return `; of the ${names.length === 1 ? 'container' : 'containers'} ${names.join(', ')} files up to ${sizeWords(limitBytes)} are carried${kinds}`;
}

function extraFinding(binding: TableBinding, { fields, portals }: InspectedLayout): Found {
  const used = usedOf(binding);
  const unused = fields.filter(({ name }) => !isUsed(used, name));
  const dear = unused.filter(isDear);
  const parts = [
    ...portals.map((name) => `portal ${name}`),
    ...dear.map(({ name, kind, type }) => `${wordFor(name, kind, type)} ${name}`),
  ];
  if (parts.length > 0) {
    const text = `its layout shows what is not needed, and is sent with every record: ${parts.join(', ')}`;
    return warning('layout-extra', text, checks['layout-extra'].remedy, { extra: parts.length });
  }
  if (unused.length === 0) return ok('layout-extra', 'nothing else is on it');
  const more = count(unused.length, 'further field is on it and is', 'further fields are on it and are');
  return ok('layout-extra', `${more} sent with every record, unused`, { unused: unused.length });
}

/** A repetition that is used, `name(2)`, uses its field. */
const isUsed = (used: ReadonlySet<string>, name: string): boolean =>
  used.has(name) || [...used].some((each) => each.startsWith(`${name}(`));

const isDear = ({ name, kind, type }: InspectedField): boolean =>
  kind !== 'normal' || type === 'container' || name.includes('::');

const wordFor = (name: string, kind: InspectedField['kind'], type: InspectedField['type']): string => {
  if (name.includes('::')) return 'related field';
  return kind === 'normal' ? type : kind;
};
