/** The configuration of one table over simulated servers, as it stands in the file. */
import { layout, syncedFields } from './office.ts';

export type Plain = { readonly [name: string]: unknown };

export type ContactsOptions = {
  /** Merged into `tables.contacts`. */
  readonly table?: Plain;
  /** Merged into `tables.contacts.servers.<name>`. */
  readonly links?: Readonly<Record<string, Plain>>;
};

export const contactsOver = (
  names: readonly string[],
  server: (name: string) => Plain,
  { table, links }: ContactsOptions,
): Plain => ({
  version: 1,
  servers: Object.fromEntries(names.map((name) => [name, server(name)])),
  tables: {
    contacts: {
      key: 'id',
      modified: 'modified_at',
      fields: syncedFields,
      ...table,
      servers: Object.fromEntries(names.map((name) => [name, { layout, ...links?.[name] }])),
    },
  },
});
