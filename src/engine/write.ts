/**
 * The writes of one round of a batch: announced in the row, sent, their outcomes put down.
 *
 *   R2  A write whose answer was lost stays unresolved: the key is read again before anything else.
 *   R3  A create is sent only while no other announced create of that key may still take effect, and only shortly
 *       after its own announcement; an update carries the modId that we knew.
 */
import type { Sending as Announcement } from '../core/batch.ts';
import { deliveredBefore, deliveredWith } from '../core/delivered.ts';
import { goneReplica } from '../core/absence.ts';
import type { Replica } from '../core/head.ts';
import type { EpochMs, FieldName, Key } from '../core/names.ts';
import { fieldsBehind } from '../core/observation.ts';
import { isOutside } from '../core/share.ts';
import { amountsOf } from '../core/sums.ts';
import { wentBefore } from '../core/went.ts';
import { mayWantParent } from '../core/parents.ts';
import type { WriteOutcome } from '../ports/server.ts';
import type { Engine, Place } from './engine.ts';
import { keepShown } from './measure.ts';
import { isOfFile, parkRecords, type Reason, unpark, refusedRecord, unclearRecord } from './park.ts';
import { awaitedParent } from './parents.ts';
import { fieldsMeant } from './refused-fields.ts';
import type { RowWork } from './row-work.ts';
import { Sending, type Sent, type Write } from './sending.ts';
import { digestsOf, fileOf, hasFilesToFollow, valuesOf } from './write-values.ts';

export async function write(
  engine: Engine,
  place: Place,
  work: RowWork,
  writes: readonly Write[],
  signal: AbortSignal,
): Promise<void> {
  const lanes = engine.lanes.get(place.link.server);
  if (lanes === undefined) throw new Error(`no lanes for server ${place.link.server}`);
  if (writes.length === 0) return;
  const sending = new Sending(engine, place, work, lanes, signal);
  await lanes.inTurn(() => begin(engine, place, work, writes, sending));
  await sending.ended();
  await putDown(engine, place, work, sending.sent);
  await keepShown(engine, place.link.server, sending.bulk?.clockShown?.());
  await work.withdraw(engine, 'unwritten');
  sending.throwIfFailed();
}

/** Announces and sends, as lanes become free; returns when the last one is on its way. */
async function begin(
  engine: Engine,
  place: Place,
  work: RowWork,
  writes: readonly Write[],
  sending: Sending,
): Promise<void> {
  // Before anything is announced: it may ask the server, and announcements must not grow old.
  const way = await sending.way();
  const clear = await withoutUnclear(engine, place, work, await withoutRivals(engine, place, work, writes));
  if (clear.length === 0) return;
  const announcedAt = engine.clock.now();
  const announced = clear.map((one) => announcementOf(place, work, one, announcedAt));
  if (!(await work.announce(engine, announced))) return;
  // Two writers that announced the same create both see the other's now, and both leave it.
  const sendable = await withoutRivals(engine, place, work, clear);
  await sending.sendAll(await withoutMade(engine, place, sendable), announcedAt, way);
}

function announcementOf(place: Place, work: RowWork, one: Write, at: EpochMs): Announcement {
  const { kind, head } = one;
  return {
    batch: work.row.id,
    key: head.key,
    digests: digestsOf(place, one),
    ...amountsOf(place.plan.fields, valuesOf(place, one)),
    ...(one.kind === 'update' && { modId: one.replica.modId }),
    ...(one.kind === 'update' && place.table.updatesUnconditionally && { unconditional: true }),
    create: kind === 'create',
    ...(kind === 'remove' && { remove: true }),
    at,
  };
}

/** Attempts of one row to write a record, without a clear answer, after which it is parked. A crash counts as one. */
const mostUnclear = 8;

/** Parks records of which write after write got no clear answer, though a look-up has just shown that none was done (R7). */
async function withoutUnclear(
  engine: Engine,
  place: Place,
  work: RowWork,
  writes: readonly Write[],
): Promise<readonly Write[]> {
  const openOf = (key: Key): number => work.leftOf(key).filter((entry) => !work.isHarmless(entry)).length;
  const unclear = writes.filter(({ head }) => openOf(head.key) >= mostUnclear);
  const reasons = unclear.map(({ head: { key, version } }) =>
    unclearRecord(place, key, version, mostUnclear),
  );
  await parkRecords(engine, place, reasons, work);
  for (const { key } of reasons) work.settle(key);
  return writes.filter((one) => !unclear.includes(one));
}

/** Takes out creates for which an earlier announcement may still take effect; they settle first. */
async function withoutRivals(
  engine: Engine,
  { plan, link }: Place,
  work: RowWork,
  writes: readonly Write[],
): Promise<readonly Write[]> {
  const creates = writes.filter((one) => one.kind === 'create').map((one) => one.head.key);
  if (creates.length === 0) return writes;
  const announced = await engine.control.sendingOf(plan.name, link.server, creates);
  const now = engine.clock.now();
  for (const key of creates) {
    const until = settledAt(engine, announced.get(key) ?? [], work);
    if (until > now) work.settling.set(key, until);
  }
  return writes.filter((one) => one.kind !== 'create' || !work.settling.has(one.head.key));
}

/**
 * Takes out creates of records that another writer made since our look-up. A row is closed, and its announcements with
 * it, only after its replicas are stored: who is no longer seen as a rival is seen here.
 */
async function withoutMade(
  engine: Engine,
  { plan, link }: Place,
  writes: readonly Write[],
): Promise<readonly Write[]> {
  const creates = writes.filter((one) => one.kind === 'create').map((one) => one.head.key);
  if (creates.length === 0) return writes;
  const made = await engine.records.replicas(plan.name, link.server, creates);
  return writes.filter((one) => one.kind !== 'create' || made.get(one.head.key)?.rev === one.replica?.rev);
}

/** The instant from which no announced create can take effect any more, those of this writer left out whose end it knows. */
function settledAt(engine: Engine, announced: readonly Announcement[], work: RowWork): EpochMs {
  const { sendWithinMs, lateWriteMs } = engine.settings;
  const rivals = announced.filter((sending) => sending.create && !work.isHarmless(sending));
  const from = (sending: Announcement): EpochMs => Math.max(sending.at + sendWithinMs, work.lostAt(sending));
  return Math.max(0, ...rivals.map((sending) => from(sending) + lateWriteMs));
}

/** Replicas of what was written, parked records, and what stays unresolved. */
async function putDown(engine: Engine, place: Place, work: RowWork, sent: readonly Sent[]): Promise<void> {
  const written = sent.flatMap((one) => replicaOf(place, one) ?? []);
  const moved = written.length === 0 ? new Set<Key>() : await engine.records.putReplicas(written);
  for (const key of moved) work.unresolved.add(key);
  const refused: Reason[] = [];
  for (const { write: one, outcome } of sent) {
    const { key } = one.head;
    if (isDone(one, outcome)) work.wrote(key, one.kind, !moved.has(key) && isOver(place, one));
    if (outcome.kind === 'unknown' && mayBeResent(place, one, outcome))
      work.unclear(key, engine.clock.now() + engine.settings.lateWriteMs);
    else if (outcome.kind === 'unknown') work.unresolved.add(key);
    if (outcome.kind === 'moved') work.unresolved.add(key);
    if (outcome.kind === 'locked') work.locked.add(key);
    if (outcome.kind !== 'refused') continue;
    const parent = mayWantParent(outcome.code) ? await awaitedParent(engine, place, one.head) : undefined;
    if (parent !== undefined) work.waitFor(key, parent);
    else if (isDoubled(one, outcome.code) && work.mayBeThere(key)) work.unresolved.add(key);
    else refused.push(refusedRecord(place, one.head, outcome, fieldsMeant(place.plan, one, outcome)));
  }
  await unpark(engine, place, [...work.awaiting.keys()], (one) => !isOfFile(one));
  await parkRecords(engine, place, refused, work);
  const files = new Map(sent.flatMap(({ write: one }) => filesIn(place, one)));
  for (const { key } of refused) {
    const file = files.get(key);
    if (file === undefined) work.settle(key);
    else work.refuseFile(key, file);
  }
}

const filesIn = (place: Place, one: Write): readonly (readonly [Key, FieldName])[] => {
  const file = fileOf(place, one);
  return file === undefined ? [] : [[one.head.key, file.field]];
};

/** An update whose modId keeps it from acting late. */
const mayBeResent = (
  { table }: Place,
  { kind }: Write,
  { isOver }: Extract<WriteOutcome, { readonly kind: 'unknown' }>,
): boolean => kind === 'update' && isOver !== true && table.updatesUnconditionally !== true;

/**
 * A record that was just made needs no further look, unless it may have left the server's share meanwhile: whoever worked on a row for that
 * found it absent, and closed it; or unless its files follow.
 */
const isOver = (place: Place, one: Write): boolean =>
  one.kind === 'create' && place.link.share === undefined && !hasFilesToFollow(place, one);

/** 504: a value is not unique. At a create that may be the key itself: somebody made the record just before us. */
const isDoubled = ({ kind }: Write, code: string): boolean => kind === 'create' && code === '504';

/** A record that was to be deleted and is gone by another hand is as it should be. */
const isDone = ({ kind }: Write, outcome: WriteOutcome): boolean =>
  ['written', 'removed'].includes(outcome.kind) || (kind === 'remove' && outcome.kind === 'missing');

/** What the server holds after our write took effect. */
function replicaOf(place: Place, { write: one, at, until, outcome }: Sent): Replica | undefined {
  if (!isDone(one, outcome)) return undefined;
  const { table, key, version } = one.head;
  const delivered = deliveredWith(one.replica, { version, at: until });
  if (one.kind === 'remove')
    return {
      ...goneReplica({ ...one.replica, version, at, until }, one.replica),
      ...(isOutside(place.link, one.head) && { left: true as const }),
      wentAt: until,
      ...delivered,
    };
  if (outcome.kind !== 'written') return undefined;
  const before = one.kind === 'update' ? one.replica : undefined;
  const values = valuesOf(place, one);
  const written = digestsOf(place, one);
  const isLeft = ([field]: readonly [string, string]): boolean => written[field] === undefined;
  const sent = Object.entries(before?.sent ?? {}).filter(isLeft);
  const amounts = [
    ...Object.entries(before?.amounts ?? {}).filter(isLeft),
    ...Object.entries(amountsOf(place.plan.fields, values).amounts ?? {}),
  ];
  const digests = { ...before?.digests, ...written };
  // Files follow after everything else: the version is there once they are.
  const { server } = place.link;
  const known = {
    digests,
    sent: Object.fromEntries(sent),
    server,
    ...(before?.unread && { unread: before.unread }),
  };
  const isBehind = fieldsBehind(place.plan, one.head, known).length > 0;
  return {
    table,
    server,
    key,
    rev: (one.replica?.rev ?? 0) + 1,
    recordId: outcome.recordId,
    modId: outcome.modId,
    version,
    at,
    until,
    own: true,
    digests,
    ...(amounts.length > 0 && { amounts: Object.fromEntries(amounts) }),
    ...(sent.length === 0 ? {} : { sent: Object.fromEntries(sent) }),
    ...(before?.unread && { unread: before.unread }),
    ...(isBehind ? deliveredBefore(one.replica) : delivered),
    ...(isBehind && { behind: true as const }),
    ...wentBefore(one.replica),
  };
}
