/**
 * What is stored by an earlier format, brought to this one. Each step may be taken again after a crash, and by two processes
 * at once; the format is raised behind it. Programs of the format before refuse the tables from then on.
 */
import { conflictEntry } from './conflicts.ts';
import type { Documents } from './documents.ts';
import { keyOfItem } from './item-keys.ts';
import { itemKeyOf } from './listed.ts';
import { NotedLinks } from './noted-links.ts';
import { linkOfParked, partitionsOfParked } from './parked.ts';
import { runsIn } from './runs.ts';
import { stored } from './stored-values.ts';
import type { Item, Table } from './table.ts';

/** `documents`: of the control table. */
export async function upgrade(documents: Documents): Promise<void> {
  await toFormat2(documents);
}

/** Format 1 listed parked records, conflicts and runs by entries that named the item; since then items are found without. */
async function toFormat2(documents: Documents): Promise<void> {
  const { table } = documents;
  const links = new NotedLinks(table, partitionsOfParked);
  await relist(table, 'parked', (items) => links.note(items.map(linkOfParked)));
  await relist(table, 'conflicts', (items) => table.putAll(items.map(conflictEntry)));
  const runs = runsIn(documents);
  await relist(table, 'runs', async (items) => {
    for (const item of items) await runs.putRun(stored('run', await documents.valueOf(item)));
  });
}

const entriesAtOnce = 100;

/** An entry goes when its item is listed anew. What the items hold is not read, nor written again. */
async function relist(
  table: Table,
  list: string,
  put: (items: readonly Item[]) => Promise<void>,
): Promise<void> {
  const move = async (entries: readonly Item[]): Promise<void> => {
    await put(await table.getAll(entries.map(itemKeyOf)));
    await table.removeAll(entries.map(keyOfItem));
  };
  let page: Item[] = [];
  for await (const entry of table.query(list)) {
    page.push(entry);
    if (page.length < entriesAtOnce) continue;
    await move(page);
    page = [];
  }
  if (page.length > 0) await move(page);
}
