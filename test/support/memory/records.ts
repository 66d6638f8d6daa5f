import type { Head, Replica } from '../../../src/core/head.ts';
import type { Key } from '../../../src/core/names.ts';
import type { Records } from '../../../src/ports/records.ts';
import { byBytes, frozen, joined } from './frozen.ts';
import { Stores } from './stores.ts';

export function memoryRecords(stores = new Stores()): Records {
  const heads = stores.map<Head>();
  const replicas = stores.map<Replica>();
  return {
    async heads(table, keys) {
      return found(keys, (key) => heads.get(joined(table, key)));
    },
    async replicas(table, server, keys) {
      return found(keys, (key) => replicas.get(joined(table, server, key)));
    },
    async putHeads(given) {
      return refused(given, (head) => {
        const at = joined(head.table, head.key);
        const fits = (heads.get(at)?.version ?? 0) === head.version - 1;
        if (fits) heads.set(at, frozen(head));
        return fits;
      });
    },
    async putReplicas(given) {
      return refused(given, (replica) => {
        const at = joined(replica.table, replica.server, replica.key);
        const fits = (replicas.get(at)?.rev ?? 0) === replica.rev - 1;
        if (fits) replicas.set(at, frozen(replica));
        return fits;
      });
    },
    async replicasOf(table, key) {
      return [...replicas.values()].filter((one) => one.table === table && one.key === key);
    },
    async removeHead({ table, key, version }) {
      const at = joined(table, key);
      return heads.get(at)?.version === version && heads.delete(at);
    },
    async removeReplica({ table, server, key, rev }) {
      const at = joined(table, server, key);
      return replicas.get(at)?.rev === rev && replicas.delete(at);
    },
    async keys(table, limit, after = '') {
      return [...heads.values()]
        .filter((head) => head.table === table && byBytes(head.key, after) > 0)
        .map(({ key, version }) => ({ key, version }))
        .toSorted((a, b) => byBytes(a.key, b.key))
        .slice(0, limit);
    },
    async hasHeads(table) {
      return [...heads.values()].some((head) => head.table === table);
    },
    async count(table) {
      const of = Map.groupBy(
        [...replicas.values()].filter((one) => one.table === table && !one.gone && !one.left),
        (one) => one.server,
      );
      return {
        heads: [...heads.values()].filter((head) => head.table === table && !head.deleted).length,
        replicas: Object.fromEntries([...of].map(([server, list]) => [server, list.length])),
      };
    },
  };
}

function found<Value>(keys: readonly Key[], read: (key: Key) => Value | undefined): ReadonlyMap<Key, Value> {
  return new Map(
    keys.flatMap((key) => {
      const value = read(key);
      return value === undefined ? [] : [[key, value] as const];
    }),
  );
}

const refused = <Value extends { readonly key: Key }>(
  values: readonly Value[],
  put: (value: Value) => boolean,
): ReadonlySet<Key> => new Set(values.filter((value) => !put(value)).map((value) => value.key));
