/** From checked names and types to what the engine and the servers are given. */
import type { FieldPlan, FieldType, TablePlan } from '../core/link.ts';
import type { FieldName, ServerName } from '../core/names.ts';
import type { Share } from '../core/share.ts';
import type { TableBinding } from '../ports/server.ts';
import type { Configuration, LinkConfiguration, TableConfiguration } from './configuration.ts';
import { linkAddress } from './identity.ts';
import { fieldOnServer } from './field-names.ts';

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
  configuration: Configuration,
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

function shareIn(shares: ReadonlyMap<ServerName, Share>, server: ServerName): { readonly share?: Share } {
  const share = shares.get(server);
  return share === undefined ? {} : { share };
}

export function bindingOf(
  table: TableConfiguration,
  link: LinkConfiguration,
  { key, fields, createOnly }: TypedFields,
): TableBinding {
  const values = [...fields, ...createOnly];
  return {
    table: table.name,
    role: link.role,
    database: link.database,
    layout: link.layout,
    keyField: fieldOnServer(table.key, link.rename),
    stampField: fieldOnServer(table.modified.field, link.rename),
    stampedBy: table.modified.stampedBy,
    fieldNames: Object.fromEntries(values.map(({ name }) => [name, fieldOnServer(name, link.rename)])),
    types: Object.fromEntries([key, ...values].map(({ name, type }) => [name, type])),
    key: table.key,
  };
}
