/** Conflicts and parked records. */
import type { Parked } from '../../core/conflict.ts';
import type { Key, ServerName, TableName } from '../../core/names.ts';
import type { Keepsakes } from '../../ports/control.ts';
import { asText, textOf } from './attributes.ts';
import { AgedDocuments } from './aged.ts';
import type { Documents } from './documents.ts';
import { partsOf, sortKeyOf } from './sort-keys.ts';
import { stored } from './stored-values.ts';
import type { ItemKey } from './table.ts';

export const keepsakesIn = (documents: Documents): Keepsakes => ({
  ...conflictsIn(new AgedDocuments(documents, 'conflicts')),
  ...parkedIn(documents, new AgedDocuments(documents, 'parked')),
});

type Conflicts = Pick<Keepsakes, 'putConflicts' | 'conflicts' | 'countConflicts'>;

const conflictsIn = (aged: AgedDocuments): Conflicts => ({
  async putConflicts(conflicts) {
    await aged.put(
      conflicts.map((value) => ({
        key: { pk: 'conflict', sk: `conflict ${sortKeyOf(value.id)}` },
        id: value.id,
        at: value.at,
        value,
      })),
    );
  },
  async conflicts(limit) {
    return (await aged.latest(limit)).map((value) => stored('conflict', value));
  },
  countConflicts: () => aged.count(),
});

const partition = (table: TableName, server: ServerName): string => partsOf('parked', table, server);

const parkedKey = (table: TableName, server: ServerName, key: Key): ItemKey => ({
  pk: partition(table, server),
  sk: sortKeyOf(key),
});

const parkedIn = (documents: Documents, aged: AgedDocuments): Omit<Keepsakes, keyof Conflicts> => ({
  async park(parked) {
    const last = new Map(parked.map((one) => [partsOf(one.table, one.server, one.key), one]));
    await aged.put(
      [...last].map(([id, value]) => ({
        key: parkedKey(value.table, value.server, value.key),
        id,
        at: value.at,
        value,
        attributes: { server: asText(value.server) },
      })),
    );
  },
  async unpark(table, server, keys) {
    await aged.remove([...new Set(keys)].map((key) => parkedKey(table, server, key)));
  },
  async parked(limit) {
    return (await aged.latest(limit)).map((value) => stored('parked', value));
  },
  async parkedPage(table, server, limit, after) {
    const from = after === undefined ? {} : { from: sortKeyOf(after) };
    const page: Parked[] = [];
    for await (const item of documents.table.query(partition(table, server), { ...from, limit: limit + 1 })) {
      if (textOf(item, 'sk') === from.from || page.length === limit) continue;
      page.push(stored('parked', await documents.valueOf(item)));
    }
    return page;
  },
  async parkedAmong(table, server, keys) {
    const found = await documents.getAll([...new Set(keys)].map((key) => parkedKey(table, server, key)));
    return new Map(found.map(({ value }) => stored('parked', value)).map((one) => [one.key, one]));
  },
  countParked: () => aged.count(),
  async parkedByServer() {
    const counts = new Map<ServerName, number>();
    for await (const entry of documents.table.query('parked')) {
      const server = textOf(entry, 'server');
      counts.set(server, (counts.get(server) ?? 0) + 1);
    }
    return counts;
  },
});
