/** The trail of what people did: rows that are added, and taken out by their age alone. */
import { actKeptMs } from '../../core/act.ts';
import type { EpochMs } from '../../core/names.ts';
import type { Audit } from '../../ports/audit.ts';
import { valuesOf } from './columns.ts';
import type { StateFile } from './state-file.ts';
import { actFrom } from './stored-values.ts';

const sql = {
  put: 'INSERT OR IGNORE INTO acts (id, at, value) VALUES (?, ?, ?)',
  purge: `DELETE FROM acts WHERE at + coalesce(json_extract(value, '$.keptMs'), ${actKeptMs}) < ?`,
  list: 'SELECT value FROM acts ORDER BY at DESC, id DESC LIMIT ?',
};

/** Takes out what was kept long enough. */
export const purgeActs = (file: StateFile, now: EpochMs): void => {
  file.prepare(sql.purge).run(now);
};

export function auditIn(file: StateFile): Audit {
  const put = file.prepare(sql.put);
  const list = file.prepare(sql.list);
  return {
    async putAct(act) {
      put.run(act.id, act.at, JSON.stringify(act));
    },
    async acts(limit) {
      return valuesOf(list.all(limit), actFrom);
    },
  };
}
