/** Which fields a refusal may be about, as far as can be told without any value (R9). */
import { refusalOf } from '../core/refusals.ts';
import type { FieldPlan, TablePlan } from '../core/link.ts';
import type { FieldName } from '../core/names.ts';
import type { WriteOutcome } from '../ports/server.ts';
import type { Write } from './sending.ts';

/** More fields than these help nobody. */
const mostNamed = 3;

/** The types that a code rules out nothing of. */
const allTypes = 5;

/**
 * The field that the server named; else those of fitting types that were sent. A new record is validated in all of its fields,
 * in those too that were not sent (assumed), so only a code for certain types says something there.
 */
export function fieldsMeant(
  { fields, createOnly, key }: Pick<TablePlan, 'fields' | 'createOnly' | 'key'>,
  write: Pick<Write, 'kind' | 'fields'>,
  { code, field }: Extract<WriteOutcome, { readonly kind: 'refused' }>,
): readonly FieldName[] {
  if (field !== undefined) return [field];
  const { types } = refusalOf(code);
  if (write.kind === 'create' && types.length === allTypes) return [];
  const sent =
    write.kind === 'create'
      ? [key, ...fields, ...createOnly]
      : fields.filter(({ name }) => write.fields.includes(name));
  // What is said of any value may be said of a file.
  const isMeant = ({ type }: FieldPlan): boolean =>
    type === 'container' ? write.kind === 'update' && types.length === allTypes : types.includes(type);
  const meant = sent.filter(isMeant).map(({ name }) => name);
  return meant.length <= mostNamed ? meant : [];
}
