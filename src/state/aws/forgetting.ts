/** Partition by partition; the facts go last, so that a call that died is repeated by the same names. */
import { keyFact, linkFact, serverFact } from '../../core/identity.ts';
import type { ServerName, TableName } from '../../core/names.ts';
import type { BatchRows } from '../../ports/control.ts';
import type { Forgetting, NotedLarge } from '../../ports/forgetting.ts';
import { announcing } from './batch-items.ts';
import { removeConflictsOf } from './conflicts.ts';
import type { Documents } from './documents.ts';
import { historyIn, historyItems } from './history.ts';
import { filesReadPartition } from './files-read.ts';
import { factKey } from './identity.ts';
import { inParallel } from './in-parallel.ts';
import { largeForgettingIn } from './large-forgetting.ts';
import type { LargeNotes } from './large-notes.ts';
import { naming } from './object-names.ts';
import { partitionsOfParked } from './parked.ts';
import { headPartition, keyOf, replicaPartition, replicasOf, shards } from './records.ts';
import { part, partsOf, sortKeyOf } from './sort-keys.ts';
import type { Item, Range, Table } from './table.ts';
import { keyOfItem } from './item-keys.ts';

type Documented = {
  readonly records: Documents;
  readonly control: Documents;
  readonly rows: Pick<BatchRows, 'openBatches' | 'close'>;
  readonly notes: LargeNotes;
};

export const forgettingIn = (of: Documented): Forgetting => ({
  ...largeForgettingIn(of),
  forgetPlace: (table, server) => withLarge(of, (note) => forgetPlace(of, table, server, note)),
  forgetServer: (server) => forgetServer(of.control.table, server),
  forgetTable: (table) => withLarge(of, (note) => forgetTable(of, table, note)),
});

/** Puts down what lies in the bucket of items that are about to go; files go with a sweep, when nothing names them. */
type Note = (items: readonly Item[]) => Promise<void>;

/** What was put down meanwhile is removed at the end. */
async function withLarge<Result>(
  { notes }: Documented,
  work: (note: Note) => Promise<Result>,
): Promise<Result> {
  const noted: NotedLarge[] = [];
  const result = await work(async (items) => void noted.push(...(await notes.note(items, []))));
  await notes.remove(noted);
  return result;
}

async function forgetPlace(
  of: Documented,
  table: TableName,
  server: ServerName,
  note: Note,
): Promise<number> {
  const { records, control } = of;
  const counts = await inParallel(shards, (shard) =>
    removeAll(records.table, replicaPartition(table, server, shard), {}, note),
  );
  await closeRows(of, table, server);
  const name = partsOf(table, server);
  for (const kind of ['parked', 'suspect', 'sweep-part'])
    await removeAll(control.table, partsOf(kind, table, server), {}, note);
  for (const pk of [announcing(table, server), filesReadPartition(table, server)])
    await removeAll(control.table, pk);
  const ofPlace = [
    'bookmark',
    'delete-log',
    'delete-count',
    'halt',
    'sweep',
    'sweep-ask',
    'meeting',
    'account-view',
  ];
  const keys = [
    ...['watermark', 'user-clock'].map((kind) => ({ pk: partsOf(kind, table), sk: `server ${server}` })),
    ...ofPlace.map((pk) => ({ pk, sk: name })),
    { pk: partitionsOfParked, sk: sortKeyOf(name) },
    factKey(linkFact(table, server)),
  ];
  await note(await control.table.getAll(keys));
  await control.table.removeAll(keys);
  await records.table.removeAll([{ pk: replicasOf, sk: sortKeyOf(name) }]);
  return counts.reduce((sum, count) => sum + count, 0);
}

const rowsAtOnce = 100;

async function closeRows({ rows }: Documented, table: TableName, server: ServerName): Promise<void> {
  let page = await rows.openBatches(server, rowsAtOnce);
  while (page.length > 0) {
    for (const row of page) if (row.table === table) await rows.close(row.id, row.rev);
    page = await rows.openBatches(server, rowsAtOnce, page.at(-1));
  }
}

async function forgetServer(table: Table, server: ServerName): Promise<void> {
  for (const kind of ['clock', 'clock-history', 'data-use']) await removeAll(table, partsOf(kind, server));
  for (const pk of ['breaker', 'field-list']) await removeAll(table, pk, { prefix: `${part(server)}#` });
  const items = ['slots', 'webhook', 'wake'].map((pk) => ({ pk, sk: `server ${server}` }));
  await table.removeAll([...items, factKey(serverFact(server))]);
}

async function forgetTable({ records, control }: Documented, table: TableName, note: Note): Promise<number> {
  const histories = historyIn(control);
  const withHistories: Note = async (heads) => {
    await note(heads);
    for (const head of heads) {
      await note(await historyItems(control.table, table, keyOf(head)));
      await histories.dropHistory(table, keyOf(head));
    }
  };
  const counts = await inParallel(shards, (shard) =>
    removeAll(records.table, headPartition(table, shard), {}, withHistories),
  );
  await removeConflictsOf(control.table, table, note);
  await control.table.removeAll([{ pk: 'shape', sk: `table ${table}` }, factKey(keyFact(table))]);
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Items removed at once. */
const itemsAtOnce = 100;

/** Returns how many there were. `before`: awaited for those that are about to go. */
async function removeAll(
  table: Table,
  pk: string,
  range: Range = {},
  before: Note = () => Promise.resolve(),
): Promise<number> {
  let removed = 0;
  let open: Item[] = [];
  const remove = async (): Promise<void> => {
    await before(open);
    await table.removeAll(open.map(keyOfItem));
    removed += open.length;
    open = [];
  };
  for await (const item of table.query(pk, { ...range, only: ['pk', 'sk', 'key', ...naming] })) {
    open.push(item);
    if (open.length === itemsAtOnce) await remove();
  }
  if (open.length > 0) await remove();
  return removed;
}
