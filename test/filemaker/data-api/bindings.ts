/** The table and the connector that the tests use. */
import { connectDataApi, type DataApiOptions } from '../../../src/filemaker/data-api/connect.ts';
import type { Server, TableBinding } from '../../../src/ports/server.ts';
import { type MemorySessionSlots, memorySessionSlots } from '../../support/memory/session-slots.ts';
import { VirtualClock } from '../http/virtual-clock.ts';

export const account = { username: 'sync', password: 'open-sesame-42' };

export const contacts: TableBinding = {
  table: 'contacts',
  role: 'both',
  database: 'Sales',
  layout: 'sync contacts',
  keyField: 'PK',
  stampField: 'Modified',
  stampedBy: 'host',
  key: 'id',
  fieldNames: { name: 'Name', amount: 'Amount', born: 'Born', at: 'At', seen: 'Seen' },
  types: { id: 'text', name: 'text', amount: 'number', born: 'date', at: 'time', seen: 'timestamp' },
};

export type Connected = AsyncDisposable & {
  readonly server: Server;
  readonly clock: VirtualClock;
  readonly slots: MemorySessionSlots;
  readonly events: readonly unknown[];
};

export function connect(url: string, options: Partial<DataApiOptions> = {}): Connected {
  const clock = new VirtualClock();
  const slots = memorySessionSlots();
  const events: unknown[] = [];
  const server = connectDataApi({
    name: 'berlin',
    url,
    account,
    sessions: 2,
    slots,
    clock,
    random: () => 0.5,
    log: (event) => events.push(event),
    ...options,
  });
  return { server, clock, slots, events, [Symbol.asyncDispose]: () => server.close() };
}

export const never = new AbortController().signal;

/** A create may leave whenever it can. */
export const anyTime = Number.POSITIVE_INFINITY;
