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
  readonly #anywhere: boolean;
  #count = 0;

  /** `anywhere`: records with the same key are made on any server; otherwise each key belongs to one. */
  constructor(dice: Dice, anywhere: boolean) {
    this.#dice = dice;
    this.#anywhere = anywhere;
  }

  act(server: ModelServer): void {
    const any = keys[this.#dice.pick(keys.length)] ?? 'k1';
    const own = `${any}-${server.name}`;
    const key = this.#anywhere ? any : server.rows[this.#dice.pick(server.rows.length + 1)]?.key;
    const row = server.rows.find((one) => one.key === key);
    if (row === undefined) {
      this.#create(server, this.#anywhere ? any : own);
      return;
    }
    const field = fields[this.#dice.pick(fields.length)] ?? 'a';
    this.replaced.add(row.values[field] ?? '');
    server.edit(row, { [field]: this.#enter(server) });
  }

  #create(server: ModelServer, key: string): void {
    if (server.rows.some((row) => row.key === key)) return;
    server.insert(key, { a: this.#enter(server), b: this.#enter(server) });
  }
  #enter(server: ModelServer): string {
    this.#count += 1;
    const value = `${server.name}-${this.#count}`;
    this.entered.add(value);
    return value;
  }
}
