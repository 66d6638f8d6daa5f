/**
 * One request on a connection, and the answer as its parts come in. undici's `request` makes a stream of each answer, which
 * takes more time than all else of a small one (measured); here the parts are put together as they are.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { EpochMs } from '../../core/names.ts';
import type { Clock } from '../../ports/clock.ts';

export type Exchanged = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** As it was sent, compressed or not. */
  readonly body: Uint8Array;
  /** When its head was here. */
  readonly answeredAt: EpochMs;
};

/** Rejects where no answer came whole: with the signal's reason, or what undici says. */
export function exchange(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  clock: Pick<Clock, 'now'>,
  signal: AbortSignal,
): Promise<Exchanged> {
  const { promise, resolve, reject } = Promise.withResolvers<Exchanged>();
  const receiver = new Receiver(clock, signal, resolve, reject);
  try {
    dispatcher.dispatch(request, receiver);
  } catch (error) {
    receiver.fail(error);
  }
  return promise;
}

class Receiver implements Dispatcher.DispatchHandler {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #signal: AbortSignal;
  readonly #resolve: (exchanged: Exchanged) => void;
  readonly #reject: (reason: unknown) => void;
  readonly #leave: () => void;
  #controller: Dispatcher.DispatchController | undefined;
  #head: Omit<Exchanged, 'body'> | undefined;
  readonly #parts: Uint8Array[] = [];

  constructor(
    clock: Pick<Clock, 'now'>,
    signal: AbortSignal,
    resolve: (exchanged: Exchanged) => void,
    reject: (reason: unknown) => void,
  ) {
    this.#clock = clock;
    this.#signal = signal;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#leave = () => this.#breakOff();
    signal.addEventListener('abort', this.#leave, { once: true });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#signal.aborted) this.#breakOff();
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    // What comes before the answer itself, such as 100 or 103.
    if (status < 200) return;
    this.#head = { status, headers, answeredAt: this.#clock.now() };
  }

  onResponseData(_controller: Dispatcher.DispatchController, part: Uint8Array): void {
    this.#parts.push(part);
  }

  onResponseEnd(): void {
    this.#signal.removeEventListener('abort', this.#leave);
    if (this.#head === undefined) this.#reject(new Error('an answer ended before it began'));
    else this.#resolve({ ...this.#head, body: joined(this.#parts) });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: unknown): void {
    this.fail(error);
  }

  fail(error: unknown): void {
    this.#signal.removeEventListener('abort', this.#leave);
    this.#reject(error);
  }

  /** Where the request still waits for a connection, it is broken off as soon as it has one. */
  #breakOff(): void {
    this.#controller?.abort(abortedError(this.#signal));
    this.#reject(this.#signal.reason);
  }
}

const abortedError = ({ reason }: AbortSignal): Error =>
  reason instanceof Error ? reason : new Error('the request was broken off');

const joined = (parts: readonly Uint8Array[]): Uint8Array => {
  const [first] = parts;
  return first !== undefined && parts.length === 1 ? first : Buffer.concat(parts);
};
