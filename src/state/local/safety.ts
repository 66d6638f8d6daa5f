/** Records that seem to be gone, halts, sweeps. Each condition is part of the statement that writes. */
import type { Halts, Suspects, Sweeps } from '../../ports/safety.ts';
import { changeByKey, oneByKey } from './by-keys.ts';
import { valueOf, valuesOf } from './columns.ts';
import type { StateFile } from './state-file.ts';
import { deleteCountFrom, haltFrom, suspectFrom, sweepAskFrom, sweepFrom } from './stored-values.ts';

const removeSql = (keys: string): string =>
  `DELETE FROM suspects WHERE tbl = ? AND server = ? AND key IN (${keys})`;
const readSql = (keys: string): string =>
  `SELECT value FROM suspects WHERE tbl = ? AND server = ? AND key IN (${keys})`;

const suspectSql = {
  put: 'INSERT OR REPLACE INTO suspects (tbl, server, key, value) VALUES (?, ?, ?, ?)',
  page: 'SELECT value FROM suspects WHERE tbl = ? AND server = ? AND key > ? ORDER BY key LIMIT ?',
};

export function suspectsIn(file: StateFile): Suspects {
  const put = file.prepare(suspectSql.put);
  const remove = changeByKey(file, removeSql);
  const read = oneByKey(file, readSql, suspectFrom);
  const page = file.prepare(suspectSql.page);
  const counts = revised(file, 'delete_counts');
  return {
    async putSuspects(suspects) {
      file.transaction(() =>
        suspects.forEach((one) => put.run(one.table, one.server, one.key, JSON.stringify(one))),
      );
    },
    async dropSuspects(table, server, keys) {
      file.transaction(() => remove([table, server], keys));
    },
    async suspects(table, server, limit, after = '') {
      return valuesOf(page.all(table, server, after, limit), suspectFrom);
    },
    async suspectsAmong(table, server, keys) {
      return read([table, server], keys);
    },
    async deleteCount(table, server) {
      return valueOf(counts.read(table, server), deleteCountFrom);
    },
    async putDeleteCount(count) {
      return counts.put(count);
    },
  };
}

export function haltsIn(file: StateFile): Halts {
  const halts = revised(file, 'halts');
  const end = file.prepare('DELETE FROM halts WHERE tbl = ? AND server = ? AND rev = ?');
  const list = file.prepare('SELECT value FROM halts ORDER BY tbl, server');
  return {
    async halt(table, server) {
      return valueOf(halts.read(table, server), haltFrom);
    },
    async putHalt(halt) {
      return halts.put(halt);
    },
    async endHalt({ table, server, rev }) {
      return end.run(table, server, rev).changes === 1;
    },
    async halts() {
      return valuesOf(list.all(), haltFrom);
    },
  };
}

type Revised = { readonly table: string; readonly server: string; readonly rev: number };

/** Values of which one replaces only the one before it. */
function revised(file: StateFile, name: 'delete_counts' | 'halts') {
  const read = file.prepare(`SELECT value FROM ${name} WHERE tbl = ? AND server = ?`);
  const create = file.prepare(
    `INSERT INTO ${name} (tbl, server, rev, value) VALUES (?, ?, 1, ?) ON CONFLICT DO NOTHING`,
  );
  const update = file.prepare(
    `UPDATE ${name} SET rev = ?, value = ? WHERE tbl = ? AND server = ? AND rev = ?`,
  );
  return {
    read: (table: string, server: string) => read.get(table, server),
    put: (value: Revised): boolean => {
      const { table, server, rev } = value;
      const json = JSON.stringify(value);
      const done =
        rev === 1 ? create.run(table, server, json) : update.run(rev, json, table, server, rev - 1);
      return done.changes === 1;
    },
  };
}

const sweepSql = {
  read: 'SELECT value FROM sweeps WHERE tbl = ? AND server = ?',
  put: 'INSERT OR REPLACE INTO sweeps (tbl, server, value) VALUES (?, ?, ?)',
  list: 'SELECT value FROM sweeps ORDER BY tbl, server',
  readAsk: 'SELECT value FROM sweep_asks WHERE tbl = ? AND server = ?',
  putAsk: 'INSERT OR REPLACE INTO sweep_asks (tbl, server, value) VALUES (?, ?, ?)',
  // A part without rows comes as NULL from Node 22.
  putPart:
    'INSERT OR REPLACE INTO sweep_parts (tbl, server, started_at, part, numbers) ' +
    "VALUES (?, ?, ?, ?, coalesce(?, x''))",
  readPart: 'SELECT numbers FROM sweep_parts WHERE tbl = ? AND server = ? AND started_at = ? AND part = ?',
  dropParts: 'DELETE FROM sweep_parts WHERE tbl = ? AND server = ?',
};

export function sweepsIn(file: StateFile): Sweeps {
  const read = file.prepare(sweepSql.read);
  const put = file.prepare(sweepSql.put);
  const list = file.prepare(sweepSql.list);
  const readAsk = file.prepare(sweepSql.readAsk);
  const putAsk = file.prepare(sweepSql.putAsk);
  const putPart = file.prepare(sweepSql.putPart);
  const readPart = file.prepare(sweepSql.readPart);
  const dropParts = file.prepare(sweepSql.dropParts);
  return {
    async sweep(table, server) {
      return valueOf(read.get(table, server), sweepFrom);
    },
    async putSweep(state) {
      put.run(state.table, state.server, JSON.stringify(state));
    },
    async sweeps() {
      return valuesOf(list.all(), sweepFrom);
    },
    async sweepAsk(table, server) {
      return valueOf(readAsk.get(table, server), sweepAskFrom);
    },
    async putSweepAsk(ask) {
      putAsk.run(ask.table, ask.server, JSON.stringify(ask));
    },
    async putSweepPart({ table, server, startedAt, part, rows }) {
      putPart.run(table, server, startedAt, part, new Uint8Array(rows.buffer.slice(0)));
    },
    async sweepPart({ table, server, startedAt, part }) {
      const numbers = readPart.get(table, server, startedAt, part)?.['numbers'];
      return numbers instanceof Uint8Array ? new Float64Array(numbers.slice().buffer) : undefined;
    },
    async dropSweepParts(table, server) {
      dropParts.run(table, server);
    },
  };
}
