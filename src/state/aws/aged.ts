/** Documents that are listed by age too: latest first, counted, overwritten under the same key. */
import { asNumber, numberOf, textOf } from './attributes.ts';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Documents } from './documents.ts';
import { inParallel } from './in-parallel.ts';
import { entryItem, listedItems } from './listed.ts';
import { sortableNumber, sortKeyOf } from './sort-keys.ts';
import type { Item, ItemKey } from './table.ts';

type Attributes = Readonly<Record<string, AttributeValue>>;

export type Aged = {
  readonly key: ItemKey;
  /** Orders those of one age. */
  readonly id: string;
  readonly at: number;
  readonly value: unknown;
  /** Such as when it expires: of the document and of its entry. */
  readonly attributes?: Attributes;
};

export class AgedDocuments {
  readonly #documents: Documents;
  readonly #list: string;

  constructor(documents: Documents, list: string) {
    this.#documents = documents;
    this.#list = list;
  }

  /** Stores or overwrites each. */
  async put(all: readonly Aged[]): Promise<void> {
    await inParallel(all, (one) => this.#putOne(one));
  }

  /** Absent ones are ignored. */
  async remove(keys: readonly ItemKey[]): Promise<void> {
    const { table } = this.#documents;
    const removed = await inParallel(keys, (key) => table.remove(key));
    await table.removeAll(removed.flatMap((item) => (item === undefined ? [] : this.#entryKey(item))));
  }

  async latest(limit: number): Promise<readonly string[]> {
    const { table } = this.#documents;
    const entries = table.query(this.#list, { descending: true });
    const isCurrent = (entry: Item, item: Item): boolean =>
      textOf(entry, 'sk') === this.#place(numberOf(item, 'at'), textOf(item, 'ageId'));
    const items = await listedItems(table, entries, limit, isCurrent);
    return inParallel(items, (item) => this.#documents.valueOf(item));
  }

  count(): Promise<number> {
    return this.#documents.table.count(this.#list);
  }

  async #putOne({ key, id, at, value, attributes = {} }: Aged): Promise<void> {
    const own = { ...attributes, at: asNumber(at), ageId: { S: id } };
    const before = await this.#documents.replace(key, value, own);
    const place = this.#place(at, id);
    if (before !== undefined) {
      const old = this.#entryKey(before);
      if (old.sk !== place) await this.#documents.table.remove(old);
    }
    await this.#documents.table.putAll([entryItem({ list: this.#list, place, of: key, attributes })]);
  }

  #place(at: number, id: string): string {
    return `${sortableNumber(at)}#${sortKeyOf(id)}`;
  }

  #entryKey(item: Item): ItemKey {
    return { pk: this.#list, sk: this.#place(numberOf(item, 'at'), textOf(item, 'ageId')) };
  }
}
