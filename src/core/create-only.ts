/**
 * Fields that go with a create, and never afterwards: a record has them as its first server had them, wherever it is made later.
 * The configuration may come to say so of a field when records are there already.
 */
import type { Values } from './digest.ts';
import type { Head } from './head.ts';
import { valuesFor } from './held.ts';
import type { TablePlan } from './link.ts';
import type { FieldName, ServerName } from './names.ts';
import type { Observation } from './observation.ts';

/** Of a record that is new. */
export const createOnlyValues = (plan: TablePlan, seen: Observation): Values =>
  Object.fromEntries(plan.createOnly.map((field) => [field.name, seen.values[field.name] ?? '']));

/**
 * Values that go with a create from now on, of a server whose state the head was merged from: what others hold in such a field
 * they may have had of us, without it.
 */
export function moreOnce(plan: TablePlan, head: Head, { server, values }: Observation): Values {
  const last = head.seen[server];
  if (last === undefined || last.gone) return {};
  const isUnknown = (name: FieldName): boolean =>
    head.createOnly[name] === undefined && head.fields[name] === undefined;
  const more = plan.createOnly.flatMap(({ name }) => {
    const value = values[name] ?? '';
    return value !== '' && isUnknown(name) ? [[name, value] as const] : [];
  });
  return Object.fromEntries(more);
}

export const hasMoreOnce = (plan: TablePlan, head: Head, seen: Observation): boolean =>
  Object.keys(moreOnce(plan, head, seen)).length > 0;

/** What is sent. Of a field that was kept the same until the configuration said otherwise, what that held last. */
export const onceFor = (
  { createOnly }: Pick<TablePlan, 'createOnly'>,
  head: Pick<Head, 'fields' | 'createOnly'>,
  server: ServerName,
): Values =>
  valuesFor(
    head,
    createOnly.map(({ name }) => name),
    server,
    head.createOnly,
  );
