/** A FileMaker Server over its Data API, pinned to version 2 of it. */
import type { ServerName } from '../../core/names.ts';
import type { Probe } from '../../core/server-clock.ts';
import type { Clock, Random } from '../../ports/clock.ts';
import type { LayoutField, Server, ServerTable, TableBinding } from '../../ports/server.ts';
import type { SessionSlots } from '../../ports/session-slots.ts';
import { parseAddress } from './address.ts';
import type { Log } from './events.ts';
import { notFileMaker, type Place } from './failures.ts';
import { layoutFields } from './layout-fields.ts';
import { type Account, Logins } from './logins.ts';
import { clockOffset, ProductInfo } from './product-info.ts';
import { Requests } from './requests.ts';
import { defaultRetryPolicy, type RetryPolicy, type Waiting } from './retry.ts';
import { SessionPool } from './session-pool.ts';
import { DataApiTable, layoutPath } from './table.ts';
import { openTransport, type Timeouts, type Transport } from './transport.ts';
import { readCa } from './trust.ts';
import { WriteOptions } from './write-options.ts';

export type DataApiOptions = {
  readonly name: ServerName;
  /** `https://host[:port]`; `http` only for a loopback host. */
  readonly url: string;
  readonly account: Account;
  /** The most sessions that this process ever has open, over all its databases; the number of requests in flight. */
  readonly sessions: number;
  /** The most sessions ever open there by all processes that share the slots; default `sessions`. */
  readonly sessionsInAll?: number;
  readonly slots: SessionSlots;
  readonly clock: Clock;
  readonly random: Random;
  /** A certificate authority to trust besides the usual ones: PEM text, or a file of it. */
  readonly ca?: string;
  readonly caFile?: string;
  readonly timeouts?: Partial<Timeouts>;
  readonly retry?: Partial<RetryPolicy>;
  readonly log?: Log;
  /** Told of the bytes of each answer, as transport.ts counts them; default: nobody is. */
  readonly received?: (bytes: number) => void;
};

const defaultTimeouts: Timeouts = { connectMs: 10_000, answerMs: 60_000, logoutMs: 20_000 };

/** Sends nothing yet. Throws a TypeError for an address that credentials must not be sent to. */
export function connectDataApi(options: DataApiOptions): Server {
  const { name, clock, random, sessions, slots, account } = options;
  const { log = () => undefined, received = () => undefined } = options;
  const address = parseAddress(name, options.url);
  const place: Place = { server: name, origin: address.origin };
  const waiting: Waiting = { clock, random, policy: { ...defaultRetryPolicy, ...options.retry }, log };
  const timeouts = { ...defaultTimeouts, ...options.timeouts };
  const transport = openTransport({
    address,
    ca: readCa(options),
    // One more than sessions, for requests that need none.
    connections: sessions + 1,
    timeouts,
    clock,
    received,
  });
  const closing = new AbortController();
  const productInfo = new ProductInfo(place, transport, waiting, closing.signal);
  const logins = new Logins({
    place,
    waiting,
    capacity: options.sessionsInAll ?? sessions,
    transport,
    productInfo,
    account,
    slots,
    logoutMs: timeouts.logoutMs,
    closing: closing.signal,
  });
  const pool = new SessionPool({ place, waiting, capacity: sessions, logins, closing });
  return new DataApiServer(place, transport, productInfo, pool, waiting);
}

class DataApiServer implements Server {
  readonly name: ServerName;
  readonly #place: Place;
  readonly #transport: Transport;
  readonly #productInfo: ProductInfo;
  readonly #pool: SessionPool;
  readonly #requests: Requests;
  readonly #options: WriteOptions;

  constructor(
    place: Place,
    transport: Transport,
    productInfo: ProductInfo,
    pool: SessionPool,
    waiting: Waiting,
  ) {
    this.name = place.server;
    this.#place = place;
    this.#transport = transport;
    this.#productInfo = productInfo;
    this.#pool = pool;
    this.#requests = new Requests(transport, pool, waiting);
    this.#options = new WriteOptions(
      async (signal) => {
        await productInfo.answered(signal);
        return productInfo.version;
      },
      (sent) => waiting.log({ kind: 'writeOptions', server: place.server, sent }),
    );
  }

  async probe(signal: AbortSignal): Promise<Probe> {
    const shown = clockOffset(await this.#productInfo.ask(signal));
    if (shown === undefined) {
      throw notFileMaker(this.#place, 'its answers have no Date header, so that its clock cannot be read');
    }
    const certificateEndsAt = this.#transport.certificateEndsAt();
    return { ...shown, ...(certificateEndsAt !== undefined && { certificateEndsAt }) };
  }

  async layout(database: string, layout: string, signal: AbortSignal): Promise<readonly LayoutField[]> {
    const place = { ...this.#place, database, layout };
    const answer = await this.#requests.read(
      { method: 'GET', path: layoutPath(database, layout), place },
      [],
      signal,
    );
    return layoutFields(place, answer.response);
  }

  table(binding: TableBinding): ServerTable {
    const { database, layout } = binding;
    return new DataApiTable({ ...this.#place, database, layout }, binding, this.#requests, this.#options);
  }

  async close(): Promise<void> {
    await this.#pool.close();
    await this.#transport.close();
  }
}
