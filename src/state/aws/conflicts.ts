/**
 * Conflicts, for good. What they hold may be large, so that a list with the age of each is read to count them and to find
 * the latest. An entry's place follows from the conflict's id: however often a conflict is put, it has one entry.
 */
import type { Keepsakes } from '../../ports/control.ts';
import { asNumber, numberOf, textOf } from './attributes.ts';
import type { Documents } from './documents.ts';
import { latestOf } from './latest.ts';
import { sortKeyOf } from './sort-keys.ts';
import { stored } from './stored-values.ts';
import { attributesOf, type Item, type ItemKey } from './table.ts';

type Conflicts = Pick<Keepsakes, 'putConflicts' | 'conflicts' | 'countConflicts'>;

const list = 'conflict-ages';

const placeOf = (id: string): string => `conflict ${sortKeyOf(id)}`;
const keyAt = (place: string): ItemKey => ({ pk: 'conflict', sk: place });

const entryAt = (sk: string, at: number): Item => ({ ...attributesOf({ pk: list, sk }), at: asNumber(at) });

/** The entry of a conflict as format 1 stored it, with its age. */
export const conflictEntry = (item: Item): Item => entryAt(textOf(item, 'sk'), numberOf(item, 'at'));

export const conflictsIn = (documents: Documents): Conflicts => ({
  async putConflicts(conflicts) {
    const last = [...new Map(conflicts.map((one) => [placeOf(one.id), one]))];
    await documents.putAll(last.map(([place, value]) => ({ key: keyAt(place), value })));
    await documents.table.putAll(last.map(([sk, { at }]) => entryAt(sk, at)));
  },
  async conflicts(limit) {
    const entries = await Array.fromAsync(documents.table.query(list, { descending: true }));
    const aged = entries.map((entry) => ({ key: keyAt(textOf(entry, 'sk')), at: numberOf(entry, 'at') }));
    return (await latestOf(documents, aged, limit)).map((value) => stored('conflict', value));
  },
  countConflicts: () => documents.table.count(list),
});
