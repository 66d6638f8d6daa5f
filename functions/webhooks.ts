/** The webhooks of a server, looked at once an hour by whoever reads it first: what the stack is called by has to stand there. */
import { randomUUID } from 'node:crypto';
import { inspectWith } from '../src/composition/connect.ts';
import { systemClock } from '../src/composition/system-clock.ts';
import { keepWebhooksOf, renewMs, type WebhookKeeping } from '../src/composition/webhooks/keeping.ts';
import { callSecrets } from '../src/composition/webhooks/call-secret.ts';
import type { Interval } from '../src/core/interval.ts';
import type { EpochMs, ServerName, TableName } from '../src/core/names.ts';
import { isMissed } from '../src/core/hint.ts';
import type { Control } from '../src/ports/control.ts';
import type { Wakes } from '../src/ports/wakes.ts';
import { standsSince } from '../src/core/webhook.ts';
import { accountFor, type Installation, serverOf } from './composition.ts';
import { logger, report, toldByKind } from './observe.ts';

/** When this process asked last whether it is time. */
const askedAt = new Map<ServerName, EpochMs>();

/** Never throws: whatever fails of it leaves the schedule, which misses nothing. */
export async function keepWebhooksIfDue(
  of: Installation,
  name: ServerName,
  signal: AbortSignal,
): Promise<void> {
  const now = systemClock.now();
  const everyMs = serverOf(of.configuration, name).wake === 'webhook' ? renewMs.failed : renewMs.standing;
  if (now - (askedAt.get(name) ?? 0) < everyMs) return;
  askedAt.set(name, now);
  try {
    await keepIfDue(of, name, now, signal);
  } catch (error) {
    if (!signal.aborted) toldByKind(`the webhooks of server ${name} could not be looked after`, error);
  }
}

async function keepIfDue(
  of: Installation,
  name: ServerName,
  now: EpochMs,
  signal: AbortSignal,
): Promise<void> {
  const { control } = of.state;
  const server = serverOf(of.configuration, name);
  const { callUrl, callSecret } = of.environment;
  if (server.wake !== 'webhook' && (await control.webhookState(name)) === undefined) return;
  const [lease, holder] = [`webhooks ${name}`, randomUUID()];
  if (!(await control.takeLease(lease, holder, renewMs.standing, now))) return;
  const [secret = ''] = callSecret === undefined ? [] : await callSecrets(of.clients.secrets, callSecret);
  // Without an address, as after the last server stopped being woken, all of ours go.
  const own = { url: callUrl, secret, removes: callUrl === undefined };
  const state = await keepWebhooksOf(keepingOf(of, own), server, signal);
  if (state?.outcome === 'failed') await control.dropLease(lease, holder);
  if (state === undefined) return;
  const { outcome, reason, tables } = state;
  logger.info('webhooks', { server: name, outcome, reason, tables: tables.length });
}

const keepingOf = (
  of: Installation,
  own: Pick<WebhookKeeping, 'url' | 'secret' | 'removes'>,
): WebhookKeeping => ({
  ...own,
  configuration: of.configuration,
  control: of.state.control,
  clock: systemClock,
  installation: of.environment.places.installation,
  accountOf: (server) => accountFor(of, server),
  inspect: inspectWith(of.state.sessions),
});

export type Missed = {
  readonly changed: (table: TableName, at: Interval) => void;
  readonly tell: () => void;
};

/** What it needs of the installation. */
export type Hinted = Pick<Installation, 'configuration'> & {
  readonly state: {
    readonly control: Pick<Control, 'webhookState'>;
    readonly wakes: Pick<Wakes, 'wake'>;
  };
};

/** Counts what a reading of the schedule finds of which no hook told. Undefined where no hook is to. */
export async function missedOn(of: Hinted, server: ServerName): Promise<Missed | undefined> {
  if (serverOf(of.configuration, server).wake !== 'webhook') return undefined;
  const { control, wakes } = of.state;
  const [state, wake] = await Promise.all([control.webhookState(server), wakes.wake(server)]);
  const readFrom = systemClock.now();
  const counts = new Map<TableName, number>();
  return {
    changed: (table, at) => {
      const lastHintAt = wake?.tables.get(table)?.at ?? 0;
      if (isMissed(at, { lastHintAt, standsSince: standsSince(state, table), readFrom }))
        counts.set(table, (counts.get(table) ?? 0) + 1);
    },
    tell: () => {
      for (const [table, changes] of counts) report({ kind: 'hooks-missed', table, server, changes });
    },
  };
}
