/** The server's own ids in a binding: of the table, and of the fields that are bound. */
import { occurrenceIdOf } from '../core/field-ids.ts';
import type { LayoutField, TableBinding } from '../ports/server.ts';

/** None where the server tells no ids. */
export function idsOf(fields: readonly (LayoutField | undefined)[]): Pick<TableBinding, 'ids'> {
  const known = fields.flatMap((field) => (field?.id === undefined ? [] : [[field.name, field.id] as const]));
  const [first] = known;
  if (first === undefined) return {};
  const table = occurrenceIdOf(first[1]);
  return { ids: { ...(table !== undefined && { table }), fields: Object.fromEntries(known) } };
}
