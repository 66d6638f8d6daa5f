/**
 * A field that has another name in the configuration, while it is the same field on every server. What is stored by its name
 * gets the new one, so that it is neither a field that went nor one that came.
 */
import type { Head, HeadField, Replica, Seen } from './head.ts';
import type { FieldName, ServerName } from './names.ts';
import type { TableShape } from './shape.ts';

export type Renaming = {
  /** From the name that is stored to the one that holds from now on. */
  readonly to: Readonly<Record<FieldName, FieldName>>;
  /** Fields that are another field on a server since: what is known of them there is about the former one. */
  readonly other: readonly { readonly server: ServerName; readonly field: FieldName }[];
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

/** What stands under a new name already is newer. */
export function renamedFields<Value>(
  { to }: Renaming,
  fields: Readonly<Record<FieldName, Value>>,
): Readonly<Record<FieldName, Value>> {
  const entries = Object.entries(fields).map(([field, value]) => {
    const name = to[field];
    return [name === undefined || fields[name] !== undefined ? field : name, value] as const;
  });
  return Object.fromEntries(entries);
}

/** The next version of the head; undefined where it is as it should be. */
export function renamedHead(renaming: Renaming, head: Head): Head | undefined {
  const fields: Head['fields'] = renamedFields<HeadField>(renaming, head.fields);
  const seen = Object.entries(head.seen).map(([server, one]) => {
    const digests = known(renaming, server, one.digests);
    return [server, { ...one, digests } satisfies Seen] as const;
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
    digests: known(renaming, server, replica.digests),
    ...(sent && { sent: known(renaming, server, sent) }),
  };
  return JSON.stringify(next) === JSON.stringify(replica) ? undefined : { ...next, rev: replica.rev + 1 };
}

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
