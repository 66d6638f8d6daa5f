/** Entries of the histories of records, as whole values. */
import type { EpochMs } from '../../core/names.ts';
import type { Histories } from '../../ports/history.ts';
import { valuesOf } from './columns.ts';
import type { StateFile } from './state-file.ts';
import { historyEntryFrom } from './stored-values.ts';
import { inTurns } from './yielding.ts';

const sql = {
  put: 'INSERT OR REPLACE INTO history (tbl, key, version, id, keep_until, value) VALUES (?, ?, ?, ?, ?, ?)',
  drop: 'DELETE FROM history WHERE tbl = ? AND key = ?',
  purge: 'DELETE FROM history WHERE keep_until < ?',
  read: 'SELECT value FROM history WHERE tbl = ? AND key = ? ORDER BY version DESC, id LIMIT ?',
  readOn:
    'SELECT value FROM history WHERE tbl = :table AND key = :key ' +
    'AND (version < :version OR (version = :version AND id > :id)) ORDER BY version DESC, id LIMIT :limit',
};

/** Takes out what was kept long enough. */
export const purgeHistory = (file: StateFile, now: EpochMs): void => {
  file.prepare(sql.purge).run(now);
};

export function historyIn(file: StateFile): Histories {
  const put = file.prepare(sql.put);
  const purge = file.prepare(sql.purge);
  const drop = file.prepare(sql.drop);
  const read = file.prepare(sql.read);
  const readOn = file.prepare(sql.readOn);
  return {
    async putHistory(entries) {
      if (entries.length === 0) return;
      await inTurns(entries, (some) =>
        file.transaction(() => {
          for (const one of some)
            put.run(one.table, one.key, one.version, one.id, one.keepUntil, JSON.stringify(one));
        }),
      );
      // By the time of those that come: a process may go on for months.
      purge.run(Math.max(...entries.map(({ at }) => at)));
    },
    async history(table, key, limit, after) {
      const rows =
        after === undefined
          ? read.all(table, key, limit)
          : readOn.all({ table, key, version: after.version, id: after.id, limit });
      return valuesOf(rows, historyEntryFrom);
    },
    async dropHistory(table, key) {
      return Number(drop.run(table, key).changes);
    },
  };
}
