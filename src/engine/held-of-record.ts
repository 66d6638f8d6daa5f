/** All that the state holds about one record, on whatever server, but for what it held before. */
import type { BatchRow } from '../core/batch.ts';
import type { HeldOf } from '../core/forgetting.ts';
import type { Key, ServerName, TableName } from '../core/names.ts';
import type { Engine } from './engine.ts';
import { paged } from './paged.ts';

export type RecordOn = {
  readonly table: TableName;
  readonly key: Key;
  /** Of the table, by the configuration. */
  readonly servers: readonly ServerName[];
};

export async function heldOf(
  { records, control }: Pick<Engine, 'records' | 'control'>,
  { table, key, servers }: RecordOn,
): Promise<HeldOf> {
  const head = (await records.heads(table, [key])).get(key);
  const replicas = await records.replicasOf(table, key);
  const backlog = await control.backlog();
  const all = [...new Set([...servers, ...replicas.map(({ server }) => server), ...backlog.keys()])];
  const [parked, suspects, batches] = [[], [], []] as [HeldOf['parked'][], HeldOf['suspects'][], BatchRow[]];
  for (const server of all) {
    parked.push([...(await control.parkedAmong(table, server, [key])).values()]);
    suspects.push([...(await control.suspectsAmong(table, server, [key])).values()]);
    if (backlog.has(server)) batches.push(...(await batchesWith(control, table, server, key)));
  }
  const halts = (await control.halts()).filter((one) => one.table === table);
  return { head, replicas, parked: parked.flat(), suspects: suspects.flat(), batches, halts };
}

/** Rows looked at at once. */
const rowsInOnePage = 1000;

async function batchesWith(
  control: Engine['control'],
  table: TableName,
  server: ServerName,
  key: Key,
): Promise<readonly BatchRow[]> {
  const found: BatchRow[] = [];
  for await (const page of paged<BatchRow>((after) => control.openBatches(server, rowsInOnePage, after)))
    found.push(...page.filter((row) => row.table === table && row.keys.some((one) => one.key === key)));
  return found;
}
