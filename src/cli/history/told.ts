/** What is told of a record's history, before it is put in words: also what `--json` prints. */
import type { TableConfiguration } from '../../config/configuration.ts';
import { heldSince } from '../../core/delivered.ts';
import { codeOfConflict, type Conflict, type Parked } from '../../core/conflict.ts';
import type { Head, HeadField, Replica } from '../../core/head.ts';
import type { Cause, Content, Decided, Step } from '../../core/history.ts';
import type { Interval } from '../../core/interval.ts';
import type { EpochMs, FieldName, ServerName } from '../../core/names.ts';
import { isBehind } from '../../core/observation.ts';
import { formerName } from '../../core/former-names.ts';
import type { Past } from '../../engine/past.ts';

/** A value, or what waits in its place, by server. */
export type ToldValue = { readonly value: string; readonly held?: Readonly<Record<ServerName, string>> };

export type ToldField = {
  readonly field: FieldName;
  /** What it was called then, where that was something else. */
  readonly formerly?: FieldName;
  /** Absent where it was not kept the same yet. */
  readonly from?: ToldValue;
  readonly to?: ToldValue;
  /** The change that was added to what it held before, and on which server people made it. */
  readonly added?: { readonly by: string; readonly on: ServerName };
  readonly decided: readonly Omit<Decided, 'field'>[];
};

/** Of servers that are written, but for the one where it was made. */
export type ToldServer = {
  readonly server: ServerName;
  /** `not-its`: the record has left its share. */
  readonly state: 'held' | 'waits' | 'parked' | 'not-its';
  /** Not known of what it came to hold by itself. */
  readonly since?: EpochMs;
  /** It may have held it before. */
  readonly latest?: true;
  readonly code?: string;
};

export type ToldVersion = {
  readonly version: number;
  readonly what: Cause['kind'] | 'deleted' | 'came-back';
  readonly server?: ServerName;
  /** Of what was put back: after which version it was so. */
  readonly to?: number;
  /** When it was changed; of what a person did here, when it was stored. */
  readonly changed: Interval;
  readonly storedAt: EpochMs;
  readonly fields: readonly ToldField[];
  /** Conflicts about the record as a whole. */
  readonly decided: readonly Decided[];
  readonly servers: readonly ToldServer[];
};

export type Known = {
  readonly table: TableConfiguration;
  readonly head: Head;
  readonly replicas: ReadonlyMap<ServerName, Replica>;
  readonly parked: ReadonlyMap<ServerName, Parked>;
};

export const toldVersions = (known: Known, { steps, renamings }: Past): readonly ToldVersion[] =>
  steps.map((step) => toldOf(known, step, renamings));

function toldOf(known: Known, step: Step, renamings: Past['renamings']): ToldVersion {
  const { entry } = step;
  const { cause } = entry;
  const fields = fieldsOf(step).map((told) => ({ ...told, ...formerlyOf(told, renamings, entry.at) }));
  const about = new Set(fields.map(({ field }) => field));
  return {
    version: entry.version,
    what: whatOf(step),
    ...('server' in cause && { server: cause.server }),
    ...(cause.kind === 'put-back' && cause.to !== undefined && { to: cause.to }),
    changed: changedAt(step),
    storedAt: entry.at,
    fields,
    decided: (entry.decided ?? []).filter(({ field }) => !about.has(field)),
    servers: isOnlyKnownHere(step, fields) ? [] : serversOf(known, madeBy(step)),
  };
}

function formerlyOf(
  { field }: ToldField,
  renamings: Past['renamings'],
  at: EpochMs,
): Pick<ToldField, 'formerly'> {
  const formerly = formerName(renamings, field, at);
  const isSame = field === formerly || field.startsWith(`${formerly} (until `);
  return isSame ? {} : { formerly };
}

function whatOf({ entry: { cause, replaced } }: Step): ToldVersion['what'] {
  if (cause.kind !== 'seen' || replaced.deleted === undefined) return cause.kind;
  return replaced.deleted === 'alive' ? 'deleted' : 'came-back';
}

const fieldsOf = ({ entry, before, after }: Step): readonly ToldField[] => [
  ...Object.keys(entry.replaced.fields).flatMap((field) =>
    fieldOf(field, valueOf(before.fields[field]), valueOf(after.fields[field]), entry.decided ?? []).map(
      (told) => ({ ...told, ...addedTo(after.fields[field]) }),
    ),
  ),
  ...(entry.replaced.createOnly === undefined ? [] : onceOf(before, after)),
];

const addedTo = (field: HeadField | undefined): Pick<ToldField, 'added'> =>
  field?.added === undefined ? {} : { added: { by: field.added, on: field.origin } };

const onceOf = (before: Content, after: Content): readonly ToldField[] =>
  [...new Set([...Object.keys(before.createOnly), ...Object.keys(after.createOnly)])].flatMap((field) =>
    fieldOf(field, plain(before.createOnly[field]), plain(after.createOnly[field]), []),
  );

const plain = (value: string | undefined): ToldValue | undefined =>
  value === undefined ? undefined : { value };

/** None where only the time of it is another one. */
function fieldOf(
  field: FieldName,
  from: ToldValue | undefined,
  to: ToldValue | undefined,
  decided: readonly Decided[],
): readonly ToldField[] {
  if (JSON.stringify(from) === JSON.stringify(to)) return [];
  const own = decided.filter((one) => one.field === field).map(({ field: _field, ...rest }) => rest);
  return [{ field, ...(from && { from }), ...(to && { to }), decided: own }];
}

function valueOf(field: HeadField | undefined): ToldValue | undefined {
  if (field === undefined) return undefined;
  const { value, held } = field;
  if (held === undefined) return { value };
  const candidates = Object.entries(held.candidates).map(([server, one]) => [server, one.value] as const);
  return { value, held: Object.fromEntries(candidates) };
}

/** What a person did is known by our own clock; else the latest of what was changed. */
function changedAt({ entry, after }: Step): Interval {
  const { cause, replaced, at } = entry;
  if (cause.kind !== 'seen') return { lo: at, hi: at };
  if (replaced.deleted === 'alive' && after.deleted) return after.deleted.stamp;
  const stamps = Object.keys(replaced.fields).flatMap((name) => after.fields[name]?.stamp ?? []);
  return stamps.reduce(
    (latest, stamp) => (stamp.hi > latest.hi ? stamp : latest),
    stamps[0] ?? { lo: 0, hi: at },
  );
}

/** Nothing of it is written on a server. */
const isOnlyKnownHere = ({ entry: { cause, replaced } }: Step, fields: readonly ToldField[]): boolean =>
  cause.kind === 'taken-up' || (isOnlyHeld(fields) && replaced.deleted === undefined);

/** Each server keeps its own value of what waits: nothing of it is written. */
const isOnlyHeld = (fields: readonly ToldField[]): boolean =>
  fields.length > 0 && fields.every(({ to }) => to?.held !== undefined);

type Made = { readonly version: number; readonly on: ServerName | undefined; readonly isEnd: boolean };

const madeBy = ({ entry: { version, cause }, after }: Step): Made => ({
  version,
  on: 'server' in cause ? cause.server : undefined,
  isEnd: after.deleted !== undefined,
});

/** Who has the version from which on all is known. */
export function oldestServers(known: Known, { knownFrom, oldest }: Past): readonly ToldServer[] {
  const origins = new Set(Object.values(oldest.fields).map(({ origin }) => origin));
  const on = knownFrom === 1 && origins.size === 1 ? [...origins][0] : undefined;
  return serversOf(known, { version: knownFrom, on, isEnd: oldest.deleted !== undefined });
}

function serversOf(
  { table, head, replicas, parked }: Known,
  { version, on, isEnd }: Made,
): readonly ToldServer[] {
  const names = Object.keys(head.fields).map((name) => ({ name }));
  const followed = table.fields === 'all' ? names : names.filter(({ name }) => isFollowed(table, name));
  const plan = { fields: followed, deletes: table.deletes.policy };
  const written = table.links.filter(({ role, server }) => role !== 'send' && server !== on);
  return written.map(({ server, share }): ToldServer => {
    const replica = replicas.get(server);
    const since = heldSince(replica, version, isEnd);
    if (since) return { server, state: 'held', since: since.at, ...(since.latest && { latest: true }) };
    if (replica === undefined && share !== undefined && !parked.has(server))
      return { server, state: 'not-its' };
    if (replica?.left) return { server, state: 'not-its' };
    if (!isBehind({ plan, link: {} }, head, replica)) return { server, state: 'held' };
    const aside = parked.get(server);
    return aside ? { server, state: 'parked', code: aside.code } : { server, state: 'waits' };
  });
}

const isFollowed = ({ fields }: TableConfiguration, name: FieldName): boolean =>
  fields === 'all' || fields.some((field) => field.name === name);

/** Conflicts about the record, as far back as is told, that no version names: what came lost, and changed nothing. */
export function lostOnly(
  conflicts: readonly Conflict[],
  versions: readonly ToldVersion[],
  { end }: Pick<Past, 'end'>,
): readonly Conflict[] {
  const from = end === 'more' ? (versions.at(-1)?.storedAt ?? Number.POSITIVE_INFINITY) : 0;
  const named = new Set(
    versions.flatMap(({ fields, decided }) => [
      ...decided.map(({ field, conflict }) => `${conflict} ${field}`),
      ...fields.flatMap((one) => one.decided.map(({ conflict }) => `${conflict} ${one.field}`)),
    ]),
  );
  return conflicts
    .filter((one) => one.at >= from && !named.has(`${codeOfConflict(one)} ${one.field}`))
    .toSorted((a, b) => b.at - a.at);
}
