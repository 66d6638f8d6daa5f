/** Which objects a record's rows name, and those in which it may be shown as an example. */
import type { Key, TableName } from '../../core/names.ts';
import type { LargeForgetting } from '../../ports/forgetting.ts';
import { conflictItems } from './conflicts.ts';
import type { Documents } from './documents.ts';
import { historyItems } from './history.ts';
import { inParallel } from './in-parallel.ts';
import type { LargeNotes } from './large-notes.ts';
import { NotedLinks } from './noted-links.ts';
import { naming } from './object-names.ts';
import { headKey, replicaKey, replicasOf } from './records.ts';
import { partsOf } from './sort-keys.ts';
import type { Item } from './table.ts';

type Of = { readonly records: Documents; readonly control: Documents; readonly notes: LargeNotes };

export const largeForgettingIn = (of: Of): LargeForgetting => ({
  noteLarge: async (table, key, files) => of.notes.note(await itemsOf(of, table, key), files),
  noteUnheld: (at) => of.notes.noteUnheld(at),
  notedBefore: (before) => of.notes.notedBefore(before),
  removeNoted: (notes) => of.notes.remove(notes),
});

/** What shows records of any table as examples, or names the newest of them: what others hold of it is found to be held. */
const showing = ['meeting', 'bookmark', 'halt', 'sweep'];

async function itemsOf({ records, control }: Of, table: TableName, key: Key): Promise<readonly Item[]> {
  const links = (await new NotedLinks(records.table, replicasOf).all()).filter((one) => one.table === table);
  const own = [headKey(table, key), ...links.map(({ server }) => replicaKey(table, server, key))];
  const shown = await inParallel([...showing, partsOf('watermark', table)], (pk) =>
    Array.fromAsync(control.table.query(pk, { only: ['pk', 'sk', ...naming] })),
  );
  return [
    ...(await records.table.getAll(own)),
    ...(await historyItems(control.table, table, key)),
    ...(await conflictItems(control.table, table, key)),
    ...shown.flat(),
  ];
}
