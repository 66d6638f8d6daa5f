/** Conflicts, as whole values: what is asked for seldom is read out of their JSON. */
import { type Conflict, codeOfConflict, conflictKeptMs, idStart } from '../../core/conflict.ts';
import type { EpochMs } from '../../core/names.ts';
import type { Conflicts } from '../../ports/conflicts.ts';
import { numeric, text, valueOf, valuesOf } from './columns.ts';
import type { StateFile } from './state-file.ts';
import { conflictFrom } from './stored-values.ts';

/** What the index `conflicts_open` holds. */
const isOpen = "json_extract(value, '$.open') = 1";

/** By the column; what the index `conflicts_kept` adds. */
const keptMs = (value = 'value'): string => `coalesce(json_extract(${value}, '$.keptMs'), ${conflictKeptMs})`;

const sql = {
  put:
    'INSERT INTO conflicts (id, at, value) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET at = excluded.at, ' +
    "value = excluded.value WHERE json_extract(conflicts.value, '$.choices') IS NULL " +
    "OR json_extract(excluded.value, '$.choices') IS NOT NULL",
  purge:
    `DELETE FROM conflicts WHERE at + ${keptMs()} < :now AND json_extract(value, '$.open') IS NULL ` +
    `AND coalesce(json_extract(value, '$.agreedAt'), 0) + ${keptMs()} < :now AND NOT EXISTS ` +
    "(SELECT 1 FROM json_each(conflicts.value, '$.choices') AS choice WHERE max(json_extract(choice.value, '$.at'), " +
    `coalesce(json_extract(choice.value, '$.undone.at'), 0)) + ${keptMs('conflicts.value')} >= :now)`,
  drop: 'DELETE FROM conflicts WHERE id = ?',
  list: 'SELECT value FROM conflicts ORDER BY at DESC, id DESC LIMIT ?',
  listTable:
    "SELECT value FROM conflicts WHERE json_extract(value, '$.table') = ? ORDER BY at DESC, id DESC LIMIT ?",
  listOpen: `SELECT value FROM conflicts WHERE ${isOpen} ORDER BY at DESC, id DESC`,
  read: 'SELECT value FROM conflicts WHERE id = ?',
  readOf: 'SELECT value FROM conflicts WHERE id >= ? AND id < ?',
  codes: "SELECT id, json_extract(value, '$.code') AS code FROM conflicts",
  count: 'SELECT count(*) AS number FROM conflicts',
  countOpen: `SELECT count(*) AS number FROM conflicts WHERE ${isOpen}`,
};

/** Takes out what was kept long enough. */
export const purgeConflicts = (file: StateFile, now: EpochMs): void => {
  file.prepare(sql.purge).run({ now });
};

export const conflictsIn = (file: StateFile): Conflicts => ({ ...puttingIn(file), ...findingIn(file) });

function puttingIn(file: StateFile): Pick<Conflicts, 'putConflicts' | 'dropConflicts'> {
  const drop = file.prepare(sql.drop);
  const put = file.prepare(sql.put);
  const purge = file.prepare(sql.purge);
  return {
    async putConflicts(conflicts) {
      if (conflicts.length === 0) return;
      file.transaction(() => {
        for (const one of conflicts) put.run(one.id, one.at, JSON.stringify(one));
        // By the time of those that come: a process may go on for months.
        purge.run({ now: Math.max(...conflicts.map(({ at }) => at)) });
      });
    },
    async dropConflicts(ids) {
      file.transaction(() => ids.forEach((id) => drop.run(id)));
    },
  };
}

function findingIn(file: StateFile): Omit<Conflicts, 'putConflicts' | 'dropConflicts'> {
  const [list, listTable, listOpen] = [sql.list, sql.listTable, sql.listOpen].map((one) => file.prepare(one));
  const read = file.prepare(sql.read);
  const readOf = file.prepare(sql.readOf);
  const codes = file.prepare(sql.codes);
  const count = file.prepare(sql.count);
  const countOpen = file.prepare(sql.countOpen);
  const byIds = (ids: readonly string[]): readonly Conflict[] =>
    file.transaction(() => ids.flatMap((id) => valueOf(read.get(id), conflictFrom) ?? []));
  return {
    async conflicts(limit, { table, open = false } = {}) {
      if (open) {
        const all = valuesOf(listOpen?.all() ?? [], conflictFrom);
        return all.filter((one) => table === undefined || one.table === table).slice(0, limit);
      }
      const rows = table === undefined ? list?.all(limit) : listTable?.all(table, limit);
      return valuesOf(rows ?? [], conflictFrom);
    },
    async conflictsById(ids) {
      return byIds(ids);
    },
    async conflictsOf(table, key) {
      const start = idStart(table, key);
      // It ends in a comma, and a hyphen is the sign after that.
      return valuesOf(readOf.all(start, `${start.slice(0, -1)}-`), conflictFrom);
    },
    async conflictsByCode(start, limit) {
      const ids = codes.all().flatMap(({ id, code }) => {
        const known = { id: text(id), ...(typeof code === 'string' && { code }) };
        return codeOfConflict(known).startsWith(start) ? known.id : [];
      });
      return byIds(ids.slice(0, limit));
    },
    async countConflicts() {
      return numeric(count.get()?.['number']);
    },
    async countOpenConflicts() {
      return numeric(countOpen.get()?.['number']);
    },
  };
}
