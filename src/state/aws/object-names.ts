/** Which objects of the bucket items name. */
import type { Item, Table } from './table.ts';
import { inParallel } from './in-parallel.ts';

/** Attributes in which an item names objects. */
export const naming = ['objects', 'whole', 'sending'] as const;

export function objectsIn(item: Item): readonly string[] {
  const whole = item['whole']?.S;
  const chunks = (item['sending']?.L ?? []).flatMap(({ M }) => (M === undefined ? [] : objectsIn(M)));
  return [...(whole === undefined ? [] : [whole]), ...(item['objects']?.SS ?? []), ...chunks];
}

/** A table is read in so many parts at once. */
const parts = Array.from({ length: 8 }, (_, part) => part);

/** Those of the names that any item of the tables holds. Reads through all of them. */
export async function namedAmong(
  tables: readonly Table[],
  wanted: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const named = new Set<string>();
  for (const table of tables)
    await inParallel(parts, async (part) => {
      for await (const item of table.scan(naming, part, parts.length))
        for (const name of objectsIn(item)) if (wanted.has(name)) named.add(name);
    });
  return named;
}
