/**
 * The three-way merge of a record's fields, one by one: which were edited on the server, what became of each, and what is
 * kept of those that lost. See merge.ts.
 */
import type { Sending } from './batch.ts';
import {
  type Conflict,
  conflictId,
  type ConflictKind,
  type ConflictRule,
  type ConflictSide,
} from './conflict.ts';
import { contest, type Outcome, rivalOf } from './contest.ts';
import { createOnlyValues, hasMoreOnce, moreOnce } from './create-only.ts';
import { codeOf } from './digest.ts';
import type { Head, HeadField } from './head.ts';
import { agreedFields, heldFields, hold, holdersOf } from './held.ts';
import { fieldStamp, unreadFiles } from './field-stamp.ts';
import { type Interval, type Order, order } from './interval.ts';
import type { Link, TablePlan } from './link.ts';
import type { FieldName } from './names.ts';
import { type Base, knownDigest, type Observation } from './observation.ts';
import { raisedAbove } from './stamp.ts';
import { amountsOf, countedFrom, isAdded, isOwnWrite, type Sum, summed, sumOf } from './sums.ts';
import { isEndless, nextTurn, type Turns } from './turns.ts';

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
  /** Of those, fields in which another server's rewriting stands. */
  readonly rewrittenElsewhere?: readonly FieldName[];
  /** It was known that the record was not there any more: who made it again knew of its end. */
  readonly recreated?: boolean;
  /** It had left the server's share before: nothing that is changed there counts. */
  readonly hasLeft?: boolean;
};

export type Merged = {
  /** The head after the merge; the one given where nothing changed; undefined where there is none yet. */
  readonly head: Head | undefined;
  /** It holds other values than before. */
  readonly changed: boolean;
  /** It has to be stored: it changed, or tells of a newer state of the server, so that no older one counts any more (R4). */
  readonly stored: boolean;
  readonly lost: readonly Conflict[];
  /** The ids of conflicts that waited for a person and do no longer: the servers hold the same, or the record ended. */
  readonly agreed?: readonly string[];
};

type Decision =
  | { readonly kind: 'keep' }
  | { readonly kind: 'take'; readonly stamp: Interval; readonly turns?: Turns | undefined }
  | ({ readonly kind: 'sum'; readonly stamp: Interval; readonly turns: Turns | undefined } & Sum)
  | Outcome;

export function mergeFields(input: MergeInput, edited: readonly FieldName[]): Merged {
  const decisions = decide(input, edited);
  const taken = new Map<FieldName, HeadField>();
  const lost: Conflict[] = [];
  for (const [field, decision] of decisions) {
    const head = input.head?.fields[field];
    const mine = headField(input, field, decision);
    if (decision.kind === 'take' || decision.kind === 'sum') taken.set(field, mine);
    if (head === undefined) continue;
    if (decision.kind === 'sum' && decision.isDoubted)
      lost.push(
        conflict(input, field, [mine, head], { order: order(mine.stamp, head.stamp), rule: 'sent-before' }),
      );
    if (decision.kind === 'hold') lost.push(...held(input, field, decision, taken));
    if (decision.kind !== 'conflict') continue;
    if (decision.wins) taken.set(field, mine);
    lost.push(conflict(input, field, decision.wins ? [mine, head] : [head, mine], decision));
  }
  const agreed = agree(input, taken);
  if (input.head === undefined || taken.size > 0)
    return { head: nextHead(input, taken), changed: true, stored: true, lost, ...agreed };
  const isNews = isNewer(input.seen, input.head) || hasMoreOnce(input.plan, input.head, input.seen);
  const stored = input.only === undefined && isNews;
  return { head: stored ? nextHead(input, taken) : input.head, changed: false, stored, lost };
}

/** Puts this server's value among those that wait for a person; gives what is to be kept of it, if it is news. */
function held(
  input: MergeInput,
  field: FieldName,
  decision: Extract<Decision, { kind: 'hold' }>,
  taken: Map<FieldName, HeadField>,
): readonly Conflict[] {
  const head = input.head?.fields[field];
  if (input.head === undefined || head === undefined) return [];
  const mine = headField(input, field, decision);
  const holders = input.plan.merge === 'record' ? holdersOf(input.plan, input.head) : [];
  const { order: ordered, beside, rule = 'hold' } = decision;
  const joined = hold(head, mine, { beside, holders, conflict: idOf(input, field, mine) });
  taken.set(field, joined.field);
  if (joined.against === undefined) return [];
  const other = joined.field.held?.candidates[joined.against] ?? head;
  const sides = [{ ...other, origin: joined.against }, mine] as const;
  return [{ ...conflict(input, field, sides, { order: ordered, rule }), open: true }];
}

/** Takes those out of their hold that are the same everywhere by now. */
function agree(input: MergeInput, taken: Map<FieldName, HeadField>): Pick<Merged, 'agreed'> {
  if (![...taken.values()].some((field) => field.held !== undefined)) return {};
  const fields = { ...input.head?.fields, ...Object.fromEntries(taken) };
  const agreed = agreedFields(input.plan, fields, input.seen.server);
  for (const [name, field] of agreed) taken.set(name, field);
  const ids = agreed.flatMap(([name]) => fields[name]?.held?.conflicts ?? []);
  return ids.length === 0 ? {} : { agreed: ids };
}

/** Whether the head was last merged from an older state of that server. */
export function isNewer({ server, recordId, modId }: Observation, head: Head): boolean {
  const last = head.seen[server];
  return last === undefined || last.recordId !== recordId || last.modId < modId;
}

/** Fields whose value on the server is neither what it was last known to be nor our own write. */
export function editedFields(input: MergeInput): readonly FieldName[] {
  const { plan, seen, base, only } = input;
  return plan.fields
    .map((field) => field.name)
    .filter((field) => (only === undefined || only.includes(field)) && !seen.unread?.includes(field))
    .filter((field) => base?.digests[field] === undefined || base.digests[field] !== seen.digests[field])
    .filter((field) => !isOwnWrite(plan.fields, input, field));
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
  const known = base && knownDigest(base, field);
  if (head.held !== undefined) {
    const own = head.held.candidates[seen.server]?.digest;
    const isNothingNew =
      known === undefined && own === undefined && (digest === '' || digest === head.digest);
    if (isNothingNew || own === digest) return { kind: 'keep' };
    return { kind: 'hold', order: order(stamp, head.stamp), beside: head.origin };
  }
  const counts = isAdded(input.plan.fields, field);
  const sum = counts ? sumOf(input, field, head) : undefined;
  if (sum === undefined ? head.digest === digest : sum.added === '0') return { kind: 'keep' };
  const afterMs = base === undefined ? 0 : seen.changedAt.lo - base.at;
  const change = { server: seen.server, digest, at: seen.until, afterMs, counts };
  const turns = sum !== undefined || known === head.digest ? nextTurn(head, change) : undefined;
  if (input.rewrittenElsewhere?.includes(field) || (turns && isEndless(turns)))
    return { kind: 'hold', order: order(stamp, head.stamp), beside: head.origin, rule: 'rewritten' };
  if (sum !== undefined) return { kind: 'sum', stamp: raisedAbove(stamp, head.stamp), turns, ...sum };
  if (known === head.digest) return { kind: 'take', stamp: raisedAbove(stamp, head.stamp), turns };
  if (known === undefined && digest === '') return { kind: 'keep' };
  if (known === undefined && head.digest === '') return { kind: 'take', stamp };
  return contested(input, stamp, head, [field]);
}

const contested = (
  input: MergeInput,
  stamp: Interval,
  rival: Pick<HeadField, 'stamp' | 'origin'>,
  fields: readonly FieldName[],
): Outcome => {
  const { plan, seen } = input;
  return contest({ plan, server: seen.server, stamp, mayHaveHeld: mayHaveHeld(input, fields) }, rival);
};

/**
 * We sent the head's value there and do not know whether it arrived before the change that we see now (R4). Counting
 * the loser as a conflict keeps it in case it did not (R5).
 */
const mayHaveHeld = ({ head, sending }: MergeInput, fields: readonly FieldName[]): boolean =>
  fields.some((field) => sending.some((entry) => entry.digests[field] === head?.fields[field]?.digest));

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
  // What the head does not have yet, a field that is new, cannot be contested.
  const shared = names.filter((field) => head?.fields[field] !== undefined);
  const differ = shared.filter((field) => head?.fields[field]?.digest !== seen.digests[field]);
  const isContested = [...decisions.values()].some(({ kind }) => kind === 'conflict' || kind === 'hold');
  const edits = [...decisions.values()].some((decision) => decision.kind !== 'keep');
  if (head === undefined || !edits) return decisions;
  const [waiting] = heldFields(plan, head.fields);
  if (!(isContested || moved || waiting !== undefined)) return decisions;
  const changed = [...decisions].flatMap(([field, { kind }]) => (kind === 'keep' ? [] : field));
  const stamp = fieldStamp(input, changed);
  const endless = [...decisions.values()].find((one) => one.kind === 'hold' && one.rule !== undefined);
  const outcome =
    endless ?? (waiting ? heldWith(head, waiting[0], stamp) : asWhole(input, head, stamp, differ));
  const own = [...decisions].filter(([field, { kind }]) => kind === 'hold' || !shared.includes(field));
  return new Map([...own, ...differ.map((field) => [field, outcome] as const)]);
}

/** A record that waits for a person does so in whatever is changed of it. */
const heldWith = (head: Head, waiting: FieldName, stamp: Interval): Outcome => {
  const { stamp: other, origin = '' } = head.fields[waiting] ?? {};
  return { kind: 'hold', order: other ? order(stamp, other) : 'unknowable', beside: origin };
};

function asWhole(input: MergeInput, head: Head, stamp: Interval, differ: readonly FieldName[]): Outcome {
  const { plan, seen } = input;
  const latest = plan.fields
    .flatMap(({ name }) => head.fields[name] ?? [])
    .reduce((a, b) => (b.stamp.hi > a.stamp.hi ? b : a));
  const fields = differ.flatMap((field) => head.fields[field] ?? []);
  return contested(input, stamp, rivalOf(plan, seen.server, fields, latest), differ);
}

export function headField(input: MergeInput, field: FieldName, decision: Decision): HeadField {
  const { seen, base, only, head } = input;
  const exact = base !== undefined && seen.modId === base.modId + 1 && base.unread?.[field] === undefined;
  const before = head?.fields[field];
  const counted = countedFrom(input.plan.fields, field, before);
  if (decision.kind === 'sum')
    return {
      ...summed(decision),
      stamp: decision.stamp,
      origin: seen.server,
      ...counted,
      ...turned(decision),
    };
  const own = decision.kind === 'take' ? decision.stamp : fieldStamp(input, [field]);
  const wins = decision.kind === 'conflict' && decision.wins && before !== undefined;
  return {
    value: seen.values[field] ?? '',
    digest: seen.digests[field] ?? '',
    stamp: wins ? raisedAbove(own, before.stamp) : own,
    origin: seen.server,
    ...(exact ? {} : { inexact: true as const }),
    ...(only === undefined ? {} : { rewrittenBy: seen.server }),
    ...counted,
    ...(decision.kind === 'take' && turned(decision)),
  };
}

const turned = ({ turns }: { readonly turns?: Turns | undefined }): Pick<HeadField, 'turns'> =>
  turns === undefined ? {} : { turns };

export function nextHead(input: MergeInput, taken: ReadonlyMap<FieldName, HeadField>): Head {
  const { plan, head, seen } = input;
  const version = (head?.version ?? 0) + 1;
  const { recordId, modId, digests, at, values } = seen;
  const known = { digests, ...amountsOf(plan.fields, values), ...unreadFiles(input) };
  return {
    table: plan.name,
    key: seen.key,
    version,
    fields: { ...head?.fields, ...Object.fromEntries(taken) },
    createOnly: head ? { ...head.createOnly, ...moreOnce(plan, head, seen) } : createOnlyValues(plan, seen),
    seen: { ...head?.seen, [seen.server]: { recordId, modId, version, ...known, at } },
    ...(head?.deleted && { deleted: head.deleted }),
  };
}

/** What users changed where it does not count, on a server that only receives or in a record that left its share: it is kept. */
export function overwritten(input: MergeInput, edited: readonly FieldName[]): readonly Conflict[] {
  return edited.flatMap((field) => {
    const head = input.head?.fields[field];
    const digest = input.seen.digests[field] ?? '';
    if (head === undefined || head.digest === digest) return [];
    if (input.base?.digests[field] === undefined && digest === '') return [];
    const mine = headField(input, field, { kind: 'keep' });
    const ordered = order(mine.stamp, head.stamp);
    const rule = input.hasLeft ? 'share' : 'role';
    return [conflict(input, field, [head, mine], { order: ordered, rule })];
  });
}

type Side = Pick<HeadField, 'origin' | 'value' | 'stamp' | 'digest' | 'inexact'> & {
  readonly deleted?: true;
};

/** The loser belongs to it: see conflict.ts. */
const idOf = (
  { plan, seen }: MergeInput,
  field: FieldName,
  { digest, deleted }: Pick<Side, 'digest' | 'deleted'>,
): string =>
  conflictId(
    plan.name,
    seen.key,
    field,
    seen.server,
    seen.recordId,
    seen.modId,
    deleted ? 'deleted' : digest,
  );

export function conflict(
  input: MergeInput,
  field: FieldName,
  [winner, loser]: readonly [Side, Side],
  how: { readonly order: Order; readonly rule: ConflictRule },
): Conflict {
  const { plan, seen } = input;
  return {
    id: idOf(input, field, loser),
    code: codeOf(JSON.stringify([plan.name, seen.key, seen.server, seen.recordId, seen.modId])),
    kind: kindOf(input),
    table: plan.name,
    key: seen.key,
    field,
    winner: side(winner),
    loser: side(loser),
    order: how.order,
    rule: how.rule,
    inexact: winner.inexact === true || loser.inexact === true,
    at: seen.until,
  };
}

const side = ({ origin, value, stamp, deleted }: Side): ConflictSide => ({
  server: origin,
  value,
  stamp,
  ...(deleted && { deleted }),
});

function kindOf({ link, base, hasLeft }: MergeInput): ConflictKind {
  if (link.role === 'receive' || hasLeft) return 'overwritten';
  return base === undefined ? 'first-meeting' : 'conflict';
}
