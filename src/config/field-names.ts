/** Names of fields: a repetition is `name(2)` (docs/architecture.md), and a server may call a field otherwise (`rename`). */
import type { FieldName } from '../core/names.ts';

/** `name(2)` taken apart; undefined for a name without a repetition. */
export function repetitionOf(field: string): { readonly field: string; readonly number: number } | undefined {
  const [, name, number] = /^(.+)\((\d+)\)$/.exec(field) ?? [];
  return name === undefined ? undefined : { field: name, number: Number(number) };
}

/** The server's name for a field: its own rename, else that of the field that it is a repetition of. */
export function fieldOnServer(field: FieldName, rename: ReadonlyMap<FieldName, string>): string {
  const own = rename.get(field);
  const repetition = repetitionOf(field);
  if (own !== undefined || !repetition) return own ?? field;
  const base = rename.get(repetition.field);
  return base === undefined ? field : `${base}(${repetition.number})`;
}
