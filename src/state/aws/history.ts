/**
 * Entries of the histories of records, which expire by themselves. Those of a record lie in a partition of its own, which its
 * key's hash names: a key may be longer than a partition key. The newest come first.
 */
import { hash } from 'node:crypto';
import type { EntryPlace } from '../../core/head.ts';
import type { HistoryEntry } from '../../core/history.ts';
import type { Key, TableName } from '../../core/names.ts';
import type { Histories } from '../../ports/history.ts';
import { expiresAt, textOf } from './attributes.ts';
import type { Documents } from './documents.ts';
import { keyOfItem } from './item-keys.ts';
import { naming } from './object-names.ts';
import { partsOf, sortableNumber } from './sort-keys.ts';
import { stored } from './stored-values.ts';
import type { Item, Table } from './table.ts';

const partition = (table: TableName, key: Key): string =>
  partsOf('history', table, hash('sha256', key, 'base64url'));

const placeOf = ({ version, id }: EntryPlace): string => `${sortableNumber(-version)}#${id}`;

/** Entries as they lie there, without their values: where each is, and which objects it names. */
export const historyItems = (table: Table, of: TableName, key: Key): Promise<readonly Item[]> =>
  Array.fromAsync(table.query(partition(of, key), { only: ['pk', 'sk', ...naming] }));

export const historyIn = (documents: Documents): Histories => ({
  async putHistory(entries) {
    await documents.putAll(
      entries.map((value) => ({
        key: { pk: partition(value.table, value.key), sk: placeOf(value) },
        value,
        attributes: expiresAt(value.keepUntil),
      })),
    );
  },
  async history(table, key, limit, after) {
    const from = after === undefined ? {} : { from: placeOf(after) };
    const items = documents.table.query(partition(table, key), { ...from, limit: limit + 1 });
    const page: HistoryEntry[] = [];
    for await (const item of items) {
      if (textOf(item, 'sk') === from.from || page.length === limit) continue;
      page.push(stored('historyEntry', await documents.valueOf(item)));
    }
    return page;
  },
  async dropHistory(table, key) {
    const items = await historyItems(documents.table, table, key);
    await documents.table.removeAll(items.map(keyOfItem));
    return items.length;
  },
});
