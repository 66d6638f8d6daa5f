/** Reads of single items that wait to go out together. */
import { keyOfItem, nameOfKey } from './item-keys.ts';
import type { Item, ItemKey } from './table.ts';

type Waiting = { readonly key: ItemKey; readonly promise: Promise<Item | undefined> } & Pick<
  PromiseWithResolvers<Item | undefined>,
  'resolve' | 'reject'
>;

export class Gets {
  readonly #waiting = new Map<string, Waiting>();

  add(key: ItemKey): Promise<Item | undefined> {
    const name = nameOfKey(key);
    const waiting = this.#waiting.get(name) ?? { key, ...Promise.withResolvers<Item | undefined>() };
    this.#waiting.set(name, waiting);
    return waiting.promise;
  }

  /** Never throws: a failure goes to all who wait. */
  async settle(read: (keys: readonly ItemKey[]) => Promise<readonly Item[]>): Promise<void> {
    try {
      const items = await read([...this.#waiting.values()].map(({ key }) => key));
      const found = new Map(items.map((item) => [nameOfKey(keyOfItem(item)), item]));
      for (const [name, { resolve }] of this.#waiting) resolve(found.get(name));
    } catch (error) {
      for (const { reject } of this.#waiting.values()) reject(error);
    }
  }
}
