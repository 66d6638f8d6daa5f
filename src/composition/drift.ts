/**
 * A layout that is not any more what a table needs that was worked on with it.
 *
 *   R8  The table goes on among the other servers with the fields that it had; on this one it halts, and its rows wait there.
 */
import type {
  Configuration,
  LayoutPlace,
  LinkConfiguration,
  TableConfiguration,
} from '../config/configuration.ts';
import { LinkLayout } from '../config/link-layout.ts';
import { ConfigurationError } from '../config/problem.ts';
import { type LayoutOf, type ResolvedTable, resolveTables } from '../config/resolve.ts';
import type { Drift } from '../core/halt.ts';
import type { FieldName, ServerName, TableName } from '../core/names.ts';
import type { TableShape } from '../core/shape.ts';
import type { LayoutField } from '../ports/server.ts';
import { ServerError } from '../ports/server-errors.ts';

export type Drifted = { readonly table: TableName; readonly server: ServerName; readonly drift: Drift };

/** What a server shows of a layout now, or says instead; and what it showed when the table could last be worked on with it. */
export type LayoutStates = {
  readonly now: (place: LayoutPlace) => readonly LayoutField[] | ServerError | undefined;
  readonly last: (place: LayoutPlace) => readonly LayoutField[] | undefined;
};

export type Resolution =
  | { readonly tables: readonly ResolvedTable[]; readonly drifted: readonly Drifted[] }
  | ConfigurationError;

/** `isCounted`: whether the table was worked on with that server. Without a shape it never was. */
export async function resolveDrifted(
  table: TableConfiguration,
  configuration: Configuration,
  states: LayoutStates,
  shape: TableShape | undefined,
  isCounted: (link: LinkConfiguration) => boolean,
): Promise<Resolution> {
  const isWorkedOn = shape !== undefined;
  const asNow = await resolvedOr(table, configuration, states.now, isWorkedOn);
  if (shape === undefined) return asNow;
  const names = neededNames(table, shape);
  const lost = asNow instanceof ConfigurationError ? names : lostNames(asNow, table, shape, states);
  if (lost.length === 0) return asNow;
  const drifted = table.links.filter(isCounted).flatMap((link): readonly Drifted[] => {
    const drift = driftBetween(link, lost, states.last(link), states.now(link));
    return drift === undefined ? [] : [{ table: table.name, server: link.server, drift }];
  });
  if (drifted.length === 0) return asNow;
  const isDrifted = ({ server }: LayoutPlace): boolean => drifted.some((one) => one.server === server);
  const before: LayoutStates['now'] = (place) => (isDrifted(place) ? states.last(place) : states.now(place));
  const without = await resolvedOr(table, configuration, before, isWorkedOn);
  return without instanceof ConfigurationError ? without : { ...without, drifted };
}

async function resolvedOr(
  table: TableConfiguration,
  configuration: Configuration,
  fieldsOf: LayoutStates['now'],
  isWorkedOn: boolean,
): Promise<Resolution> {
  const layoutOf: LayoutOf = async (server, database, layout) => {
    const fields = fieldsOf({ server, database, layout });
    if (fields instanceof ServerError) throw fields;
    return fields;
  };
  try {
    const of = { ...configuration, tables: [table] };
    return { tables: await resolveTables(of, layoutOf, { isWorkedOn }), drifted: [] };
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
}

function neededNames(table: TableConfiguration, shape: TableShape): readonly FieldName[] {
  const fields = table.fields === 'all' ? carriedStill(table, shape) : table.fields.map(({ name }) => name);
  return [table.key, table.modified.field, ...fields, ...table.createOnly];
}

const carriedStill = ({ except }: TableConfiguration, { fields }: TableShape): readonly FieldName[] =>
  fields.filter((name) => !except.includes(name));

/** `fields: all`: what was kept the same, is no more, and is on a layout still. Taken off every layout it is meant. */
function lostNames(
  { tables }: { readonly tables: readonly ResolvedTable[] },
  table: TableConfiguration,
  shape: TableShape,
  { now }: LayoutStates,
): readonly FieldName[] {
  if (table.fields !== 'all') return [];
  const kept = tables.flatMap(({ plan }) => plan.fields.map(({ name }) => name));
  return carriedStill(table, shape).filter(
    (name) => !kept.includes(name) && table.links.some((link) => has(link, now(link), name)),
  );
}

const has = (link: LinkConfiguration, fields: ReturnType<LayoutStates['now']>, name: FieldName): boolean =>
  Array.isArray(fields) && new LinkLayout(link, fields).field(name) !== undefined;

/** Of these fields; undefined where each is as it was, or was not there before either. */
export function driftBetween(
  link: LinkConfiguration,
  names: readonly FieldName[],
  last: readonly LayoutField[] | undefined,
  now: readonly LayoutField[] | ServerError | undefined,
): Drift | undefined {
  if (last === undefined || now === undefined) return undefined;
  if (now instanceof ServerError) return { layoutMissing: true, missing: [], changed: [] };
  const [before, after] = [new LinkLayout(link, last), new LinkLayout(link, now)];
  const known = names.filter((name) => before.field(name) !== undefined);
  const named = (is: (name: FieldName) => boolean): readonly string[] =>
    known.filter(is).map((name) => before.nameOf(name));
  const missing = named((name) => after.field(name) === undefined);
  const changed = named((name) => isOther(before.field(name), after.field(name)));
  return missing.length + changed.length === 0 ? undefined : { layoutMissing: false, missing, changed };
}

const isOther = (before: LayoutField | undefined, after: LayoutField | undefined): boolean =>
  before !== undefined &&
  after !== undefined &&
  (before.type !== after.type || (before.writable && !after.writable));
