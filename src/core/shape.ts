/** What a table was when it was last worked on: where it has grown since, more than changes has to be read or written. */
import { ownFieldId } from './field-ids.ts';
import { addressesIn } from './identity.ts';
import { type Link, receives, type Role, type TablePlan } from './link.ts';
import type { EpochMs, FieldName, Key, ServerName, TableName } from './names.ts';
import type { NewNames, Renaming } from './renaming.ts';

export type TableShape = {
  readonly table: TableName;
  readonly fields: readonly FieldName[];
  /** Those that go with a create only. Absent: from before it was stored. */
  readonly createOnly?: readonly FieldName[];
  readonly receivers: readonly ServerName[];
  /** Of servers that get a share of the records: which, as a text that is the same for the same share; absent: none does. */
  readonly shares?: Readonly<Record<ServerName, string>>;
  /** By server: what it calls the fields that it calls otherwise. Absent: from before it was stored. */
  readonly names?: Readonly<Record<ServerName, Readonly<Record<FieldName, string>>>>;
  /** By server: its own ids of the fields, where it tells them. Absent: none does, or from before it was stored. */
  readonly ids?: Readonly<Record<ServerName, Readonly<Record<FieldName, string>>>>;
  /** The roles of the servers that had the table; absent: from before it was stored. */
  readonly roles?: Readonly<Record<ServerName, Role>>;
  /** Where the table was found last on each server that it was ever on; absent: from before it was stored. */
  readonly addresses?: Readonly<Record<ServerName, string>>;
  /** What is stored is being renamed: nobody else works on the table. */
  readonly renaming?: Renaming;
  /** Fields that were kept the same once and are no more, by what each server called them. Absent: from before it was stored, or none. */
  readonly former?: Readonly<Record<FieldName, Readonly<Record<ServerName, string>>>>;
  /** What was renamed, the earliest first: what is kept of before has the former names. Absent: nothing was. */
  readonly renamings?: readonly Renamed[];
  /** Those of them that were not yet handed every head there is; absent: none. */
  readonly pending?: readonly Joining[];
};

/** What was stored earlier than `at` has the former names. */
export type Renamed = { readonly at: EpochMs; readonly to: NewNames };

export type Joining = {
  readonly server: ServerName;
  /** Up to this key, in the order of keys, it was handed all; absent: nothing yet. */
  readonly after?: Key;
};

export type Growth = {
  /** Fields that were not synced before, and those that go with a create from now on: what the servers hold in them is not known. */
  readonly fields: readonly FieldName[];
  /** Servers that received nothing before, or another share: what the others hold has to go there, or away. */
  readonly receivers: readonly Joining[];
};

export const shapeOf = ({ name, fields, createOnly, links }: TablePlan): TableShape => ({
  table: name,
  fields: fields.map((field) => field.name).toSorted(),
  createOnly: createOnly.map((field) => field.name).toSorted(),
  receivers: links
    .filter(receives)
    .map(({ server }) => server)
    .toSorted(),
  roles: Object.fromEntries(links.map(({ server, role }) => [server, role])),
  ...sharesOf(links),
  ...namesOf(links),
  ...idsOf(links),
  ...addressesOf(links),
});

function addressesOf(links: readonly Link[]): Pick<TableShape, 'addresses'> {
  const known = links.flatMap(({ server, address }) => (address === undefined ? [] : [[server, address]]));
  return known.length === 0 ? {} : { addresses: Object.fromEntries(known) };
}

/**
 * The shape from now on: what was renamed stays in it, and a server that is left out for now, or for good, is known by its address
 * when it comes back.
 */
export function nextShape(before: TableShape | undefined, plan: TablePlan): TableShape {
  const now = shapeOf(plan);
  const { renamings, addresses: known } = before ?? {};
  const addresses = { ...known, ...now.addresses };
  const former = before === undefined ? {} : formerIn(before, now);
  return {
    ...now,
    ...(renamings && { renamings }),
    ...(Object.keys(former).length > 0 && { former }),
    ...(Object.keys(addresses).length > 0 && { addresses }),
  };
}

function formerIn(before: TableShape, now: TableShape): NonNullable<TableShape['former']> {
  const servers = Object.keys(before.names ?? {});
  const left = namesIn(before).map((field) => {
    const called = servers.map((server) => [server, meaningIn(before, server, field)] as const);
    return [field, Object.fromEntries(called)] as const;
  });
  const all = [...Object.entries(before.former ?? {}), ...left];
  return Object.fromEntries(all.filter(([field]) => !namesIn(now).includes(field)));
}

/** With where the table was found by these facts, if that was not stored yet; undefined where it was. */
export const withAddresses = (
  shape: TableShape,
  facts: ReadonlyMap<string, string>,
): TableShape | undefined => {
  const addresses = addressesIn(facts, shape.table);
  const isNews = shape.addresses === undefined && Object.keys(addresses).length > 0;
  return isNews ? { ...shape, addresses } : undefined;
};

/** Whether the table is found on that server where it was found last; where that was never stored it is. */
export const isWhereItWas = (before: TableShape | undefined, { server, address }: Link): boolean =>
  address === undefined || (before?.addresses?.[server] ?? address) === address;

function namesOf(links: readonly Link[]): Pick<TableShape, 'names'> {
  const known = links.flatMap(({ server, rename }) => (rename ? [[server, rename] as const] : []));
  return known.length === 0 ? {} : { names: Object.fromEntries(known) };
}

/** What a server calls a field. */
export const meaningIn = ({ names }: TableShape, server: ServerName, field: FieldName): string =>
  names?.[server]?.[field] ?? field;

function idsOf(links: readonly Link[]): Pick<TableShape, 'ids'> {
  const known = links.flatMap(({ server, ids }) => (ids ? [[server, ids] as const] : []));
  return known.length === 0 ? {} : { ids: Object.fromEntries(known) };
}

/** Whether a server means the same field by two names of two times: by its id where it told one both times, else by what it calls it. */
export function isSameField(
  before: TableShape,
  now: TableShape,
  server: ServerName,
  [former, present]: readonly [FieldName, FieldName],
): boolean {
  const [one, other] = [idIn(before, server, former), idIn(now, server, present)];
  // A table elsewhere has fields of its own.
  const isThere = before.addresses?.[server] === now.addresses?.[server];
  if (isThere && one !== undefined && other !== undefined) return one === other;
  return meaningIn(before, server, former) === meaningIn(now, server, present);
}

const idIn = ({ ids }: TableShape, server: ServerName, field: FieldName): string | undefined => {
  const id = ids?.[server]?.[field];
  return id && ownFieldId(id);
};

export const namesIn = ({
  fields,
  createOnly = [],
}: Pick<TableShape, 'fields' | 'createOnly'>): readonly FieldName[] => [...fields, ...createOnly];

function sharesOf(links: readonly Link[]): Pick<TableShape, 'shares'> {
  const shares = links
    .filter(receives)
    .flatMap(({ server, share }) => (share ? [[server, share] as const] : []));
  const texts = shares.map(([server, share]) => [server, JSON.stringify(share)] as const);
  return shares.length === 0 ? {} : { shares: Object.fromEntries(texts) };
}

export const growthOf = (before: TableShape, now: TableShape): Growth => ({
  fields: [...now.fields.filter((field) => !before.fields.includes(field)), ...newWithCreate(before, now)],
  receivers: now.receivers.flatMap((server): readonly Joining[] => {
    const pending = before.pending?.find((one) => one.server === server);
    if (pending !== undefined) return [pending];
    return before.receivers.includes(server) && hasSameShare(before, now, server) ? [] : [{ server }];
  }),
});

/** Of what was synced so far a head tells. */
const newWithCreate = ({ fields, createOnly }: TableShape, now: TableShape): readonly FieldName[] =>
  createOnly === undefined
    ? []
    : (now.createOnly ?? []).filter((field) => !namesIn({ fields, createOnly }).includes(field));

/** Whether the same records belong on that server. */
export const hasSameShare = (before: TableShape, now: TableShape, server: ServerName): boolean =>
  before.shares?.[server] === now.shares?.[server];

/** Whether a process that goes by `now` and one that stored `before` go by the same; where nothing was stored they do. */
export const isSameShape = (before: TableShape | undefined, now: TableShape): boolean =>
  before === undefined ||
  (before.renaming === undefined &&
    isSameList(before.fields, now.fields) &&
    hasSameMeanings(before, now) &&
    isSameList(before.createOnly ?? now.createOnly ?? [], now.createOnly ?? []) &&
    isSameList(before.receivers, now.receivers) &&
    now.receivers.every((server) => hasSameShare(before, now, server)));

/** What of a shape keeps nobody from working by another one. */
const further = ['createOnly', 'names', 'ids', 'roles', 'addresses'] as const;

/** The same in all that is stored of a table. */
export const isSameInAll = (before: TableShape | undefined, now: TableShape): boolean =>
  before !== undefined &&
  isSameShape(before, now) &&
  further.every((part) => JSON.stringify(before[part]) === JSON.stringify(now[part]));

/** Whether each server of both calls every field as before: one that has another name may have that of another field. */
const hasSameMeanings = (before: TableShape, now: TableShape): boolean =>
  Object.keys(before.names ?? {})
    .filter((server) => now.names?.[server] !== undefined)
    .every((server) => namesIn(now).every((field) => isSameField(before, now, server, [field, field])));

const isSameList = (one: readonly string[], other: readonly string[]): boolean =>
  JSON.stringify(one) === JSON.stringify(other);
