/**
 * Occurrences of tables in the relationship graph: what OData calls a table. Ids are as FileMaker gives them: occurrences from
 * 1065089 on, and a field's id is unique within its occurrence only (`FMFID = (field << 32) + occurrence`).
 */
import type { DatabaseDescription } from '../description.ts';
import type { Field, Slot } from './schema.ts';
import type { Table } from './table.ts';

export type Occurrence = {
  readonly id: number;
  /** Changes when somebody renames it. */
  name: string;
  readonly table: Table;
};

export const firstOccurrenceId = 1_065_089;

export function occurrencesOf(
  { occurrences = [] }: DatabaseDescription,
  tables: ReadonlyMap<string, Table>,
  table: (name: string) => Table,
): Occurrence[] {
  const named = new Set(occurrences.map(({ name }) => name));
  const own = [...tables.values()]
    .filter(({ name }) => !named.has(name))
    .map((one) => [one.name, one] as const);
  const all = [...own, ...occurrences.map((one) => [one.name, table(one.table)] as const)];
  return all.map(([name, of], at) => ({ id: firstOccurrenceId + at, name, table: of }));
}

export const tableIdText = ({ id }: Occurrence): string => `FMTID:${id}`;

export const fieldIdText = ({ id }: Occurrence, field: Field): string => `FMFID:${field.id * 2 ** 32 + id}`;

/** Undefined where the id is none of this occurrence's fields. */
export function slotOfFieldId(occurrence: Occurrence, fmfid: number): Slot | undefined {
  const [high, low] = [Math.floor(fmfid / 2 ** 32), fmfid % 2 ** 32];
  if (low !== occurrence.id) return undefined;
  return occurrence.table.schema.fields.find(({ id }) => id === high)?.slots[0];
}
