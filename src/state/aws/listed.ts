/**
 * Lists in an order of their own, beside the items that they list: an entry for each item, stored after it and removed after
 * it. An item never changes its place, and none comes back under a key that was another's. So an item has one entry in a
 * list, and an entry without its item is one whose item is gone for good: whoever meets it takes it out.
 */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { textOf } from './attributes.ts';
import { keyOfItem, nameOfKey } from './item-keys.ts';
import { attributesOf, type Item, type ItemKey, type Table } from './table.ts';

export type Entry = {
  /** The list, and the place in it. */
  readonly list: string;
  readonly place: string;
  /** The item. */
  readonly of: ItemKey;
  /** What is wanted of the item without reading it. */
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
};

export const entryItem = ({ list, place, of, attributes }: Entry): Item => ({
  ...attributesOf({ pk: list, sk: place }),
  itemPk: { S: of.pk },
  itemSk: { S: of.sk },
  ...attributes,
});

export const itemKeyOf = (entry: Item): ItemKey => ({
  pk: textOf(entry, 'itemPk'),
  sk: textOf(entry, 'itemSk'),
});

/** What is read of a list at once. */
const entriesInOnePage = 100;

/** The items of the entries that a query shows, in its order, at most `limit`. */
export async function listedItems(
  table: Table,
  entries: AsyncGenerator<Item>,
  limit: number,
): Promise<readonly Item[]> {
  const found: Item[] = [];
  for await (const page of pagesOf(entries, Math.min(limit, entriesInOnePage))) {
    const read = await table.getAll(page.map(itemKeyOf));
    const items = new Map(read.map((item) => [nameOfKey(keyOfItem(item)), item]));
    const stale: ItemKey[] = [];
    for (const entry of page) {
      const item = items.get(nameOfKey(itemKeyOf(entry)));
      if (item !== undefined) found.push(item);
      else stale.push(keyOfItem(entry));
    }
    if (stale.length > 0) await table.removeAll(stale);
    if (found.length >= limit) break;
  }
  return found.slice(0, limit);
}

async function* pagesOf(items: AsyncGenerator<Item>, size: number): AsyncGenerator<readonly Item[]> {
  let page: Item[] = [];
  for await (const item of items) {
    page.push(item);
    if (page.length < size) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}
