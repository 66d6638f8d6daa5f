/**
 * Relationships between table occurrences: those that the portals of layouts show, seen from both sides. Real files have more of them;
 * these are what a description tells.
 */
import { visibleRows } from '../http/exchange.ts';
import type { Database } from '../store/database.ts';
import { folded } from '../store/neutral.ts';
import type { Occurrence } from '../store/occurrence.ts';
import type { Row } from '../store/row-set.ts';
import type { Slot } from '../store/schema.ts';
import type { Table } from '../store/table.ts';
import type { ODataExchange } from './exchange.ts';

export type Relation = {
  /** Called as the occurrence that it leads to. */
  readonly target: Occurrence;
  readonly own: Slot;
  readonly others: Slot;
};

export function relationsOf(database: Database, { table }: Occurrence): readonly Relation[] {
  const found = new Map<Occurrence, Relation>();
  for (const layout of database.layouts.values()) {
    for (const { description, table: child } of layout.portals) {
      const [parentSlot, childSlot] = [layout.table.slot(description.parent), child.slot(description.child)];
      if (layout.table === table) add(database, found, child, parentSlot, childSlot);
      if (child === table) add(database, found, layout.table, childSlot, parentSlot);
    }
  }
  return [...found.values()];
}

function add(
  database: Database,
  found: Map<Occurrence, Relation>,
  table: Table,
  own: Slot,
  others: Slot,
): void {
  const target = database.occurrences.find((one) => one.table === table);
  if (target && !found.has(target)) found.set(target, { target, own, others });
}

export const relationNamed = (
  { database }: ODataExchange,
  occurrence: Occurrence,
  name: string,
): Relation | undefined => relationsOf(database, occurrence).find(({ target }) => target.name === name);

/** Those that the account sees, in order of creation. */
export function relatedRows(
  exchange: ODataExchange,
  row: Row,
  { own, others, target }: Relation,
): readonly Row[] {
  const { type } = others.field;
  const key = folded(type, row.values[own.index] ?? '');
  if (key === '') return [];
  const source = visibleRows(exchange, target.table);
  return (
    source.exact?.(others, key) ??
    source.rows.filter((one) => folded(type, one.values[others.index] ?? '') === key)
  );
}
