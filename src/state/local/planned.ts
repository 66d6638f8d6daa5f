/**
 * What a plan notes, in a SQLite file of its own that goes with it: there may be as much of it as records. Nothing of it has to
 * outlive a crash.
 */
import { DatabaseSync } from 'node:sqlite';
import type { Conflict } from '../../core/conflict.ts';
import { foldedKey } from '../../core/look-up.ts';
import type { Planned, PlannedConflicts, PlannedCount, PlannedWrite } from '../../ports/planned.ts';
import { type Column, numeric, type Row, text, valuesOf } from './columns.ts';
import { createPrivateFile } from './private-files.ts';
import { passing } from './state-file.ts';
import { conflictFrom } from './stored-values.ts';
import { yielding } from './yielding.ts';

const tables = `
  PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF;
  CREATE TABLE writes (
    tbl TEXT NOT NULL, server TEXT NOT NULL, record_id TEXT NOT NULL, key TEXT NOT NULL, folded TEXT NOT NULL,
    kind TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (tbl, server, record_id)
  ) STRICT;
  CREATE INDEX writes_alike ON writes (tbl, server, folded) WHERE kind = 'create';
  CREATE INDEX writes_by_key ON writes (tbl, server, kind, key);
  CREATE TABLE conflicts (id TEXT PRIMARY KEY, tbl TEXT NOT NULL, key TEXT NOT NULL, field TEXT NOT NULL,
    value TEXT NOT NULL) STRICT;
  CREATE INDEX conflicts_by_key ON conflicts (tbl, key, field);
`;

const sql = {
  putWrite: `INSERT OR REPLACE INTO writes (tbl, server, record_id, key, folded, kind, value)
    VALUES (?, ?, ?, ?, ?, ?, ?)`,
  write: 'SELECT value FROM writes WHERE tbl = ? AND server = ? AND record_id = ?',
  alike: `SELECT value FROM writes WHERE tbl = ? AND server = ? AND folded = ? AND kind = 'create'`,
  counts: `SELECT tbl, server, kind, count(*) AS records, count(json_extract(value, '$.parked')) AS parked
    FROM writes WHERE kind <> 'none' GROUP BY tbl, server, kind`,
  fields: `SELECT tbl, server, field.key AS field, count(*) AS records
    FROM writes, json_each(writes.value, '$.values') AS field WHERE kind = 'edit' GROUP BY tbl, server, field.key`,
  writes: 'SELECT value FROM writes WHERE tbl = ? AND server = ? AND kind = ? ORDER BY key LIMIT ?',
};

const conflictSql = {
  put: 'INSERT OR REPLACE INTO conflicts (id, tbl, key, field, value) VALUES (?, ?, ?, ?, ?)',
  counts: `SELECT value, count(*) AS fields FROM conflicts GROUP BY tbl, json_extract(value, '$.winner.server'),
    json_extract(value, '$.loser.server'), json_extract(value, '$.rule'), json_extract(value, '$.kind')`,
  list: 'SELECT value FROM conflicts WHERE tbl = ? ORDER BY key, field, id LIMIT ?',
};

export type PlannedFile = { readonly planned: Planned; readonly close: () => void };

/** Makes the file; without a path it is one that is gone with the process. */
export function openPlanned(path: string = passing): PlannedFile {
  if (path !== passing) createPrivateFile(path);
  const database = new DatabaseSync(path);
  database.exec(tables);
  const planned = { ...writesIn(database), ...conflictsIn(database) };
  return { planned: yielding(planned), close: () => database.close() };
}

type Writes = Pick<Planned, 'putWrite' | 'writesTo' | 'createdLike' | 'counts' | 'writes'>;

function writesIn(database: DatabaseSync): Writes {
  const put = database.prepare(sql.putWrite);
  const read = database.prepare(sql.write);
  const alike = database.prepare(sql.alike);
  const counts = database.prepare(sql.counts);
  const fields = database.prepare(sql.fields);
  const list = database.prepare(sql.writes);
  return {
    async putWrite(write) {
      const { table, server, recordId, key, kind } = write;
      put.run(table, server, recordId, key, foldedKey(key), kind, JSON.stringify(write));
    },
    async writesTo({ table, server }, recordIds) {
      const found = recordIds.flatMap((recordId) =>
        valuesOf(read.all(table, server, recordId), plannedWriteFrom),
      );
      return new Map(found.map((write) => [write.recordId, write]));
    },
    async createdLike({ table, server }, keys) {
      const folds = new Set(keys.map(foldedKey));
      return [...folds].flatMap((fold) => valuesOf(alike.all(table, server, fold), plannedWriteFrom));
    },
    async counts() {
      const ofFields = Map.groupBy(fields.all(), (row) => JSON.stringify([row['tbl'], row['server']]));
      return counts.all().map((row) => countOf(row, ofFields));
    },
    async writes({ table, server }, kind, limit) {
      return valuesOf(list.all(table, server, kind, limit), plannedWriteFrom);
    },
  };
}

function countOf(row: Row, ofFields: ReadonlyMap<string, readonly Row[]>): PlannedCount {
  const kind = kindFrom(row['kind']);
  const found = kind === 'edit' ? (ofFields.get(JSON.stringify([row['tbl'], row['server']])) ?? []) : [];
  return {
    table: text(row['tbl']),
    server: text(row['server']),
    kind,
    records: numeric(row['records']),
    parked: numeric(row['parked']),
    fields: Object.fromEntries(found.map((one) => [text(one['field']), numeric(one['records'])])),
  };
}

const kindFrom = (value: Column): PlannedCount['kind'] =>
  value === 'create' || value === 'edit' ? value : 'delete';

/** Only this file writes them. */
const plannedWriteFrom = (value: Column): PlannedWrite => JSON.parse(text(value));

type Conflicts = Pick<Planned, 'putConflicts' | 'conflictCounts' | 'conflicts'>;

function conflictsIn(database: DatabaseSync): Conflicts {
  const put = database.prepare(conflictSql.put);
  const counts = database.prepare(conflictSql.counts);
  const list = database.prepare(conflictSql.list);
  return {
    async putConflicts(conflicts) {
      for (const one of conflicts) put.run(one.id, one.table, one.key, one.field, JSON.stringify(one));
    },
    async conflictCounts() {
      return counts.all().map((row) => alikeOf(conflictFrom(row['value']), numeric(row['fields'])));
    },
    async conflicts(table, limit) {
      return valuesOf(list.all(table, limit), conflictFrom);
    },
  };
}

const alikeOf = ({ table, kind, rule, winner, loser }: Conflict, fields: number): PlannedConflicts => ({
  table,
  kind,
  ...(rule !== undefined && { rule }),
  winner: winner.server,
  loser: loser.server,
  fields,
});
