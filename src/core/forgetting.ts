/**
 * What is forgotten of a record that was deleted, and what is in the way of forgetting it as a whole.
 *
 *   R2  The key of a tombstone stays as long as a server may still hold the record: the delete has to arrive there.
 *   R4  So does what was last seen on such a server: an edit there that had not seen the delete is told by it.
 *
 * Where no server holds it any more, and a find that was begun before can show it no more, nothing rests on the tombstone.
 */
import { lastHeld } from './absence.ts';
import type { BatchRow } from './batch.ts';
import type { Parked } from './conflict.ts';
import type { Halt } from './halt.ts';
import type { Deletion, Head, Replica, Seen } from './head.ts';
import type { EpochMs, ServerName, TableName } from './names.ts';
import { pausedNow, type PauseList } from './pause.ts';
import type { Suspect } from './suspect.ts';

/** All that is stored about one record besides what it held before. */
export type HeldOf = {
  readonly head: Head | undefined;
  readonly replicas: readonly Replica[];
  readonly parked: readonly Parked[];
  readonly suspects: readonly Suspect[];
  /** Open batch rows that name it. */
  readonly batches: readonly BatchRow[];
  /** Open halts of its table. */
  readonly halts: readonly Halt[];
};

/** Why the key has to stay. */
export type Hindrance =
  /** The record is, or may be, still on that server. */
  | { readonly why: 'there'; readonly server: ServerName }
  /** The same, but it had left that server's share: what is there is no part of the sync, and is not deleted by it. */
  | { readonly why: 'kept'; readonly server: ServerName }
  /** The same, and the configuration does not name that server any more: nobody looks there. */
  | { readonly why: 'closed'; readonly server: ServerName }
  /** Besides, a person paused it there: until then, or until a person ends that, nothing is carried there. */
  | { readonly why: 'paused'; readonly server: ServerName; readonly until?: EpochMs }
  | { readonly why: 'under-way'; readonly server: ServerName }
  | { readonly why: 'parked'; readonly server: ServerName; readonly code: string }
  | { readonly why: 'suspected'; readonly server: ServerName }
  | { readonly why: 'halted'; readonly server: ServerName; readonly id: string }
  /** It was found gone there a moment ago: what was read before may still show it. `until`: from then on it cannot. */
  | { readonly why: 'too-new'; readonly server: ServerName; readonly until: EpochMs };

export type Tombstone = Head & { readonly deleted: Deletion };

export const isTombstone = (head: Head): head is Tombstone => head.deleted !== undefined;

/** Servers on which the record is, or may be. */
export function serversWith({ head, replicas }: Pick<HeldOf, 'head' | 'replicas'>): readonly ServerName[] {
  const byServer = new Map(replicas.map((one) => [one.server, one]));
  const servers = new Set([...byServer.keys(), ...Object.keys(head?.seen ?? {})]);
  return [...servers].filter((server) => {
    const replica = byServer.get(server);
    const isThere = replica !== undefined && !replica.gone;
    return isThere || lastHeld(head, replica, server) !== undefined;
  });
}

/**
 * The tombstone without what the record held; of what was seen of it, only what the given servers tell. The given one, where
 * it is so already.
 */
export function bareTombstone(head: Tombstone, holders: readonly ServerName[]): Head {
  const before = Object.entries(head.seen);
  const kept = before.filter(([server]) => holders.includes(server));
  const isSame = kept.length === before.length && kept.every(([, { amounts }]) => amounts === undefined);
  if (head.deleted.bare && isSame) return head;
  const seen = Object.fromEntries(kept.map(([server, one]) => [server, seenWithoutAmounts(one)]));
  const { history: _, ...rest } = head;
  const deleted = { ...head.deleted, bare: true as const };
  return { ...rest, version: head.version + 1, fields: {}, createOnly: {}, seen, deleted };
}

/** Amounts are values. What an edit brings back is taken as a whole, so nothing is counted by them any more. */
function seenWithoutAmounts(seen: Seen): Seen {
  const { amounts: _, ...rest } = seen;
  return rest;
}

/** The same of those replicas that tell of any, to be stored under the next `rev`. */
export const withoutAmounts = (replicas: readonly Replica[]): readonly Replica[] =>
  replicas.flatMap((replica) => {
    const { amounts, ...rest } = replica;
    return amounts === undefined ? [] : { ...rest, rev: replica.rev + 1 };
  });

export type Forgettable = {
  readonly table: TableName;
  /** That the configuration has for the table. */
  readonly servers: readonly ServerName[];
  /** For so long after it was found gone from a server, what was read before may still bring the record back, ms. */
  readonly quietMs: number;
};

/** In no order of weight; none: no server can bring the record back, and none waits for its end. */
export function hindrancesTo(
  held: HeldOf,
  { table, servers, quietMs }: Forgettable,
  pauses: PauseList | undefined,
  now: EpochMs,
): readonly Hindrance[] {
  const having = serversWith(held);
  const newest = held.replicas.filter(({ until }) => until + quietMs > now);
  const left = held.replicas.filter((one) => one.left).map(({ server }) => server);
  const whyThere = (server: ServerName): 'closed' | 'kept' | 'there' => {
    if (!servers.includes(server)) return 'closed';
    return left.includes(server) ? 'kept' : 'there';
  };
  const paused = having.flatMap((server) => {
    const found = servers.includes(server) ? pausedNow(pauses, { table, server }, now) : undefined;
    return found === undefined ? [] : { server, ...found };
  });
  return [
    ...having.map((server) => ({ why: whyThere(server), server }) as const),
    ...paused.map(({ server, until }) => ({ why: 'paused', server, ...(until && { until }) }) as const),
    ...held.batches.map(({ server }) => ({ why: 'under-way', server }) as const),
    ...held.parked.map(({ server, code }) => ({ why: 'parked', server, code }) as const),
    ...held.suspects.map(({ server }) => ({ why: 'suspected', server }) as const),
    ...held.halts.map(({ server, id }) => ({ why: 'halted', server, id }) as const),
    ...newest.map(({ server, until }) => ({ why: 'too-new', server, until: until + quietMs }) as const),
  ];
}
