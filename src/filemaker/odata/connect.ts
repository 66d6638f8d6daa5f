/** A FileMaker Server over OData. */
import type { ServerName } from '../../core/names.ts';
import type { Probe } from '../../core/server-clock.ts';
import type { LayoutField, Server, ServerTable, TableBinding } from '../../ports/server.ts';
import { Addresses } from './addresses.ts';
import { Batches } from './batch.ts';
import { Connection, type ODataOptions, serviceRoot } from './connection.ts';
import { Manners } from './manners.ts';
import { accept } from './rows.ts';
import { ODataTable } from './table.ts';

export type { ODataOptions } from './connection.ts';

/** Sends nothing yet. Throws a TypeError for an address that credentials must not be sent to. */
export const connectOData = (options: ODataOptions): Server => new ODataServer(new Connection(options));

class ODataServer implements Server {
  readonly name: ServerName;
  readonly #connection: Connection;
  readonly #manners = new Manners();
  readonly #batches: Batches;
  readonly #addresses: Addresses;

  constructor(connection: Connection) {
    const { place, requests, way } = connection;
    this.name = place.server;
    this.#connection = connection;
    this.#addresses = new Addresses(connection.metadata);
    this.#batches = new Batches({ requests, waiting: way.waiting, root: serviceRoot, accept });
  }

  probe(signal: AbortSignal): Promise<Probe> {
    return this.#connection.probe(signal);
  }

  async layout(database: string, layout: string, signal: AbortSignal): Promise<readonly LayoutField[]> {
    const place = { ...this.#connection.place, database: bare(database), layout };
    const { fields } = await this.#connection.metadata.table(place, signal);
    return fields.map(({ name, type, writable, autoEnter, repetitions, id }) => ({
      name,
      type,
      writable,
      autoEnter,
      repetitions,
      ...(id !== undefined && { id }),
    }));
  }

  table(binding: TableBinding): ServerTable {
    const place = { ...this.#connection.place, database: bare(binding.database), layout: binding.layout };
    const { requests, way } = this.#connection;
    const addresses = this.#addresses;
    const parts = { place, binding, requests, manners: this.#manners, batches: this.#batches, addresses };
    return new ODataTable(parts, way);
  }

  close(): Promise<void> {
    return this.#connection.close();
  }
}

/** In a batch the name must have no `.fmp12`; elsewhere it may. */
const bare = (database: string): string => database.replace(/\.fmp12$/i, '');
