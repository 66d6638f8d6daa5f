/** Partition by partition; the facts go last, so that a call that died is repeated by the same names. */
import { keyFact, linkFact, serverFact } from '../../core/identity.ts';
import type { ServerName, TableName } from '../../core/names.ts';
import type { BatchRows } from '../../ports/control.ts';
import type { Forgetting } from '../../ports/forgetting.ts';
import { announcing } from './batch-items.ts';
import { removeConflictsOf } from './conflicts.ts';
import type { Documents } from './documents.ts';
import { historyIn } from './history.ts';
import { factKey } from './identity.ts';
import { inParallel } from './in-parallel.ts';
import { partitionsOfParked } from './parked.ts';
import { headPartition, keyOf, replicaPartition, replicasOf, shards } from './records.ts';
import { part, partsOf, sortKeyOf } from './sort-keys.ts';
import { type Item, type ItemKey, type Range, type Table } from './table.ts';
import { keyOfItem } from './item-keys.ts';

type Documented = {
  readonly records: Documents;
  readonly control: Documents;
  readonly rows: Pick<BatchRows, 'openBatches' | 'close'>;
};

export const forgettingIn = (of: Documented): Forgetting => ({
  forgetPlace: (table, server) => forgetPlace(of, table, server),
  forgetServer: (server) => forgetServer(of.control.table, server),
  forgetTable: (table) => forgetTable(of, table),
});

async function forgetPlace(of: Documented, table: TableName, server: ServerName): Promise<number> {
  const { records, control } = of;
  const counts = await inParallel(shards, (shard) =>
    removeAll(records.table, replicaPartition(table, server, shard)),
  );
  await closeRows(of, table, server);
  const name = partsOf(table, server);
  for (const kind of ['parked', 'suspect', 'sweep-part'])
    await removeAll(control.table, partsOf(kind, table, server));
  await removeAll(control.table, announcing(table, server));
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
  await control.table.removeAll([
    ...['watermark', 'user-clock'].map((kind) => ({ pk: partsOf(kind, table), sk: `server ${server}` })),
    ...ofPlace.map((pk) => ({ pk, sk: name })),
    { pk: partitionsOfParked, sk: sortKeyOf(name) },
    factKey(linkFact(table, server)),
  ]);
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
  await table.removeAll([{ pk: 'slots', sk: `server ${server}` }, factKey(serverFact(server))]);
}

async function forgetTable({ records, control }: Documented, table: TableName): Promise<number> {
  const histories = historyIn(control);
  const counts = await inParallel(shards, (shard) =>
    removeAll(records.table, headPartition(table, shard), {}, (head) =>
      histories.dropHistory(table, keyOf(head)),
    ),
  );
  await removeConflictsOf(control.table, table);
  await control.table.removeAll([{ pk: 'shape', sk: `table ${table}` }, factKey(keyFact(table))]);
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Items removed at once. */
const itemsAtOnce = 100;

/** Returns how many there were. `before`: awaited for each item before it goes. */
async function removeAll(
  table: Table,
  pk: string,
  range: Range = {},
  before: (item: Item) => Promise<unknown> = () => Promise.resolve(),
): Promise<number> {
  let removed = 0;
  let open: ItemKey[] = [];
  const remove = async (): Promise<void> => {
    await table.removeAll(open);
    removed += open.length;
    open = [];
  };
  for await (const item of table.query(pk, { ...range, only: ['pk', 'sk', 'key'] })) {
    await before(item);
    open.push(keyOfItem(item));
    if (open.length === itemsAtOnce) await remove();
  }
  if (open.length > 0) await remove();
  return removed;
}
