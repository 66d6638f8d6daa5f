/** Every entry that is kept of a record, those of attempts that came to nothing among them. */
import type { HistoryEntry } from '../core/history.ts';
import type { Key, TableName } from '../core/names.ts';
import type { Histories } from '../ports/history.ts';
import { paged } from './paged.ts';

const entriesInOnePage = 100;

/** The newest first. */
export async function allHistory(
  histories: Pick<Histories, 'history'>,
  table: TableName,
  key: Key,
): Promise<readonly HistoryEntry[]> {
  const pages = paged<HistoryEntry>((after) => histories.history(table, key, entriesInOnePage, after));
  return (await Array.fromAsync(pages)).flat();
}
