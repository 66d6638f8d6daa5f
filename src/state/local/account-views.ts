import type { AccountViews } from '../../ports/control.ts';
import { valueOf } from './columns.ts';
import type { StateFile } from './state-file.ts';
import { accountViewFrom } from './stored-values.ts';

const sql = {
  read: 'SELECT value FROM account_views WHERE tbl = ? AND server = ?',
  put: 'INSERT OR REPLACE INTO account_views (tbl, server, value) VALUES (?, ?, ?)',
};

export function accountViewsIn(file: StateFile): AccountViews {
  const read = file.prepare(sql.read);
  const put = file.prepare(sql.put);
  return {
    async accountView(table, server) {
      return valueOf(read.get(table, server), accountViewFrom);
    },
    async putAccountView(view) {
      put.run(view.table, view.server, JSON.stringify(view));
    },
  };
}
