/**
 * leave: what the state holds of a table on a server that the configuration does not name any more is closed.
 *
 *   R2  Heads, tombstones, what was kept and what is known of the server's records stay: should it come back, it is a receiver
 *       that joins, and gets what changed meanwhile against what it was last known to hold. `forget` alone ends that.
 *   R4  A write of which nobody knows any more whether it took effect could come back as an edit. So the server counts as
 *       unknown in what was announced to it.
 *
 * Nothing marks that it was done: a process that goes by an older configuration may make rows for a while, and the next
 * one closes those too.
 */
import type { BatchRow, Sending } from '../core/batch.ts';
import type { Parked } from '../core/conflict.ts';
import type { Replica } from '../core/head.ts';
import type { ServerName, TableName } from '../core/names.ts';
import { chunksOf, type Engine, type PlaceName } from './engine.ts';
import { paged } from './paged.ts';

type Leaving = Pick<Engine, 'records' | 'control' | 'clock' | 'settings' | 'report' | 'isConfigured'>;

/** Places of which something is known, in the configuration or not. */
export async function knownPlaces(
  control: Pick<Engine['control'], 'meetings' | 'shape'>,
): Promise<readonly PlaceName[]> {
  const meetings = await control.meetings();
  const servers = Map.groupBy(meetings, ({ table }) => table);
  const places = [...servers].map(async ([table, met]) => {
    const receivers = (await control.shape(table))?.receivers ?? [];
    const names = new Set([...met.map(({ server }) => server), ...receivers]);
    return [...names].map((server) => ({ table, server }));
  });
  return (await Promise.all(places)).flat();
}

export const leftPlaces = async ({
  control,
  isConfigured,
}: Pick<Engine, 'control' | 'isConfigured'>): Promise<readonly PlaceName[]> =>
  (await knownPlaces(control)).filter((place) => !isConfigured(place));

/** Doing it again does no harm. */
export async function leave(engine: Leaving): Promise<void> {
  const left = await leftPlaces(engine);
  for (const place of left) {
    const rows = await closeRows(engine, place);
    const parked = await unparkAll(engine, place);
    await engine.control.dropBookmark(place.table, place.server);
    if (rows + parked > 0) engine.report({ kind: 'left', ...place, waiting: rows, parked });
  }
  for (const table of new Set(left.map((place) => place.table))) await dropReceivers(engine, table);
}

/** Rows read at once. */
const rowsInOnePage = 1000;

/** Returns how many keys waited in them. */
async function closeRows(engine: Leaving, { table, server }: PlaceName): Promise<number> {
  let keys = 0;
  const rows = paged<BatchRow>((after) => engine.control.openBatches(server, rowsInOnePage, after));
  for await (const page of rows) {
    for (const row of page.filter((one) => one.table === table)) {
      await unlearn(engine, row);
      if (await engine.control.close(row.id, row.rev)) keys += row.keys.length;
    }
  }
  return keys;
}

/** What may have been written there, or not, is not known of the server from now on. */
export async function unlearn(
  { records }: Pick<Engine, 'records'>,
  { table, server, sending }: BatchRow,
): Promise<void> {
  const announced = Map.groupBy(sending, ({ key }) => key);
  if (announced.size === 0) return;
  const replicas = await records.replicas(table, server, [...announced.keys()]);
  const unknown = [...replicas.values()].map((replica) => without(replica, announced.get(replica.key) ?? []));
  if (unknown.length > 0) await records.putReplicas(unknown);
}

function without(replica: Replica, sending: readonly Sending[]): Replica {
  const fields = new Set(sending.flatMap(({ digests }) => Object.keys(digests)));
  const digests = Object.entries(replica.digests).filter(([field]) => !fields.has(field));
  const isRemoved = sending.some(({ remove }) => remove);
  return {
    ...replica,
    rev: replica.rev + 1,
    digests: Object.fromEntries(digests),
    // Where it is gone when the server comes back, nobody there deleted it.
    ...(isRemoved && { left: true }),
  };
}

async function unparkAll({ control, settings }: Leaving, { table, server }: PlaceName): Promise<number> {
  const keys: string[] = [];
  const pages = paged<Parked>((after) => control.parkedPage(table, server, rowsInOnePage, after?.key));
  for await (const page of pages) keys.push(...page.map(({ key }) => key));
  for (const chunk of chunksOf(keys, settings.batchSize)) await control.unpark(table, server, chunk);
  return keys.length;
}

/** Of a table that is left by all: whoever receives it again gets every head. (Of one that goes on `grow` stores the shape.) */
async function dropReceivers({ control, isConfigured }: Leaving, table: TableName): Promise<void> {
  const shape = await control.shape(table);
  const isLeft = (server: ServerName): boolean => !isConfigured({ table, server });
  if (shape === undefined) return;
  const had = [...shape.receivers, ...Object.keys(shape.roles ?? {})];
  if (!had.some(isLeft)) return;
  const { pending = [], roles, ...rest } = shape;
  const waiting = pending.filter(({ server }) => !isLeft(server));
  const receivers = rest.receivers.filter((server) => !isLeft(server));
  const stay = Object.entries(roles ?? {}).filter(([server]) => !isLeft(server));
  const kept = roles && { roles: Object.fromEntries(stay) };
  await control.putShape({ ...rest, ...kept, receivers, ...(waiting.length > 0 && { pending: waiting }) });
}
