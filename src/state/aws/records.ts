/**
 * Heads and replicas: one item each, written by one conditional request. Heads of a table lie in 64 partitions by the hash
 * of the key, the replicas of each server in 64 of their own.
 */
import type { BatchKey } from '../../core/batch.ts';
import type { Head, Replica } from '../../core/head.ts';
import type { Key, ServerName, TableName } from '../../core/names.ts';
import { type Records, RecordsUnreadable } from '../../ports/records.ts';
import { asNumber, asText, numberOf } from './attributes.ts';
import { follows, numberIs } from './conditions.ts';
import type { Documents } from './documents.ts';
import { inParallel } from './in-parallel.ts';
import { NotedLinks } from './noted-links.ts';
import { isCut, partsOf, shardCount, shardOf, sortKeyOf } from './sort-keys.ts';
import { stored } from './stored-values.ts';
import type { Item, ItemKey } from './table.ts';
import { ValueMissing } from './value-missing.ts';

export const headPartition = (table: TableName, shard: number): string =>
  `${partsOf('head', table)}#${shard}`;

export const replicaPartition = (table: TableName, server: ServerName, shard: number): string =>
  `${partsOf('replica', table, server)}#${shard}`;

export const headKey = (table: TableName, key: Key): ItemKey => ({
  pk: headPartition(table, shardOf(key)),
  sk: sortKeyOf(key),
});

export const replicaKey = (table: TableName, server: ServerName, key: Key): ItemKey => ({
  pk: replicaPartition(table, server, shardOf(key)),
  sk: sortKeyOf(key),
});

export const shards: readonly number[] = Array.from({ length: shardCount }, (_, shard) => shard);

/** The list of the servers of which replicas were stored. */
export const replicasOf = 'replicas-of';

export function recordsIn(documents: Documents): Records {
  const links = new NotedLinks(documents.table, replicasOf);
  return {
    ...headsIn(documents),
    ...replicasIn(documents, links),
    ...removingIn(documents, links),
    ...listingIn(documents),
    ...countsIn(documents, links),
  };
}

async function readableOf<Result>(read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof ValueMissing)) throw error;
    const keys = error.records.map(({ key }) => key);
    throw new RecordsUnreadable(keys, error.message, { cause: error });
  }
}

function headsIn(documents: Documents): Pick<Records, 'heads' | 'putHeads'> {
  return {
    async heads(table, keys) {
      const found = await readableOf(() => documents.getAll(keys.map((key) => headKey(table, key))));
      return new Map(found.map(({ value }) => stored('head', value)).map((head) => [head.key, head]));
    },
    async putHeads(heads) {
      return refused(heads, (head) =>
        documents.put(
          headKey(head.table, head.key),
          head,
          { version: asNumber(head.version), ...keyIfCut(head.key), ...goneIf(head.deleted) },
          follows('version', head.version - 1),
        ),
      );
    },
  };
}

function replicasIn(documents: Documents, links: NotedLinks): Pick<Records, 'replicas' | 'putReplicas'> {
  return {
    async replicas(table, server, keys) {
      const found = await readableOf(() =>
        documents.getAll(keys.map((key) => replicaKey(table, server, key))),
      );
      return new Map(
        found.map(({ value }) => stored('replica', value)).map((replica) => [replica.key, replica]),
      );
    },
    async putReplicas(replicas) {
      await links.note(replicas);
      return refused(replicas, (replica) =>
        documents.put(
          replicaKey(replica.table, replica.server, replica.key),
          replica satisfies Replica,
          { rev: asNumber(replica.rev), ...goneIf(replica.gone ?? replica.left) },
          follows('rev', replica.rev - 1),
        ),
      );
    },
  };
}

const removingIn = (
  documents: Documents,
  links: NotedLinks,
): Pick<Records, 'replicasOf' | 'removeHead' | 'removeReplica'> => ({
  async replicasOf(table, key) {
    const ofTable = (await links.all()).filter((link) => link.table === table);
    const keys = ofTable.map(({ server }) => replicaKey(table, server, key));
    const found = await readableOf(() => documents.getAll(keys));
    return found.map(({ value }) => stored('replica', value));
  },
  async removeHead({ table, key, version }) {
    const removed = await documents.table.remove(headKey(table, key), numberIs('version', version));
    return removed !== undefined;
  },
  async removeReplica({ table, server, key, rev }) {
    const removed = await documents.table.remove(replicaKey(table, server, key), numberIs('rev', rev));
    return removed !== undefined;
  },
});

/** Keys in order over all partitions: each is read a little way, and what lies behind the end of one of them waits for the next page. */
function listingIn({ table: items }: Documents): Pick<Records, 'keys' | 'hasHeads'> {
  return {
    async keys(table, limit, after) {
      const each = Math.ceil(limit / shardCount) + 8;
      const parts = await inParallel(shards, (shard) =>
        keysOf(items, headPartition(table, shard), each, after),
      );
      const ends = parts.flatMap((part) => (part.length < each ? [] : (part.at(-1) ?? [])));
      const end = ends.map(bytesOf).toSorted((a, b) => Buffer.compare(a, b))[0];
      return parts
        .flat()
        .map((one) => ({ one, bytes: bytesOf(one) }))
        .filter(({ bytes }) => end === undefined || Buffer.compare(bytes, end) <= 0)
        .toSorted((a, b) => Buffer.compare(a.bytes, b.bytes))
        .slice(0, limit)
        .map(({ one }) => one);
    },
    async hasHeads(table) {
      const found = await inParallel(shards, (shard) =>
        keysOf(items, headPartition(table, shard), 1, undefined),
      );
      return found.some((part) => part.length > 0);
    },
  };
}

const bytesOf = ({ key }: BatchKey): Buffer => Buffer.from(sortKeyOf(key));

async function keysOf(
  items: Documents['table'],
  partition: string,
  limit: number,
  after: Key | undefined,
): Promise<readonly BatchKey[]> {
  const only = ['sk', 'key', 'version'];
  const from = after === undefined ? {} : { from: sortKeyOf(after) };
  const found: BatchKey[] = [];
  for await (const item of items.query(partition, { ...from, only, limit: limit + 1 })) {
    const key = keyOf(item);
    if (key !== after && found.length < limit) found.push({ key, version: numberOf(item, 'version') });
  }
  return found;
}

/** For counting: what is deleted, or has left a server's share, is stored and not counted. */
const goneIf = (gone: unknown) => (gone ? { gone: { BOOL: true } } : {});

const keyIfCut = (key: Key) => (isCut(key) ? { key: asText(key) } : {});
export const keyOf = (item: Item): Key => item['key']?.S ?? item['sk']?.S ?? '';

/** For people: reads through all partitions. */
function countsIn({ table: items }: Documents, links: NotedLinks): Pick<Records, 'count'> {
  const countOf = async (partitionOf: (shard: number) => string): Promise<number> => {
    const counts = await inParallel(shards, (shard) => items.count(partitionOf(shard), 'gone'));
    return counts.reduce((sum, count) => sum + count, 0);
  };
  return {
    async count(table) {
      const heads = await countOf((shard) => headPartition(table, shard));
      const replicas: Record<ServerName, number> = {};
      const ofTable = (await links.all()).filter((link) => link.table === table);
      for (const { server } of ofTable) {
        const count = await countOf((shard) => replicaPartition(table, server, shard));
        if (count > 0) replicas[server] = count;
      }
      return { heads, replicas };
    },
  };
}

async function refused<Value extends Head | Replica>(
  values: readonly Value[],
  put: (value: Value) => Promise<boolean>,
): Promise<ReadonlySet<Key>> {
  const done = await inParallel(values, put);
  return new Set(values.filter((_, at) => done[at] === false).map(({ key }) => key));
}
