/**
 * FileMaker's own webhooks, as far as they are ours: how the address of one says whose it is, and what is to be added and
 * removed so that each table has one.
 *
 * Ids of webhooks are used again by FileMaker, so nothing is known by its id: what stands in the address says all that makes a
 * webhook the wanted one, its secret (by a mark) and its fields too. One that is wanted otherwise has another address.
 */
import type { EpochMs, ServerName, TableName } from './names.ts';

/** What FileMaker shows of one, ours or not. */
export type Webhook = {
  readonly id: number;
  /** Where it calls. */
  readonly url: string;
  /** The table occurrence. */
  readonly occurrence: string;
  readonly queue: WebhookQueue;
};

/** Calls that FileMaker has not got rid of. */
export type WebhookQueue = {
  readonly waiting: number;
  /** Of the last try, such as 1631: no connection; undefined where none failed. */
  readonly lastError?: string;
};

/** For whom a call is. */
export type HookAddress = {
  /** Names this installation among others that look after the same file. */
  readonly installation: string;
  /** Of the secret, and of what the webhook sends. */
  readonly mark: string;
  readonly server: ServerName;
  readonly table: TableName;
};

/** One that is to stand in a database. */
export type WantedWebhook = { readonly url: string; readonly occurrence: string };

const path = /\/v1\/([^/?#]+)\/([^/?#]+)\/([^/?#]+)\/([^/?#]+)$/;

export const hookUrl = (base: string, { installation, mark, server, table }: HookAddress): string =>
  `${base.replace(/\/$/, '')}/v1/${installation}/${mark}/${server}/${table}`;

/** Undefined for an address that is none of this form. */
export function hookAddressOf(url: string): HookAddress | undefined {
  const [, installation, mark, server, table] = path.exec(url) ?? [];
  if (installation === undefined || mark === undefined || server === undefined || table === undefined)
    return undefined;
  return { installation, mark, server, table };
}

/** How FileMaker shows an address may differ from how it was given in what means nothing, such as the case of a host. */
export const isSameAddress = (one: string, other: string): boolean => plain(one) === plain(other);
const plain = (url: string): string => URL.parse(url)?.href ?? url;

/** Which webhooks of a database are this installation's. */
export type Ownership = {
  /** Where it is called; undefined: nowhere any more. */
  readonly base: string | undefined;
  readonly installation: string;
  /** Addresses that it gave and noted, whatever it was called or where it was called then. */
  readonly noted: readonly string[];
};

/**
 * Those that call where this one is called, by its name; and what it noted. The name alone says nothing: two stacks of one name in two accounts, or a
 * copy of the state on another machine, would take each other's away for ever.
 */
export function isOurs(url: string, { base, installation, noted }: Ownership): boolean {
  const address = hookAddressOf(url);
  const callsUs = base !== undefined && address?.installation === installation;
  return (
    (callsUs && isSameAddress(url, hookUrl(base, address))) || noted.some((one) => isSameAddress(one, url))
  );
}

export type WebhookPlan = {
  readonly kept: readonly Webhook[];
  readonly added: readonly WantedWebhook[];
  /** Doubled ones, and what is not wanted any more: of a former secret or address, of a table that sends no more. */
  readonly removed: readonly Webhook[];
};

/** What to do in a database that shows these. Whatever is not ours stays as it is. */
export function webhookPlan(
  shown: readonly Webhook[],
  wanted: readonly WantedWebhook[],
  owned: Ownership,
): WebhookPlan {
  const missing = new Map(wanted.map((one) => [plain(one.url), one]));
  const [kept, removed]: [Webhook[], Webhook[]] = [[], []];
  for (const webhook of shown) {
    if (!isOurs(webhook.url, owned)) continue;
    const isKept = missing.delete(plain(webhook.url));
    (isKept ? kept : removed).push(webhook);
  }
  return { kept, added: [...missing.values()], removed };
}

/** What was found and done when the webhooks of a server were last looked at. */
export type WebhookState = {
  readonly server: ServerName;
  /** Where the server is: so that ours can be taken away when the configuration does not name it any more. */
  readonly address?: { readonly url: string; readonly caFile?: string };
  readonly at: EpochMs;
  /**
   * `standing`: each table that it knows the occurrence of has one. `unsupported`: the server knows none. `failed`: it could not be asked, and what
   * stood before may stand yet. `removed`: ours were taken away.
   */
  readonly outcome: 'standing' | 'unsupported' | 'failed' | 'removed';
  /** Why it failed, or what the server lacks: no secret, no record content. */
  readonly reason?: string;
  readonly tables: readonly HookedTable[];
  /** Tables whose occurrence is not known yet: their layouts showed no record. */
  readonly unknown: readonly TableName[];
  /** What came of them in the process that takes the calls. */
  readonly calls?: HookCalls;
};

export type HookCalls = {
  readonly since: EpochMs;
  readonly taken: number;
  readonly lastAt?: EpochMs;
  /** Changes that the schedule found and no call had told of. */
  readonly missed: number;
};

export type HookedTable = {
  readonly table: TableName;
  readonly database: string;
  /** Or the occurrence itself, over OData. */
  readonly layout: string;
  readonly occurrence: string;
  /** Where it calls. */
  readonly url: string;
  /** Since when it stands, without a gap. */
  readonly since: EpochMs;
  readonly queue: WebhookQueue;
};

/** Since when a webhook tells of the table whoever knows of each call since `heardSince`; undefined: none does. */
export function standsSince(
  state: WebhookState | undefined,
  table: TableName,
  heardSince: EpochMs,
): EpochMs | undefined {
  if (state?.outcome !== 'standing' && state?.outcome !== 'failed') return undefined;
  const since = state.tables.find((one) => one.table === table)?.since;
  return since === undefined ? undefined : Math.max(since, heardSince);
}
