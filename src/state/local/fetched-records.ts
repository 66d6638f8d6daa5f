/**
 * The records of another state, fetched into a copy when they are first asked for, and from then on as they are there: whoever
 * plans with a million records looks at the few that changed.
 *
 *   R3  What is fetched of a record is of one moment, its head last: a replica that is newer than its head would have an old
 *       value written over the one that it shows.
 */
import type { Key, ServerName, TableName } from '../../core/names.ts';
import type { Records } from '../../ports/records.ts';
import type { CopiedRecords } from './copied-in.ts';

export type Fetching = {
  readonly from: Records;
  readonly copy: Records;
  /** Servers on which a table is. */
  readonly serversOf: (table: TableName) => readonly ServerName[];
  readonly put: (records: CopiedRecords) => void;
};

export function fetchedRecords({ from, copy, serversOf, put }: Fetching): Records {
  const fetched = new Map<TableName, Set<Key>>();

  async function fetch(table: TableName, keys: readonly Key[]): Promise<void> {
    const known = fetched.get(table) ?? new Set<Key>();
    fetched.set(table, known);
    const missing = keys.filter((key) => !known.has(key));
    if (missing.length === 0) return;
    const replicas = await Promise.all(
      serversOf(table).map((server) => from.replicas(table, server, missing)),
    );
    const heads = await from.heads(table, missing);
    // What another call fetched meanwhile may have been changed since.
    const isNew = ({ key }: { readonly key: Key }): boolean => !known.has(key);
    put({
      replicas: replicas.flatMap((ofServer) => [...ofServer.values()].filter(isNew)),
      heads: [...heads.values()].filter(isNew),
    });
    for (const key of missing) known.add(key);
  }

  async function fetchAll(
    records: readonly { readonly table: TableName; readonly key: Key }[],
  ): Promise<void> {
    for (const [table, of] of Map.groupBy(records, (one) => one.table))
      await fetch(
        table,
        of.map(({ key }) => key),
      );
  }

  return {
    async heads(table, keys) {
      await fetch(table, keys);
      return copy.heads(table, keys);
    },
    async replicas(table, server, keys) {
      await fetch(table, keys);
      return copy.replicas(table, server, keys);
    },
    async putHeads(heads) {
      await fetchAll(heads);
      return copy.putHeads(heads);
    },
    async putReplicas(replicas) {
      await fetchAll(replicas);
      return copy.putReplicas(replicas);
    },
    async replicasOf(table, key) {
      await fetch(table, [key]);
      return copy.replicasOf(table, key);
    },
    async removeHead(head) {
      await fetch(head.table, [head.key]);
      return copy.removeHead(head);
    },
    async removeReplica(replica) {
      await fetch(replica.table, [replica.key]);
      return copy.removeReplica(replica);
    },
    /** Up to the last one that is there all are in the copy by then, with those that were made in it. */
    async keys(table, limit, after) {
      const there = await from.keys(table, limit, after);
      await fetch(
        table,
        there.map(({ key }) => key),
      );
      return copy.keys(table, limit, after);
    },
    async hasHeads(table) {
      return (await copy.hasHeads(table)) || from.hasHeads(table);
    },
    count: (table) => from.count(table),
  };
}
