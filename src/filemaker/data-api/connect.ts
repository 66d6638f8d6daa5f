/** A FileMaker Server over its Data API, pinned to version 2 of it. */
import type { ServerName } from '../../core/names.ts';
import type { Probe } from '../../core/server-clock.ts';
import type { LayoutField, Server, ServerTable, TableBinding } from '../../ports/server.ts';
import { Connection, type DataApiOptions } from './connection.ts';
import { layoutFields } from './layout-fields.ts';
import { DataApiTable, layoutPath } from './table.ts';
import { WriteOptions } from './write-options.ts';

export type { DataApiOptions } from './connection.ts';

/** Sends nothing yet. Throws a TypeError for an address that credentials must not be sent to. */
export const connectDataApi = (options: DataApiOptions): Server => new DataApiServer(new Connection(options));

class DataApiServer implements Server {
  readonly name: ServerName;
  readonly #connection: Connection;
  readonly #options: WriteOptions;

  constructor(connection: Connection) {
    const { place, productInfo, way } = connection;
    const { waiting } = way;
    this.name = place.server;
    this.#connection = connection;
    this.#options = new WriteOptions(
      async (signal) => {
        await productInfo.answered(signal);
        return productInfo.version;
      },
      (sent) => waiting.log({ kind: 'writeOptions', server: place.server, sent }),
    );
  }

  probe(signal: AbortSignal): Promise<Probe> {
    return this.#connection.probe(signal);
  }

  async layout(database: string, layout: string, signal: AbortSignal): Promise<readonly LayoutField[]> {
    const place = { ...this.#connection.place, database, layout };
    const answer = await this.#connection.requests.read(
      { method: 'GET', path: layoutPath(database, layout), place },
      [],
      signal,
    );
    return layoutFields(place, answer.response);
  }

  table(binding: TableBinding): ServerTable {
    const { database, layout } = binding;
    const place = { ...this.#connection.place, database, layout };
    const { requests, way, script, applied: memory } = this.#connection;
    const { waiting, transport, base } = way;
    const scripted = script === undefined ? undefined : { script, waiting, memory };
    return new DataApiTable(place, binding, {
      requests,
      options: this.#options,
      transport,
      waiting,
      base,
      scripted,
    });
  }

  close(): Promise<void> {
    return this.#connection.close();
  }
}
