/** What speaks to one server over its Data API, put together: requests, the sessions that they travel in, and the way there. */
import type { ServerName } from '../../core/names.ts';
import { boundsOf, defaultNiceness, type Niceness } from '../../core/niceness.ts';
import type { Probe } from '../../core/server-clock.ts';
import type { Clock, Random } from '../../ports/clock.ts';
import type { SessionSlots } from '../../ports/session-slots.ts';
import { type Address, parseAddress } from './address.ts';
import { ApplyMemory } from './apply-state.ts';
import type { Log } from './events.ts';
import { notFileMaker, type Place } from './failures.ts';
import { type Account, Logins } from './logins.ts';
import { businessOfProcess } from './business.ts';
import { type Lowered, Pace } from './pace.ts';
import { clockOffset, ProductInfo } from './product-info.ts';
import { Requests } from './requests.ts';
import { defaultRetryPolicy, type RetryPolicy, type Waiting } from './retry.ts';
import { SessionPool } from './session-pool.ts';
import { LoopStanding, type Standing } from './standing.ts';
import { openTransport, type Timeouts, type Transport } from './transport.ts';
import { readCa } from './trust.ts';

export type ServerAddress = {
  readonly name: ServerName;
  /** `https://host[:port]`; `http` only for a loopback host. */
  readonly url: string;
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

export type DataApiOptions = ServerAddress & {
  readonly account: Account;
  /** The most sessions that this process ever has open, over all its databases; the number of requests in flight. */
  readonly sessions: number;
  /** The most sessions ever open there by all processes that share the slots; default `sessions`. */
  readonly sessionsInAll?: number;
  readonly slots: SessionSlots;
  /** How considerate it is of those who work there; default `defaultNiceness`. */
  readonly niceness?: Niceness;
  /** Name of our script in the files (filemaker/README.md), where writes may go through it; default: each is a request. */
  readonly script?: string | undefined;
  /** What is known of it: given, it lasts longer than this connection. */
  readonly applied?: ApplyMemory;
  /** The way to the server; default over the network. Tests in which no real time passes give another. */
  readonly open?: typeof openTransport;
  /** As pace.ts asks for it; default of this process. */
  readonly business?: () => number;
  /** Whether it stood while answers lay there; default of this process. */
  readonly standing?: Standing;
};

const defaultTimeouts: Timeouts = { connectMs: 10_000, answerMs: 60_000, logoutMs: 20_000 };

export class Connection {
  readonly place: Place;
  readonly address: Address;
  /** PEM; '' where the usual authorities do. */
  readonly ca: string;
  readonly timeouts: Timeouts;
  readonly waiting: Waiting;
  readonly transport: Transport;
  readonly productInfo: ProductInfo;
  readonly requests: Requests;
  readonly script: string | undefined;
  readonly applied: ApplyMemory;
  readonly #pool: SessionPool;

  /** Sends nothing yet. Throws a TypeError for an address that credentials must not be sent to. */
  constructor(options: DataApiOptions) {
    const { name, clock, random, sessions, slots, account } = options;
    const { log = () => undefined, received = () => undefined } = options;
    this.address = parseAddress(name, options.url);
    this.ca = readCa(options);
    this.place = { server: name, origin: this.address.origin };
    this.waiting = { clock, random, policy: { ...defaultRetryPolicy, ...options.retry }, log };
    this.timeouts = { ...defaultTimeouts, ...options.timeouts };
    const { address, ca, timeouts, waiting, place } = this;
    // One more than sessions, for requests that need none.
    const connections = sessions + 1;
    const { open = openTransport, business = businessOfProcess() } = options;
    const transport = open({ address, ca, connections, timeouts, clock, received });
    const closing = new AbortController();
    this.transport = transport;
    this.productInfo = new ProductInfo(this, closing.signal);
    const bounds = boundsOf(options.niceness ?? defaultNiceness, sessions);
    const lowered = (how: Lowered): void => log({ kind: 'slowed', server: name, ...how });
    const pace = new Pace({ bounds, business, lowered });
    const logins = new Logins({
      full: (sentAt) => pace.full(this.#pool.open, sentAt, clock.now()),
      place,
      waiting,
      capacity: options.sessionsInAll ?? sessions,
      transport,
      productInfo: this.productInfo,
      account,
      slots,
      logoutMs: timeouts.logoutMs,
      closing: closing.signal,
    });
    const standing = options.standing ?? new LoopStanding(() => clock.now());
    this.#pool = new SessionPool({ place, waiting, capacity: sessions, pace, logins, closing });
    this.requests = new Requests(transport, this.#pool, pace, standing, waiting);
    this.script = options.script;
    this.applied = options.applied ?? new ApplyMemory();
  }

  async probe(signal: AbortSignal): Promise<Probe> {
    const shown = clockOffset(await this.productInfo.ask(signal));
    if (shown === undefined) {
      throw notFileMaker(this.place, 'its answers have no Date header, so that its clock cannot be read');
    }
    const certificateEndsAt = this.transport.certificateEndsAt();
    return { ...shown, ...(certificateEndsAt !== undefined && { certificateEndsAt }) };
  }

  async close(): Promise<void> {
    await this.#pool.close();
    await this.transport.close();
  }
}
