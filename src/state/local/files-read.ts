import { filesReadKeptMs } from '../../core/files-read.ts';
import type { FilesReadings } from '../../ports/control.ts';
import { valueOf } from './columns.ts';
import type { StateFile } from './state-file.ts';
import { filesReadFrom } from './stored-values.ts';

const sql = {
  read: 'SELECT value FROM files_read WHERE tbl = ? AND server = ? AND record = ?',
  put: 'INSERT OR REPLACE INTO files_read (tbl, server, record, at, value) VALUES (?, ?, ?, ?, ?)',
  drop: 'DELETE FROM files_read WHERE tbl = ? AND server = ? AND record = ?',
  // There are few.
  purge: 'DELETE FROM files_read WHERE at < ?',
};

export function filesReadIn(file: StateFile): FilesReadings {
  const read = file.prepare(sql.read);
  const put = file.prepare(sql.put);
  const drop = file.prepare(sql.drop);
  const purge = file.prepare(sql.purge);
  return {
    async filesRead(table, server, recordId) {
      return valueOf(read.get(table, server, recordId), filesReadFrom);
    },
    async putFilesRead(one) {
      file.transaction(() => {
        purge.run(one.at - filesReadKeptMs);
        put.run(one.table, one.server, one.recordId, one.at, JSON.stringify(one));
      });
    },
    async dropFilesRead(table, server, recordId) {
      drop.run(table, server, recordId);
    },
  };
}
