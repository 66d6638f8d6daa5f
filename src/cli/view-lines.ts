/** Records that the account of the sync may not see, by name of table and server. */
import type { Overview } from '../composition/overview.ts';
import type { Counts } from '../core/account-view.ts';
import type { ServerName, TableName } from '../core/names.ts';

export const unseenLine = ({
  table,
  server,
  seen,
  total,
}: Counts & { readonly table: TableName; readonly server: ServerName }): string =>
  `${table} on ${server}: the account sees ${counted(seen)} of ${counted(total)} records`;

const counted = (n: number): string => n.toLocaleString('en-US');

export function unseenLines({ tables }: Pick<Overview, 'tables'>): readonly string[] {
  const unseen = tables.flatMap(({ table, servers }) =>
    servers.flatMap(({ server, account }) => (account ? [unseenLine({ table, server, ...account })] : [])),
  );
  return unseen.length === 0 ? [] : [...unseen, ...unseenRemedy];
}

/** Under what was said of one or more. */
export const unseenRemedy: readonly string[] = [
  '    the others count as they were: none is deleted for it, none is kept the same.',
  '    In that file, Manage > Security, privilege set of the account: Records, View: yes',
];
