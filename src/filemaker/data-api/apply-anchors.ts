/** Keys of records that were seen in a table lately: any of them is surely found by a find, unless somebody deletes it just then. */
import type { Key } from '../../core/names.ts';

/** As many as can be lost one after the other without asking for one. */
const kept = 8;

export class Anchors {
  readonly #keys = new Set<Key>();

  seen(key: Key): void {
    if (key === '') return;
    this.#keys.delete(key);
    this.#keys.add(key);
    for (const oldest of this.#keys) {
      if (this.#keys.size <= kept) break;
      this.#keys.delete(oldest);
    }
  }

  lost(key: Key): void {
    this.#keys.delete(key);
  }

  /** The one seen last, `but` left out. */
  any(but: ReadonlySet<Key> = new Set()): Key | undefined {
    return [...this.#keys].findLast((key) => !but.has(key));
  }
}
