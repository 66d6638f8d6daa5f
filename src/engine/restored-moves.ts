/**
 * What becomes of one record of a server whose file is of another past, once a person has said which side is right.
 *
 *   R5  What the one side loses is kept.
 */
import { goneReplica } from '../core/absence.ts';
import type { Conflict, ConflictRule } from '../core/conflict.ts';
import { emptyDigest } from '../core/digest.ts';
import type { Head, HeadField, Replica, Seen } from '../core/head.ts';
import { heldFields } from '../core/held.ts';
import { interval, order } from '../core/interval.ts';
import type { TablePlan } from '../core/link.ts';
import { conflict } from '../core/merge-fields.ts';
import type { EpochMs, FieldName } from '../core/names.ts';
import type { Observation } from '../core/observation.ts';
import { raisedAbove } from '../core/stamp.ts';
import { rowNumber, type RowSet } from '../core/sweep.ts';
import type { Place } from './engine.ts';
import type { Move } from './hand-over.ts';

/** `refill`: the server gets what the others hold. `truth`: what it holds goes to all others. */
export type Side = 'refill' | 'truth';

export type Sided = { readonly place: Place; readonly side: Side };

export function listedMove(
  work: Sided,
  state: Observation,
  head: Head,
  replica: Replica | undefined,
): Move | undefined {
  const { place, side } = work;
  const { recordId, modId, digests, at, until, key } = state;
  const { server } = place.link;
  const isKnown = replica !== undefined && isSame(replica, state);
  const isMerged = head.seen[server]?.recordId === recordId && head.seen[server].modId === modId;
  const differing = place.plan.fields
    .map(({ name }) => name)
    .filter((name) => head.fields[name]?.digest !== digests[name]);
  if (isKnown && isMerged && (side === 'refill' || isAgreed(place.plan, head, differing))) return undefined;
  const version = head.version + 1;
  const seen: Seen = { recordId, modId, version, digests, at };
  const next = { ...head, version, seen: { ...head.seen, [server]: seen } };
  const rest = {
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
  };
  const common = { key, before: head, cause: { kind: 'restored', server }, changedAt: until } as const;
  if (side === 'refill') {
    // What was changed after we last knew the record was changed by somebody, whatever the file was put back to; so was one that
    // was not known there.
    const edited =
      replica === undefined
        ? differing.filter((name) => digests[name] !== emptyDigest)
        : differing.filter(() => state.changedAt.lo > replica.until);
    const lost = edited.flatMap((name) => loser(work, state, head, name));
    return { ...common, replica: rest, merged: { head: next, changed: false, stored: true, lost } };
  }
  const { deleted: _, ...alive } = next;
  const held = heldFields(place.plan, head.fields);
  const fields = [...new Set([...differing, ...held.map(([name]) => name)])].map(
    (name) => [name, taken(state, head, name)] as const,
  );
  const merged = {
    head: { ...alive, fields: { ...head.fields, ...Object.fromEntries(fields) } },
    changed: true,
    stored: true,
    lost: differing.flatMap((name) => loser(work, state, head, name)),
    agreed: held.flatMap(([, { conflicts }]) => conflicts),
  };
  return { ...common, replica: rest, merged };
}

const isAgreed = (plan: TablePlan, head: Head, differing: readonly FieldName[]): boolean =>
  differing.length === 0 && !head.deleted && heldFields(plan, head.fields).length === 0;

/** In another past a row may have come to the same modId with other values. */
const isSame = (replica: Replica, { recordId, modId, digests }: Observation): boolean =>
  replica.recordId === recordId &&
  replica.modId === modId &&
  !replica.gone &&
  Object.entries(digests).every(([name, digest]) => replica.digests[name] === digest);

/** The server is filled anew: what it does not hold is made there again, after a look-up as ever. */
export function goneMove(
  { place }: Sided,
  head: Head,
  replica: Replica | undefined,
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
    replica: goneReplica({ ...replica, version, at, until: at }, before),
  };
}

function taken(state: Observation, head: Head, name: FieldName): HeadField {
  const before = head.fields[name];
  const now = interval(state.until, state.until);
  return {
    value: state.values[name] ?? '',
    digest: state.digests[name] ?? '',
    stamp: before ? raisedAbove(now, before.stamp) : now,
    origin: state.server,
  };
}

/** The value that the other side has the place of. */
function loser({ place, side }: Sided, state: Observation, head: Head, name: FieldName): readonly Conflict[] {
  const agreed = head.fields[name];
  if (agreed === undefined) return [];
  const { plan, link } = place;
  const held: HeadField = {
    value: state.values[name] ?? '',
    digest: state.digests[name] ?? '',
    stamp: state.changedAt,
    origin: state.server,
    inexact: true,
  };
  const base = { digests: {}, sent: {}, at: state.at, modId: state.modId };
  const input = { plan, link, seen: state, head, base, sending: [] };
  const rule: ConflictRule = side === 'refill' ? 'refilled' : 'restored';
  const how = { order: order(held.stamp, agreed.stamp), rule };
  return [conflict(input, name, side === 'refill' ? [agreed, held] : [held, agreed], how)];
}
