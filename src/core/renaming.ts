/**
 * A field that has another name in the configuration, while it is the same field on every server. What is stored by its name
 * gets the new one, so that it is neither a field that went nor one that came.
 */
import type { Head, HeadField, Replica, Seen } from './head.ts';
import type { FieldName, Key, ServerName } from './names.ts';
import type { TableShape } from './shape.ts';

export type Renaming = {
  /** From the name that is stored to the one that holds from now on. */
  readonly to: Readonly<Record<FieldName, FieldName>>;
  /** Fields that are another field on a server since: what is known of them there is about the former one. */
  readonly other: readonly { readonly server: ServerName; readonly field: FieldName }[];
  /** Up to this record, in the order of keys, all have the new names; absent: none has yet. */
  readonly after?: Key;
};

/** Undefined where nothing is: also of a shape that was stored before names were. */
export function renamingOf(before: TableShape, now: TableShape): Renaming | undefined {
  const [names, later] = [before.names, now.names];
  if (names === undefined || later === undefined) return undefined;
  const servers = Object.keys(names).filter((server) => later[server] !== undefined);
  if (servers.length === 0) return undefined;
  const isSame = (server: ServerName, one: FieldName, other: FieldName): boolean =>
    (names[server]?.[one] ?? one) === (later[server]?.[other] ?? other);
  const left = before.fields.filter((field) => !now.fields.includes(field));
  const joined = now.fields.filter((field) => !before.fields.includes(field));
  const to = left.flatMap((one) => {
    const other = joined.find((field) => servers.every((server) => isSame(server, one, field)));
    return other === undefined ? [] : [[one, other] as const];
  });
  const kept = now.fields.filter((field) => before.fields.includes(field));
  const other = servers.flatMap((server) =>
    kept.filter((field) => !isSame(server, field, field)).map((field) => ({ server, field })),
  );
  return to.length + other.length === 0 ? undefined : { to: Object.fromEntries(to), other };
}

export const renamedList = ({ to }: Renaming, fields: readonly FieldName[]): readonly FieldName[] =>
  fields.map((field) => to[field] ?? field).toSorted();

/** What stands under a new name beside the former one is left from a field that had that name once, and is synced no more. */
export function renamedFields<Value>(
  { to }: Renaming,
  fields: Readonly<Record<FieldName, Value>>,
): Readonly<Record<FieldName, Value>> {
  const taken = new Set(Object.keys(fields).flatMap((field) => to[field] ?? []));
  const entries = Object.entries(fields).filter(([field]) => !taken.has(field));
  return Object.fromEntries(entries.map(([field, value]) => [to[field] ?? field, value]));
}

/** The next version of the head; undefined where it is as it should be. */
export function renamedHead(renaming: Renaming, head: Head): Head | undefined {
  const fields: Head['fields'] = renamedFields<HeadField>(renaming, head.fields);
  const seen = Object.entries(head.seen).map(([server, one]) => {
    return [server, { ...one, ...knownThere(renaming, server, one) } satisfies Seen] as const;
  });
  const next = { ...head, fields, seen: Object.fromEntries(seen) };
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
  { digests, amounts }: Pick<Seen, 'digests' | 'amounts'>,
): Pick<Seen, 'digests' | 'amounts'> => ({
  digests: known(renaming, server, digests),
  ...(amounts && { amounts: known(renaming, server, amounts) }),
});

function known<Value>(
  renaming: Renaming,
  server: ServerName,
  digests: Readonly<Record<FieldName, Value>>,
): Readonly<Record<FieldName, Value>> {
  const gone = new Set(renaming.other.filter((one) => one.server === server).map(({ field }) => field));
  const renamed = renamedFields(renaming, digests);
  return gone.size === 0
    ? renamed
    : Object.fromEntries(Object.entries(renamed).filter(([field]) => !gone.has(field)));
}
