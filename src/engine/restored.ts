/**
 * A server whose file was put back to an earlier state: modIds went back. What it holds then is neither an edit nor an echo.
 *
 *   R8  The table halts there, since edits made on it would be taken for old states, and records that the file does not have
 *       yet for deletes. A person says which side is right.
 *   R5  What the one side loses is kept.
 */
import { goneReplica } from '../core/absence.ts';
import type { Conflict, ConflictRule } from '../core/conflict.ts';
import { type Halt, haltId } from '../core/halt.ts';
import type { Head, HeadField, Replica, Seen } from '../core/head.ts';
import { interval, order } from '../core/interval.ts';
import { conflict } from '../core/merge-fields.ts';
import type { FieldName, Key, RecordId } from '../core/names.ts';
import type { Observation } from '../core/observation.ts';
import { raisedAbove } from '../core/stamp.ts';
import { rowNumber, RowSet } from '../core/sweep.ts';
import type { PageRange } from '../ports/server.ts';
import { chunksOf, type Engine, type Place } from './engine.ts';
import { handOver, type Move } from './hand-over.ts';
import { type LinkClock, linkClock, observe } from './link-clock.ts';
import { lookFor, type Wanted } from './look.ts';
import type { Pace } from './meet.ts';
import { suspect } from './missing.ts';
import { paged } from './paged.ts';
import { pagesOf } from './pager.ts';
import { raise } from './raise.ts';

/** A row that was shown at a modId below the one that is known. */
export type Rewound = { readonly key: Key; readonly recordId: RecordId };

/** A find may show an earlier state; a read of the row itself tells whether it is one. True where it halted. */
export async function haltIfRestored(
  engine: Engine,
  place: Place,
  rewound: readonly Rewound[],
  signal: AbortSignal,
): Promise<boolean> {
  const { table, server } = { table: place.plan.name, server: place.link.server };
  for (const { key, recordId } of rewound) {
    // First what is known, then what is there: a writer may be busy with the record.
    const replica = (await engine.records.replicas(table, server, [key])).get(key);
    if (replica?.recordId !== recordId || replica.gone) continue;
    const row = await place.table.read(recordId, signal);
    if (row === undefined || row === 'denied' || row.key !== key || row.modId >= replica.modId) continue;
    const placed = { table, server, kind: 'restored', at: engine.clock.now() } as const;
    const figures = { modId: row.modId, known: replica.modId };
    await raise(engine, { ...placed, rev: 1, id: haltId(placed), figures, examples: [key] });
    return true;
  }
  return false;
}

/** `refill`: the server gets what the others hold. `truth`: what it holds goes to all others. */
export type Side = 'refill' | 'truth';

type Work = {
  readonly engine: Engine;
  readonly place: Place;
  readonly side: Side;
  readonly clock: LinkClock;
};

/** Rows at once; a head is written for each. */
const headsInOnePage = 500;

/** May be begun anew at any time: what is done already is found so. */
export async function settleRestored(
  engine: Engine,
  place: Place,
  side: Side,
  pace: Pace,
  signal: AbortSignal,
): Promise<'done' | 'unfinished'> {
  const work: Work = { engine, place, side, clock: await linkClock(engine, place, signal) };
  const listed = new RowSet();
  const fetch = (range: PageRange) => place.table.list(range, signal);
  for await (const page of pagesOf(engine.clock, fetch, engine.settings.pageSize)) {
    for (const { key, recordId } of page.records) listed.add(rowNumber(key, recordId));
    const seen = page.records
      .filter(({ key }) => key !== '')
      .map((record) => observe(place, record, work.clock, page.at, page.until));
    await putDown(
      work,
      seen.map(({ key }) => key),
      (key, head, replica) => {
        const state = seen.findLast((one) => one.key === key);
        return state && listedMove(work, state, head, replica);
      },
    );
    if ((await pace()) === 'stop') return 'unfinished';
  }
  const pages = paged<{ readonly key: Key }>((last) =>
    engine.records.keys(place.plan.name, headsInOnePage, last?.key),
  );
  for await (const page of pages) {
    const keys = page.map(({ key }) => key);
    if (side === 'truth') await suspectUnlisted(work, keys, listed, signal);
    else await putDown(work, keys, (_key, head, replica) => goneMove(work, head, replica, listed));
    if ((await pace()) === 'stop') return 'unfinished';
  }
  return 'done';
}

/** What the server does not show any more is looked for like anything that seems to be gone, and counts for the limit of deletes. */
async function suspectUnlisted(
  { engine, place, clock }: Work,
  keys: readonly Key[],
  listed: RowSet,
  signal: AbortSignal,
): Promise<void> {
  const replicas = await engine.records.replicas(place.plan.name, place.link.server, keys);
  const unlisted = [...replicas.values()].filter(
    ({ key, recordId, gone }) => !gone && !listed.has(rowNumber(key, recordId)),
  );
  for (const chunk of chunksOf<Wanted>(unlisted, engine.settings.batchSize)) {
    const looked = await lookFor(engine, place, chunk, clock, signal);
    await suspect(engine, place, looked.gone, 'sweep');
  }
}

type Decide = (key: Key, head: Head, replica: Replica | undefined) => Move | undefined;

/** Heads that move meanwhile are taken up again. */
async function putDown({ engine, place }: Work, keys: readonly Key[], decide: Decide): Promise<void> {
  const { plan, link } = place;
  let open = [...new Set(keys)];
  while (open.length > 0) {
    const heads = await engine.records.heads(plan.name, open);
    const replicas = await engine.records.replicas(plan.name, link.server, open);
    const moves = [...heads].flatMap(([key, head]) => decide(key, head, replicas.get(key)) ?? []);
    const moved = await handOver(engine, place, moves, engine.clock.now());
    open = [...moved];
  }
}

function listedMove(
  work: Work,
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
  if (isKnown && isMerged && (side === 'refill' || (differing.length === 0 && !head.deleted)))
    return undefined;
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
    // What was changed after we last knew the record was changed by somebody, whatever the file was put back to.
    const isEdited = replica !== undefined && state.changedAt.lo > replica.until;
    const lost = isEdited ? differing.flatMap((name) => loser(work, state, head, name)) : [];
    return { ...common, replica: rest, merged: { head: next, changed: false, stored: true, lost } };
  }
  const { deleted: _, ...alive } = next;
  const fields = differing.map((name) => [name, taken(state, head, name)] as const);
  const merged = {
    head: { ...alive, fields: { ...head.fields, ...Object.fromEntries(fields) } },
    changed: true,
    stored: true,
    lost: differing.flatMap((name) => loser(work, state, head, name)),
  };
  return { ...common, replica: rest, merged };
}

/** In another past a row may have come to the same modId with other values. */
const isSame = (replica: Replica, { recordId, modId, digests }: Observation): boolean =>
  replica.recordId === recordId &&
  replica.modId === modId &&
  !replica.gone &&
  Object.entries(digests).every(([name, digest]) => replica.digests[name] === digest);

/** The server is filled anew: what it does not hold is made there again, after a look-up as ever. */
function goneMove(
  { engine, place }: Work,
  head: Head,
  replica: Replica | undefined,
  listed: RowSet,
): Move | undefined {
  if (replica === undefined || replica.gone || listed.has(rowNumber(head.key, replica.recordId)))
    return undefined;
  const { server } = place.link;
  const at = engine.clock.now();
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
function loser({ place, side }: Work, state: Observation, head: Head, name: FieldName): readonly Conflict[] {
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

/** Which side a person's answer means; a mended file is only looked at anew. */
export const sideOf = (halt: Halt): Side | undefined => {
  if (halt.answer?.what === 'put-back') return 'refill';
  return halt.answer?.what === 'approve' ? 'truth' : undefined;
};
