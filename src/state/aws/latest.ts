import type { Documents } from './documents.ts';
import { keyOfItem, nameOfKey } from './item-keys.ts';
import type { ItemKey } from './table.ts';

export type Aged = { readonly key: ItemKey; readonly at: number };

/** The values of the latest, latest first, those of one age in the order given; what is gone by now is left out. */
export async function latestOf(
  documents: Documents,
  aged: readonly Aged[],
  limit: number,
): Promise<readonly string[]> {
  const latest = aged.toSorted((a, b) => b.at - a.at).slice(0, limit);
  const found = await documents.getAll(latest.map(({ key }) => key));
  const values = new Map(found.map(({ item, value }) => [nameOfKey(keyOfItem(item)), value]));
  return latest.flatMap(({ key }) => values.get(nameOfKey(key)) ?? []);
}
