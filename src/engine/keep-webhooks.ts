/**
 * Keeps the webhooks of one server: one for each table that sends, none that is not wanted any more, and nobody else's touched.
 *
 * New ones are added before former ones go: two calls for one change do no harm. Before one is removed it is looked at once more,
 * since FileMaker gives the id of a removed one to the next that anybody adds.
 *
 * Ours are known by what is noted once the address changes. So what is to be added is noted before the first is, and stays noted for as long as it may
 * stand, whoever dies or refuses in between.
 */
import type { EpochMs, ServerName, TableName } from '../core/names.ts';
import {
  type HookedTable,
  isSameAddress,
  type Webhook,
  webhookPlan,
  type WebhookState,
} from '../core/webhook.ts';
import { ServerError } from '../ports/server-errors.ts';
import type { Webhooks } from '../ports/webhooks.ts';

/** One table that sends. */
export type WantedTable = {
  readonly table: TableName;
  readonly database: string;
  readonly layout: string;
  readonly occurrence: string;
  readonly url: string;
  /** All that a call brings along. */
  readonly field: string;
};

export type KeptWebhooks = {
  readonly server: ServerName;
  readonly installation: string;
  /** Where it is called; undefined: nowhere any more. */
  readonly base: string | undefined;
  /** Of this server; none: all of ours are to go. */
  readonly wanted: readonly WantedTable[];
  /** Where ours may stand, whatever is known of them. */
  readonly databases: readonly string[];
  /** Whether another server of the configuration, whose files are these too, looks after it. */
  readonly isOfOther: (url: string) => boolean;
  readonly unknown: readonly TableName[];
  /** Sent with each call. Holds the secret. */
  readonly headers: Readonly<Record<string, string>>;
  /** As it was last found. */
  readonly before: WebhookState | undefined;
  /** Puts down what may stand from now on. */
  readonly note: (state: WebhookState) => Promise<void>;
  readonly now: EpochMs;
};

/** Throws nothing but what is no server's fault. */
export async function keepWebhooks(
  webhooks: Webhooks,
  kept: KeptWebhooks,
  signal: AbortSignal,
): Promise<WebhookState> {
  const { server, now, wanted, before, unknown } = kept;
  const tables: HookedTable[] = [];
  const databases = databasesOf(kept);
  const left = new Set(databases);
  const failures: ServerError[] = [];
  const found = (reason?: string): Omit<WebhookState, 'outcome'> => ({
    server,
    at: now,
    tables,
    unknown,
    ...(reason !== undefined && { reason }),
  });
  // What was not looked at may stand yet, and is to be found where it is to go.
  const withLeft = (): readonly HookedTable[] => [
    ...tables,
    ...(before?.tables ?? []).filter(({ database }) => left.has(database)),
  ];
  const note = (added: readonly HookedTable[]): Promise<void> =>
    kept.note({
      ...found('they are being added'),
      tables: eachOnce([...tables, ...(before?.tables ?? []), ...added]),
      outcome: 'failed',
    });
  try {
    for (const database of databases) {
      const done = await keepIn(webhooks, { ...kept, noteAdded: note }, database, failures, signal);
      if (typeof done === 'string') return { ...found(done), tables: withLeft(), outcome: 'unsupported' };
      tables.push(...done);
      left.delete(database);
    }
    if (failures.length > 0) return { ...found(reasonsOf(failures)), outcome: 'failed' };
    return { ...found(), outcome: wanted.length + unknown.length === 0 ? 'removed' : 'standing' };
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    return { ...found(error.message), tables: withLeft(), outcome: 'failed' };
  }
}

const reasonsOf = (failures: readonly ServerError[]): string =>
  [...new Set(failures.map(({ message }) => message))].join('; ');

/** Those in which some are wanted, and those in which some of ours stood; where all are to go, those in which some may stand too. */
const databasesOf = ({ wanted, unknown, databases, before }: KeptWebhooks): readonly string[] => [
  ...new Set([
    ...[...wanted, ...(before?.tables ?? [])].map(({ database }) => database),
    ...(wanted.length + unknown.length === 0 ? databases : []),
  ]),
];

const eachOnce = (tables: readonly HookedTable[]): readonly HookedTable[] =>
  tables.filter(({ url }, n) => tables.findIndex((one) => isSameAddress(one.url, url)) === n);

type Keeping = KeptWebhooks & { readonly noteAdded: (added: readonly HookedTable[]) => Promise<void> };

/** Why the server has none, or what stands then, and may. Throws ServerError only where it did nothing. */
async function keepIn(
  webhooks: Webhooks,
  kept: Keeping,
  database: string,
  failures: ServerError[],
  signal: AbortSignal,
): Promise<readonly HookedTable[] | string> {
  const { installation, base, isOfOther, before, noteAdded } = kept;
  const wanted = kept.wanted.filter((one) => one.database === database);
  const list = await webhooks.list(database, signal);
  if (list.kind === 'unsupported') return list.reason;
  const mine = list.webhooks.filter(({ url }) => !isOfOther(url));
  const noted = before?.tables ?? [];
  const plan = webhookPlan(mine, wanted, { installation, base, noted: noted.map(({ url }) => url) });
  const hookedOf = (tables: readonly WantedTable[]) => tables.map((one) => hooked(one, plan.kept, kept));
  const missing = wanted.filter(({ url }) => plan.added.some((added) => added.url === url));
  if (missing.length > 0) await noteAdded(hookedOf(missing));
  const refused = await eachRefused(missing, ({ url, occurrence, field }) =>
    webhooks.add(database, { url, occurrence, field, headers: kept.headers }, signal),
  );
  // Where a new one was not taken the former one is better than none.
  const keepsFormer = refused.size > 0;
  const unremoved = await eachRefused(keepsFormer ? [] : plan.removed, (one) =>
    removeIfSame(webhooks, database, one, signal),
  );
  failures.push(...refused.values(), ...unremoved.values());
  const staying = keepsFormer ? plan.removed : [...unremoved.keys()];
  // What FileMaker gave no code for may have been done.
  const doubted = [...refused].flatMap(([one, { fileMakerCode }]) =>
    fileMakerCode === undefined ? one : [],
  );
  return eachOnce([
    ...hookedOf(wanted.filter((one) => !refused.has(one))),
    ...noted.filter(({ url }) => staying.some((one) => isSameAddress(one.url, url))),
    ...hookedOf(doubted),
  ]);
}

/** What is refused of one keeps nothing from another (R7). */
async function eachRefused<One>(
  all: readonly One[],
  work: (one: One) => Promise<unknown>,
): Promise<ReadonlyMap<One, ServerError>> {
  const refused = new Map<One, ServerError>();
  for (const one of all) {
    const error = await refusalOf(() => work(one));
    if (error !== undefined) refused.set(one, error);
  }
  return refused;
}

async function refusalOf(work: () => Promise<unknown>): Promise<ServerError | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (error instanceof ServerError) return error;
    throw error;
  }
}

/** Whether it was removed. */
async function removeIfSame(
  webhooks: Webhooks,
  database: string,
  { id, url }: Webhook,
  signal: AbortSignal,
): Promise<boolean> {
  const now = await webhooks.get(database, id, signal);
  if (now?.url !== url) return false;
  return webhooks.remove(database, id, signal);
}

function hooked(
  { table, database, layout, occurrence, url }: WantedTable,
  standing: readonly Webhook[],
  { before, now }: KeptWebhooks,
): HookedTable {
  const there = standing.find((one) => isSameAddress(one.url, url));
  const known = before?.tables.find((one) => one.url === url);
  return {
    table,
    database,
    layout,
    occurrence,
    url,
    since: there === undefined ? now : (known?.since ?? now),
    queue: there?.queue ?? { waiting: 0 },
  };
}
