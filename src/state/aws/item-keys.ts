import { textOf } from './attributes.ts';
import type { Item, ItemKey } from './table.ts';

export const keyOfItem = (item: Item): ItemKey => ({ pk: textOf(item, 'pk'), sk: textOf(item, 'sk') });

/** No two keys have one name. */
export const nameOfKey = ({ pk, sk }: ItemKey): string => JSON.stringify([pk, sk]);

/** Each key once. */
export const distinct = (keys: readonly ItemKey[]): readonly ItemKey[] => [
  ...new Map(keys.map((key) => [nameOfKey(key), key])).values(),
];
