/**
 * People who create and edit records on any server, and what must be true of their edits in the end. Every value is
 * unique, so a value tells who wrote it.
 */
import type { Dice } from './seeded-random.ts';
import type { ModelServer } from './model-server.ts';

export const keys = ['k1', 'k2', 'k3'] as const;
const fields = ['a', 'b'] as const;

export class People {
  /** Values that a person saw and replaced: none of them may come back (R4). */
  readonly replaced = new Set<string>();
  /** Every value that a person entered: each is somewhere in the end (R5). */
  readonly entered = new Set<string>();
  readonly #dice: Dice;
  #count = 0;

  constructor(dice: Dice) {
    this.#dice = dice;
  }

  act(server: ModelServer): void {
    const key = keys[this.#dice.pick(keys.length)] ?? 'k1';
    const row = server.rows.find((one) => one.key === key);
    if (row === undefined) {
      server.insert(key, { a: this.#enter(server), b: this.#enter(server) });
      return;
    }
    const field = fields[this.#dice.pick(fields.length)] ?? 'a';
    this.replaced.add(row.values[field] ?? '');
    server.edit(row, { [field]: this.#enter(server) });
  }

  #enter(server: ModelServer): string {
    this.#count += 1;
    const value = `${server.name}-${this.#count}`;
    this.entered.add(value);
    return value;
  }
}
