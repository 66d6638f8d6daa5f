/** The way to one server, whatever API is spoken on it: its address, the connections, and how many requests may be under way. */
import type { Api } from '../../core/api.ts';
import type { ServerName } from '../../core/names.ts';
import { boundsOf, defaultNiceness, type Niceness } from '../../core/niceness.ts';
import type { Clock, Random } from '../../ports/clock.ts';
import { type Address, parseAddress } from './address.ts';
import { businessOfProcess } from './business.ts';
import type { Log } from './events.ts';
import type { Place } from './failures.ts';
import { type Lowered, Pace } from './pace.ts';
import { defaultRetryPolicy, type RetryPolicy, type Waiting } from './retry.ts';
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

export type WayOptions = ServerAddress & {
  /** The most requests that this process ever has in flight there. */
  readonly sessions: number;
  /** How considerate it is of those who work there; default `defaultNiceness`. */
  readonly niceness?: Niceness;
  /** The way to the server; default over the network. Tests in which no real time passes give another. */
  readonly open?: typeof openTransport;
  /** As pace.ts asks for it; default of this process. */
  readonly business?: () => number;
  /** Whether it stood while answers lay there; default of this process. */
  readonly standing?: Standing;
};

const defaultTimeouts: Timeouts = { connectMs: 10_000, answerMs: 60_000, logoutMs: 20_000 };

export class Way {
  /** What the paths of the API begin with. */
  readonly base: string;
  readonly place: Place;
  readonly address: Address;
  /** PEM; '' where the usual authorities do. */
  readonly ca: string;
  readonly timeouts: Timeouts;
  readonly waiting: Waiting;
  readonly transport: Transport;
  readonly pace: Pace;
  readonly standing: Standing;

  /** Sends nothing yet. Throws a TypeError for an address that credentials must not be sent to. */
  constructor(api: Api, base: string, options: WayOptions) {
    const { name, clock, random, sessions } = options;
    this.base = base;
    const { log = () => undefined, received = () => undefined } = options;
    this.address = parseAddress(name, options.url);
    this.ca = readCa(options);
    this.place = { server: name, origin: this.address.origin, api };
    this.waiting = { clock, random, policy: { ...defaultRetryPolicy, ...options.retry }, log };
    this.timeouts = { ...defaultTimeouts, ...options.timeouts };
    const { address, ca, timeouts } = this;
    // One more than sessions, for requests that need none.
    const connections = sessions + 1;
    const { open = openTransport, business = businessOfProcess() } = options;
    this.transport = open({ address, base, ca, connections, timeouts, clock, received });
    const bounds = boundsOf(options.niceness ?? defaultNiceness, sessions);
    const lowered = (how: Lowered): void => log({ kind: 'slowed', server: name, ...how });
    this.pace = new Pace({ bounds, business, lowered });
    this.standing = options.standing ?? new LoopStanding(() => clock.now());
  }
}
