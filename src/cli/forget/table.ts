/** The table of a record that a person names: of the configuration, or one that was taken out of it and is still held. */
import type { Configuration } from '../../config/configuration.ts';
import type { DeletePolicy } from '../../core/link.ts';
import type { ServerName, TableName } from '../../core/names.ts';
import { tableNamed } from '../history/record.ts';
import type { OpenedState } from '../opened-state.ts';

export type TableOfRecord = { readonly servers: readonly ServerName[]; readonly deletes: DeletePolicy };

/** Throws Refused. */
export async function tableOrLeft(
  { records }: Pick<OpenedState, 'records'>,
  configuration: Configuration,
  name: TableName,
): Promise<TableOfRecord> {
  const isConfigured = configuration.tables.some((table) => table.name === name);
  if (!isConfigured && (await records.hasHeads(name))) return { servers: [], deletes: 'edit-wins' };
  const { links, deletes } = tableNamed(configuration, name);
  return { servers: links.map(({ server }) => server), deletes: deletes.policy };
}
