import type { FieldLists } from '../../ports/control.ts';
import { valueOf } from './columns.ts';
import type { StateFile } from './state-file.ts';
import { fieldListFrom } from './stored-values.ts';

const sql = {
  read: 'SELECT value FROM field_lists WHERE server = ? AND db = ? AND layout = ?',
  put: 'INSERT OR REPLACE INTO field_lists (server, db, layout, value) VALUES (?, ?, ?, ?)',
};

export function fieldListsIn(file: StateFile): FieldLists {
  const read = file.prepare(sql.read);
  const put = file.prepare(sql.put);
  return {
    async fieldList(server, database, layout) {
      return valueOf(read.get(server, database, layout), fieldListFrom);
    },
    async putFieldList(list) {
      put.run(list.server, list.database, list.layout, JSON.stringify(list));
    },
  };
}
