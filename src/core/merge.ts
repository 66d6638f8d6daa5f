/**
 * The three-way merge of one observed state into the head, field by field.
 *
 *   R4  A server that knew the head's value and changed it wins, whatever its clock says.
 *   R5  Every value that loses is returned, to be kept.
 *
 * Conflicts are decided here and nowhere else, so every server ends with the same outcome.
 */
import type { Sending } from './batch.ts';
import type { Conflict, ConflictKind, ConflictSide } from './conflict.ts';
import { digestOf } from './digest.ts';
import type { Deletion, Head, HeadField } from './head.ts';
import { type Interval, type Order, order } from './interval.ts';
import type { Link, TablePlan } from './link.ts';
import type { FieldName, ServerName } from './names.ts';
import { type Base, knownDigest, type Observation } from './observation.ts';
import { notBefore, raisedAbove } from './stamp.ts';

export type MergeInput = {
  readonly plan: TablePlan;
  readonly link: Link;
  readonly seen: Observation;
  readonly head: Head | undefined;
  readonly base: Base | undefined;
  /** What open batch rows of this server are about to write or wrote for this key. */
  readonly sending: readonly Sending[];
  /** Where given, only these fields may count as edited (rewrites that are accepted). */
  readonly only?: readonly FieldName[];
  /** It was known that the record was not there any more: who made it again knew of its end. */
  readonly recreated?: boolean;
};

export type Merged = {
  /** The head after the merge; the one given where nothing changed; undefined where there is none yet. */
  readonly head: Head | undefined;
  /** It holds other values than before. */
  readonly changed: boolean;
  /** It has to be stored: it changed, or tells of a newer state of the server, so that no older one counts any more (R4). */
  readonly stored: boolean;
  readonly lost: readonly Conflict[];
};

type Decision =
  | { readonly kind: 'keep' }
  | { readonly kind: 'take'; readonly stamp: Interval }
  | { readonly kind: 'conflict'; readonly order: Order; readonly wins: boolean };

export function merge(input: MergeInput): Merged {
  const edited = editedFields(input);
  if (input.link.role === 'receive') {
    return { head: input.head, changed: false, stored: false, lost: overwritten(input, edited) };
  }
  const deleted = input.head?.deleted;
  if (input.head !== undefined && deleted !== undefined) {
    return mergeWithTombstone(input, { ...input.head, deleted }, edited);
  }
  return mergeFields(input, edited);
}

function mergeFields(input: MergeInput, edited: readonly FieldName[]): Merged {
  const decisions = decide(input, edited);
  const taken = new Map<FieldName, HeadField>();
  const lost: Conflict[] = [];
  for (const [field, decision] of decisions) {
    const head = input.head?.fields[field];
    const mine = headField(input, field, decision);
    if (decision.kind === 'take') taken.set(field, mine);
    if (decision.kind !== 'conflict' || head === undefined) continue;
    if (decision.wins) taken.set(field, mine);
    lost.push(conflict(input, field, decision.wins ? [mine, head] : [head, mine], decision.order));
  }
  if (input.head === undefined || taken.size > 0)
    return { head: nextHead(input, taken), changed: true, stored: true, lost };
  const stored = input.only === undefined && isNewer(input.seen, input.head);
  return { head: stored ? nextHead(input, taken) : input.head, changed: false, stored, lost };
}

type TombstoneHead = Head & { readonly deleted: Deletion };

/**
 * The record was deleted elsewhere, and is here. One that was edited without knowledge of the delete comes back, or is kept
 * as a loser; one of which nothing is known here (made anew, or never met before) comes back in any case.
 */
function mergeWithTombstone(input: MergeInput, head: TombstoneHead, edited: readonly FieldName[]): Merged {
  const { plan, base, seen } = input;
  // What a server made of our own write is no edit of a record that is deleted.
  if (input.only !== undefined) return { head, changed: false, stored: false, lost: [] };
  if (edited.length === 0 || (base !== undefined && plan.deletes === 'delete-wins')) {
    const lost = edited.map((field) => withDeletion(input, head, field, 'wins'));
    const stored = isNewer(seen, head);
    return { head: stored ? nextHead(input, new Map()) : head, changed: false, stored, lost };
  }
  const knewOfIt = base === undefined && input.recreated === true;
  const lost = knewOfIt ? [] : edited.map((field) => withDeletion(input, head, field, 'loses'));
  const { deleted: _, ...alive } = head;
  if (base === undefined) {
    const taken = edited.map((field) => {
      const stamp = fieldStamp(input, [field]);
      return [field, headField(input, field, { kind: 'take', stamp })] as const;
    });
    const next = nextHead({ ...input, head: alive }, new Map(taken));
    return { head: { ...next, createOnly: createOnlyValues(plan, seen) }, changed: true, stored: true, lost };
  }
  const merged = mergeFields({ ...input, head: alive }, edited);
  const next =
    merged.head === undefined || merged.head === alive
      ? nextHead({ ...input, head: alive }, new Map())
      : merged.head;
  return { head: next, changed: true, stored: true, lost: [...lost, ...merged.lost] };
}

/** An edit that did not see the delete; `deletion`: what became of that. */
function withDeletion(
  input: MergeInput,
  { deleted }: TombstoneHead,
  field: FieldName,
  deletion: 'wins' | 'loses',
): Conflict {
  const mine = headField(input, field, { kind: 'keep' });
  const gone: ConflictSide = { server: deleted.origin, value: '', stamp: deleted.stamp, deleted: true };
  const sides = deletion === 'wins' ? ([gone, side(mine)] as const) : ([side(mine), gone] as const);
  return conflictOf(input, field, sides, order(mine.stamp, deleted.stamp), mine.inexact === true);
}

/** Whether the head was last merged from an older state of that server. */
function isNewer({ server, recordId, modId }: Observation, head: Head): boolean {
  const last = head.seen[server];
  return last === undefined || last.recordId !== recordId || last.modId < modId;
}

/** Fields whose value on the server is neither what it was last known to be nor our own write. */
function editedFields({ plan, seen, base, sending, only }: MergeInput): readonly FieldName[] {
  return plan.fields
    .map((field) => field.name)
    .filter((field) => only === undefined || only.includes(field))
    .filter((field) => base?.digests[field] === undefined || base.digests[field] !== seen.digests[field])
    .filter((field) => !sending.some((entry) => entry.digests[field] === seen.digests[field]));
}

function decide(input: MergeInput, edited: readonly FieldName[]): ReadonlyMap<FieldName, Decision> {
  const decisions = new Map(edited.map((field) => [field, decideField(input, field)]));
  return input.plan.merge === 'record' ? asOneField(input, decisions) : decisions;
}

function decideField(input: MergeInput, field: FieldName): Decision {
  const { seen, base } = input;
  const stamp = fieldStamp(input, [field]);
  const head = input.head?.fields[field];
  const digest = seen.digests[field] ?? '';
  if (head === undefined) return { kind: 'take', stamp };
  if (head.digest === digest) return { kind: 'keep' };
  const known = base && knownDigest(base, field);
  if (known === head.digest) return { kind: 'take', stamp: raisedAbove(stamp, head.stamp) };
  if (known === undefined && digest === '') return { kind: 'keep' };
  if (known === undefined && head.digest === '') return { kind: 'take', stamp };
  return contest(input, stamp, head, mayHaveHeld(input, [field]));
}

/** Later wins; where the order is unknowable, a server that may have held the head's value, else the first one named. */
function contest(
  { plan, link }: MergeInput,
  stamp: Interval,
  head: HeadField,
  mayHaveHeld: boolean,
): Decision {
  const ordered = order(stamp, head.stamp);
  const favoured = mayHaveHeld || rank(plan, link.server) <= rank(plan, head.origin);
  return {
    kind: 'conflict',
    order: ordered,
    wins: ordered === 'unknowable' ? favoured : ordered === 'after',
  };
}

/**
 * We sent the head's value there and do not know whether it arrived before the change that we see now (R4). Counting
 * the loser as a conflict keeps it in case it did not (R5).
 */
const mayHaveHeld = ({ head, sending }: MergeInput, fields: readonly FieldName[]): boolean =>
  fields.some((field) => sending.some((entry) => entry.digests[field] === head?.fields[field]?.digest));

const rank = (plan: TablePlan, server: ServerName): number => {
  const place = plan.links.findIndex((link) => link.server === server);
  return place < 0 ? plan.links.length : place;
};

/** `merge: record`: one field in conflict puts all that differ in conflict, with one outcome. */
function asOneField(
  input: MergeInput,
  decisions: ReadonlyMap<FieldName, Decision>,
): ReadonlyMap<FieldName, Decision> {
  const { head, seen, plan } = input;
  const names = plan.fields.map((field) => field.name);
  const moved = names.some((field) => {
    const known = input.base && knownDigest(input.base, field);
    return known !== undefined && known !== head?.fields[field]?.digest;
  });
  const differ = names.filter((field) => head?.fields[field]?.digest !== seen.digests[field]);
  const contested = [...decisions.values()].some((decision) => decision.kind === 'conflict');
  const edits = [...decisions.values()].some((decision) => decision.kind !== 'keep');
  if (head === undefined || !edits || !(contested || moved)) return decisions;
  const latest = names
    .flatMap((field) => head.fields[field] ?? [])
    .reduce((a, b) => (b.stamp.hi > a.stamp.hi ? b : a));
  const changed = [...decisions].flatMap(([field, { kind }]) => (kind === 'keep' ? [] : field));
  const outcome = contest(input, fieldStamp(input, changed), latest, mayHaveHeld(input, differ));
  return new Map(differ.map((field) => [field, outcome]));
}

/**
 * When these fields, which changed, were set: after we last read the record, and by its stamp. Where none of them was ever
 * read there, their change may be older than that reading.
 */
const fieldStamp = ({ seen, base }: MergeInput, fields: readonly FieldName[]): Interval =>
  base === undefined || fields.every((field) => base.digests[field] === undefined)
    ? seen.changedAt
    : notBefore(seen.changedAt, base.at);

function headField(input: MergeInput, field: FieldName, decision: Decision): HeadField {
  const { seen, base, only, head } = input;
  const exact = base !== undefined && seen.modId === base.modId + 1;
  const before = head?.fields[field];
  const own = decision.kind === 'take' ? decision.stamp : fieldStamp(input, [field]);
  const wins = decision.kind === 'conflict' && decision.wins && before !== undefined;
  return {
    value: seen.values[field] ?? '',
    digest: seen.digests[field] ?? '',
    stamp: wins ? raisedAbove(own, before.stamp) : own,
    origin: seen.server,
    ...(exact ? {} : { inexact: true as const }),
    ...(only === undefined ? {} : { rewrittenBy: seen.server }),
  };
}

function nextHead(input: MergeInput, taken: ReadonlyMap<FieldName, HeadField>): Head {
  const { plan, head, seen } = input;
  const version = (head?.version ?? 0) + 1;
  const { recordId, modId, digests, at } = seen;
  return {
    table: plan.name,
    key: seen.key,
    version,
    fields: { ...head?.fields, ...Object.fromEntries(taken) },
    createOnly: head?.createOnly ?? createOnlyValues(plan, seen),
    seen: { ...head?.seen, [seen.server]: { recordId, modId, version, digests, at } },
    ...(head?.deleted && { deleted: head.deleted }),
  };
}

const createOnlyValues = (plan: TablePlan, seen: Observation): Readonly<Record<FieldName, string>> =>
  Object.fromEntries(plan.createOnly.map((field) => [field.name, seen.values[field.name] ?? '']));

/** What the users of a receiving server changed: it will be overwritten, and is kept. */
function overwritten(input: MergeInput, edited: readonly FieldName[]): readonly Conflict[] {
  return edited.flatMap((field) => {
    const head = input.head?.fields[field];
    const digest = input.seen.digests[field] ?? '';
    if (head === undefined || head.digest === digest) return [];
    if (input.base?.digests[field] === undefined && digest === '') return [];
    const mine = headField(input, field, { kind: 'keep' });
    return [conflict(input, field, [head, mine], order(mine.stamp, head.stamp))];
  });
}

function conflict(
  input: MergeInput,
  field: FieldName,
  [winner, loser]: readonly [HeadField, HeadField],
  ordered: Order,
): Conflict {
  const inexact = winner.inexact === true || loser.inexact === true;
  return conflictOf(input, field, [side(winner), side(loser)], ordered, inexact);
}

function conflictOf(
  { plan, base, link, seen }: MergeInput,
  field: FieldName,
  [winner, loser]: readonly [ConflictSide, ConflictSide],
  ordered: Order,
  inexact: boolean,
): Conflict {
  const { key, server, recordId, modId } = seen;
  const lost = loser.deleted ? 'deleted' : digestOf(loser.value);
  return {
    id: JSON.stringify([plan.name, key, field, server, recordId, modId, lost]),
    kind: kindOf(link, base),
    table: plan.name,
    key,
    field,
    winner,
    loser,
    order: ordered,
    inexact,
    at: seen.until,
  };
}

const side = ({ origin, value, stamp }: HeadField): ConflictSide => ({ server: origin, value, stamp });

function kindOf(link: Link, base: Base | undefined): ConflictKind {
  if (link.role === 'receive') return 'overwritten';
  return base === undefined ? 'first-meeting' : 'conflict';
}
