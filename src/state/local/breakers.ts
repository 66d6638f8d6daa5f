import type { Breakers } from '../../ports/control.ts';
import { valueOf, valuesOf } from './columns.ts';
import type { StateFile } from './state-file.ts';
import { breakerFrom } from './stored-values.ts';

const sql = {
  read: 'SELECT value FROM breakers WHERE server = ? AND task = ?',
  list: 'SELECT value FROM breakers ORDER BY server, task',
  create: 'INSERT INTO breakers (server, task, rev, value) VALUES (?, ?, 1, ?) ON CONFLICT DO NOTHING',
  update: 'UPDATE breakers SET rev = ?, value = ? WHERE server = ? AND task = ? AND rev = ?',
};

export function breakersIn(file: StateFile): Breakers {
  const read = file.prepare(sql.read);
  const list = file.prepare(sql.list);
  const create = file.prepare(sql.create);
  const update = file.prepare(sql.update);
  return {
    async breaker(server, task) {
      return valueOf(read.get(server, task), breakerFrom);
    },
    async putBreaker(breaker) {
      const { server, task, rev } = breaker;
      const value = JSON.stringify(breaker);
      if (rev === 1) return create.run(server, task, value).changes === 1;
      return update.run(rev, value, server, task, rev - 1).changes === 1;
    },
    async breakers() {
      return valuesOf(list.all(), breakerFrom);
    },
  };
}
