/** What the deployed form is made of, counted: names of its queues, functions at work at once, sessions they open. */
import type { ServerName } from '../core/names.ts';
import type { Configuration } from './configuration.ts';

/** Of one server's queue, how many batches are delivered at once: the least that AWS allows as a limit. */
export const writersPerServer = 2;

/** The queue takes what has to be delivered to the server, the other one what nobody could read. */
export const queueNamesOf = (
  stack: string,
  server: ServerName,
): { readonly queue: string; readonly unreadable: string } => ({
  queue: `${stack}-${server}`,
  unreadable: `${stack}-${server}-unreadable`,
});

/** The alarm that `doctor --test-alarm` raises: nothing else does. */
export const testAlarmName = (stack: string): string => `this is only a test - ${stack}`;

export type ServerDuties = { readonly sends: boolean; readonly receives: boolean };

/** Over all tables. */
export function dutiesOf({ tables }: Configuration, server: ServerName): ServerDuties {
  const links = tables.flatMap((table) => table.links.filter((link) => link.server === server));
  return {
    sends: links.some(({ role }) => role !== 'receive'),
    receives: links.some(({ role }) => role !== 'send'),
  };
}

/** Writers, one that reads and one that sweeps: a server that only receives is read too, at its first meeting. */
export function sessionsNeeded({ sends, receives }: ServerDuties): number {
  if (receives) return writersPerServer + forReading + forSweeping;
  return sends ? forReading + forSweeping : 0;
}

/** Reading is one request after the other, and so is sweeping, beside it. */
export const forReading = 1;
export const forSweeping = 1;

/** Of a server that calls: its reader for hints, and who takes the calls. */
const forCalls = 2;

/** The most functions that are ever at work at once: those of each server, and the one that measures. */
export function concurrencyOf(configuration: Configuration): number {
  const perServer = configuration.servers.map(
    ({ name, wake }) => sessionsNeeded(dutiesOf(configuration, name)) + (wake === 'webhook' ? forCalls : 0),
  );
  return perServer.reduce((sum, each) => sum + each, 1);
}
