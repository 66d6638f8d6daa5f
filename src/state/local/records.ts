/** Heads and replicas. Each condition is part of the statement that writes. */
import type { StatementSync } from 'node:sqlite';
import type { Head, Replica } from '../../core/head.ts';
import type { Key, ServerName, TableName } from '../../core/names.ts';
import type { Records } from '../../ports/records.ts';
import { oneByKey } from './by-keys.ts';
import { numeric, text, valuesOf } from './columns.ts';
import type { StateFile } from './state-file.ts';
import { headFrom, replicaFrom } from './stored-values.ts';
import { inTurns } from './yielding.ts';

const headsSql = (keys: string): string => `SELECT value FROM heads WHERE tbl = ? AND key IN (${keys})`;

const headSql = {
  create: 'INSERT INTO heads (tbl, key, version, value, ended) VALUES (?, ?, 1, ?, ?) ON CONFLICT DO NOTHING',
  update: 'UPDATE heads SET version = ?, value = ?, ended = ? WHERE tbl = ? AND key = ? AND version = ?',
  remove: 'DELETE FROM heads WHERE tbl = ? AND key = ? AND version = ?',
  keys: 'SELECT key, version FROM heads WHERE tbl = ? AND key > ? ORDER BY key LIMIT ?',
  any: 'SELECT 1 FROM heads WHERE tbl = ? LIMIT 1',
  // By indexes alone: whole values of a million records take seconds to read.
  count: `SELECT (SELECT count(*) FROM heads WHERE tbl = :table)
    - (SELECT count(*) FROM heads WHERE tbl = :table AND ended = 1) AS number`,
};

const replicasSql = (keys: string): string =>
  `SELECT value FROM replicas WHERE tbl = ? AND server = ? AND key IN (${keys})`;

const replicaSql = {
  create:
    'INSERT INTO replicas (tbl, server, key, rev, value, away) VALUES (?, ?, ?, 1, ?, ?) ON CONFLICT DO NOTHING',
  update:
    'UPDATE replicas SET rev = ?, value = ?, away = ? WHERE tbl = ? AND server = ? AND key = ? AND rev = ?',
  remove: 'DELETE FROM replicas WHERE tbl = ? AND server = ? AND key = ? AND rev = ?',
  readAll: 'SELECT value FROM replicas WHERE tbl = ? AND key = ? ORDER BY server',
  count: 'SELECT server, count(*) AS number FROM replicas WHERE tbl = ? GROUP BY server',
  countAway: 'SELECT server, count(*) AS number FROM replicas WHERE tbl = ? AND away = 1 GROUP BY server',
};

export function recordsIn(file: StateFile): Records {
  return { ...headsIn(file), ...replicasIn(file), ...removingIn(file), ...countsIn(file) };
}

function headsIn(file: StateFile): Pick<Records, 'heads' | 'keys' | 'putHeads'> {
  const read = oneByKey(file, headsSql, headFrom);
  const keysAfter = file.prepare(headSql.keys);
  const create = file.prepare(headSql.create);
  const update = file.prepare(headSql.update);
  const put = (head: Head): boolean => {
    const { table, key, version } = head;
    const ended = head.deleted === undefined ? 0 : 1;
    const value = JSON.stringify(head);
    const done =
      version === 1
        ? create.run(table, key, value, ended)
        : update.run(version, value, ended, table, key, version - 1);
    return done.changes === 1;
  };
  return {
    async heads(table, keys) {
      return read([table], keys);
    },
    async keys(table, limit, after = '') {
      return keysAfter
        .all(table, after, limit)
        .map((row) => ({ key: text(row['key']), version: numeric(row['version']) }));
    },
    async putHeads(heads) {
      return refused(file, heads, put);
    },
  };
}

function replicasIn(file: StateFile): Pick<Records, 'replicas' | 'putReplicas'> {
  const read = oneByKey(file, replicasSql, replicaFrom);
  const create = file.prepare(replicaSql.create);
  const update = file.prepare(replicaSql.update);
  const put = (replica: Replica): boolean => {
    const { table, server, key, rev } = replica;
    const away = replica.gone || replica.left ? 1 : 0;
    const value = JSON.stringify(replica);
    const done =
      rev === 1
        ? create.run(table, server, key, value, away)
        : update.run(rev, value, away, table, server, key, rev - 1);
    return done.changes === 1;
  };
  return {
    async replicas(table, server, keys) {
      return read([table, server], keys);
    },
    async putReplicas(replicas) {
      return refused(file, replicas, put);
    },
  };
}

function removingIn(file: StateFile): Pick<Records, 'replicasOf' | 'removeHead' | 'removeReplica'> {
  const readAll = file.prepare(replicaSql.readAll);
  const removeHead = file.prepare(headSql.remove);
  const removeReplica = file.prepare(replicaSql.remove);
  return {
    async replicasOf(table, key) {
      return valuesOf(readAll.all(table, key), replicaFrom);
    },
    async removeHead({ table, key, version }) {
      return removeHead.run(table, key, version).changes === 1;
    },
    async removeReplica({ table, server, key, rev }) {
      return removeReplica.run(table, server, key, rev).changes === 1;
    },
  };
}

function countsIn(file: StateFile): Pick<Records, 'hasHeads' | 'count'> {
  const any = file.prepare(headSql.any);
  const heads = file.prepare(headSql.count);
  const replicas = numbersByServer(file.prepare(replicaSql.count));
  const away = numbersByServer(file.prepare(replicaSql.countAway));
  return {
    async hasHeads(table) {
      return any.get(table) !== undefined;
    },
    async count(table) {
      const gone = away(table);
      const there = [...replicas(table)].map(
        ([server, number]) => [server, number - (gone.get(server) ?? 0)] as const,
      );
      return {
        heads: numeric(heads.get({ table })?.['number']),
        replicas: Object.fromEntries(there.filter(([, number]) => number > 0)),
      };
    },
  };
}

const numbersByServer =
  (statement: StatementSync) =>
  (table: TableName): ReadonlyMap<ServerName, number> =>
    new Map(statement.all(table).map((row) => [text(row['server']), numeric(row['number'])]));

async function refused<Value extends { readonly key: Key }>(
  file: StateFile,
  values: readonly Value[],
  put: (value: Value) => boolean,
): Promise<ReadonlySet<Key>> {
  const keys = new Set<Key>();
  await inTurns(values, (some) => {
    const moved = file.transaction(() => some.filter((value) => !put(value)));
    for (const { key } of moved) keys.add(key);
  });
  return keys;
}
