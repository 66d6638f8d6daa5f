/**
 * People who create and edit records on any server, and what must be true of their edits in the end. Every value is
 * unique, so a value tells who wrote it.
 */
import { canonicalNumber } from '../../../src/core/canonical.ts';
import type { Dice } from './seeded-random.ts';
import type { ModelServer, Row } from './model-server.ts';
import type { Trouble } from './world.ts';

export const keys = ['k1', 'k2', 'k3'] as const;
const fields = ['a', 'b'] as const;

export class People {
  /** Values that a person saw and replaced: none of them may come back (R4). */
  readonly replaced = new Set<string>();
  /** Every value that a person entered: each is somewhere in the end (R5). */
  readonly entered = new Set<string>();
  /** Values of records that a person deleted, replaced ones too: they may come back with the record, or be gone with it. */
  readonly deleted = new Set<string>();
  /** Values by the row that they were entered into. */
  readonly #ofRow = new Map<string, string[]>();
  /** What each record's number has to be in the end, in hundredths. */
  readonly counted = new Map<string, bigint>();
  /** Records of which a person's change of the number was written over before anybody saw it. */
  readonly uncounted = new Set<string>();
  readonly #deletes: number;
  readonly #counts: number;
  readonly #dice: Dice;
  readonly #anywhere: boolean;
  #count = 0;

  /** `anywhere`: records with the same key are made on any server; otherwise each key belongs to one. */
  constructor(dice: Dice, anywhere: boolean, { deletes = 0, counts = 0 }: Partial<Trouble> = {}) {
    this.#dice = dice;
    this.#anywhere = anywhere;
    this.#deletes = deletes;
    this.#counts = counts;
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
    if (this.#deletes > 0 && this.#dice.chance(this.#deletes)) {
      server.delete(row);
      server.log?.insert(row.key, {});
      this.ended(server, row);
      return;
    }
    if (this.#counts > 0 && this.#dice.chance(this.#counts)) {
      this.#countOn(server, row);
      return;
    }
    const field = fields[this.#dice.pick(fields.length)] ?? 'a';
    const before = row.values[field] ?? '';
    this.replaced.add(before);
    this.#noteIn(server, row.recordId, before);
    server.edit(row, { [field]: this.#enter(server, row.recordId) });
  }

  /** No sum of some changes is one of others, so a number tells which of them it holds. */
  #countOn(server: ModelServer, row: Row): void {
    this.#count += 1;
    const change = 2n ** BigInt(this.#count) * (this.#dice.chance(0.5) ? 1n : -1n);
    this.counted.set(row.key, (this.counted.get(row.key) ?? 0n) + change);
    server.edit(row, { n: written(hundredths(row.values['n'] ?? '') + change) });
  }

  /** The row is gone, by a person or, after an edit that nobody can have seen, by the sync (the exception of R3). */
  ended(server: ModelServer, { recordId, values }: Pick<Row, 'recordId' | 'values'>): void {
    const all = [...Object.values(values), ...(this.#ofRow.get(`${server.name} ${recordId}`) ?? [])];
    for (const value of all) {
      this.deleted.add(value);
      this.replaced.delete(value);
    }
  }

  /** What a person set there between the look of a write and the write, where an update has no condition (the exception of R3). */
  overwritten(server: ModelServer, row: Row, field: string): void {
    if (field === 'n') this.uncounted.add(row.key);
    for (const value of [
      row.values[field] ?? '',
      ...(this.#ofRow.get(`${server.name} ${row.recordId}`) ?? []),
    ]) {
      this.deleted.add(value);
      this.replaced.delete(value);
    }
  }

  #create(server: ModelServer, key: string): void {
    if (server.rows.some((row) => row.key === key)) return;
    server.insert(key, { a: this.#enter(server), b: this.#enter(server) });
  }

  #enter(server: ModelServer, recordId?: string): string {
    this.#count += 1;
    const value = `${server.name}-${this.#count}`;
    this.entered.add(value);
    if (recordId !== undefined) this.#noteIn(server, recordId, value);
    return value;
  }

  #noteIn(server: ModelServer, recordId: string, value: string): void {
    const name = `${server.name} ${recordId}`;
    this.#ofRow.set(name, [...(this.#ofRow.get(name) ?? []), value]);
  }
}

/** Of a number with at most two places after the point; empty is none. */
export function hundredths(value: string): bigint {
  const [whole = '', fraction = ''] = value.split('.');
  return BigInt(`${whole}${fraction.padEnd(2, '0')}`);
}

const written = (of: bigint): string => canonicalNumber(`${of}e-2`);
