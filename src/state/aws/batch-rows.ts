/**
 * Batch rows: one item each, so that every step of a writer is one conditional request. Beside them lie two lists: `open`
 * holds an entry for each row in the order of age, and another one, for each table and server, those that ever had
 * something announced, since `sendingOf` must find them among thousands.
 */
import type { BatchId, BatchRow } from '../../core/batch.ts';
import type { TableName } from '../../core/names.ts';
import type { BacklogPlace, BatchRows } from '../../ports/control.ts';
import { asNumber, asText, numberOf, textOf } from './attributes.ts';
import { BatchItems, rowKey } from './batch-items.ts';
import type { Bodies } from './bodies.ts';
import { all, numberIs, textIs } from './conditions.ts';
import { inParallel } from './in-parallel.ts';
import { itemKeyOf, listedItems } from './listed.ts';
import { announcedIn } from './announced.ts';
import { part, partsOf, sortableNumber } from './sort-keys.ts';
import type { Item, Table } from './table.ts';

export function batchRowsIn(table: Table, bodies: Bodies): BatchRows {
  const items = new BatchItems(table, bodies);
  return { ...makingIn(items), ...listingIn(items), ...holdingIn(items), ...announcedIn(items) };
}

function makingIn(items: BatchItems): Pick<BatchRows, 'putBatches' | 'markReady' | 'markSent'> {
  const { table } = items;
  const isPreparing = textIs('state', 'preparing');
  return {
    async putBatches(rows) {
      await table.putAll(await inParallel(rows, (row) => items.itemOf(row)));
      await table.putAll(rows.map((row) => items.entryOf(row)));
    },
    async markReady(ids, sentAt) {
      const expression = 'SET #state = :ready, sentAt = :sent, rev = rev + :one';
      const values = { ':ready': asText('ready'), ':sent': asNumber(sentAt), ':one': asNumber(1) };
      await inParallel(ids, (id) => table.update(rowKey(id), { expression, values }, isPreparing));
    },
    async markSent(rows, now) {
      const marked = await inParallel(rows, ({ id, sentAt }) =>
        table.update(
          rowKey(id),
          { expression: 'SET sentAt = :now', values: { ':now': asNumber(now) } },
          all(textIs('state', 'ready'), numberIs('sentAt', sentAt)),
        ),
      );
      return rows.filter((_, at) => marked[at] !== undefined).map(({ id }) => id);
    },
  };
}

function listingIn(
  items: BatchItems,
): Pick<BatchRows, 'batch' | 'openBatches' | 'backlog' | 'backlogPlaces'> {
  const { table } = items;
  return {
    async batch(id) {
      const item = await table.get(rowKey(id));
      return item && items.rowOf(item);
    },
    async openBatches(server, limit, after) {
      const prefix = `${part(server)}#`;
      const from =
        after === undefined ? {} : { from: `${prefix}${sortableNumber(after.createdAt)}#${after.id}` };
      const entries = behind(table.query('open', { prefix, ...from }), from.from);
      const found = await listedItems(table, entries, limit);
      return inParallel(found, (item) => items.rowOf(item));
    },
    async backlog() {
      const servers = new Map<string, { rows: number; keys: number; oldestChangeAt: number }>();
      for await (const entry of table.query('open')) {
        const server = textOf(entry, 'server');
        const sum = servers.get(server) ?? { rows: 0, keys: 0, oldestChangeAt: Number.POSITIVE_INFINITY };
        servers.set(server, {
          rows: sum.rows + 1,
          keys: sum.keys + numberOf(entry, 'keyCount'),
          oldestChangeAt: Math.min(sum.oldestChangeAt, numberOf(entry, 'oldestChangeAt')),
        });
      }
      return servers;
    },
    async backlogPlaces() {
      const places = new Map<string, BacklogPlace>();
      for await (const entry of table.query('open')) {
        const of = await tableOf(items, entry);
        if (of === undefined) continue;
        const server = textOf(entry, 'server');
        const name = partsOf(of, server);
        const { keys, oldestChangeAt } = places.get(name) ?? {
          keys: 0,
          oldestChangeAt: Number.POSITIVE_INFINITY,
        };
        places.set(name, {
          table: of,
          server,
          keys: keys + numberOf(entry, 'keyCount'),
          oldestChangeAt: Math.min(oldestChangeAt, numberOf(entry, 'oldestChangeAt')),
        });
      }
      return [...places.values()];
    },
  };
}

/** An earlier release did not say it: those are few, and gone in minutes. Undefined where the row is gone. */
async function tableOf({ table }: BatchItems, entry: Item): Promise<TableName | undefined> {
  if (entry['table'] !== undefined) return textOf(entry, 'table');
  const row = await table.get(itemKeyOf(entry));
  return row && textOf(row, 'table');
}

async function* behind(entries: AsyncGenerator<Item>, from: string | undefined): AsyncGenerator<Item> {
  for await (const entry of entries) if (textOf(entry, 'sk') !== from) yield entry;
}

function holdingIn(items: BatchItems): Pick<BatchRows, 'claim' | 'defer' | 'close'> {
  const { table } = items;
  return {
    async claim(id: BatchId): Promise<BatchRow | undefined> {
      const item = await table.update(rowKey(id), {
        expression: 'SET #state = :ready, attempts = attempts + :one, rev = rev + :one',
        names: { '#state': 'state' },
        values: { ':ready': asText('ready'), ':one': asNumber(1) },
      });
      if (item === undefined) return undefined;
      items.remember(item);
      return items.rowOf(item);
    },
    async defer(id, rev, notBefore) {
      const expression = 'SET notBefore = :until, rev = rev + :one';
      const values = { ':until': asNumber(notBefore), ':one': asNumber(1) };
      return (await table.update(rowKey(id), { expression, values }, numberIs('rev', rev))) !== undefined;
    },
    async close(id, rev) {
      const closed = await table.remove(rowKey(id), numberIs('rev', rev));
      if (closed === undefined) return false;
      // Where only the key is known, whoever meets the entries takes them out.
      if (closed['id'] !== undefined) await table.removeAll(items.entriesOf(closed));
      return true;
    },
  };
}
