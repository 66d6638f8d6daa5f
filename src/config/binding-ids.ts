/** The server's own ids in a binding: of the table, and of the fields that are bound. */
import { occurrenceIdOf } from '../core/field-ids.ts';
import type { LayoutField, TableBinding } from '../ports/server.ts';

/** OData's id of the table occurrence of which these are the fields. */
export function occurrenceIn(fields: readonly (LayoutField | undefined)[]): string | undefined {
  const id = fields.find((field) => field?.id !== undefined)?.id;
  return id === undefined ? undefined : occurrenceIdOf(id);
}

/** None where the server tells no ids. */
export function idsOf(fields: readonly (LayoutField | undefined)[]): Pick<TableBinding, 'ids'> {
  const known = fields.flatMap((field) => (field?.id === undefined ? [] : [[field.name, field.id] as const]));
  if (known.length === 0) return {};
  const table = occurrenceIn(fields);
  return { ids: { ...(table !== undefined && { table }), fields: Object.fromEntries(known) } };
}
