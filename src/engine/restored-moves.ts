/**
 * What becomes of one record of a server whose file is of another past, once a person has said which side is right.
 *
 *   R4  A field that is as it was last known there is only behind, and nothing is taken from it. Where it is not, and another
 *       server changed the record since the halt, it is merged like any change.
 *   R5  What the one side loses is kept, an old state of the file too: what was imported without a stamp looks like one.
 */
import { goneReplica } from '../core/absence.ts';
import type { Sending } from '../core/batch.ts';
import type { Conflict, ConflictRule } from '../core/conflict.ts';
import { emptyDigest } from '../core/digest.ts';
import { unreadFiles } from '../core/field-stamp.ts';
import type { Halt } from '../core/halt.ts';
import type { Head, HeadField, Replica, Seen } from '../core/head.ts';
import { type Interval, interval, order } from '../core/interval.ts';
import { sends } from '../core/link.ts';
import { merge } from '../core/merge.ts';
import { conflict, editedFields, type Merged, type MergeInput } from '../core/merge-fields.ts';
import type { EpochMs, FieldName } from '../core/names.ts';
import { type Base, knownDigest, type Observation } from '../core/observation.ts';
import { notBefore, raisedAbove } from '../core/stamp.ts';
import { isApart, isOutside } from '../core/share.ts';
import { amountsOf } from '../core/sums.ts';
import { rowNumber, type RowSet } from '../core/sweep.ts';
import { wentBefore } from '../core/went.ts';
import type { Place } from './engine.ts';
import type { Move } from './hand-over.ts';
import { withFormerFiles } from './unread-files.ts';

/**
 * `refill`: the server gets what the others hold. `truth`: what it holds otherwise than was known goes to all others. `merge`: it
 * is an edit like any other.
 */
export type Side = 'refill' | 'truth' | 'merge';

export type Sided = {
  readonly place: Pick<Place, 'plan' | 'link'>;
  readonly side: Side;
  readonly halt: Pick<Halt, 'at'>;
};

/** What is known of a record that has a head. */
export type KnownRecord = {
  readonly head: Head;
  readonly replica: Replica | undefined;
  /** What is about to be written there, or was. */
  readonly sending: readonly Sending[];
};

type Input = MergeInput & { readonly head: Head };

export function listedMove(given: Sided, listed: Observation, known: KnownRecord): Move | undefined {
  const { plan, link } = given.place;
  const { head, replica, sending } = known;
  // Of what had left the server's share nothing there is right.
  const hasLeft = replica?.left === true && isApart(link, head, replica);
  const work: Sided = hasLeft ? { ...given, side: 'refill' } : given;
  const base = baseOf(known, listed);
  const former = work.side === 'refill' ? base && withoutFiles(base, listed) : base;
  const state = withFormerFiles(asFarAsRead(work, listed), former);
  const { server, recordId, modId, digests, at, until, key, unread = [] } = state;
  const input = { plan, link, seen: state, head, base, sending };
  const version = head.version + 1;
  const read = plan.fields.filter(({ name }) => !unread.includes(name));
  const told = { ...amountsOf(read, state.values), ...unreadFiles({ seen: state, base: former }) };
  const seen: Seen = { recordId, modId, version, digests, ...told, at };
  const merged = work.side === 'refill' ? refilled(work, input) : taken(work, input);
  const last = head.seen[server];
  const isMerged = last?.recordId === recordId && last.modId === modId;
  const isKnown = isMerged && replica && isSame(replica, state) && unread.length === 0;
  if (isKnown && !merged.changed && merged.lost.length === 0) return undefined;
  const sent = Object.entries(base?.sent ?? {}).filter(([name]) => base?.digests[name] === digests[name]);
  return {
    key,
    before: head,
    cause: { kind: 'restored', server },
    changedAt: until,
    merged: { ...merged, head: { ...merged.head, version, seen: { ...head.seen, [server]: seen } } },
    replica: {
      table: head.table,
      server,
      key,
      rev: (replica?.rev ?? 0) + 1,
      recordId,
      modId,
      version,
      at,
      until,
      digests,
      ...told,
      ...(sent.length > 0 && { sent: Object.fromEntries(sent) }),
      ...(hasLeft && { left: true }),
      ...wentBefore(replica),
    },
  };
}

/** A file of the past that is not right, and could not be taken, is no change of what was known: it has the time of its stamp. */
const withoutFiles = (base: Base, { unread = [] }: Observation): Base => ({
  ...base,
  digests: Object.fromEntries(Object.entries(base.digests).filter(([name]) => !unread.includes(name))),
});

/** A record that is taken as one field is not known before all of it is: what it was known to hold stays its base until then. */
function asFarAsRead({ place: { plan, link }, side }: Sided, state: Observation): Observation {
  const isWhole = state.unread !== undefined && side !== 'refill' && plan.merge === 'record' && sends(link);
  return isWhole ? { ...state, unread: plan.fields.map(({ name }) => name) } : state;
}

/** Whether the row holds what was known of its record there, or what we were about to write. */
export const isAsKnown = (work: Pick<Sided, 'place'>, state: Observation, known: KnownRecord): boolean => {
  const { plan, link } = work.place;
  const { head, sending } = known;
  const base = baseOf(known, state);
  return base !== undefined && changedThere({ plan, link, seen: state, head, base, sending }).length === 0;
};

/** What the server was last known to hold of the record, in whatever row; undefined where it was not known to have it. */
function baseOf({ head, replica }: KnownRecord, { server, modId }: Observation): Base | undefined {
  const seen = head.seen[server];
  const last = seen !== undefined && seen.version > (replica?.version ?? 0) ? seen : replica;
  if (last === undefined || last.gone) return undefined;
  // The modIds of two pasts have nothing to do with each other; nor is an amount of one a change of one of the other.
  return { digests: last.digests, sent: last === replica ? (replica.sent ?? {}) : {}, at: last.at, modId };
}

/** Fields that the file holds otherwise than was known. One that is synced since then, and empty there, tells nothing. */
const changedThere = (input: Input): readonly FieldName[] =>
  editedFields(input).filter(
    (name) => input.base === undefined || input.base.digests[name] !== undefined || isFilled(input, name),
  );

const isFilled = ({ seen }: Input, name: FieldName): boolean => seen.digests[name] !== emptyDigest;

const differs = ({ head, seen }: Input, name: FieldName): boolean =>
  head.fields[name]?.digest !== seen.digests[name];

type Outcome = Merged & { readonly head: Head };

function refilled(work: Sided, input: Input): Outcome {
  const edited = changedThere(input).filter((name) => input.base !== undefined || isFilled(input, name));
  const lost = edited.filter((name) => differs(input, name)).flatMap((name) => loser(work, input, name));
  return { head: input.head, changed: false, stored: true, lost };
}

/** What the file holds otherwise than was known, and others have not changed since the halt, is right; the rest is merged. */
function taken(work: Sided, input: Input): Outcome {
  const { head, seen } = input;
  const right = work.side === 'merge' ? [] : rightFields(work, input);
  const merged = merge({ ...input, base: asKnown(input, right) });
  const { deleted, ...rest } = merged.head ?? head;
  const isBack = deleted !== undefined && (right.length > 0 || input.base === undefined);
  const fields = right
    .filter((name) => differs(input, name) || head.fields[name]?.held !== undefined)
    .map((name) => [name, fieldOf(work, seen, head.fields[name], name)] as const);
  const agreed = right.flatMap((name) => head.fields[name]?.held?.conflicts ?? []);
  const lost = right.filter((name) => differs(input, name)).flatMap((name) => loser(work, input, name));
  return {
    head: {
      ...rest,
      ...(deleted && !isBack && { deleted }),
      fields: { ...rest.fields, ...Object.fromEntries(fields) },
    },
    changed: merged.changed || fields.length > 0 || isBack,
    stored: true,
    lost: [...merged.lost, ...lost],
    agreed: [...(merged.agreed ?? []), ...agreed],
  };
}

/** Those in which the file is right without being asked for; what waits for a choice is decided so, too. */
function rightFields({ halt }: Sided, input: Input): readonly FieldName[] {
  const { plan, head } = input;
  if (head.deleted !== undefined && isAfter(halt, head.deleted.stamp)) return [];
  const changed = changedThere(input);
  const names = plan.fields.map(({ name }) => name).filter((name) => !input.seen.unread?.includes(name));
  const told = names.filter((name) => changed.includes(name) || head.fields[name]?.held !== undefined);
  const isRight = (name: FieldName): boolean => !othersSince(input, name).some((at) => isAfter(halt, at));
  if (plan.merge !== 'record') return told.filter(isRight);
  return told.length > 0 && names.every(isRight) ? names : [];
}

const isAfter = ({ at }: Pick<Halt, 'at'>, stamp: Interval): boolean =>
  order(stamp, interval(at, at)) !== 'before';

/** When others set what the server never had. */
function othersSince({ base, head, seen }: Input, name: FieldName): readonly Interval[] {
  const field = head.fields[name];
  if (field === undefined) return [];
  if (field.held === undefined) return base && knownDigest(base, name) === field.digest ? [] : [field.stamp];
  const candidates = Object.entries(field.held.candidates);
  return candidates.flatMap(([server, { stamp }]) => (server === seen.server ? [] : stamp));
}

/** As if these fields had been known to be as they are. */
function asKnown({ base, seen }: Input, fields: readonly FieldName[]): Base | undefined {
  if (fields.length === 0) return base;
  const { sent, at, modId } = base ?? { sent: {}, at: seen.at, modId: seen.modId };
  const own = fields.map((name) => [name, seen.digests[name] ?? ''] as const);
  return { digests: { ...base?.digests, ...Object.fromEntries(own) }, sent, at, modId };
}

/** In another past a row may have come to the same modId with other values. */
const isSame = (replica: Replica, { recordId, modId, digests }: Observation): boolean =>
  replica.recordId === recordId &&
  replica.modId === modId &&
  !replica.gone &&
  Object.entries(digests).every(([name, digest]) => replica.digests[name] === digest);

/** The server is filled anew: what it does not hold is made there again, after a look-up as ever. */
export function goneMove(
  { place }: Pick<Sided, 'place'>,
  { head, replica }: Pick<KnownRecord, 'head' | 'replica'>,
  listed: RowSet,
  at: EpochMs,
): Move | undefined {
  if (replica === undefined || replica.gone || listed.has(rowNumber(head.key, replica.recordId)))
    return undefined;
  const { server } = place.link;
  const version = head.version + 1;
  const { recordId, modId } = replica;
  const seen: Seen = { recordId, modId, version, digests: {}, at, gone: true };
  const next = { ...head, version, seen: { ...head.seen, [server]: seen } };
  const merged = { head: next, changed: false, stored: true, lost: [] };
  // What was delivered is not there any more.
  const { delivered: _, ...before } = replica;
  return {
    key: head.key,
    before: head,
    cause: { kind: 'restored', server },
    changedAt: at,
    merged,
    replica: {
      ...goneReplica({ ...replica, version, at, until: at }, before),
      ...((replica.left === true || isOutside(place.link, head)) && { left: true }),
      wentAt: at,
    },
  };
}

/** As set when the table halted, unless its stamp tells of a later edit. */
function fieldOf(
  { halt }: Sided,
  seen: Observation,
  before: HeadField | undefined,
  name: FieldName,
): HeadField {
  const own = notBefore(seen.changedAt, halt.at);
  return {
    value: seen.values[name] ?? '',
    digest: seen.digests[name] ?? '',
    stamp: before ? raisedAbove(own, before.stamp) : own,
    origin: seen.server,
  };
}

/** The value that the other side has the place of. */
function loser({ side }: Pick<Sided, 'side'>, input: Input, name: FieldName): readonly Conflict[] {
  const { head, seen } = input;
  const agreed = head.fields[name];
  if (agreed === undefined) return [];
  const held: HeadField = {
    value: seen.values[name] ?? '',
    digest: seen.digests[name] ?? '',
    stamp: seen.changedAt,
    origin: seen.server,
    inexact: true,
  };
  const base = { digests: {}, sent: {}, at: seen.at, modId: seen.modId };
  const rule: ConflictRule = side === 'refill' ? 'refilled' : 'restored';
  const how = { order: order(held.stamp, agreed.stamp), rule };
  return [conflict({ ...input, base }, name, side === 'refill' ? [agreed, held] : [held, agreed], how)];
}
