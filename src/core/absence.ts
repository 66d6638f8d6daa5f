/**
 * The merge of an absence: a record that a server was known to hold is not there any more.
 *
 *   R4  A delete by somebody who had seen the head's values is one; what we deleted ourselves is no delete by anybody.
 *   R5  A tombstone keeps all that the record held. What loses is kept as in any conflict.
 */
import type { Sending } from './batch.ts';
import { type Conflict, conflictId, type ConflictSide } from './conflict.ts';
import { codeOf, type Digests } from './digest.ts';
import { deliveredBefore } from './delivered.ts';
import type { Head, HeadField, Replica, Seen, UnreadFiles } from './head.ts';
import { heldFields, settledFor } from './held.ts';
import { type Interval, intersect, interval, order } from './interval.ts';
import type { Link, TablePlan } from './link.ts';
import type { Merged } from './merge.ts';
import type { EpochMs, FieldName, Key, RecordId, ServerName } from './names.ts';
import { isOutside } from './share.ts';
import { wentBefore } from './went.ts';

/** The record of a key was looked for, by key and by its recordId, and is not there. */
export type Absence = {
  readonly server: ServerName;
  readonly key: Key;
  /** Reference times just before the requests that showed it and when their answers were here. */
  readonly at: EpochMs;
  readonly until: EpochMs;
  /** When it was deleted, where something told so (a log of deletes). */
  readonly deletedAt?: Interval;
};

/** The record as the server was last known to hold it. */
export type LastHeld = {
  readonly recordId: RecordId;
  readonly modId: number;
  readonly version: number;
  readonly digests: Digests;
  /** As in Replica. */
  readonly unread?: UnreadFiles;
  readonly sent: Digests;
  readonly at: EpochMs;
  /** It had left the server's share. */
  readonly left?: true;
};

/** Undefined where the server was not known to hold the record, or its end is known already. */
export function lastHeld(
  head: Head | undefined,
  replica: Replica | undefined,
  server: ServerName,
): LastHeld | undefined {
  const seen = head?.seen[server];
  if (replica === undefined || (seen !== undefined && isLater(seen, replica)))
    return seen === undefined || seen.gone ? undefined : { ...seen, sent: {} };
  return replica.gone ? undefined : { ...replica, sent: replica.sent ?? {} };
}

/** Of two states of one row the modId tells; of two rows with one key, what they were merged into. */
const isLater = (seen: Seen, replica: Replica): boolean =>
  seen.recordId === replica.recordId && !seen.gone && !replica.gone
    ? seen.modId > replica.modId
    : seen.version > replica.version;

export type AbsenceInput = {
  readonly plan: TablePlan;
  readonly link: Link;
  readonly absence: Absence;
  readonly head: Head;
  readonly held: LastHeld;
  /** What open batch rows of this server are about to do or did with this key. */
  readonly sending: readonly Sending[];
};

/** Whether the absence is the doing of somebody on that server, and would end the record everywhere. */
export function isDelete(input: Omit<AbsenceInput, 'absence'>): boolean {
  const { plan, link, head, sending } = input;
  const ours = sending.some((entry) => entry.remove);
  const counts = !ours && !hasGoneOut(input);
  return counts && !head.deleted && link.role !== 'receive' && plan.deletes !== 'ignore';
}

/** It is no business of that server: who deletes it there deletes it nowhere else. */
const hasGoneOut = ({ link, head, held }: Pick<AbsenceInput, 'link' | 'head' | 'held'>): boolean =>
  isOutside(link, head) || held.left === true;

/** Whether it went from there for the server's share, by our hand or another: it comes back with the share, whatever deletes do. */
export const wentOut = (input: Omit<AbsenceInput, 'absence'>): boolean =>
  input.link.share !== undefined && isByNobody(input);

/** Whether nobody there deleted it: we removed it, or it was outside the server's share. */
export const isByNobody = (input: Omit<AbsenceInput, 'absence'>): boolean =>
  hasGoneOut(input) || input.sending.some((entry) => entry.remove);

export function mergeAbsence(input: AbsenceInput): Merged {
  const { plan, head } = input;
  const kept = { head, changed: false, stored: false };
  if (!isDelete(input)) return { ...kept, lost: [] };
  const unseen = unseenFields(input);
  if (unseen.length > 0 && plan.deletes === 'edit-wins')
    return { ...kept, lost: distinct(unseen.map((each) => loser(input, each, 'deletion'))) };
  const lost = distinct(unseen.map((each) => loser(input, each, 'edit')));
  const ended = { head: tombstone(input), changed: true, stored: true, lost };
  const agreed = heldFields(plan, head.fields).flatMap(([, { conflicts }]) => conflicts);
  return agreed.length > 0 ? { ...ended, agreed } : ended;
}

type Unseen = readonly [name: FieldName, field: HeadField];

/** What the server that deleted the record never held. */
function unseenFields({ plan, link, head, held }: AbsenceInput): readonly Unseen[] {
  return plan.fields.flatMap(({ name }): readonly Unseen[] => {
    const field = head.fields[name];
    // Nothing was written over a file that could not be read: what others put there was never seen here.
    const known = held.digests[name] ?? (held.unread?.[name] ? '' : undefined);
    if (field === undefined || known === undefined) return [];
    // What waits for a person beside this server's own value was never seen here.
    const others = Object.entries(field.held?.candidates ?? {}).filter(([server]) => server !== link.server);
    if (others.length > 0) return others.map(([origin, candidate]) => [name, { ...candidate, origin }]);
    return field.digest === known || field.digest === held.sent[name] ? [] : [[name, field]];
  });
}

/** Two servers may have the same value, and one delete loses once. */
const distinct = (lost: readonly Conflict[]): readonly Conflict[] => [
  ...new Map(lost.map((one) => [one.id, one])).values(),
];

/** Nothing waits in it: it keeps what the server that deleted the record had, and the rest is kept as losers. */
function tombstone({ link, absence, head, held }: AbsenceInput): Head {
  const version = head.version + 1;
  const { recordId, modId } = held;
  const seen: Seen = { recordId, modId, version, digests: {}, at: absence.at, gone: true };
  const fields = Object.entries(head.fields).map(([name, field]) => [name, settledFor(field, link.server)]);
  return {
    ...head,
    version,
    fields: Object.fromEntries(fields),
    seen: { ...head.seen, [link.server]: seen },
    deleted: { stamp: deletedAt(absence, held), origin: link.server },
  };
}

/** After it was last seen, and before it was found gone: a time that was told counts within that, and not against it. */
function deletedAt({ deletedAt: told, at }: Absence, held: LastHeld): Interval {
  const known = interval(Math.min(held.at, at), at);
  return (told && intersect(told, known)) ?? known;
}

function loser(
  { link, absence, head, held, plan }: AbsenceInput,
  [field, { value, stamp, origin, digest, inexact }]: Unseen,
  which: 'deletion' | 'edit',
): Conflict {
  const gone: ConflictSide = {
    server: link.server,
    value: '',
    stamp: deletedAt(absence, held),
    deleted: true,
  };
  const edit: ConflictSide = { server: origin, value, stamp };
  const lost = which === 'deletion' ? 'deleted' : digest;
  return {
    id: conflictId(plan.name, head.key, field, link.server, held.recordId, held.modId, lost),
    code: codeOf(JSON.stringify([plan.name, head.key, link.server, held.recordId, held.modId])),
    kind: 'conflict',
    table: plan.name,
    key: head.key,
    field,
    winner: which === 'deletion' ? edit : gone,
    loser: which === 'deletion' ? gone : edit,
    order: order(gone.stamp, stamp),
    rule: which === 'deletion' ? 'edit-wins' : 'delete-wins',
    inexact: inexact === true,
    at: absence.until,
  };
}

/** What is then known of the record on that server. */
export const goneReplica = (
  { table, server, key, recordId, modId, version, at, until }: Omit<Replica, 'rev' | 'digests'>,
  before: Replica | undefined,
): Replica => ({
  table,
  server,
  key,
  rev: (before?.rev ?? 0) + 1,
  recordId,
  modId,
  version,
  at,
  until,
  digests: {},
  gone: true,
  ...deliveredBefore(before),
  ...wentBefore(before),
});
