import type { Bookmarks } from '../../ports/control.ts';
import { valueOf, valuesOf } from './columns.ts';
import type { StateFile } from './state-file.ts';
import { bookmarkFrom } from './stored-values.ts';

const sql = {
  read: 'SELECT value FROM bookmarks WHERE tbl = ? AND server = ?',
  put: 'INSERT OR REPLACE INTO bookmarks (tbl, server, value) VALUES (?, ?, ?)',
  list: 'SELECT value FROM bookmarks ORDER BY tbl, server',
  drop: 'DELETE FROM bookmarks WHERE tbl = ? AND server = ?',
};

export function bookmarksIn(file: StateFile): Bookmarks {
  const read = file.prepare(sql.read);
  const put = file.prepare(sql.put);
  const list = file.prepare(sql.list);
  const drop = file.prepare(sql.drop);
  return {
    async bookmark(table, server) {
      return valueOf(read.get(table, server), bookmarkFrom);
    },
    async putBookmark(bookmark) {
      put.run(bookmark.table, bookmark.server, JSON.stringify(bookmark));
    },
    async dropBookmark(table, server) {
      drop.run(table, server);
    },
    async bookmarks() {
      return valuesOf(list.all(), bookmarkFrom);
    },
  };
}
