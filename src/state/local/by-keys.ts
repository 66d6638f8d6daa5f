/**
 * Statements over many keys: some in one, since a statement for each key costs two to six times as much (measured), and not all, since
 * large values hold up the answers of servers while they are read.
 *
 * Keys are bound as they are, and what is read says itself whose it is: texts that SQLite cannot hold (half of a surrogate pair)
 * come back as another text.
 */
import type { SQLInputValue, StatementSync } from 'node:sqlite';
import type { Key } from '../../core/names.ts';
import { type Column, valuesOf } from './columns.ts';
import type { StateFile } from './state-file.ts';
import { inTurns, rowsInOneTurn } from './yielding.ts';

/** Places for keys: a statement with more than are needed names the last key again. */
const sizes: readonly number[] = [1, 5, rowsInOneTurn];

/** `sqlOf` is given the places for keys, which come behind all others. */
class Keyed {
  readonly #file: StateFile;
  readonly #sqlOf: (places: string) => string;
  readonly #prepared = new Map<number, StatementSync>();

  constructor(file: StateFile, sqlOf: (places: string) => string) {
    this.#file = file;
    this.#sqlOf = sqlOf;
  }

  /** Calls for each statement that it takes, with all that is to be bound. */
  each(
    bound: readonly string[],
    keys: readonly Key[],
    use: (statement: StatementSync, values: readonly SQLInputValue[]) => void,
  ): void {
    for (let from = 0; from < keys.length; from += rowsInOneTurn) {
      const some = keys.slice(from, from + rowsInOneTurn);
      const size = sizes.find((places) => places >= some.length) ?? rowsInOneTurn;
      const last = some.at(-1) ?? '';
      while (some.length < size) some.push(last);
      use(this.#of(size), [...bound, ...some]);
    }
  }

  #of(size: number): StatementSync {
    const known = this.#prepared.get(size);
    if (known !== undefined) return known;
    const statement = this.#file.prepare(this.#sqlOf(Array.from({ length: size }, () => '?').join()));
    this.#prepared.set(size, statement);
    return statement;
  }
}

type ByKeys<Found> = (bound: readonly string[], keys: readonly Key[]) => Promise<ReadonlyMap<Key, Found>>;

/** Reads the column `value` of the rows of these keys; those without one are absent. */
export function oneByKey<Value extends { readonly key: Key }>(
  file: StateFile,
  sqlOf: (places: string) => string,
  read: (column: Column) => Value,
): ByKeys<Value> {
  const several = someByKey(file, sqlOf, read);
  return async (bound, keys) => {
    const found = new Map<Key, Value>();
    for (const [key, [value]] of await several(bound, keys)) if (value !== undefined) found.set(key, value);
    return found;
  };
}

/** The same, where a key may have several rows. */
export function someByKey<Value extends { readonly key: Key }>(
  file: StateFile,
  sqlOf: (places: string) => string,
  read: (column: Column) => Value,
): ByKeys<readonly Value[]> {
  const keyed = new Keyed(file, sqlOf);
  return async (bound, keys) => {
    const rows: Value[] = [];
    const add = (statement: StatementSync, values: readonly SQLInputValue[]): void => {
      rows.push(...valuesOf(statement.all(...values), read));
    };
    await inTurns(keys, (some) => keyed.each(bound, some, add));
    return Map.groupBy(rows, ({ key }) => key);
  };
}

/** Changes the rows of these keys. */
export function changeByKey(
  file: StateFile,
  sqlOf: (places: string) => string,
): (bound: readonly string[], keys: readonly Key[]) => void {
  const keyed = new Keyed(file, sqlOf);
  return (bound, keys) => keyed.each(bound, keys, (statement, values) => void statement.run(...values));
}
