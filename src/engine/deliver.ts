/**
 * deliver: bring one server's copy of a batch's records up to the heads.
 *
 *   R2  A row goes only after each of its keys is in step or parked; otherwise it stays, for a later try.
 *   R3  Nothing is written that a look-up by key has not just shown to be as we knew it; otherwise it is ingested
 *       first. A create is sent only when no other create of that key can still take effect.
 *   R7  A record that is refused is parked, one that is locked gets a row of its own; the others go on.
 *
 * What a row is about to write stands in the row before the request goes out. So whoever finds the row after a crash
 * reads those records before anything else, and takes our own values for what they are.
 */
import type { BatchId } from '../core/batch.ts';
import type { Head, Replica } from '../core/head.ts';
import { type Match, matchRows } from '../core/look-up.ts';
import type { EpochMs, Key, ServerName } from '../core/names.ts';
import { covers, isBehind } from '../core/observation.ts';
import { isOutside } from '../core/share.ts';
import type { ServerRecord } from '../ports/server.ts';
import { ServerError } from '../ports/server-errors.ts';
import type { Engine, Place } from './engine.ts';
import { ingest } from './ingest.ts';
import { lateWrites } from './late-writes.ts';
import { isKept, putDownLeaving } from './leaving.ts';
import { linkClock, observe } from './link-clock.ts';
import { settleMissing } from './missing.ts';
import { ambiguousKey, isToBeRead, parkRecords, unfindableAmong, unpark } from './park.ts';
import { readable } from './readable.ts';
import { isOutdated } from './outdated.ts';
import { leaveApart } from './own-rows.ts';
import { awaitedParent } from './parents.ts';
import { fieldsToWrite, settleRefused } from './refused-files.ts';
import { RowWork } from './row-work.ts';
import type { Write } from './sending.ts';
import { pacingOf, Portions } from './throttled.ts';
import { isKeptForFile, keptForFile } from './unread-files.ts';
import { nextFields } from './write-values.ts';
import { write } from './write.ts';

export type Delivery = Ending & {
  /** Whether the server was asked for anything, and answered. */
  readonly asked: boolean;
};

type Ending =
  /** The row is closed. */
  | { readonly kind: 'closed' }
  /** Another writer has it, or it was closed before. */
  | { readonly kind: 'yielded' }
  /** Something in it waits; `settling` is a create whose answer was lost, worth waiting for. */
  | { readonly kind: 'deferred'; readonly until: EpochMs; readonly settling: boolean };

/** Rounds in which nothing could be written: a record that moves under us each time is left for a later run. */
const mostRounds = 10;

/**
 * Never throws for a single record; throws ServerError where the server is at fault, the row then stays as it is. Where
 * `signal` or the state breaks it off, the row is due again soon. `stop`: what waits for its turn is left for later.
 */
export async function deliver(
  engine: Engine,
  place: Place,
  id: BatchId,
  signal: AbortSignal,
  stop: AbortSignal = signal,
): Promise<Delivery> {
  const row = await engine.control.claim(id);
  if (row === undefined) return { kind: 'yielded', asked: false };
  const work = new RowWork(row);
  try {
    const bring = (): Promise<void> => bringUp(engine, place, work, { signal, stop });
    await (engine.lanes.get(place.link.server)?.working(bring) ?? bring());
    return { ...(await end(engine, place, work)), asked: work.asked };
  } catch (error) {
    if (!(error instanceof ServerError)) await leaveForSoon(engine, work, signal);
    throw work.asking && signal.aborted ? new Unanswered(place.link.server, error) : error;
  } finally {
    report(engine, place, work);
  }
}

/** The work was broken off while the server was being asked for the first time. */
export class Unanswered extends Error {
  readonly failure: ServerError;

  constructor(server: ServerName, cause: unknown) {
    super(`server ${server} did not answer before the time was over`, { cause });
    this.name = 'Unanswered';
    this.failure = new ServerError(
      'server-unreachable',
      server,
      `server "${server}" answered nothing in all the time there was: look at its web server and its network`,
      { cause },
    );
  }
}

/** As well as it can: where the state fails, the row is found by its age. */
async function leaveForSoon(engine: Engine, work: RowWork, signal: AbortSignal): Promise<void> {
  const until = engine.clock.now() + (signal.aborted ? 0 : engine.settings.retryAfterMs);
  await engine.control.defer(work.row.id, work.rev, until).catch(() => false);
}

/**
 * Rounds of look-up, ingest and write until nothing in the row is behind or unresolved; where the server is slow, or is to be written
 * slowly, each of them with a portion of the keys.
 */
async function bringUp(
  engine: Engine,
  place: Place,
  work: RowWork,
  { signal, stop }: { readonly signal: AbortSignal; readonly stop: AbortSignal },
): Promise<void> {
  const pacing = pacingOf(engine, place.link.server);
  const lanes = engine.lanes.get(place.link.server);
  const portions = new Portions<Key>();
  const atOnce = (): number => Math.min(pacing.most, lanes?.mostAnnounced ?? Number.POSITIVE_INFINITY);
  const most = (): number => mostRounds * Math.max(1, Math.ceil(work.row.keys.length / atOnce()));
  for (let round = 0; round < most() && !work.fenced && !work.halted; ) {
    signal.throwIfAborted();
    let known = await loadOrHalt(engine, place, work);
    if (known === undefined) return;
    await leaveEarly(engine, place, work, known);
    settleRefused(place, work, known);
    const keys = keysToDo(place, work, known);
    if (keys.length === 0) {
      work.setWithoutFile(known.replicas);
      work.finished = true;
      return;
    }
    const portion = portions.next(keys, atOnce());
    const turn = await pacing.take(portion.length, signal, stop);
    if (turn === 'stopped') return;
    if (turn === 'waited') known = await loadOrHalt(engine, place, work);
    if (known === undefined) return;
    const writes = await survey(engine, place, work, known, portion, signal);
    pacing.giveBack(portion.length - writes.length);
    const before = work.written;
    await write(engine, place, work, writes, signal);
    round = work.written > before ? 0 : round + 1;
  }
}

/** Undefined, and halted, where this process goes by an older plan. */
async function loadOrHalt(engine: Engine, place: Place, work: RowWork): Promise<Known | undefined> {
  const [isOld, known] = await Promise.all([isOutdated(engine, place), load(engine, place, work)]);
  if (!isOld) return known;
  work.halted = true;
  return undefined;
}

const keysToDo = (place: Place, work: RowWork, known: Known): readonly Key[] =>
  work.open.filter((key) => work.unresolved.has(key) || keyIsBehind(place, known, key));

/** Children that were refused before, and whose parent is not there yet: they are not sent again for it. */
async function leaveEarly(engine: Engine, place: Place, work: RowWork, { heads }: Known): Promise<void> {
  for (const { key, waitsFor } of work.row.keys) {
    const head = heads.get(key);
    if (waitsFor === undefined || head === undefined || head.deleted || work.unresolved.has(key)) continue;
    const parent = await awaitedParent(engine, place, head);
    if (parent !== undefined) work.waitFor(key, parent);
  }
}

type Known = { readonly heads: ReadonlyMap<Key, Head>; readonly replicas: ReadonlyMap<Key, Replica> };

async function load(engine: Engine, place: Place, work: RowWork): Promise<Known> {
  const { plan, link } = place;
  const read = async (keys: readonly Key[]): Promise<Known> => {
    // Heads last: a replica that is newer than its head would have an old value written over the one it shows.
    const replicas = await engine.records.replicas(plan.name, link.server, keys);
    return { replicas, heads: await engine.records.heads(plan.name, keys) };
  };
  const { result, unreadable } = await readable(engine, place, work.open, read, work);
  for (const key of unreadable) leave(work, key);
  return result;
}

/** It is parked. What may have been written for it has to stay announced: seen later, it would count as a user's edit (R4). */
function leave(work: RowWork, key: Key): void {
  if (work.unresolved.has(key)) work.locked.add(key);
  else work.settle(key);
}

function keyIsBehind(place: Place, { heads, replicas }: Known, key: Key): boolean {
  const head = heads.get(key);
  return head !== undefined && isBehind(place, head, replicas.get(key));
}

/** Looks the keys up on the server, ingests what is not as we knew it, and returns what may be written. */
async function survey(
  engine: Engine,
  place: Place,
  work: RowWork,
  known: Known,
  keys: readonly Key[],
  signal: AbortSignal,
): Promise<readonly Write[]> {
  const clock = await linkClock(engine, place, signal);
  const at = engine.clock.now();
  signal.throwIfAborted();
  work.asking = !work.asked;
  const rows = await place.table.lookUp(keys, signal);
  const until = engine.clock.now();
  work.asking = false;
  work.asked = true;
  const found = [...matchRows(keys, rows)].map(([key, match]) => stateOf(place, key, match, known));
  await setAside(engine, place, work, found);
  const missing = found.flatMap((state) => (state.kind === 'missing' ? [state.replica] : []));
  await settleMissing(engine, place, work, { missing, ...known, clock, at }, signal);
  if (work.halted) return [];
  const asKnown = found.flatMap((state) => (state.kind === 'as-known' ? [state.replica] : []));
  await putDownLeaving(engine, place, work, asKnown, known.heads);
  const absent = found.flatMap(({ kind, key }) => (kind === 'absent' ? [key] : []));
  const hidden = await unfindableAmong(engine, place, absent);
  for (const key of hidden) work.settle(key);
  const moved = found.flatMap((state) => (state.kind === 'moved' ? [state.record] : []));
  /** Their states are put down nowhere: a file of theirs could not be read, or they kept moving. */
  let unread: ReadonlySet<Key> = new Set();
  if (moved.length > 0) {
    const observations = moved.map((record) => observe(place, record, clock, at, until));
    for (const { key, digests } of observations) work.compare(key, digests);
    await work.withdraw(engine, 'unwritten');
    const sightings = await ingest(engine, place, observations, clock, work.row.oldestChangeAt, signal);
    if (sightings.halted) {
      work.halted = true;
      return [];
    }
    unread = new Set([...sightings.withoutFile, ...sightings.unsettled]);
    for (const key of sightings.withoutFile) leave(work, key);
  }
  const held = new Set(hidden);
  for (const key of keptForFile(place, asKnown, known.heads)) work.settle(key);
  for (const { kind, key } of found) {
    const isThere = kind !== 'absent' && kind !== 'missing';
    const late = isThere ? lateWrites(engine, work, key, at) : [];
    if (late.length > 0) work.settling.set(key, Math.max(...late.map(({ until: by }) => by)));
    if (late.some(({ isUpdate }) => isUpdate)) held.add(key);
    if (!unread.has(key)) work.looked(key);
  }
  return found.flatMap((state) => (held.has(state.key) ? [] : (writeOf(place, work, state, known) ?? [])));
}

type State =
  | { readonly kind: 'ambiguous'; readonly key: Key; readonly code: string }
  | { readonly kind: 'moved'; readonly key: Key; readonly record: ServerRecord }
  | { readonly kind: 'missing'; readonly key: Key; readonly replica: Replica }
  | { readonly kind: 'absent'; readonly key: Key }
  | { readonly kind: 'as-known'; readonly key: Key; readonly replica: Replica };

function stateOf({ plan }: Place, key: Key, match: Match<ServerRecord>, { replicas }: Known): State {
  const replica = replicas.get(key);
  if (match.kind === 'ambiguous') return { kind: 'ambiguous', key, code: match.code };
  if (match.kind === 'absent') {
    return replica && !replica.gone ? { kind: 'missing', key, replica } : { kind: 'absent', key };
  }
  const fields = plan.fields.map((field) => field.name);
  const same =
    replica?.recordId === match.row.recordId &&
    !replica.gone &&
    replica.modId === match.row.modId &&
    covers(replica, fields);
  return same ? { kind: 'as-known', key, replica } : { kind: 'moved', key, record: match.row };
}

async function setAside(engine: Engine, place: Place, work: RowWork, found: readonly State[]): Promise<void> {
  const reasons = found.flatMap((state) => {
    if (state.kind === 'ambiguous') return ambiguousKey(place, state.key, state.code);
    return [];
  });
  await parkRecords(engine, place, reasons, work);
  for (const { key } of reasons) work.settle(key);
}

function writeOf(place: Place, work: RowWork, state: State, { heads, replicas }: Known): Write | undefined {
  const { plan, link } = place;
  const head = heads.get(state.key);
  if (head === undefined || !isBehind(place, head, replicas.get(state.key))) return undefined;
  if (state.kind === 'absent') {
    const fields = plan.fields.map((field) => field.name);
    return { kind: 'create', head, fields, replica: replicas.get(state.key) };
  }
  if (state.kind !== 'as-known' || isKept(place, head)) return undefined;
  if (isKeptForFile(place, head, state.replica)) return undefined;
  if (head.deleted || isOutside(link, head))
    return { kind: 'remove', head, fields: [], replica: state.replica };
  const fields = nextFields(plan, fieldsToWrite(place, work, head, state.replica));
  return fields.length === 0 ? undefined : { kind: 'update', head, fields, replica: state.replica };
}

/** Closes the row if all of it is settled; what is not stays in it, or goes to rows of its own. */
async function end(engine: Engine, place: Place, work: RowWork): Promise<Ending> {
  if (work.fenced) return { kind: 'yielded' };
  const now = engine.clock.now();
  // That a record is in step as far as it was read says nothing of what is still to be read.
  const whole = work.inStep.filter((key) => !work.isWithoutFile(key));
  await unpark(engine, place, whole, (one) => !isToBeRead(one) || work.hasSeen(one.key));
  if (!work.finished || work.settling.size > 0) {
    await work.withdraw(engine, 'ended');
    const settling = work.settling.size > 0;
    const until = settling ? Math.max(...work.settling.values()) : now + engine.settings.retryAfterMs;
    if (!(await engine.control.defer(work.row.id, work.rev, until))) return { kind: 'yielded' };
    deferred(
      engine,
      place,
      settling ? 'outcome-unknown' : 'unsettled',
      settling ? work.settling.size : work.open.length,
      until,
    );
    return { kind: 'deferred', until, settling };
  }
  if (work.locked.size > 0) return leaveLocked(engine, place, work, now);
  return (await engine.control.close(work.row.id, work.rev)) ? { kind: 'closed' } : { kind: 'yielded' };
}

async function leaveLocked(engine: Engine, place: Place, work: RowWork, now: EpochMs): Promise<Ending> {
  const { until, isLeft } = await leaveApart(engine, work, now);
  const waiting = work.awaiting.size;
  if (waiting > 0) deferred(engine, place, 'parent', waiting, until);
  if (work.locked.size > waiting) deferred(engine, place, 'locked', work.locked.size - waiting, until);
  return isLeft ? { kind: 'deferred', until, settling: false } : { kind: 'yielded' };
}

function report(engine: Engine, place: Place, work: RowWork): void {
  const { created, updated, removed, row } = work;
  const inStep = Math.max(0, row.keys.length - work.written - work.parked - work.locked.size);
  engine.report({
    kind: 'delivered',
    table: place.plan.name,
    server: place.link.server,
    created,
    updated,
    removed,
    inStep,
  });
}

function deferred(
  engine: Engine,
  place: Place,
  why: 'locked' | 'parent' | 'outcome-unknown' | 'unsettled',
  records: number,
  until: EpochMs,
): void {
  engine.report({ kind: 'deferred', table: place.plan.name, server: place.link.server, why, records, until });
}
