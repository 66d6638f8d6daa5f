import type { Keepsakes } from '../../ports/control.ts';
import { changeByKey, oneByKey } from './by-keys.ts';
import { numeric, text, valuesOf } from './columns.ts';
import type { StateFile } from './state-file.ts';
import { parkedFrom } from './stored-values.ts';

const removeSql = (keys: string): string =>
  `DELETE FROM parked WHERE tbl = ? AND server = ? AND key IN (${keys})`;
const readSql = (keys: string): string =>
  `SELECT value FROM parked WHERE tbl = ? AND server = ? AND key IN (${keys})`;

const parkedSql = {
  put: 'INSERT OR REPLACE INTO parked (tbl, server, key, at, value) VALUES (?, ?, ?, ?, ?)',
  list: 'SELECT value FROM parked ORDER BY at DESC LIMIT ?',
  page: 'SELECT value FROM parked WHERE tbl = ? AND server = ? AND key > ? ORDER BY key LIMIT ?',
  // As many are read as are parked: few, unlike records.
  due: "SELECT value FROM parked WHERE server = ? AND value ->> '$.retryAt' <= ? ORDER BY value ->> '$.retryAt' LIMIT ?",
  count: 'SELECT count(*) AS number FROM parked',
  servers: 'SELECT server, count(*) AS number FROM parked GROUP BY server',
  places: 'SELECT tbl, server, count(*) AS number FROM parked GROUP BY tbl, server',
};

export const keepsakesIn = (file: StateFile): Keepsakes => ({
  ...parkingIn(file),
  ...parkedIn(file),
});

function parkingIn(file: StateFile): Pick<Keepsakes, 'park' | 'unpark'> {
  const put = file.prepare(parkedSql.put);
  const remove = changeByKey(file, removeSql);
  return {
    async park(parked) {
      file.transaction(() =>
        parked.forEach((one) => put.run(one.table, one.server, one.key, one.at, JSON.stringify(one))),
      );
    },
    async unpark(table, server, keys) {
      file.transaction(() => remove([table, server], keys));
    },
  };
}

function parkedIn(file: StateFile): Omit<Keepsakes, 'park' | 'unpark'> {
  const read = oneByKey(file, readSql, parkedFrom);
  const list = file.prepare(parkedSql.list);
  const page = file.prepare(parkedSql.page);
  const due = file.prepare(parkedSql.due);
  const count = file.prepare(parkedSql.count);
  const servers = file.prepare(parkedSql.servers);
  const places = file.prepare(parkedSql.places);
  return {
    async parked(limit) {
      return valuesOf(list.all(limit), parkedFrom);
    },
    async parkedPage(table, server, limit, after = '') {
      return valuesOf(page.all(table, server, after, limit), parkedFrom);
    },
    async parkedDue(server, now, limit) {
      return valuesOf(due.all(server, now, limit), parkedFrom);
    },
    async parkedAmong(table, server, keys) {
      return read([table, server], keys);
    },
    async countParked() {
      return numeric(count.get()?.['number']);
    },
    async parkedByServer() {
      return new Map(servers.all().map((row) => [text(row['server']), numeric(row['number'])]));
    },
    async parkedPlaces() {
      return places.all().map((row) => ({
        table: text(row['tbl']),
        server: text(row['server']),
        records: numeric(row['number']),
      }));
    },
  };
}
