/**
 * What stored state is about: heads and replicas name records by their keys and by a server's own row ids. The key field of a table
 * cannot change. An address, a file or a layout can: whether it is the same table is asked of the server (engine/moved.ts).
 */
import type { Meeting } from './first-meeting.ts';
import type { ServerName, TableName } from './names.ts';

/** By name, such as `server hq` and its address. */
export type Identity = Readonly<Record<string, string>>;

export const serverFact = (server: ServerName): string => `server ${server}`;
export const keyFact = (table: TableName): string => `table ${table} key`;
export const linkFact = (table: TableName, server: ServerName): string => `table ${table} on ${server}`;

/** Where a table is found on a server, in words. */
export const addressOf = (url: string, place: string): string => `${url} ${place}`;

/** Where a table is found by these facts, on each server that they tell of. */
export const addressesIn = (
  facts: ReadonlyMap<string, string>,
  table: TableName,
): Readonly<Record<ServerName, string>> => {
  const places = linkFact(table, '');
  return Object.fromEntries(
    [...facts].flatMap(([name, place]) => {
      if (!name.startsWith(places)) return [];
      const server = name.slice(places.length);
      const url = facts.get(serverFact(server));
      return url === undefined ? [] : [[server, addressOf(url, place)] as const];
    }),
  );
};

export type OtherFact = { readonly name: string; readonly was: string; readonly now: string };

/** Own properties only: a fact is named by people. */
export const factIn = (identity: Identity, name: string): string | undefined =>
  Object.hasOwn(identity, name) ? identity[name] : undefined;

/**
 * Stored facts that are given otherwise. What is not given at all was taken out of the configuration: it stays as it is
 * stored, so that it is known again when it comes back.
 */
export const otherFacts = (
  stored: Iterable<readonly [name: string, value: string]>,
  given: Identity,
): readonly OtherFact[] =>
  [...stored].flatMap(([name, was]) => {
    const now = factIn(given, name);
    return now === undefined || now === was ? [] : [{ name, was, now }];
  });

/** What cannot change while something is stored that rests on it: the keys of tables that a server met, whatever came of it. */
export const binding = (meetings: readonly Pick<Meeting, 'table'>[]): ReadonlySet<string> =>
  new Set(meetings.map(({ table }) => keyFact(table)));

/** All facts of servers that met a table: they stay when they are not given, since what is kept of them may be wanted again. */
export const knownFacts = (meetings: readonly Pick<Meeting, 'table' | 'server'>[]): ReadonlySet<string> =>
  new Set(
    meetings.flatMap(({ table, server }) => [serverFact(server), keyFact(table), linkFact(table, server)]),
  );

/** How a table gets another key: `name` is the fact of its key. */
export const otherKeyRemedy = (name: string): string => {
  const table = name.slice('table '.length, -' key'.length);
  return (
    'Put the key back. To have the table synced by another one, give it another name in the configuration: it is met anew, as at ' +
    `the very beginning; then end what is kept of it under this name: serversync forget --table ${table}`
  );
};
