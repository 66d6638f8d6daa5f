/**
 * Heads and replicas. Reads are strongly consistent: they show every write that returned before they began.
 * Each write is conditional and atomic for itself; a call with many is not atomic as a whole, and a crash may
 * leave any subset of it done. Repeating a write that was done refuses it (its condition no longer holds).
 */
import type { BatchKey } from '../core/batch.ts';
import type { Head, Replica } from '../core/head.ts';
import type { Key, ServerName, TableName } from '../core/names.ts';

/** Some of the records that were asked for cannot be read, since what they name is gone. The others can be asked for. */
export class RecordsUnreadable extends Error {
  readonly code = 'value-missing';
  readonly disposition = 'park';
  readonly keys: readonly Key[];

  /** `message`: what is missing where, and how to put it back; no record's contents (R9). */
  constructor(keys: readonly Key[], message: string, options: { readonly cause: unknown }) {
    super(message, options);
    this.name = 'RecordsUnreadable';
    this.keys = keys;
  }
}

export interface Records {
  /** The heads that exist, by key. Any number of keys, without doubles. Throws RecordsUnreadable. */
  heads(table: TableName, keys: readonly Key[]): Promise<ReadonlyMap<Key, Head>>;

  /** What we know that the server holds, by key; absent where we know of nothing. Throws RecordsUnreadable. */
  replicas(table: TableName, server: ServerName, keys: readonly Key[]): Promise<ReadonlyMap<Key, Replica>>;

  /**
   * Writes each head if the stored one has `version - 1` (none stored counts as 0). One table, each key once.
   * Returns the keys whose condition failed; those are unchanged.
   */
  putHeads(heads: readonly Head[]): Promise<ReadonlySet<Key>>;

  /**
   * Writes each replica if the stored one has `rev - 1` (none stored counts as 0). One table and server, each
   * key once. Returns the keys whose condition failed; those are unchanged.
   */
  putReplicas(replicas: readonly Replica[]): Promise<ReadonlySet<Key>>;

  /** What is known of a record on any server, those that no configuration names any more included. For people: may be slow. */
  replicasOf(table: TableName, key: Key): Promise<readonly Replica[]>;

  /** Removes the head if the stored one has this version; false otherwise, and where there is none. */
  removeHead(head: Pick<Head, 'table' | 'key' | 'version'>): Promise<boolean>;

  /** Removes the replica if the stored one has this `rev`; false otherwise, and where there is none. */
  removeReplica(replica: Pick<Replica, 'table' | 'server' | 'key' | 'rev'>): Promise<boolean>;

  /** Keys and versions of a table's heads in the order of the keys' UTF-8 bytes, at most `limit`; those behind `after`. */
  keys(table: TableName, limit: number, after?: Key): Promise<readonly BatchKey[]>;

  /** Whether the table has a head at all. */
  hasHeads(table: TableName): Promise<boolean>;

  /** Heads of a table and replicas of a table on each server, those of deleted records and of such that left the server's share left out, counted; for people, may be slow. */
  count(table: TableName): Promise<{
    readonly heads: number;
    readonly replicas: Readonly<Record<ServerName, number>>;
  }>;
}
