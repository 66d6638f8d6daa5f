import type { Pauses } from '../../ports/pauses.ts';
import { valueOf } from './columns.ts';
import type { StateFile } from './state-file.ts';
import { pauseListFrom } from './stored-values.ts';

const sql = {
  read: 'SELECT value FROM pauses WHERE id = 1',
  create: 'INSERT INTO pauses (id, rev, value) VALUES (1, 1, ?) ON CONFLICT DO NOTHING',
  update: 'UPDATE pauses SET rev = ?, value = ? WHERE id = 1 AND rev = ?',
};

export function pausesIn(file: StateFile): Pauses {
  const read = file.prepare(sql.read);
  const create = file.prepare(sql.create);
  const update = file.prepare(sql.update);
  return {
    async pauses() {
      return valueOf(read.get(), pauseListFrom);
    },
    async putPauses(list) {
      const value = JSON.stringify(list);
      if (list.rev === 1) return create.run(value).changes === 1;
      return update.run(list.rev, value, list.rev - 1).changes === 1;
    },
  };
}
