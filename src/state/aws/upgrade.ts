/**
 * What is stored by an earlier format, brought to this one. Each step may be taken again after a crash, and by two processes
 * at once; the format is raised behind it. Programs of the format before refuse the tables from then on.
 */
import { conflictsIn } from './conflicts.ts';
import type { Documents } from './documents.ts';
import { keyOfItem } from './item-keys.ts';
import { parkedIn } from './parked.ts';
import { runsIn } from './runs.ts';
import { textOf } from './attributes.ts';
import { stored } from './stored-values.ts';
import type { Item } from './table.ts';

/** `documents`: of the control table. */
export async function upgrade(documents: Documents, from: number): Promise<void> {
  if (from < 2) await toFormat2(documents);
}

/** Format 1 listed parked records, conflicts and runs by entries that named the item; since then items are found without. */
async function toFormat2(documents: Documents): Promise<void> {
  const { park } = parkedIn(documents);
  const { putConflicts } = conflictsIn(documents);
  const runs = runsIn(documents);
  await relist(documents, 'parked', (values) => park(values.map((value) => stored('parked', value))));
  await relist(documents, 'conflicts', (values) =>
    putConflicts(values.map((value) => stored('conflict', value))),
  );
  await relist(documents, 'runs', async (values) => {
    for (const value of values) await runs.putRun(stored('run', value));
  });
}

const entriesAtOnce = 100;

/** An entry goes when its item is listed anew. */
async function relist(
  documents: Documents,
  list: string,
  put: (values: readonly string[]) => Promise<void>,
): Promise<void> {
  const move = async (entries: readonly Item[]): Promise<void> => {
    const items = entries.map((entry) => ({ pk: textOf(entry, 'itemPk'), sk: textOf(entry, 'itemSk') }));
    const found = await documents.getAll(items);
    await put(found.map(({ value }) => value));
    await documents.table.removeAll(entries.map(keyOfItem));
  };
  let page: Item[] = [];
  for await (const entry of documents.table.query(list)) {
    page.push(entry);
    if (page.length < entriesAtOnce) continue;
    await move(page);
    page = [];
  }
  if (page.length > 0) await move(page);
}
