import type { DeleteLogs } from '../../ports/control.ts';
import { valueOf } from './columns.ts';
import type { StateFile } from './state-file.ts';
import { deleteLogFrom } from './stored-values.ts';

const sql = {
  read: 'SELECT value FROM delete_logs WHERE tbl = ? AND server = ?',
  create:
    'INSERT INTO delete_logs (tbl, server, generation, value) VALUES (?, ?, 1, ?) ON CONFLICT DO NOTHING',
  update: 'UPDATE delete_logs SET generation = ?, value = ? WHERE tbl = ? AND server = ? AND generation = ?',
};

export function deleteLogsIn(file: StateFile): DeleteLogs {
  const read = file.prepare(sql.read);
  const create = file.prepare(sql.create);
  const update = file.prepare(sql.update);
  return {
    async deleteLog(table, server) {
      return valueOf(read.get(table, server), deleteLogFrom);
    },
    async putDeleteLog(state) {
      const { table, server, generation } = state;
      const value = JSON.stringify(state);
      if (generation === 1) return create.run(table, server, value).changes === 1;
      return update.run(generation, value, table, server, generation - 1).changes === 1;
    },
  };
}
