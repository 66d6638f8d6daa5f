/** What speaks to one server by OData, put together. Each request carries the account: there are no sessions. */
import type { Probe } from '../../core/server-clock.ts';
import { type Account, basicOf } from '../http/account.ts';
import type { Answer } from '../http/answer.ts';
import { clockOffset } from '../http/clock-offset.ts';
import { noAnswer, notFileMaker, type Place, untrusted } from '../http/failures.ts';
import type { PlainSender } from '../http/plain-request.ts';
import { Requests } from '../http/requests.ts';
import { again, type Attempt, done, persist } from '../http/retry.ts';
import type { HttpResponse } from '../http/transport.ts';
import { Way, type WayOptions } from '../http/way.ts';
import { answerOf } from './answer.ts';
import { Gate } from './gate.ts';
import { Metadata } from './metadata.ts';

export type ODataOptions = WayOptions & { readonly account: Account };

/** Of 20.x to 26.x alike. */
export const apiVersion = 'v4';

export const serviceRoot = `/fmi/odata/${apiVersion}`;

export class Connection {
  readonly place: Place;
  readonly way: Way;
  /** For what waits for no turn; with the account where the request says so. */
  readonly plain: PlainSender;
  readonly authorization: string;
  readonly requests: Requests;
  readonly metadata: Metadata;
  readonly #gate: Gate;

  /** Sends nothing yet. Throws a TypeError for an address that credentials must not be sent to. */
  constructor(options: ODataOptions) {
    const { account, sessions: capacity } = options;
    const way = new Way('odata', serviceRoot, options);
    const { place, waiting, transport, pace, standing } = way;
    this.way = way;
    this.place = place;
    this.plain = { place, transport, waiting, answerOf };
    this.authorization = basicOf(account);
    this.#gate = new Gate({ place, account, capacity, pace, clock: waiting.clock });
    this.requests = new Requests({ transport, turns: this.#gate, pace, standing, waiting, answerOf });
    this.metadata = new Metadata(this.requests, waiting.clock);
  }

  /** The service root without an account: what refuses it in OData's way is a FileMaker Server as well. */
  async probe(signal: AbortSignal): Promise<Probe> {
    const shown = clockOffset(await this.askRoot(signal));
    if (shown === undefined) {
      throw notFileMaker(this.place, 'its answers have no Date header, so that its clock cannot be read');
    }
    const certificateEndsAt = this.way.transport.certificateEndsAt();
    return { ...shown, ...(certificateEndsAt !== undefined && { certificateEndsAt }) };
  }

  /** The head of what it answers. */
  askRoot(signal: AbortSignal): Promise<HttpResponse> {
    const { place, way } = this;
    return persist(way.waiting, signal, async () => {
      const reply = await way.transport.send({ method: 'GET', path: '' }, signal);
      const shown = judge(place, answerOf(reply));
      if (shown !== undefined) return shown;
      if (reply.kind === 'response') return done(reply);
      return again((tries) => noAnswer(place, reply, tries));
    });
  }

  async close(): Promise<void> {
    await this.#gate.close();
    await this.way.transport.close();
  }
}

/** Undefined: it is one. */
function judge(place: Place, answer: Answer): Attempt<never> | undefined {
  if (answer.kind === 'untrusted') throw untrusted(place, answer.reason);
  if (answer.kind !== 'unreadable') return undefined;
  // The web server in front answers 5xx itself while the engine is down.
  if (answer.status < 500) throw notFileMaker(place, answer.reason);
  return again((tries) => noAnswer(place, answer, tries));
}
