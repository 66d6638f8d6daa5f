/**
 * What is stored of records, of which some may not be readable.
 *
 *   R7  A record that cannot be read is parked, with what is missing; the others go on. It is looked at again like any other
 *       that is parked.
 */
import type { Key } from '../core/names.ts';
import { RecordsUnreadable } from '../ports/records.ts';
import type { Engine, Place } from './engine.ts';
import { parkRecords } from './park.ts';

export type Readable<Result> = { readonly result: Result; readonly unreadable: ReadonlySet<Key> };

/** `counter`: of what is parked. */
export async function readable<Result>(
  engine: Engine,
  place: Place,
  keys: readonly Key[],
  read: (keys: readonly Key[]) => Promise<Result>,
  counter?: { parked: number },
): Promise<Readable<Result>> {
  const unreadable = new Set<Key>();
  for (;;) {
    const asked = keys.filter((key) => !unreadable.has(key));
    try {
      return { result: await read(asked), unreadable };
    } catch (error) {
      if (!(error instanceof RecordsUnreadable)) throw error;
      const named = asked.filter((key) => error.keys.includes(key));
      if (named.length === 0) throw error;
      const reasons = named.map((key) => ({ key, code: error.code, reason: error.message }));
      await parkRecords(engine, place, reasons, counter);
      for (const key of named) unreadable.add(key);
    }
  }
}
