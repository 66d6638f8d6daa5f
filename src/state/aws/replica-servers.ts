/** Which servers a table has replicas of: nothing else lists their partitions. */
import type { Replica } from '../../core/head.ts';
import type { ServerName, TableName } from '../../core/names.ts';
import { textOf } from './attributes.ts';
import { partsOf } from './sort-keys.ts';
import { attributesOf, type Table } from './table.ts';

const partition = (table: TableName): string => partsOf('replicas-of', table);

export class ReplicaServers {
  readonly #table: Table;
  readonly #noted = new Set<string>();

  constructor(table: Table) {
    this.#table = table;
  }

  /** Stored before the first replica of each; once in the life of a process. */
  async note(replicas: readonly Replica[]): Promise<void> {
    const fresh = new Map(replicas.map((one) => [partsOf(one.table, one.server), one]));
    for (const known of this.#noted) fresh.delete(known);
    if (fresh.size === 0) return;
    // A sort key is never empty; a name may be.
    const items = [...fresh.values()].map(({ table, server }) => ({
      ...attributesOf({ pk: partition(table), sk: `server ${server}` }),
      server: { S: server },
    }));
    await this.#table.putAll(items);
    for (const name of fresh.keys()) this.#noted.add(name);
  }

  async of(table: TableName): Promise<readonly ServerName[]> {
    const items = await Array.fromAsync(this.#table.query(partition(table)));
    return items.map((item) => textOf(item, 'server'));
  }
}
