/** Which files the tables name. All rows are read through for it, as before a large value is removed. */
import type { FileNames } from '../../ports/files.ts';
import { namedIn } from '../files/named-in.ts';
import { inParallel } from './in-parallel.ts';
import type { LargeValues } from './large-values.ts';
import type { Item, Table } from './table.ts';

/** A table is read in so many parts at once. */
const parts = Array.from({ length: 8 }, (_, part) => part);

export const fileNamesIn = (tables: readonly Table[], large: LargeValues): FileNames => ({
  async namedAmong(sha256s, signal) {
    const named = new Set<string>();
    for (const table of tables)
      await inParallel(parts, async (part) => {
        for await (const item of table.scan(['body', 'whole'], part, parts.length)) {
          signal.throwIfAborted();
          for (const sha256 of namedIn(await bodyOf(item, large))) if (sha256s.has(sha256)) named.add(sha256);
        }
      });
    return named;
  },
});

/** A body that is too large for a row lies in the bucket as a whole. Throws where it does not: then nothing is removed. */
async function bodyOf(item: Item, large: LargeValues): Promise<string> {
  const whole = item['whole']?.S;
  if (whole === undefined) return item['body']?.S ?? '';
  return (await large.get([whole])).get(whole) ?? '';
}
