/** What speaks to one server over its Data API, put together: requests, and the sessions that they travel in. */
import type { Probe } from '../../core/server-clock.ts';
import type { SessionSlots } from '../../ports/session-slots.ts';
import type { Account } from '../http/account.ts';
import { clockOffset } from '../http/clock-offset.ts';
import { notFileMaker, type Place } from '../http/failures.ts';
import type { PlainSender } from '../http/plain-request.ts';
import { Requests } from '../http/requests.ts';
import { Way, type WayOptions } from '../http/way.ts';
import { answerOf } from './answer.ts';
import { ApplyMemory } from './apply-state.ts';
import { Logins } from './logins.ts';
import { ProductInfo } from './product-info.ts';
import { SessionPool } from './session-pool.ts';

export type DataApiOptions = WayOptions & {
  readonly account: Account;
  /** The most sessions that this process ever has open, over all its databases; the number of requests in flight. */
  readonly sessions: number;
  /** The most sessions ever open there by all processes that share the slots; default `sessions`. */
  readonly sessionsInAll?: number;
  readonly slots: SessionSlots;
  /** Name of our script in the files (filemaker/README.md), where writes may go through it; default: each is a request. */
  readonly script?: string | undefined;
  /** What is known of it: given, it lasts longer than this connection. */
  readonly applied?: ApplyMemory;
};

export const apiVersion = 'v2';

export class Connection {
  readonly place: Place;
  readonly way: Way;
  /** For what needs no session. */
  readonly plain: PlainSender;
  readonly productInfo: ProductInfo;
  readonly requests: Requests;
  readonly script: string | undefined;
  readonly applied: ApplyMemory;
  readonly #pool: SessionPool;

  /** Sends nothing yet. Throws a TypeError for an address that credentials must not be sent to. */
  constructor(options: DataApiOptions) {
    const { sessions, slots, account } = options;
    const way = new Way('data', `/fmi/data/${apiVersion}`, options);
    const { place, waiting, transport, pace, standing, timeouts } = way;
    this.way = way;
    this.place = place;
    this.plain = { place, transport, waiting, answerOf };
    const closing = new AbortController();
    this.productInfo = new ProductInfo(this.plain, closing.signal);
    const logins = new Logins({
      full: (sentAt) => pace.full(this.#pool.open, sentAt, waiting.clock.now()),
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
    this.#pool = new SessionPool({ place, waiting, capacity: sessions, pace, logins, closing });
    this.requests = new Requests({ transport, turns: this.#pool, pace, standing, waiting, answerOf });
    this.script = options.script;
    this.applied = options.applied ?? new ApplyMemory();
  }

  async probe(signal: AbortSignal): Promise<Probe> {
    const shown = clockOffset((await this.productInfo.ask(signal)).http);
    if (shown === undefined) {
      throw notFileMaker(this.place, 'its answers have no Date header, so that its clock cannot be read');
    }
    const certificateEndsAt = this.way.transport.certificateEndsAt();
    return { ...shown, ...(certificateEndsAt !== undefined && { certificateEndsAt }) };
  }

  async close(): Promise<void> {
    await this.#pool.close();
    await this.way.transport.close();
  }
}
