/**
 * Conflicts, which expire by themselves unless they are open. What they hold may be large, so that a list with the age and the
 * code of each is read to count them and to find some; those that are open have a list of their own. An entry's place follows
 * from the conflict's id: however often a conflict is put, it has one entry.
 */
import { type Conflict, codeOfConflict, idsOfTable, idStart, keptUntil } from '../../core/conflict.ts';
import type { Key, TableName } from '../../core/names.ts';
import type { Conflicts } from '../../ports/conflicts.ts';
import { asNumber, asText, expiresAt, numberOf, textOf } from './attributes.ts';
import { hasNo } from './conditions.ts';
import type { Documents } from './documents.ts';
import { inParallel } from './in-parallel.ts';
import { keyOfItem } from './item-keys.ts';
import { latestOf } from './latest.ts';
import { naming } from './object-names.ts';
import { sortKeyOf, sortKeyStart } from './sort-keys.ts';
import { stored } from './stored-values.ts';
import { attributesOf, type Item, type ItemKey, type Table } from './table.ts';

const list = 'conflict-ages';
const openList = 'conflict-open';

const placeOf = (id: string): string => `conflict ${sortKeyOf(id)}`;
const keyAt = (place: string): ItemKey => ({ pk: 'conflict', sk: place });

const entryAt = (pk: string, sk: string, at: number): Item => ({
  ...attributesOf({ pk, sk }),
  at: asNumber(at),
});

/** The entry of a conflict as format 1 stored it, with its age. */
export const conflictEntry = (item: Item): Item => entryAt(list, textOf(item, 'sk'), numberOf(item, 'at'));

const entryOf = (sk: string, conflict: Conflict): Item => ({
  ...entryAt(list, sk, conflict.at),
  code: asText(codeOfConflict(conflict)),
  of: asText(conflict.table),
  ...expiryOf(conflict),
});

const expiryOf = (conflict: Conflict) => (conflict.open ? {} : expiresAt(keptUntil(conflict)));

export const conflictsIn = (documents: Documents): Conflicts => ({
  ...puttingIn(documents),
  ...listingIn(documents),
  ...namedIn(documents),
});

const puttingIn = (documents: Documents): Pick<Conflicts, 'putConflicts' | 'dropConflicts'> => ({
  async putConflicts(conflicts) {
    const last = [...new Map(conflicts.map((one) => [placeOf(one.id), one]))];
    const done = await inParallel(last, ([place, value]) => putOne(documents, keyAt(place), value));
    const put = last.filter((_, at) => done[at]);
    await documents.table.putAll(put.map(([sk, value]) => entryOf(sk, value)));
    const open = put.filter(([, value]) => value.open);
    await documents.table.putAll(open.map(([sk, { at }]) => entryAt(openList, sk, at)));
    const settled = put.filter(([, { open: isOpen, choices, agreedAt }]) => !isOpen && (choices ?? agreedAt));
    await documents.table.removeAll(settled.map(([sk]) => ({ pk: openList, sk })));
  },
  async dropConflicts(ids) {
    const places = [...new Set(ids.map(placeOf))];
    await documents.table.removeAll(places.map(keyAt));
    // Whoever counts by the lists counts one too many until this is done, and no value is in them.
    await documents.table.removeAll(places.flatMap((sk) => [list, openList].map((pk) => ({ pk, sk }))));
  },
});

/** All of a table, with their entries. `before`: awaited for those that are about to go. */
export async function removeConflictsOf(
  table: Table,
  of: TableName,
  before: (items: readonly Item[]) => Promise<void>,
): Promise<void> {
  for (const pk of ['conflict', list, openList]) {
    const items = await itemsBeginning(table, pk, idsOfTable(of));
    await before(items);
    await table.removeAll(items.map(keyOfItem));
  }
}

const itemsBeginning = (table: Table, pk: string, ids: string): Promise<readonly Item[]> =>
  Array.fromAsync(
    table.query(pk, { prefix: `conflict ${sortKeyStart(ids)}`, only: ['pk', 'sk', ...naming] }),
  );

/** Those of one record as they lie there, without their values; of very long keys those that begin so. */
export const conflictItems = (table: Table, of: TableName, key: Key): Promise<readonly Item[]> =>
  itemsBeginning(table, 'conflict', idStart(of, key));

/** False where it is one about which a person chose meanwhile. */
async function putOne(documents: Documents, key: ItemKey, value: Conflict): Promise<boolean> {
  const attributes = expiryOf(value);
  if (value.choices === undefined) return documents.put(key, value, attributes, hasNo('chosen'));
  await documents.replace(key, value, { ...attributes, chosen: { BOOL: true } });
  return true;
}

const listingIn = (
  documents: Documents,
): Pick<Conflicts, 'conflicts' | 'countConflicts' | 'countOpenConflicts'> => ({
  async conflicts(limit, { table, open = false } = {}) {
    const from = open ? openList : list;
    const entries = await Array.fromAsync(documents.table.query(from, { descending: true }));
    const aged = entries
      // Entries of the release before, and those of what is open, do not say of which table it is.
      .filter(({ of }) => table === undefined || of?.S === undefined || of.S === table)
      .map((entry) => ({ key: keyAt(textOf(entry, 'sk')), at: numberOf(entry, 'at') }))
      .toSorted((a, b) => b.at - a.at);
    const found: Conflict[] = [];
    for (let next = 0; next < aged.length && found.length < limit; next += limit) {
      const page = await latestOf(documents, aged.slice(next, next + limit), limit);
      const conflicts = page.map((value) => stored('conflict', value));
      found.push(
        ...conflicts.filter((one) => (table === undefined || one.table === table) && (!open || one.open)),
      );
    }
    return found.slice(0, limit);
  },
  countConflicts: () => documents.table.count(list),
  countOpenConflicts: () => documents.table.count(openList),
});

const namedIn = (
  documents: Documents,
): Pick<Conflicts, 'conflictsById' | 'conflictsOf' | 'conflictsByCode'> => {
  const valuesAt = async (places: readonly string[]): Promise<readonly Conflict[]> =>
    (await documents.getAll(places.map(keyAt))).map(({ value }) => stored('conflict', value));
  return {
    conflictsById: (ids) => valuesAt(ids.map(placeOf)),
    async conflictsOf(table, key) {
      const prefix = `conflict ${sortKeyStart(idStart(table, key))}`;
      const found = (await documents.list('conflict', { prefix })).map((value) => stored('conflict', value));
      // Of very long keys only the beginning is asked for.
      return found.filter((one) => one.table === table && one.key === key);
    },
    async conflictsByCode(start, limit) {
      const entries = await Array.fromAsync(documents.table.query(list, { only: ['sk', 'code'] }));
      const places = entries
        .filter((entry) => (entry['code']?.S ?? codeAt(textOf(entry, 'sk'))).startsWith(start))
        .map((entry) => textOf(entry, 'sk'));
      return valuesAt(places.slice(0, limit));
    },
  };
};

/** Of one that was stored without a code; the id is cut there where it is very long, and then it is not found by a code. */
const codeAt = (place: string): string => codeOfConflict({ id: place.slice('conflict '.length) });
