/** Whether a server can call when its tables change, and whether its calls arrive. Nothing is added or removed. */
import type { ServerConfiguration, TableConfiguration } from '../config/configuration.ts';
import { count } from '../composition/words.ts';
import { hookAddressOf, isSameAddress, type Webhook } from '../core/webhook.ts';
import type { Account } from '../filemaker/http/account.ts';
import type { ServerAddress } from '../filemaker/http/way.ts';
import { webhooksOver } from '../filemaker/odata/webhooks.ts';
import { ServerError } from '../ports/server-errors.ts';
import type { WebhookStates } from '../ports/control.ts';
import type { Webhooks } from '../ports/webhooks.ts';
import { checks } from './catalogue.ts';
import { type Found, ok, unproven, warning, wordsOf } from './finding.ts';
import { answered } from './server-errors.ts';

export type WebhookLook = {
  readonly server: ServerConfiguration;
  readonly tables: readonly TableConfiguration[];
  readonly address: ServerAddress;
  readonly account: Account;
  /** Absent where the sync never ran: none is ours yet. */
  readonly webhooks?: Pick<WebhookStates, 'webhookState'>;
};

export async function lookAtWebhooks(of: WebhookLook, signal: AbortSignal): Promise<Found> {
  const { address, account } = of;
  const webhooks = webhooksOver({ ...address, account, sessions: 1 });
  try {
    return await found(webhooks, of, signal);
  } finally {
    await webhooks.close();
  }
}

const remedy = (): string => checks.webhooks.remedy;

async function found(
  webhooks: Webhooks,
  { server, tables, webhooks: states }: WebhookLook,
  signal: AbortSignal,
): Promise<Found> {
  const links = tables.flatMap((table) =>
    table.links.filter((link) => link.server === server.name && link.role !== 'receive'),
  );
  const noted = (await states?.webhookState(server.name))?.tables ?? [];
  const ours: Webhook[] = [];
  let others = 0;
  for (const database of new Set(links.map((link) => link.database))) {
    const list = await answered(() => webhooks.list(database, signal));
    if (list instanceof ServerError) {
      const words = wordsOf(list);
      return warning('webhooks', `its webhooks cannot be asked for: ${words.text}`, remedy());
    }
    if (list.kind === 'unsupported') return warning('webhooks', list.reason, remedy());
    const mine = list.webhooks.filter(({ url }) => noted.some((one) => isSameAddress(one.url, url)));
    ours.push(...mine);
    others += list.webhooks.filter(
      (one) => !mine.includes(one) && hookAddressOf(one.url) !== undefined,
    ).length;
  }
  return standing(ours, others === 0 ? '' : `; ${others} of other installations`);
}

function standing(ours: readonly Webhook[], others: string): Found {
  if (ours.length === 0)
    return unproven(
      'webhooks',
      `webhooks can be added, and none of this installation stands yet${others}`,
      'run --watch, or the stack, adds them; look again then.',
    );
  const waiting = ours.reduce((sum, { queue }) => sum + queue.waiting, 0);
  const figures = { webhooks: ours.length, waiting };
  const failing = ours.find(({ queue }) => queue.lastError !== undefined);
  if (failing === undefined)
    return ok(
      'webhooks',
      `${count(ours.length, 'webhook')} of this installation, and ${count(waiting, 'call')} ${waiting === 1 ? 'waits' : 'wait'}${others}`,
      figures,
    );
  const text = `FileMaker Server does not reach what its webhooks call: ${count(waiting, 'call')} to be made, the last try failed with ${failing.queue.lastError}`;
  return warning('webhooks', text, remedy(), figures);
}
