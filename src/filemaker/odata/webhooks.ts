/**
 * `Webhook.GetAll`, `Get`, `Add` and `Delete` of FileMaker Server 22.0.4 and later, whichever API the records go by.
 *
 *   R9  An error says what FileMaker answered by its code alone: what was sent holds a secret.
 *
 * A file is named with `.fmp12` or without; one client of others always writes it, for a reason that it does not give. So where one form is not
 * found the other is tried, and what worked is kept.
 */
import { z } from 'zod';
import type { Webhook } from '../../core/webhook.ts';
import type { NewWebhook, WebhookList, Webhooks } from '../../ports/webhooks.ts';
import { ServerError } from '../../ports/server-errors.ts';
import type { Envelope } from '../http/answer.ts';
import { codeFailure, type Place, unreadable } from '../http/failures.ts';
import { Connection, type ODataOptions } from './connection.ts';
import { encodeSegment, fieldName } from './url.ts';

/** Sends nothing yet. Throws a TypeError for an address that credentials must not be sent to. */
export const webhooksOver = (options: ODataOptions): Webhooks => new ODataWebhooks(new Connection(options));

/** A server that knows no `Webhook.GetAll` says so with one of these (assumed: the code is that of any unknown path). */
const unknownPath = ['-1000', '-1002', '-1003', '-1010', '-1020', '105', '8309', '960', '1630', '1700'];

const notFound = '-1061';

const pending = z.object({ lastErrorCode: z.union([z.number(), z.string()]).optional() });

const shownWebhook = z.object({
  webhookID: z.coerce.number().int(),
  tableName: z.string(),
  webhook: z.string(),
  pendingOperations: z.array(pending).default([]),
});

const shownAll = z.object({ webhooks: z.array(shownWebhook) });
const result = z.object({ webhookResult: z.object({ webhookID: z.coerce.number().int() }) });

type Where = Place & { readonly database: string };

class ODataWebhooks implements Webhooks {
  readonly #connection: Connection;
  /** How each file is named in addresses. */
  readonly #names = new Map<string, string>();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async list(database: string, signal: AbortSignal): Promise<WebhookList> {
    const place = this.#place(database);
    const known = this.#names.get(database);
    let last: Envelope | undefined;
    for (const name of known === undefined ? formsOf(database) : [known]) {
      last = await this.#read(place, name, 'Webhook.GetAll', [...unknownPath, '802'], signal);
      if (last.code !== '0') continue;
      const all = shownAll.safeParse(last.response);
      if (!all.success) throw unreadable(place, 'no list of webhooks');
      this.#names.set(database, name);
      return { kind: 'listed', webhooks: all.data.webhooks.map(webhookOf) };
    }
    if (last?.code === '802') throw codeFailure(place, last);
    const reason = `server "${place.server}" knows no webhooks: they come with FileMaker Server 22.0.4`;
    return { kind: 'unsupported', reason };
  }

  async get(database: string, id: number, signal: AbortSignal): Promise<Webhook | undefined> {
    const place = this.#place(database);
    const answer = await this.#read(place, this.#name(database), `Webhook.Get(${id})`, [notFound], signal);
    if (answer.code === notFound) return undefined;
    const shown = shownWebhook.safeParse(answer.response);
    if (!shown.success) throw unreadable(place, 'no webhook');
    return webhookOf(shown.data);
  }

  async add(database: string, webhook: NewWebhook, signal: AbortSignal): Promise<number> {
    const { url, occurrence, headers, field } = webhook;
    const body = {
      webhook: url,
      tableName: occurrence,
      endpointHeaders: { 'Content-Type': 'application/json', ...headers },
      notifySchemaChanges: false,
      select: quoted(field),
      filter: '',
    };
    const answer = await this.#post(database, 'Webhook.Add', body, signal);
    const place = { ...this.#place(database), layout: occurrence };
    if (['-1020', '105', '8309'].includes(answer.code)) throw codeFailure(place, { code: '105' });
    if (answer.code !== '0') throw codeFailure(place, answer);
    const added = result.safeParse(answer.response);
    if (!added.success) throw unreadable(place, 'no id of the webhook that was added');
    return added.data.webhookResult.webhookID;
  }

  async remove(database: string, id: number, signal: AbortSignal): Promise<boolean> {
    const answer = await this.#post(database, `Webhook.Delete(${id})`, {}, signal);
    if (answer.code === notFound) return false;
    if (answer.code !== '0') throw codeFailure(this.#place(database), answer);
    return true;
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  #place(database: string): Where {
    return { ...this.#connection.place, database };
  }

  #name(database: string): string {
    return this.#names.get(database) ?? database;
  }

  #read(
    place: Where,
    name: string,
    call: string,
    expected: readonly string[],
    signal: AbortSignal,
  ): Promise<Envelope> {
    const path = `/${encodeSegment(name)}/${call}`;
    return this.#connection.requests.read({ method: 'GET', path, place }, expected, signal);
  }

  /** Not sent again once it may have arrived: what was added twice is found by whoever looks next. */
  async #post(database: string, call: string, body: object, signal: AbortSignal): Promise<Envelope> {
    const place = this.#place(database);
    const path = `/${encodeSegment(this.#name(database))}/${call}`;
    const sent = { method: 'POST', path, body: JSON.stringify(body), place } as const;
    const answer = await this.#connection.requests.write(sent, signal);
    if (typeof answer !== 'string' && answer.kind === 'envelope') return answer;
    throw new ServerError(
      'request-refused',
      place.server,
      `server "${place.server}" did not say whether a webhook was changed; it is looked at again within the hour`,
    );
  }
}

const formsOf = (database: string): readonly string[] => [database, `${database}.fmp12`];

const webhookOf = ({
  webhookID,
  tableName,
  webhook,
  pendingOperations,
}: z.output<typeof shownWebhook>): Webhook => {
  const errors = pendingOperations
    .map(({ lastErrorCode = 0 }) => String(lastErrorCode))
    .filter((code) => code !== '0');
  const [lastError] = errors;
  const waiting = pendingOperations.length;
  return {
    id: webhookID,
    url: webhook,
    occurrence: tableName,
    queue: { waiting, ...(lastError !== undefined && { lastError }) },
  };
};

/** Unquoted, `id` and its like have each call fail for ever (observed on real servers). */
function quoted(field: string): string {
  const name = fieldName(field);
  return name.startsWith('"') ? name : `"${name}"`;
}
