import type { Runs } from '../../ports/control.ts';
import { valuesOf } from './columns.ts';
import type { StateFile } from './state-file.ts';
import { runFrom } from './stored-values.ts';

const sql = {
  put: 'INSERT OR REPLACE INTO runs (id, started_at, value) VALUES (?, ?, ?)',
  list: 'SELECT value FROM runs ORDER BY started_at DESC, id DESC LIMIT ?',
};

export function runsIn(file: StateFile): Runs {
  const put = file.prepare(sql.put);
  const list = file.prepare(sql.list);
  return {
    async putRun(run) {
      put.run(run.id, run.startedAt, JSON.stringify(run));
    },
    async runs(limit) {
      return valuesOf(list.all(limit), runFrom);
    },
  };
}
