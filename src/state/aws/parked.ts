/**
 * Parked records: those of a server in a table lie in one partition, and another one lists the partitions. What is counted
 * and what is shown is the records themselves, so that both are right wherever a process died.
 */
import type { Parked } from '../../core/conflict.ts';
import type { EpochMs, Key, ServerName, TableName } from '../../core/names.ts';
import type { Keepsakes } from '../../ports/control.ts';
import { asNumber, numberOf, textOf } from './attributes.ts';
import type { Documents } from './documents.ts';
import { inParallel } from './in-parallel.ts';
import { keyOfItem, nameOfKey } from './item-keys.ts';
import { type Aged, latestOf } from './latest.ts';
import { type NotedLink, NotedLinks } from './noted-links.ts';
import { partsIn, partsOf, sortKeyOf } from './sort-keys.ts';
import { stored } from './stored-values.ts';
import type { Item, ItemKey } from './table.ts';

const partition = ({ table, server }: NotedLink): string => partsOf('parked', table, server);

/** The list of the partitions. */
export const partitionsOfParked = 'parked-in';

/** Of what table and server a parked record is, by its partition. */
export function linkOfParked(item: Item): NotedLink {
  const [, table = '', server = ''] = partsIn(textOf(item, 'pk'));
  return { table, server };
}

const parkedKey = (table: TableName, server: ServerName, key: Key): ItemKey => ({
  pk: partition({ table, server }),
  sk: sortKeyOf(key),
});

export function parkedIn(documents: Documents): Keepsakes {
  const links = new NotedLinks(documents.table, partitionsOfParked);
  return { ...changingIn(documents, links), ...findingIn(documents), ...overAll(documents, links) };
}

const attributesFor = ({ at, retryAt }: Parked): Item => ({
  at: asNumber(at),
  ...(retryAt !== undefined && { retryAt: asNumber(retryAt) }),
});

const changingIn = (documents: Documents, links: NotedLinks): Pick<Keepsakes, 'park' | 'unpark'> => ({
  async park(parked) {
    await links.note(parked);
    const all = parked.map((value) => {
      const key = parkedKey(value.table, value.server, value.key);
      return { key, value, attributes: attributesFor(value) };
    });
    const last = new Map(all.map((one) => [nameOfKey(one.key), one]));
    await documents.putAll([...last.values()]);
  },
  async unpark(table, server, keys) {
    await documents.table.removeAll([...new Set(keys)].map((key) => parkedKey(table, server, key)));
  },
});

const findingIn = (documents: Documents): Pick<Keepsakes, 'parkedPage' | 'parkedAmong'> => ({
  async parkedPage(table, server, limit, after) {
    const from = after === undefined ? {} : { from: sortKeyOf(after) };
    const items = documents.table.query(partition({ table, server }), { ...from, limit: limit + 1 });
    const page: Parked[] = [];
    for await (const item of items) {
      if (textOf(item, 'sk') === from.from || page.length === limit) continue;
      page.push(stored('parked', await documents.valueOf(item)));
    }
    return page;
  },
  async parkedAmong(table, server, keys) {
    const found = await documents.getAll(keys.map((key) => parkedKey(table, server, key)));
    return new Map(found.map(({ value }) => stored('parked', value)).map((one) => [one.key, one]));
  },
});

function overAll(
  documents: Documents,
  links: NotedLinks,
): Pick<Keepsakes, 'parked' | 'parkedDue' | 'countParked' | 'parkedByServer' | 'parkedPlaces'> {
  const counts = async () =>
    inParallel(await links.all(), async (link) => ({
      table: link.table,
      server: link.server,
      records: await documents.table.count(partition(link)),
    }));
  return {
    async parked(limit) {
      const aged = await inParallel(await links.all(), (link) => agesIn(documents, link));
      return (await latestOf(documents, aged.flat(), limit)).map((value) => stored('parked', value));
    },
    async parkedDue(server, now, limit) {
      const there = (await links.all()).filter((link) => link.server === server);
      const due = (await inParallel(there, (link) => dueIn(documents, link, now))).flat();
      // Latest first is the order of `latestOf`: the earliest try is the latest of its negative.
      return (await latestOf(documents, due, limit)).map((value) => stored('parked', value));
    },
    async countParked() {
      return (await counts()).reduce((sum, { records }) => sum + records, 0);
    },
    async parkedByServer() {
      const sums = new Map<ServerName, number>();
      for (const { server, records } of await counts()) {
        if (records > 0) sums.set(server, (sums.get(server) ?? 0) + records);
      }
      return sums;
    },
    async parkedPlaces() {
      return (await counts()).filter(({ records }) => records > 0);
    },
  };
}

async function agesIn({ table }: Documents, link: NotedLink): Promise<readonly Aged[]> {
  const items = await Array.fromAsync(table.query(partition(link), { only: ['pk', 'sk', 'at'] }));
  return items.map((item) => ({ key: keyOfItem(item), at: numberOf(item, 'at') }));
}

/** Those that are tried at no time, such as all of earlier releases, have no `retryAt`. */
async function dueIn({ table }: Documents, link: NotedLink, now: EpochMs): Promise<readonly Aged[]> {
  const items = await Array.fromAsync(table.query(partition(link), { only: ['pk', 'sk', 'retryAt'] }));
  return items
    .filter((item) => item['retryAt'] !== undefined)
    .map((item) => ({ key: keyOfItem(item), at: -numberOf(item, 'retryAt') }))
    .filter(({ at }) => -at <= now);
}
