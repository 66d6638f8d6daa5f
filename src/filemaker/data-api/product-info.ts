/**
 * What a server says of itself, without an account or a session: the cheapest proof that a FileMaker Server answers,
 * its clock, and perhaps its version (help.claris.com data-api-guide get-product-information).
 */
import { z } from 'zod';
import type { Interval } from '../../core/interval.ts';
import type { EpochMs } from '../../core/names.ts';
import { type Answer, answerOf, type Envelope } from './answer.ts';
import { meaningOf } from './codes.ts';
import { codeFailure, noAnswer, notFileMaker, type Place, untrusted } from './failures.ts';
import { again, type Attempt, done, persist, type Waiting } from './retry.ts';
import type { Transport } from './transport.ts';

/** Older and newer servers differ: some show no version, some leave out the inner object. */
const productInfo = z.object({
  productInfo: z.object({ version: z.string().optional() }).optional(),
  version: z.string().optional(),
});

export class ProductInfo {
  readonly #place: Place;
  readonly #transport: Transport;
  readonly #waiting: Waiting;
  /** Aborted when the connector closes. */
  readonly #closing: AbortSignal;
  #hasAnswered = false;
  #asking: Promise<Envelope> | undefined;
  /** Such as `21.1.5.500`; undefined before the first answer, and where the server does not show it. */
  version: string | undefined;

  constructor(place: Place, transport: Transport, waiting: Waiting, closing: AbortSignal) {
    this.#place = place;
    this.#closing = closing;
    this.#transport = transport;
    this.#waiting = waiting;
  }

  /** Asks now, repeating what fails. */
  async ask(signal: AbortSignal): Promise<Envelope> {
    const envelope = await persist(this.#waiting, signal, async () => {
      const reply = await this.#transport.send({ method: 'GET', path: '/productInfo' }, signal);
      return this.#judge(answerOf(reply));
    });
    const shown = productInfo.safeParse(envelope.response);
    if (!shown.success) throw notFileMaker(this.#place, 'it shows no product information');
    this.version = shown.data.productInfo?.version ?? shown.data.version;
    this.#hasAnswered = true;
    return envelope;
  }

  /** Returns once the server has answered since the last doubt. Those who ask at once share one request. */
  async answered(signal: AbortSignal): Promise<void> {
    if (this.#hasAnswered) return;
    this.#asking ??= this.ask(this.#closing).finally(() => {
      this.#asking = undefined;
    });
    await orAborted(this.#asking, signal);
  }

  doubt(): void {
    this.#hasAnswered = false;
  }

  #judge(answer: Answer): Attempt<Envelope> {
    const place = this.#place;
    if (answer.kind === 'untrusted') throw untrusted(place, answer.reason);
    if (answer.kind === 'envelope') {
      if (answer.code === '0') return done(answer);
      if (isPassing(answer.code)) return again((tries) => codeFailure(place, answer, tries));
      throw codeFailure(place, answer);
    }
    // The web server in front answers 5xx itself while the Data API engine is down.
    if (answer.kind === 'unreadable' && answer.status < 500) throw notFileMaker(place, answer.reason);
    return again((tries) => noAnswer(place, answer, tries));
  }
}

function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const leave = (): void => reject(signal.reason);
  signal.addEventListener('abort', leave, { once: true });
  return Promise.race([promise, aborted]).finally(() => signal.removeEventListener('abort', leave));
}

export const isPassing = (code: string): boolean =>
  ['again', 'againUnlessWrite', 'full', 'locked'].includes(meaningOf(code).class);

/** Server minus reference, from the whole second in the `Date` header; undefined where there is none. */
export function clockOffset({ http }: Envelope): { offset: Interval; at: EpochMs } | undefined {
  const second = http.date === undefined ? Number.NaN : Date.parse(http.date);
  if (Number.isNaN(second)) return undefined;
  const offset = { lo: second - http.answeredAt, hi: second + 1000 - http.sentAt };
  return { offset, at: http.answeredAt };
}
