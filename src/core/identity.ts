/**
 * What stored state is about: heads and replicas name records by a server's own row ids, so that state is bound to the
 * addresses, files, layouts and key fields that it came from. A fact binds once something is stored that rests on it.
 */
import type { Meeting } from './first-meeting.ts';
import type { ServerName, TableName } from './names.ts';

/** By name, such as `server hq` and its address. */
export type Identity = Readonly<Record<string, string>>;

export const serverFact = (server: ServerName): string => `server ${server}`;
export const keyFact = (table: TableName): string => `table ${table} key`;
export const linkFact = (table: TableName, server: ServerName): string => `table ${table} on ${server}`;

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

/** The facts that stored records may rest on: those of each server that met a table, whatever came of it. */
export const binding = (meetings: readonly Pick<Meeting, 'table' | 'server'>[]): ReadonlySet<string> =>
  new Set(
    meetings.flatMap(({ table, server }) => [serverFact(server), keyFact(table), linkFact(table, server)]),
  );
