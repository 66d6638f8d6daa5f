/** Which webhooks the configuration wants on a server, and that they are there: looked at when a process begins, and every hour. */
import type { Configuration, LinkConfiguration, ServerConfiguration } from '../../config/configuration.ts';
import type { Credentials } from '../../config/credentials.ts';
import { fieldOnServer } from '../../config/field-names.ts';
import type { EpochMs, ServerName, TableName } from '../../core/names.ts';
import { hookAddressOf, type HookedTable, hookUrl, type WebhookState } from '../../core/webhook.ts';
import { keepWebhooks, type KeptWebhooks, type WantedTable } from '../../engine/keep-webhooks.ts';
import { webhooksOver } from '../../filemaker/odata/webhooks.ts';
import type { WebhookStates } from '../../ports/control.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Inspection } from '../../ports/inspection.ts';
import { ServerError } from '../../ports/server-errors.ts';
import { markOf, secretHeader } from './secret.ts';

/** Between two looks, ms: longer leaves a webhook that somebody removed away for longer, shorter asks more often for nothing. Assumed. */
export const renewMs = { standing: 3_600_000, failed: 300_000 };

/** What has to be known of a server to ask it for its webhooks. */
export type Asked = Pick<ServerConfiguration, 'name' | 'url' | 'caFile' | 'wake' | 'api' | 'sessions'>;

/** One that the configuration does not name any more, as it was last looked at. */
export function leftServer({ server: name, address }: WebhookState): Asked | undefined {
  if (address === undefined) return undefined;
  const { url, caFile } = address;
  return { name, url, caFile, wake: 'schedule', api: 'odata', sessions: 1 };
}

export type WebhookKeeping = {
  readonly configuration: Configuration;
  readonly control: WebhookStates;
  readonly clock: Clock;
  /** Where FileMaker calls, without a slash at the end; undefined: nowhere, so that none is wanted. */
  readonly url: string | undefined;
  readonly installation: string;
  readonly secret: string;
  readonly accountOf: (server: ServerName) => Credentials | Promise<Credentials>;
  /** For a server that is spoken to by the Data API: which table its layouts show. */
  readonly inspect: (server: Asked, account: Credentials) => Inspection;
  /** Ours are taken away, whatever the configuration says. Default: false. */
  readonly removes?: boolean;
};

/** Whether it is time for another look: it is long ago, or what stood then is not what is wanted now. */
export function isLookDue(
  { configuration, url, removes }: Pick<WebhookKeeping, 'configuration' | 'url' | 'removes'>,
  { name, wake }: Asked,
  before: WebhookState | undefined,
  now: EpochMs,
): boolean {
  if (wake !== 'webhook' || removes === true) return before !== undefined && before.outcome !== 'removed';
  if (before === undefined || before.outcome === 'removed') return true;
  const { at, outcome, tables, unknown } = before;
  // A clock may have been set back.
  if (at > now || now >= at + (outcome === 'failed' ? renewMs.failed : renewMs.standing)) return true;
  const sending = sendingOn(configuration, name);
  const isNew = sending.some(
    ({ table }) => !unknown.includes(table) && tables.every((one) => one.table !== table),
  );
  const isFormer = (one: HookedTable): boolean =>
    !one.url.startsWith(`${url}/`) ||
    sending.every(
      ({ table, link: { database, layout } }) =>
        one.table !== table || one.database !== database || one.layout !== layout,
    );
  return outcome === 'standing' && (isNew || tables.some(isFormer));
}

/** Undefined where none of ours is wanted or known there. Stores what was found. Throws nothing but what is no server's fault. */
export async function keepWebhooksOf(
  of: WebhookKeeping,
  server: Asked,
  signal: AbortSignal,
): Promise<WebhookState | undefined> {
  const { name, wake, url, caFile } = server;
  const before = await of.control.webhookState(name);
  const isWanted = wake === 'webhook' && of.removes !== true;
  // Where it is asked for, it is looked whether any stands: what was known may be lost.
  const isAsked = of.removes === true && wake === 'webhook';
  if (!isWanted && !isAsked && (before === undefined || before.outcome === 'removed')) return undefined;
  const { calls } = before ?? {};
  const address = { url, ...(caFile !== undefined && { caFile }) };
  const note = (state: WebhookState): Promise<void> =>
    of.control.putWebhookState({ ...state, address, ...(calls && { calls }) });
  const state = await kept(of, server, { isWanted, before, note }, signal);
  await note(state);
  return state;
}

async function kept(
  of: WebhookKeeping,
  server: Asked,
  { isWanted, before, note }: Pick<KeptWebhooks, 'before' | 'note'> & { readonly isWanted: boolean },
  signal: AbortSignal,
): Promise<WebhookState> {
  const { clock, installation, secret } = of;
  const { name, url, caFile } = server;
  const account = await of.accountOf(name);
  const sending = sendingOn(of.configuration, name);
  const links = isWanted ? sending : [];
  const found = await occurrences(of, server, account, links, before, signal);
  if (found instanceof ServerError) return failedBy(found, name, clock.now(), before);
  const trust = caFile === undefined ? {} : { caFile };
  const random = Math.random;
  const port = webhooksOver({ name, url, account, sessions: 1, clock, random, ...trust });
  try {
    return await keepWebhooks(
      port,
      {
        server: name,
        installation,
        base: of.url,
        wanted: links.flatMap((one) => wantedOf(of, one, found) ?? []),
        databases: sending.map(({ link }) => link.database),
        isOfOther: isOfOther(of.configuration, server),
        unknown: links.filter(({ table }) => !found.has(table)).map(({ table }) => table),
        headers: { [secretHeader]: secret },
        before,
        note,
        now: clock.now(),
      },
      signal,
    );
  } finally {
    await port.close();
  }
}

type SendingLink = { readonly table: TableName; readonly key: string; readonly link: LinkConfiguration };

const sendingOn = ({ tables }: Configuration, server: ServerName): readonly SendingLink[] =>
  tables.flatMap(({ name: table, key, links }) =>
    links
      .filter((link) => link.server === server && link.role !== 'receive')
      .map((link) => ({ table, key, link })),
  );

function wantedOf(
  { url, installation, secret }: WebhookKeeping,
  { table, key, link }: SendingLink,
  found: ReadonlyMap<TableName, string>,
): WantedTable | undefined {
  const occurrence = found.get(table);
  if (occurrence === undefined || url === undefined) return undefined;
  const { server, database, layout, rename } = link;
  const field = fieldOnServer(key, rename);
  const mark = markOf(secret, occurrence, field);
  const address = { installation, mark, server, table };
  return { table, database, layout, occurrence, field, url: hookUrl(url, address) };
}

/** Two servers of the configuration may be files of one host. */
const isOfOther =
  ({ servers }: Configuration, { name, url }: Asked) =>
  (hook: string): boolean => {
    const address = hookAddressOf(hook);
    const other = servers.find((one) => one.name === address?.server);
    return other !== undefined && other.name !== name && other.url === url && other.wake === 'webhook';
  };

/** What a table is called in the relationship graph: named in the configuration, known from before, or shown by its layout. */
async function occurrences(
  of: WebhookKeeping,
  server: Asked,
  account: Credentials,
  links: readonly SendingLink[],
  before: WebhookState | undefined,
  signal: AbortSignal,
): Promise<ReadonlyMap<TableName, string> | ServerError> {
  const found = new Map<TableName, string>();
  for (const { table, link } of links) {
    const known = before?.tables.find(
      (one) => one.table === table && one.database === link.database && one.layout === link.layout,
    );
    const name = link.api === 'odata' ? link.layout : (link.occurrence ?? known?.occurrence);
    if (name !== undefined) found.set(table, name);
  }
  const others = links.filter(({ table }) => !found.has(table));
  if (others.length === 0) return found;
  const inspection = of.inspect(server, account);
  try {
    for (const { table, link } of others) {
      const shown = await inspection.rows(link.database, link.layout, { limit: 1 }, signal);
      if (shown.table !== undefined) found.set(table, shown.table);
    }
    return found;
  } catch (error) {
    if (error instanceof ServerError) return error;
    throw error;
  } finally {
    await inspection.close();
  }
}

const failedBy = (
  { message }: ServerError,
  server: ServerName,
  at: number,
  before: WebhookState | undefined,
): WebhookState => ({
  server,
  at,
  outcome: 'failed',
  reason: message,
  tables: before?.tables ?? [],
  unknown: before?.unknown ?? [],
});
