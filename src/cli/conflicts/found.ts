/** The conflicts that a person names or asks for, with what their records hold now. */
import { type Conflict, codeOfConflict } from '../../core/conflict.ts';
import type { Head, HeadField } from '../../core/head.ts';
import type { TableName } from '../../core/names.ts';
import type { Control } from '../../ports/control.ts';
import type { Records } from '../../ports/records.ts';
import { Refused } from '../refused.ts';

/** As many letters of a code as tell conflicts apart in practice. */
export const shortCode = (conflict: Conflict): string => codeOfConflict(conflict).slice(0, 8);

export type Found = {
  readonly conflict: Conflict;
  /** Undefined where the record or the field is not known any more. */
  readonly now: HeadField | undefined;
  /** It waits for a person. */
  readonly waits: boolean;
  /** The record is deleted everywhere. */
  readonly isDeleted: boolean;
};

type Ports = { readonly control: Control; readonly records: Records };

/** More than the fields of one record; a start that so many have tells nothing apart. */
const mostOfOneCode = 2_000;

/** All fields of the one change that a person means. Throws Refused. */
export async function conflictsNamed(control: Control, id: string): Promise<readonly Conflict[]> {
  const start = id.toLowerCase();
  if (!/^[0-9a-f]{4,16}$/.test(start))
    throw new Refused(
      'no-conflict',
      `${JSON.stringify(id)} cannot be the ID of a conflict: give 4 to 16 digits and letters from a to f, as serversync conflicts list shows them`,
    );
  const found = await control.conflictsByCode(start, mostOfOneCode);
  const codes = [...new Set(found.map(codeOfConflict))].toSorted();
  if (codes.length === 0)
    throw new Refused(
      'no-conflict',
      `no conflict has an ID that begins with ${start}: it may be older than 90 days, or what retention.conflicts says. serversync conflicts list shows them`,
    );
  if (codes.length > 1)
    throw new Refused(
      'no-conflict',
      `the IDs of ${codes.length} conflicts begin with ${start}: give more of it, such as ${codes.slice(0, 3).join(' or ')}`,
    );
  return found;
}

/** Each as its record stands now. */
export async function foundAmong(
  { records }: Pick<Ports, 'records'>,
  conflicts: readonly Conflict[],
): Promise<readonly Found[]> {
  const heads = new Map<TableName, ReadonlyMap<string, Head>>();
  for (const [table, of] of Map.groupBy(conflicts, (one) => one.table))
    heads.set(table, await records.heads(table, [...new Set(of.map(({ key }) => key))]));
  return conflicts.map((conflict) => {
    const head = heads.get(conflict.table)?.get(conflict.key);
    const now = head?.fields[conflict.field];
    const waits = now?.held?.conflicts.includes(conflict.id) === true;
    return { conflict, now, waits, isDeleted: head?.deleted !== undefined };
  });
}

/** Latest first. What is open was seen to wait; where a process died it may be over. */
export async function listed(
  ports: Ports,
  limit: number,
  which: { readonly table?: TableName; readonly held: boolean },
): Promise<readonly Found[]> {
  const { held, table } = which;
  const asked = { ...(table !== undefined && { table }), ...(held && { open: true }) };
  const found = await foundAmong(ports, await ports.control.conflicts(limit, asked));
  return held ? found.filter(({ waits }) => waits) : found;
}
