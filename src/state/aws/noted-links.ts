/** For which servers of which tables something was stored: nothing else lists their partitions. */
import type { ServerName, TableName } from '../../core/names.ts';
import { asText, textOf } from './attributes.ts';
import { partsOf, sortKeyOf } from './sort-keys.ts';
import { attributesOf, type Table } from './table.ts';

export type NotedLink = { readonly table: TableName; readonly server: ServerName };

export class NotedLinks {
  readonly #table: Table;
  readonly #list: string;
  readonly #noted = new Set<string>();

  constructor(table: Table, list: string) {
    this.#table = table;
    this.#list = list;
  }

  /** To be called before something is stored; sends each link once in the life of a process. */
  async note(links: readonly NotedLink[]): Promise<void> {
    const fresh = new Map(links.map((link) => [nameOf(link), link]));
    for (const known of this.#noted) fresh.delete(known);
    if (fresh.size === 0) return;
    const items = [...fresh].map(([sk, { table, server }]) => ({
      ...attributesOf({ pk: this.#list, sk }),
      table: asText(table),
      server: asText(server),
    }));
    await this.#table.putAll(items);
    for (const name of fresh.keys()) this.#noted.add(name);
  }

  /** Once noted, for ever, also where nothing is stored any more. */
  async all(): Promise<readonly NotedLink[]> {
    const items = await Array.fromAsync(this.#table.query(this.#list));
    return items.map((item) => ({ table: textOf(item, 'table'), server: textOf(item, 'server') }));
  }
}

const nameOf = ({ table, server }: NotedLink): string => sortKeyOf(partsOf(table, server));
