/** Which records of a table have an open batch row for a server. */
import type { BatchRow } from '../core/batch.ts';
import { numberOf } from '../core/digest.ts';
import type { ServerName, TableName } from '../core/names.ts';
import type { Engine } from './engine.ts';
import { paged } from './paged.ts';

/** Rows looked at at once. */
const rowsInOnePage = 1000;

/** Their keys, as numbers: there may be as many as records. */
export async function keysInBatches(
  engine: Engine,
  table: TableName,
  server: ServerName,
): Promise<ReadonlySet<number>> {
  const found = new Set<number>();
  const pages = paged<BatchRow>((after) => engine.control.openBatches(server, rowsInOnePage, after));
  for await (const page of pages) {
    for (const row of page) if (row.table === table) for (const { key } of row.keys) found.add(numberOf(key));
  }
  return found;
}
