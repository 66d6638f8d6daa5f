import type { Head, Replica } from '../../../src/core/head.ts';
import type { Key, ServerName, TableName } from '../../../src/core/names.ts';
import type { Records } from '../../../src/ports/records.ts';

const named = (...parts: readonly string[]): string => JSON.stringify(parts);

export class MemoryRecords implements Records {
  readonly #heads = new Map<string, Head>();
  readonly #replicas = new Map<string, Replica>();

  async heads(table: TableName, keys: readonly Key[]): Promise<ReadonlyMap<Key, Head>> {
    return found(keys, (key) => this.#heads.get(named(table, key)));
  }

  async replicas(
    table: TableName,
    server: ServerName,
    keys: readonly Key[],
  ): Promise<ReadonlyMap<Key, Replica>> {
    return found(keys, (key) => this.#replicas.get(named(table, server, key)));
  }

  async putHeads(heads: readonly Head[]): Promise<ReadonlySet<Key>> {
    const refused = heads.filter((head) => {
      const name = named(head.table, head.key);
      if ((this.#heads.get(name)?.version ?? 0) !== head.version - 1) return true;
      this.#heads.set(name, structuredClone(head));
      return false;
    });
    return new Set(refused.map((head) => head.key));
  }

  async putReplicas(replicas: readonly Replica[]): Promise<ReadonlySet<Key>> {
    const refused = replicas.filter((replica) => {
      const name = named(replica.table, replica.server, replica.key);
      if ((this.#replicas.get(name)?.rev ?? 0) !== replica.rev - 1) return true;
      this.#replicas.set(name, structuredClone(replica));
      return false;
    });
    return new Set(refused.map((replica) => replica.key));
  }

  async hasHeads(table: TableName): Promise<boolean> {
    return [...this.#heads.values()].some((head) => head.table === table);
  }

  async count(
    table: TableName,
  ): Promise<{ readonly heads: number; readonly replicas: Readonly<Record<ServerName, number>> }> {
    const replicas = [...this.#replicas.values()].filter((replica) => replica.table === table);
    const byServer = Map.groupBy(replicas, (replica) => replica.server);
    return {
      heads: [...this.#heads.values()].filter((head) => head.table === table).length,
      replicas: Object.fromEntries([...byServer].map(([server, of]) => [server, of.length])),
    };
  }
}

function found<Item>(keys: readonly Key[], get: (key: Key) => Item | undefined): ReadonlyMap<Key, Item> {
  return new Map(
    keys.flatMap((key) => {
      const item = get(key);
      return item === undefined ? [] : [[key, structuredClone(item)] as const];
    }),
  );
}
