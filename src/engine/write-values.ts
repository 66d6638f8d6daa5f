/**
 * What one write takes to a server. Files go after everything else of a record, each by itself: so each write is one commit under one modId,
 * and what is announced of it is all that it can have done.
 *
 *   R3  A record is made without its files; they follow as updates of it.
 */
import { type Digests, emptyDigest, type Values } from '../core/digest.ts';
import { isContainer } from '../core/files.ts';
import { fileIn, type FileValue } from '../core/file-value.ts';
import { digestsFor, valueFor, valuesFor } from '../core/held.ts';
import { onceFor } from '../core/create-only.ts';
import type { TablePlan } from '../core/link.ts';
import type { FieldName } from '../core/names.ts';
import type { Place } from './engine.ts';
import type { Write } from './sending.ts';

type Of = Pick<Place, 'plan' | 'link'>;

const containersOf = ({ fields }: Pick<TablePlan, 'fields'>): ReadonlySet<FieldName> =>
  new Set(fields.flatMap((field) => (isContainer(field) ? field.name : [])));

/** Of the fields that are behind, those that the next write takes along. */
export function nextFields(
  plan: Pick<TablePlan, 'fields'>,
  behind: readonly FieldName[],
): readonly FieldName[] {
  const containers = containersOf(plan);
  const others = behind.filter((field) => !containers.has(field));
  return others.length > 0 ? others : behind.slice(0, 1);
}

/** What a write of one container takes there: the file, or '' where it empties it; undefined: it writes something else. */
export function fileOf(
  { plan, link }: Of,
  { kind, head, fields }: Write,
): { readonly field: FieldName; readonly value: string; readonly file: FileValue | undefined } | undefined {
  const [field] = fields;
  const of = field === undefined ? undefined : head.fields[field];
  if (kind !== 'update' || field === undefined || of === undefined || !containersOf(plan).has(field))
    return undefined;
  const { value } = valueFor(of, link.server);
  return { field, value, file: fileIn(value) };
}

/** Without the containers of a record that is made. */
export function valuesOf({ plan, link }: Of, { kind, head, fields }: Write): Values {
  if (kind !== 'create') return valuesFor(head, fields, link.server);
  const containers = containersOf(plan);
  const others = fields.filter((field) => !containers.has(field));
  return { ...valuesFor(head, others, link.server), ...onceFor(plan, head, link.server) };
}

/** What the server holds in these fields once the write is done. */
export function digestsOf({ plan, link }: Of, { kind, head, fields }: Write): Digests {
  const digests = digestsFor(head, fields, link.server);
  if (kind !== 'create') return digests;
  const containers = [...containersOf(plan)].filter((field) => fields.includes(field));
  return { ...digests, ...Object.fromEntries(containers.map((field) => [field, emptyDigest])) };
}

/** Whether files follow. */
export const hasFilesToFollow = (of: Of, { head, fields }: Pick<Write, 'head' | 'fields'>): boolean =>
  [...containersOf(of.plan)].some((field) => {
    const wanted = head.fields[field];
    return fields.includes(field) && wanted !== undefined && valueFor(wanted, of.link.server).value !== '';
  });
