/**
 * Who calls: each webhook's operations go out one after the other, and one that fails is tried again until it is delivered or the webhook is
 * removed (content/webhook-option-create; how soon is assumed: a second, then twice as long up to a minute).
 */
import { request } from 'undici';
import { FileMakerFailure } from '../../failure.ts';
import type { Simulation } from '../../simulation.ts';
import type { Effect } from '../../troubles.ts';
import { payloadOf } from './payload.ts';
import { endpointHeaders, type Operation, type Webhook } from './webhook.ts';

export type WebhookCall = {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** Makes the call; gives the HTTP status, and rejects where there is no connection. */
export type MakeCall = (call: WebhookCall, signal: AbortSignal) => Promise<number>;

/** A call that gets no answer for so long is given up, ms (assumed). */
const patienceMs = 30_000;

export const overHttp: MakeCall = async ({ url, headers, body }, signal) => {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
  const answer = await request(url, { method: 'POST', headers, body, signal: limited });
  await answer.body.dump();
  return answer.statusCode;
};

const retryMs = { first: 1_000, most: 60_000 };

export class Calls {
  readonly #simulation: Simulation;
  readonly #make: MakeCall;
  readonly #over = new AbortController();
  /** How many were made, delivered or not. */
  made = 0;

  constructor(simulation: Simulation, make: MakeCall) {
    this.#simulation = simulation;
    this.#make = make;
  }

  /** What waits of it goes out, if it does not already. */
  begin(webhook: Webhook): void {
    if (webhook.isSending) return;
    webhook.isSending = true;
    void this.#sendAll(webhook).finally(() => {
      webhook.isSending = false;
    });
  }

  /** One operation, once. Throws what `Invoke` answers where it cannot be delivered. */
  async once(webhook: Webhook, operation: Operation): Promise<void> {
    if (!(await this.#try(webhook, operation)))
      throw new FileMakerFailure(String(operation.lastErrorCode), operation.lastErrorMessage, 400);
  }

  end(): void {
    this.#over.abort();
  }

  async #sendAll(webhook: Webhook): Promise<void> {
    const { pending, body } = webhook;
    for (let [operation] = pending; operation !== undefined; [operation] = pending) {
      const { time } = this.#simulation.host;
      const effects = this.#simulation.troubles.strike('call');
      const isOver = has(effects, 'lose') || (await this.#sent(webhook, operation, effects));
      if (this.#over.signal.aborted || webhook.isRemoved) return;
      const { sendAttempts: tries } = operation;
      const isGivenUp = body.maxFailedAttempts > 0 && tries >= body.maxFailedAttempts;
      if (isOver || isGivenUp) pending.shift();
      else
        await time
          .sleep(Math.min(retryMs.first * 2 ** (tries - 1), retryMs.most), this.#over.signal)
          .catch(() => undefined);
    }
  }

  async #sent(webhook: Webhook, operation: Operation, effects: readonly Effect[]): Promise<boolean> {
    for (const effect of effects)
      if (effect.kind === 'delay')
        await this.#simulation.host.time.sleep(effect.ms, this.#over.signal).catch(() => undefined);
    if (webhook.isRemoved) return true;
    const isSent = await this.#try(webhook, operation);
    if (isSent && has(effects, 'repeat')) await this.#try(webhook, operation);
    return isSent;
  }

  async #try(webhook: Webhook, operation: Operation): Promise<boolean> {
    const { body } = webhook;
    operation.sendAttempts += 1;
    try {
      const call = { url: body.webhook, headers: headersOf(webhook), body: payloadOf(webhook, operation) };
      this.made += 1;
      this.#simulation.counters.request('call');
      const status = await this.#make(call, this.#over.signal);
      if (status >= 200 && status < 300) return true;
      return failed(operation, 1631, `The server answered HTTP ${status}`);
    } catch (error) {
      if (error instanceof FileMakerFailure) return failed(operation, Number(error.code), error.message);
      return failed(operation, 1631, 'Connection failed');
    }
  }
}

const has = (effects: readonly Effect[], kind: Effect['kind']): boolean =>
  effects.some((effect) => effect.kind === kind);

function failed(operation: Operation, code: number, message: string): false {
  operation.lastErrorCode = code;
  operation.lastErrorMessage = message;
  return false;
}

const headersOf = ({ body }: Webhook): Readonly<Record<string, string>> => ({
  'content-type': 'application/json',
  ...Object.fromEntries(
    Object.entries(endpointHeaders(body)).map(([name, value]) => [name.toLowerCase(), value]),
  ),
});
