/** A batch row as an item, with its entries in the lists of open and of announcing rows. */
import type { BatchId, BatchRow } from '../../core/batch.ts';
import type { ServerName, TableName } from '../../core/names.ts';
import { asNumber, asText, numberOf, textOf } from './attributes.ts';
import type { Bodies } from './bodies.ts';
import { entryItem } from './listed.ts';
import { part, partsOf, sortableNumber } from './sort-keys.ts';
import { chunkOf, sendingIn } from './sending-chunks.ts';
import { stored } from './stored-values.ts';
import { attributesOf, type Item, type ItemKey, type Table } from './table.ts';
import { readFor } from './value-missing.ts';

export const rowKey = (id: BatchId): ItemKey => ({ pk: `row#${id}`, sk: 'row' });

/** The rows of a table that announced what they are about to write on a server. */
export const announcing = (table: TableName, server: ServerName): string =>
  partsOf('announcing', table, server);

const openPlace = (server: ServerName, createdAt: number, id: BatchId): string =>
  `${part(server)}#${sortableNumber(createdAt)}#${id}`;

export class BatchItems {
  readonly table: Table;
  readonly bodies: Bodies;
  /** Rows whose announcing entry this process stored. */
  readonly entered = new Set<BatchId>();
  readonly #places = new Map<BatchId, string>();

  constructor(table: Table, bodies: Bodies) {
    this.table = table;
    this.bodies = bodies;
  }

  async itemOf(row: BatchRow): Promise<Item> {
    const chunks = row.sending.length === 0 ? [] : [await chunkOf(row.sending, this.bodies)];
    return {
      ...attributesOf(rowKey(row.id)),
      id: asText(row.id),
      table: asText(row.table),
      server: asText(row.server),
      state: asText(row.state),
      rev: asNumber(row.rev),
      attempts: asNumber(row.attempts),
      notBefore: asNumber(row.notBefore),
      sentAt: asNumber(row.sentAt),
      createdAt: asNumber(row.createdAt),
      oldestChangeAt: asNumber(row.oldestChangeAt),
      sending: { L: chunks },
      ...(await this.bodies.pack(row.keys)),
    };
  }

  async rowOf(item: Item): Promise<BatchRow> {
    const state = textOf(item, 'state') === 'ready' ? 'ready' : 'preparing';
    return {
      id: textOf(item, 'id'),
      table: textOf(item, 'table'),
      server: textOf(item, 'server'),
      keys: stored('batchKeys', await readFor(item, () => this.bodies.unpack(item))),
      state,
      rev: numberOf(item, 'rev'),
      sending: await sendingIn(item, this.bodies),
      attempts: numberOf(item, 'attempts'),
      notBefore: numberOf(item, 'notBefore'),
      sentAt: numberOf(item, 'sentAt'),
      createdAt: numberOf(item, 'createdAt'),
      oldestChangeAt: numberOf(item, 'oldestChangeAt'),
    };
  }

  entryOf({ id, table, server, createdAt, keys, oldestChangeAt }: BatchRow): Item {
    const attributes = {
      table: asText(table),
      server: asText(server),
      keyCount: asNumber(keys.length),
      oldestChangeAt: asNumber(oldestChangeAt),
    };
    return entryItem({ list: 'open', place: openPlace(server, createdAt, id), of: rowKey(id), attributes });
  }

  /** The list in which the row announces: known from when it was claimed, or read. Undefined where the row is gone. */
  async announcingOf(id: BatchId): Promise<string | undefined> {
    const known = this.#places.get(id);
    if (known !== undefined) return known;
    const item = await this.table.get(rowKey(id));
    return item && this.remember(item);
  }

  remember(item: Item): string {
    const list = announcing(textOf(item, 'table'), textOf(item, 'server'));
    this.#places.set(textOf(item, 'id'), list);
    return list;
  }

  /** Where a row that was removed may be listed. */
  entriesOf(item: Item): readonly ItemKey[] {
    const id = textOf(item, 'id');
    const server = textOf(item, 'server');
    this.entered.delete(id);
    this.#places.delete(id);
    const open = { pk: 'open', sk: openPlace(server, numberOf(item, 'createdAt'), id) };
    const announced =
      item['announced'] === undefined ? [] : [{ pk: announcing(textOf(item, 'table'), server), sk: id }];
    return [open, ...announced];
  }
}
