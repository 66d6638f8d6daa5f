/**
 * A field that has another name in the configuration, while it is the same field on every server. What is stored by its name
 * gets the new one, so that it is neither a field that went nor one that came. A name that means another field on every server is
 * one that came: what is stored under it is put aside, under a name that no field has.
 */
import type { Head, HeadField, Replica, Seen } from './head.ts';
import type { EpochMs, FieldName, Key, ServerName } from './names.ts';
import { isSameField, meaningIn, namesIn, type TableShape } from './shape.ts';

/** From the name that is stored to the one that holds from then on. */
export type NewNames = Readonly<Record<FieldName, FieldName>>;

export type Renaming = {
  readonly to: NewNames;
  /** Fields whose names mean other fields everywhere: under which names what is stored of them is kept; absent: none. */
  readonly aside?: NewNames;
  /** Fields that were not kept the same for a while, and are again: what is known of them is of before; absent: none. */
  readonly anew?: readonly FieldName[];
  /** Fields that are another field on a server since: what is known of them there is about the former one. */
  readonly other: readonly { readonly server: ServerName; readonly field: FieldName }[];
  /** The first of two: names are exchanged, or handed on, and some stand under names of their own between the two. */
  readonly isHalf?: true;
  /** Up to this record, in the order of keys, all have the new names; absent: none has yet. */
  readonly after?: Key;
};

/** Undefined where nothing is. What comes back goes before all else. */
export function renamingOf(before: TableShape, now: TableShape, at: EpochMs): Renaming | undefined {
  const otherwise = calledOtherwise(before, now, at);
  const wanted = new Set(Object.values(otherwise?.to ?? {}));
  const back = comingBack(before, now).filter((field) => !wanted.has(field));
  const anew = back.filter((field) => isCalledAsThen(before, now, field));
  if (anew.length > 0) return { to: {}, anew, other: [], isHalf: true };
  if (back.length === 0) return otherwise;
  const aside = back.map((field) => [field, asideName(field, at)]);
  return { to: {}, aside: Object.fromEntries(aside), other: [], isHalf: true };
}

/** Fields of which heads may hold what they had before they were left out, or went with a create only. */
const comingBack = (
  { fields, createOnly = [], former = {} }: TableShape,
  now: TableShape,
): readonly FieldName[] => [
  ...namesIn(now).filter((field) => former[field] !== undefined),
  ...now.fields.filter((field) => !fields.includes(field) && createOnly.includes(field)),
];

const isCalledAsThen = ({ former }: TableShape, now: TableShape, field: FieldName): boolean =>
  Object.entries(former?.[field] ?? {}).every(
    ([server, called]) => now.names?.[server] === undefined || meaningIn(now, server, field) === called,
  );

/** Undefined also of a shape that was stored before names were. */
function calledOtherwise(before: TableShape, now: TableShape, at: EpochMs): Renaming | undefined {
  const [names, later] = [before.names, now.names];
  if (names === undefined || later === undefined) return undefined;
  const servers = Object.keys(names).filter((server) => later[server] !== undefined);
  if (servers.length === 0) return undefined;
  const isSame = (server: ServerName, one: FieldName, other: FieldName): boolean =>
    isSameField(before, now, server, [one, other]);
  const [former, present] = [namesIn(before), namesIn(now)];
  const found = former.map((one) => {
    const same = present.filter((field) => servers.every((server) => isSame(server, one, field)));
    return [one, same.includes(one) ? one : same[0]] as const;
  });
  const to = found.flatMap(([one, other]) => (other === undefined || other === one ? [] : [[one, other]]));
  const lost = found.flatMap(([one, other]) => (other === undefined && present.includes(one) ? one : []));
  const otherOn = (field: FieldName): readonly ServerName[] =>
    servers.filter((server) => !isSame(server, field, field));
  const gone = lost.filter((field) => otherOn(field).length === servers.length);
  const other = lost
    .filter((field) => !gone.includes(field))
    .flatMap((field) => otherOn(field).map((server) => ({ server, field })));
  if (to.length + gone.length + other.length === 0) return undefined;
  const aside = gone.map((field) => [field, asideName(field, at)]);
  return inOrder({ to: Object.fromEntries(to), aside: Object.fromEntries(aside), other });
}

/** Nothing may be renamed twice, should a process die over it. So a name that another field is to have is freed first. */
function inOrder({ to, aside, other }: Required<Pick<Renaming, 'to' | 'aside' | 'other'>>): Renaming {
  const wanted = new Set(Object.values(to));
  const pick = (names: NewNames, as: (field: FieldName, name: FieldName) => FieldName): NewNames =>
    Object.fromEntries(
      Object.entries(names).flatMap(([field, name]) =>
        wanted.has(field) ? [[field, as(field, name)] as const] : [],
      ),
    );
  const [freed, kept] = [pick(to, betweenName), pick(aside, (_field, name) => name)];
  const isHalf = Object.keys(freed).length + Object.keys(kept).length > 0;
  const one = isHalf ? { to: freed, aside: kept, other: [] } : { to, aside, other };
  const { aside: apart, ...rest } = one;
  return {
    ...rest,
    ...(Object.keys(apart).length > 0 && { aside: apart }),
    ...(isHalf && { isHalf }),
  };
}

const between = ' (being renamed)';
const betweenName = (field: FieldName): FieldName => `${field}${between}`;
export const asideName = (field: FieldName, at: EpochMs): FieldName =>
  `${field} (until ${new Date(at).toISOString().slice(0, 19)}Z)`;

/** The name that people know: what stood under a name of its own meanwhile had this one. */
export const knownName = (field: FieldName): FieldName =>
  field.endsWith(between) ? field.slice(0, -between.length) : field;

/** What the table is called from `at` on. Between the two halves each server calls its fields as before. */
export function renamedShape(
  renaming: Renaming,
  shape: TableShape,
  now: TableShape,
  at: EpochMs,
): TableShape {
  const { fields, createOnly, names = {}, renamings = [], former = {} } = shape;
  const { anew = [], aside = {} } = renaming;
  const gone = new Set([...anew, ...Object.keys(aside), ...Object.values(renaming.to)]);
  const left = Object.entries(former).filter(([field]) => !gone.has(field));
  const list = namesIn(shape);
  const half = Object.keys(names).map((server) => {
    const called = list.map((field) => [renaming.to[field] ?? field, meaningIn(shape, server, field)]);
    return [server, Object.fromEntries(called.filter(([field, there]) => field !== there))];
  });
  const to = allNames(renaming);
  return {
    ...shape,
    fields: renamedList(renaming, fields),
    ...(createOnly && { createOnly: renamedList(renaming, createOnly) }),
    ...(shape.former && { former: Object.fromEntries(left) }),
    names: renaming.isHalf ? Object.fromEntries(half) : (now.names ?? names),
    ...idsFrom(renaming, shape, now),
    ...(Object.keys(to).length > 0 && { renamings: [...renamings, { at, to }] }),
  };
}

/** The servers' ids go along with the names. */
function idsFrom({ isHalf, to }: Renaming, { ids }: TableShape, now: TableShape): Pick<TableShape, 'ids'> {
  if (!isHalf) return now.ids === undefined ? {} : { ids: now.ids };
  if (ids === undefined) return {};
  const half = Object.entries(ids).map(([server, of]) => [
    server,
    Object.fromEntries(Object.entries(of).map(([field, id]) => [to[field] ?? field, id])),
  ]);
  return { ids: Object.fromEntries(half) };
}

/** The fields of the table, as far as they are kept under names that it has. */
const renamedList = (
  { to, aside = {}, anew = [] }: Renaming,
  fields: readonly FieldName[],
): readonly FieldName[] => {
  const kept = fields.filter((field) => aside[field] === undefined && !anew.includes(field));
  return [...new Set(kept.map((field) => to[field] ?? field))].toSorted();
};

/** What stands under a new name beside the former one is left from a field that had that name once, and is synced no more. */
export function renamedFields<Value>(
  to: NewNames,
  fields: Readonly<Record<FieldName, Value>>,
): Readonly<Record<FieldName, Value>> {
  const taken = new Set(Object.keys(fields).flatMap((field) => to[field] ?? []));
  const entries = Object.entries(fields).filter(([field]) => !taken.has(field));
  return Object.fromEntries(entries.map(([field, value]) => [to[field] ?? field, value]));
}

export const allNames = ({ to, aside }: Renaming): NewNames => ({ ...to, ...aside });

/** The next version of the head; undefined where it is as it should be. */
export function renamedHead(renaming: Renaming, head: Head): Head | undefined {
  const names = allNames(renaming);
  const fields: Head['fields'] = renamedFields<HeadField>(names, without(head.fields, renaming.anew ?? []));
  const createOnly: Head['createOnly'] = renamedFields(names, head.createOnly);
  const seen = Object.entries(head.seen).map(([server, one]) => {
    return [server, { ...one, ...knownThere(renaming, server, one) } satisfies Seen] as const;
  });
  const next = { ...head, fields, createOnly, seen: Object.fromEntries(seen) };
  if (JSON.stringify(next) === JSON.stringify(head)) return undefined;
  const { history, version } = head;
  const whole = history?.upTo === version ? { history: { ...history, upTo: version + 1 } } : {};
  return { ...next, version: version + 1, ...whole };
}

/** The same of a replica. */
export function renamedReplica(renaming: Renaming, replica: Replica): Replica | undefined {
  const { server, sent } = replica;
  const next = {
    ...replica,
    ...knownThere(renaming, server, replica),
    ...(sent && { sent: known(renaming, server, sent) }),
  };
  return JSON.stringify(next) === JSON.stringify(replica) ? undefined : { ...next, rev: replica.rev + 1 };
}

const knownThere = (
  renaming: Renaming,
  server: ServerName,
  { digests, amounts, unread }: Pick<Seen, 'digests' | 'amounts' | 'unread'>,
): Pick<Seen, 'digests' | 'amounts' | 'unread'> => ({
  digests: known(renaming, server, digests),
  ...(amounts && { amounts: known(renaming, server, amounts) }),
  ...(unread && { unread: known(renaming, server, unread) }),
});

/** What is known of a server, in the fields that are the same there as before. */
export function known<Value>(
  { to, aside = {}, anew = [], other }: Renaming,
  server: ServerName | undefined,
  digests: Readonly<Record<FieldName, Value>>,
): Readonly<Record<FieldName, Value>> {
  const there = other.filter((one) => one.server === server).map(({ field }) => field);
  return renamedFields(to, without(digests, [...Object.keys(aside), ...anew, ...there]));
}

const without = <Value>(
  fields: Readonly<Record<FieldName, Value>>,
  names: readonly FieldName[],
): Readonly<Record<FieldName, Value>> =>
  Object.fromEntries(Object.entries(fields).filter(([field]) => !names.includes(field)));
