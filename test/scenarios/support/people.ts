/**
 * What users do on the servers, and what must be everywhere in the end because of it: of each field the value that was
 * entered last.
 */
import type { StoredRecord, Values } from '../../../src/simulator/description.ts';
import type { UserEdit } from '../../../src/simulator/control/control.ts';
import { type Office, table } from '../../end-to-end/support/office.ts';
import type { Score } from './score.ts';

type How = Pick<UserEdit, 'user' | 'visibleAfterMs' | 'stamp'>;

export class People {
  readonly #entered = new Map<string, Values>();
  readonly #deleted = new Set<string>();
  /** Where the records lie, as last looked up: FileMaker finds a record by its id at once, a test by its key. */
  readonly #places = new Map<Office, ReadonlyMap<string, number>>();

  create(office: Office, values: Values, how: How = {}): void {
    office.control.createAsUser({ table, values, ...how });
    this.#enter(values['id'] ?? '', values);
  }

  edit(office: Office, key: string, values: Values, how: How = {}): void {
    office.control.updateAsUser({ table, recordId: this.#placeOf(office, key), values, ...how });
    this.#enter(key, values);
  }

  /** The record is gone from that server; what was entered must be nowhere in the end. */
  delete(office: Office, key: string): void {
    office.control.deleteAsUser({ table, recordId: this.#placeOf(office, key) });
    this.#entered.delete(key);
    this.#deleted.add(key);
  }

  /** Records were deleted and made anew meanwhile. */
  lookAgain(): void {
    this.#places.clear();
  }

  recordIds(office: Office, keys: readonly string[]): readonly number[] {
    return keys.map((key) => this.#placeOf(office, key));
  }

  /** Of those that anybody touched. */
  get keys(): readonly string[] {
    return [...this.#entered.keys()];
  }

  get deletedKeys(): readonly string[] {
    return [...this.#deleted];
  }

  /** Each of the records stands once on every server, with what was entered last; one demand for each. */
  demandEverywhere(score: Score, offices: Iterable<Office>, keys = this.keys): void {
    const held = [...offices].map(recordsByKey);
    for (const key of keys) {
      const wanted = this.#entered.get(key) ?? {};
      const wrong = held.flatMap((byKey, at) => {
        const fault = faultOf(byKey.get(key) ?? [], wanted);
        return fault === undefined ? [] : `${key} on server ${at + 1}: ${fault}`;
      });
      score.demand(wrong.length === 0, wrong.join('; '));
    }
  }

  /** What they deleted is on no server any more; one demand for each. */
  demandNowhere(score: Score, offices: Iterable<Office>, keys: Iterable<string> = this.#deleted): void {
    const held = [...offices].map(recordsByKey);
    for (const key of keys) {
      const where = held.flatMap((byKey, at) => (byKey.has(key) ? [at + 1] : []));
      score.demand(where.length === 0, `${key} was deleted and is on server ${where.join(' and ')}`);
    }
  }

  #enter(key: string, values: Values): void {
    this.#entered.set(key, { ...this.#entered.get(key), ...values });
  }

  #placeOf(office: Office, key: string): number {
    const known = this.#places.get(office)?.get(key);
    if (known !== undefined) return known;
    const places = new Map(
      office.records.map(({ recordId, values }) => [values['id'] ?? '', recordId] as const),
    );
    this.#places.set(office, places);
    const found = places.get(key);
    if (found === undefined) throw new Error(`there is no record ${key}`);
    return found;
  }
}

export const recordsByKey = (office: Office): ReadonlyMap<string, readonly StoredRecord[]> =>
  Map.groupBy(office.records, ({ values }) => values['id'] ?? '');

function faultOf(records: readonly StoredRecord[], wanted: Values): string | undefined {
  const [record] = records;
  if (record === undefined) return 'missing';
  if (records.length > 1) return `${records.length} times`;
  const wrong = Object.entries(wanted).filter(([field, value]) => record.values[field] !== value);
  if (wrong.length === 0) return undefined;
  return wrong.map(([field, value]) => `${field} "${record.values[field]}", not "${value}"`).join(', ');
}
