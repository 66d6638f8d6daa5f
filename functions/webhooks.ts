/** The webhooks of a server, looked at once an hour by whoever reads it first: what the stack is called by has to stand there. */
import { randomUUID } from 'node:crypto';
import { inspectWith } from '../src/composition/connect.ts';
import { systemClock } from '../src/composition/system-clock.ts';
import {
  isLookDue,
  keepWebhooksOf,
  renewMs,
  type WebhookKeeping,
} from '../src/composition/webhooks/keeping.ts';
import { callSecrets } from '../src/composition/webhooks/call-secret.ts';
import { shortestSecret } from '../src/composition/webhooks/secret.ts';
import type { Interval } from '../src/core/interval.ts';
import type { EpochMs, ServerName, TableName } from '../src/core/names.ts';
import { isMissed } from '../src/core/hint.ts';
import type { Control } from '../src/ports/control.ts';
import type { Wakes } from '../src/ports/wakes.ts';
import { standsSince } from '../src/core/webhook.ts';
import { accountFor, type Installation, serverOf } from './composition.ts';
import { logger, report, toldByKind } from './observe.ts';

/** When this process asks next whether it is time. */
const asksAt = new Map<ServerName, EpochMs>();

/** Longer than looking takes: a process that dies keeps others from it for so long, ms. */
const leaseMs = 300_000;

/** Never throws: whatever fails of it leaves the schedule, which misses nothing. */
export async function keepWebhooksIfDue(
  of: Installation,
  name: ServerName,
  signal: AbortSignal,
): Promise<void> {
  const now = systemClock.now();
  if (now < (asksAt.get(name) ?? 0)) return;
  asksAt.set(name, now + renewMs.failed);
  try {
    // Where there is nothing to look after the configuration has to change first, and then it is another process.
    if ((await keepIfDue(of, name, now, signal)) === 'none') asksAt.set(name, now + renewMs.standing);
  } catch (error) {
    if (!signal.aborted) toldByKind(`the webhooks of server ${name} could not be looked after`, error);
  }
}

async function keepIfDue(
  of: Installation,
  name: ServerName,
  now: EpochMs,
  signal: AbortSignal,
): Promise<'none' | 'some'> {
  const { control } = of.state;
  const server = serverOf(of.configuration, name);
  const before = await control.webhookState(name);
  if (server.wake !== 'webhook' && (before === undefined || before.outcome === 'removed')) return 'none';
  const { configuration, environment } = of;
  // Without an address, as after the last server stopped being woken, all of ours go.
  const own = { url: environment.callUrl, removes: environment.callUrl === undefined };
  if (!isLookDue({ configuration, ...own }, server, before, now)) return 'some';
  const [lease, holder] = [`webhooks ${name}`, randomUUID()];
  if (!(await control.takeLease(lease, holder, leaseMs, now))) return 'some';
  try {
    // What goes needs none.
    const secret = server.wake === 'webhook' ? await secretFor(of) : '';
    const state = await keepWebhooksOf(keepingOf(of, { ...own, secret }), server, signal);
    if (state === undefined) return 'none';
    const { outcome, reason, tables } = state;
    logger.info('webhooks', { server: name, outcome, reason, tables: tables.length });
    return 'some';
  } finally {
    await control.dropLease(lease, holder);
  }
}

/** Nothing is added without one. */
async function secretFor({ clients, environment: { callUrl, callSecret } }: Installation): Promise<string> {
  if (callUrl === undefined || callSecret === undefined) return '';
  const { now } = await callSecrets(clients.secrets, callSecret);
  if (now !== undefined) return now;
  throw new Error(
    `the secret ${callSecret} of webhooks is empty or could be guessed: put ${shortestSecret} letters and digits or more there`,
  );
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
      // Hints are stored: none is of a process that ended.
      const since = standsSince(state, table, 0);
      if (isMissed(at, { lastHintAt, standsSince: since, readFrom }))
        counts.set(table, (counts.get(table) ?? 0) + 1);
    },
    tell: () => {
      for (const [table, changes] of counts) report({ kind: 'hooks-missed', table, server, changes });
    },
  };
}
