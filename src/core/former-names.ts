/**
 * Entries of the history have the names that fields had when they were stored: by the names that they have now.
 *
 *   R5  What a record held is put back to the fields that it was of, whatever they are called by now.
 */
import type { HistoryEntry } from './history.ts';
import type { EpochMs, FieldName } from './names.ts';
import { asideName, knownName } from './renaming.ts';
import type { Renamed } from './shape.ts';

/** What a field is called now that was called so at that time. */
function presentName(renamings: readonly Renamed[], field: FieldName, at: EpochMs): FieldName {
  return renamings
    .filter((one) => one.at > at)
    .reduce((name, { to, at: since }) => {
      // It was left out by then, and another one has its name since.
      const isTaken = to[name] === undefined && Object.values(to).includes(name);
      return isTaken ? asideName(name, since) : (to[name] ?? name);
    }, field);
}

/** What a field that is called so now was called at that time. */
export function formerName(renamings: readonly Renamed[], field: FieldName, at: EpochMs): FieldName {
  const former = renamings
    .filter((one) => one.at > at)
    .toReversed()
    .reduce((name, { to }) => Object.entries(to).find(([, later]) => later === name)?.[0] ?? name, field);
  return knownName(former);
}

/** The entry by the names that fields have now. */
export function presentEntry(renamings: readonly Renamed[], entry: HistoryEntry): HistoryEntry {
  const { at, replaced, decided } = entry;
  if (renamings.every((one) => one.at <= at)) return entry;
  const name = (field: FieldName): FieldName => presentName(renamings, field, at);
  const all = <Value>(fields: Readonly<Record<FieldName, Value>>): Readonly<Record<FieldName, Value>> =>
    Object.fromEntries(Object.entries(fields).map(([field, value]) => [name(field), value]));
  const { fields, createOnly } = replaced;
  return {
    ...entry,
    replaced: { ...replaced, fields: all(fields), ...(createOnly && { createOnly: all(createOnly) }) },
    ...(decided && { decided: decided.map((one) => ({ ...one, field: name(one.field) })) }),
  };
}
