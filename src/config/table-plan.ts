/** From checked names and types to what the engine and the servers are given. */
import type { FieldPlan, FieldType, TablePlan } from '../core/link.ts';
import type { FieldName, ServerName } from '../core/names.ts';
import type { Share } from '../core/share.ts';
import type { TableBinding } from '../ports/server.ts';
import type { Configuration, LinkConfiguration, TableConfiguration } from './configuration.ts';
import { linkAddress } from './identity.ts';
import { idsOf } from './binding-ids.ts';
import { fieldOnServer } from './field-names.ts';
import type { LinkLayout } from './link-layout.ts';

export type TypedField = { readonly name: FieldName; readonly type: FieldType };

export type TypedFields = {
  readonly key: TypedField;
  readonly fields: readonly FieldPlan[];
  readonly createOnly: readonly TypedField[];
};

export function planOf(
  table: TableConfiguration,
  typed: TypedFields,
  shares: ReadonlyMap<ServerName, Share>,
  {
    configuration,
    layouts,
  }: { readonly configuration: Configuration; readonly layouts: readonly LinkLayout[] },
): TablePlan {
  const zones = new Map(configuration.servers.map(({ name, timeZone }) => [name, timeZone]));
  return {
    name: table.name,
    key: { ...typed.key, rewrites: 'ignore' },
    fields: typed.fields,
    createOnly: typed.createOnly.map((field) => ({ ...field, rewrites: 'ignore' })),
    ...(table.unique.length > 0 && { unique: table.unique }),
    merge: table.merge,
    deletes: table.deletes.policy,
    deleteLimit: table.deletes.limit,
    conflicts: table.conflicts,
    ...(table.after.length > 0 && { after: table.after }),
    links: table.links.map(({ server, role, rename, ...place }) => ({
      table: table.name,
      server,
      role,
      address: linkAddress(configuration, { server, ...place }),
      stampedBy: table.modified.stampedBy,
      timeZone: zones.get(server) ?? 'UTC',
      ...shareIn(shares, server),
      rename: calledOtherwise([...typed.fields, ...typed.createOnly], rename),
      ...idsIn([...typed.fields, ...typed.createOnly], layouts, server),
    })),
  };
}

/** Repetitions are called as their field is. */
const calledOtherwise = (
  fields: readonly TypedField[],
  rename: LinkConfiguration['rename'],
): Readonly<Record<FieldName, string>> =>
  Object.fromEntries(
    fields
      .map(({ name }) => [name, fieldOnServer(name, rename)] as const)
      .filter(([name, there]) => there !== name),
  );

/** Absent where the server tells none. */
function idsIn(
  fields: readonly TypedField[],
  layouts: readonly LinkLayout[],
  server: ServerName,
): Pick<TablePlan['links'][number], 'ids'> {
  const layout = layouts.find(({ link }) => link.server === server);
  const ids = fields.flatMap(({ name }) => {
    const id = layout?.field(name)?.id;
    return id === undefined ? [] : [[name, id] as const];
  });
  return ids.length === 0 ? {} : { ids: Object.fromEntries(ids) };
}

function shareIn(shares: ReadonlyMap<ServerName, Share>, server: ServerName): { readonly share?: Share } {
  const share = shares.get(server);
  return share === undefined ? {} : { share };
}

export function bindingOf(
  table: TableConfiguration,
  layout: LinkLayout,
  { key, fields, createOnly }: TypedFields,
): TableBinding {
  const values = [...fields, ...createOnly];
  const { link } = layout;
  const names = [table.key, table.modified.field, ...values.map(({ name }) => name)];
  return {
    table: table.name,
    role: link.role,
    database: link.database,
    layout: link.layout,
    keyField: layout.presentName(table.key),
    stampField: layout.presentName(table.modified.field),
    stampedBy: table.modified.stampedBy,
    fieldNames: Object.fromEntries(values.map(({ name }) => [name, layout.presentName(name)])),
    types: Object.fromEntries([key, ...values].map(({ name, type }) => [name, type])),
    key: table.key,
    ...idsOf(names.map((name) => layout.field(name))),
  };
}
