/**
 * What a server says of itself, without an account or a session: the cheapest proof that a FileMaker Server answers,
 * its clock, and perhaps its version (help.claris.com data-api-guide get-product-information).
 */
import { z } from 'zod';
import type { Envelope } from '../http/answer.ts';
import { notFileMaker } from '../http/failures.ts';
import { type PlainSender, sendPlain } from '../http/plain-request.ts';

/** Older and newer servers differ: some show no version, some leave out the inner object. */
const productInfo = z.object({
  productInfo: z.object({ version: z.string().optional() }).optional(),
  version: z.string().optional(),
});

export class ProductInfo {
  readonly #sender: PlainSender;
  /** Aborted when the connector closes. */
  readonly #closing: AbortSignal;
  #hasAnswered = false;
  #asking: Promise<Envelope> | undefined;
  /** Such as `21.1.5.500`; undefined before the first answer, and where the server does not show it. */
  version: string | undefined;

  constructor(sender: PlainSender, closing: AbortSignal) {
    this.#sender = sender;
    this.#closing = closing;
  }

  /** Asks now, repeating what fails. */
  async ask(signal: AbortSignal): Promise<Envelope> {
    const envelope = await sendPlain(this.#sender, { method: 'GET', path: '/productInfo' }, signal);
    const shown = productInfo.safeParse(envelope.response);
    if (!shown.success) throw notFileMaker(this.#sender.place, 'it shows no product information');
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
}

function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const leave = (): void => reject(signal.reason);
  signal.addEventListener('abort', leave, { once: true });
  return Promise.race([promise, aborted]).finally(() => signal.removeEventListener('abort', leave));
}
