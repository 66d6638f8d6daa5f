/** Layouts as a server shows them, or answers that there are none; and those that a table is read by besides that of its records. */
import { ServerError } from '../ports/server-errors.ts';
import type { LayoutField, TableBinding } from '../ports/server.ts';
import { type Api, shownBy } from '../core/api.ts';
import type { LinkConfiguration, TableConfiguration } from './configuration.ts';

/** The error where its server answers that there is no such layout; every other failure is thrown. */
export async function shownOrMissing<Shown>(ask: () => Promise<Shown>): Promise<Shown | ServerError> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ServerError && error.code === 'layout-missing') return error;
    throw error;
  }
}

export const noSuchLayout = ({
  server,
  database,
  api,
}: Pick<LinkConfiguration, 'server' | 'database' | 'api'>): string =>
  `not a ${shownBy[api]} of database ${database} on server ${server}`;

export const noLayoutRemedy: Readonly<Record<Api, string>> = {
  data: 'Create it there, let the account see it, or correct the name',
  odata:
    'Write the name of a table occurrence of that file (File > Manage > Database…, Relationships) that the account may see',
};

type Read = Pick<TableBinding, 'database' | 'layout' | 'keyField' | 'stampField' | 'stampedBy' | 'ids'>;

/** A table of which rows are read by key and stamp alone, and none is written; the key is of the type that it has in the records. */
export const keysBinding = (
  { name, key }: TableConfiguration,
  keyOfRecords: Pick<LayoutField, 'type'> | undefined,
  read: Read,
): TableBinding => ({
  ...read,
  table: name,
  role: 'send',
  fieldNames: {},
  types: { [key]: keyOfRecords?.type ?? 'text' },
  key,
});
