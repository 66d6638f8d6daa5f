/** Whatever speaks to a FileMaker Server, and how it differs from others by its API's nature. */
import type { ConnectorEvent } from '../../../src/filemaker/http/events.ts';
import type { WayOptions } from '../../../src/filemaker/http/way.ts';
import type { FieldType } from '../../../src/core/link.ts';
import type { Server, ServerTable, TableBinding } from '../../../src/ports/server.ts';
import type { SimulatorOptions } from '../../../src/simulator/description.ts';
import { VirtualClock } from '../../filemaker/http/virtual-clock.ts';
import { type Rows, simulate, type Simulated } from './simulated.ts';

export const account = { username: 'sync', password: 'open-sesame-42' };

export const never = new AbortController().signal;

/** A create may leave whenever it can. */
export const anyTime = Number.POSITIVE_INFINITY;

export const all = { offset: 0, limit: 10 };

export type ConnectOptions = WayOptions & { readonly account: typeof account };

export type ServerKind = {
  readonly name: string;
  readonly connect: (options: ConnectOptions) => Server;
  /** By what the table of contacts is reached: the Data API has layouts, OData table occurrences. */
  readonly layout: string;
  /** How the server is. */
  readonly simulator?: Partial<SimulatorOptions>;
  /** Whether a look-up finds `ABC` for `abc`: a find of FileMaker's does, its SQL below OData does not (assumed). */
  readonly findsAlike: boolean;
  /** Whether rows come in order of creation: false where a server sorts by nothing that says it. */
  readonly inOrderOfCreation?: false;
  /** Whether the table is bound with the server's own ids of its fields. */
  readonly asksByIds?: boolean;
};

export const contactsOf = ({ layout }: ServerKind): TableBinding => ({
  table: 'contacts',
  role: 'both',
  database: 'Sales',
  layout,
  keyField: 'PK',
  stampField: 'Modified',
  stampedBy: 'host',
  key: 'id',
  fieldNames: { name: 'Name', amount: 'Amount', born: 'Born', at: 'At', seen: 'Seen' },
  types: { id: 'text', name: 'text', amount: 'number', born: 'date', at: 'time', seen: 'timestamp' },
});

export type Opened = AsyncDisposable & {
  readonly simulator: Simulated;
  readonly server: Server;
  readonly table: ServerTable;
  /** As the table was bound, with ids where the kind asks by them. */
  readonly bind: (changes: Partial<TableBinding>, types?: Record<string, FieldType>) => Promise<ServerTable>;
  readonly clock: VirtualClock;
  readonly events: readonly ConnectorEvent[];
};

export type Opening = {
  readonly rows?: Rows;
  readonly simulator?: Partial<SimulatorOptions>;
  readonly options?: Partial<ConnectOptions>;
};

/** A simulated server with these contacts, and what speaks to it. */
export async function openServer(kind: ServerKind, opening: Opening = {}): Promise<Opened> {
  const simulator = await simulate(opening.rows ?? [], { ...kind.simulator, ...opening.simulator });
  const connected = connectTo(kind, simulator.url, opening.options);
  const { server } = connected;
  // Another account may not be let in.
  const asksByIds = kind.asksByIds === true && opening.options?.account === undefined;
  const bind: Opened['bind'] = async (changes, types = {}) => {
    const contacts = contactsOf(kind);
    const binding = { ...contacts, ...changes, types: { ...contacts.types, ...types } };
    return server.table(asksByIds ? await withIds(server, binding) : binding);
  };
  return {
    ...connected,
    simulator,
    bind,
    table: await bind({}),
    async [Symbol.asyncDispose]() {
      await server.close();
      await simulator.close();
    },
  };
}

const random = (): number => 0.5;

export type Connected = Pick<Opened, 'server' | 'clock' | 'events'>;

export function connectTo(kind: ServerKind, url: string, options: Partial<ConnectOptions> = {}): Connected {
  const clock = new VirtualClock();
  const events: ConnectorEvent[] = [];
  const log = (event: ConnectorEvent): void => void events.push(event);
  const server = kind.connect({ name: 'berlin', url, account, sessions: 2, clock, random, log, ...options });
  return { server, clock, events };
}

async function withIds(server: Server, binding: TableBinding): Promise<TableBinding> {
  const fields = await server.layout(binding.database, binding.layout, never);
  return {
    ...binding,
    ids: {
      fields: Object.fromEntries(fields.flatMap(({ name, id }) => (id === undefined ? [] : [[name, id]]))),
    },
  };
}
