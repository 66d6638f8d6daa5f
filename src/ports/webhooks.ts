/**
 * The webhooks of a server's databases (FileMaker Server 22.0.4 and later): what FileMaker calls when records change.
 *
 *   R9  No error of an implementation holds a secret: neither that of a webhook nor that of the account.
 *
 * Thrown are only the errors of server-errors.ts. An account needs the extended privilege fmodata.
 */
import type { Webhook } from '../core/webhook.ts';

export type NewWebhook = {
  readonly url: string;
  readonly occurrence: string;
  /** Sent with each call. Holds a secret: shown nowhere. */
  readonly headers: Readonly<Record<string, string>>;
  /** The field whose value a call brings along, where one has to be named: nothing more travels. */
  readonly field: string;
};

/** `unsupported`: the server knows no webhooks. */
export type WebhookList =
  | { readonly kind: 'listed'; readonly webhooks: readonly Webhook[] }
  | { readonly kind: 'unsupported'; readonly reason: string };

export interface Webhooks {
  /** All of the database, whoever added them. One request or two. */
  list(database: string, signal: AbortSignal): Promise<WebhookList>;

  /** Undefined where there is none with this id. */
  get(database: string, id: number, signal: AbortSignal): Promise<Webhook | undefined>;

  /** Adds it, whatever stands there: twice makes two. Returns its id. */
  add(database: string, webhook: NewWebhook, signal: AbortSignal): Promise<number>;

  /** False where there was none. Ids are used again: who deletes looks at what it is first. */
  remove(database: string, id: number, signal: AbortSignal): Promise<boolean>;

  close(): Promise<void>;
}
