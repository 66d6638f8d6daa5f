/**
 * The writes of one round of a batch: announced in the row, sent, their outcomes put down.
 *
 *   R2  A write whose answer was lost stays unresolved: the key is read again before anything else.
 *   R3  A create is sent only while no other announced create of that key may still take effect, and only shortly
 *       after its own announcement; an update carries the modId that we knew.
 */
import type { Sending } from '../core/batch.ts';
import { type Digests, digestOf } from '../core/digest.ts';
import type { Head, Replica } from '../core/head.ts';
import type { EpochMs, FieldName, Key } from '../core/names.ts';
import type { WriteOutcome } from '../ports/server.ts';
import type { Engine, Place } from './engine.ts';
import { parkRecords, type Reason, refusedRecord } from './park.ts';
import type { RowWork } from './row-work.ts';

export type Write = {
  readonly head: Head;
  /** What will be sent, by configured name. */
  readonly fields: readonly FieldName[];
} & ({ readonly kind: 'create' } | { readonly kind: 'update'; readonly replica: Replica });

type Sent = {
  readonly write: Write;
  readonly at: EpochMs;
  readonly until: EpochMs;
  readonly outcome: WriteOutcome;
};

export async function write(
  engine: Engine,
  place: Place,
  work: RowWork,
  writes: readonly Write[],
  signal: AbortSignal,
): Promise<void> {
  const clear = await withoutRivals(engine, place, work, writes);
  if (clear.length === 0) return;
  const announcedAt = engine.clock.now();
  if (
    !(await work.announce(
      engine,
      clear.map((one) => sendingOf(work, one, announcedAt)),
    ))
  )
    return;
  // Two writers that announced the same create both see the other's now, and both leave it.
  const sendable = await withoutRivals(engine, place, work, clear);
  const sent = await sendAll(engine, place, work, sendable, announcedAt, signal);
  await putDown(engine, place, work, sent);
}

function sendingOf(work: RowWork, { kind, head, fields }: Write, at: EpochMs): Sending {
  return {
    batch: work.row.id,
    key: head.key,
    digests: digestsOf(head, fields),
    create: kind === 'create',
    at,
  };
}

const digestsOf = (head: Head, fields: readonly FieldName[]): Digests =>
  Object.fromEntries(fields.map((field) => [field, head.fields[field]?.digest ?? digestOf('')]));

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

/** The instant from which no announced create can take effect any more, those of this writer left out whose end it knows. */
function settledAt(engine: Engine, announced: readonly Sending[], work: RowWork): EpochMs {
  const { sendWithinMs, lateWriteMs } = engine.settings;
  const rivals = announced.filter((sending) => sending.create && !work.isHarmless(sending));
  return Math.max(0, ...rivals.map((sending) => sending.at + sendWithinMs + lateWriteMs));
}

async function sendAll(
  engine: Engine,
  place: Place,
  work: RowWork,
  writes: readonly Write[],
  announcedAt: EpochMs,
  signal: AbortSignal,
): Promise<readonly Sent[]> {
  const queue = [...writes];
  const sent: Sent[] = [];
  const lane = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const at = engine.clock.now();
      // Too late after its announcement: left unsent, and announced again in the next round.
      if (at > announcedAt + engine.settings.sendWithinMs) continue;
      const outcome = await work.whileSending(next.head.key, announcedAt, () => send(place, next, signal));
      sent.push({ write: next, at, until: engine.clock.now(), outcome });
    }
  };
  const lanes = engine.requestsAtOnce.get(place.link.server) ?? 1;
  const ended = await Promise.allSettled(Array.from({ length: Math.min(lanes, queue.length) }, lane));
  const failed = ended.find((result) => result.status === 'rejected');
  if (failed) {
    await putDown(engine, place, work, sent);
    throw failed.reason;
  }
  return sent;
}

function send({ table, plan }: Place, one: Write, signal: AbortSignal): Promise<WriteOutcome> {
  const { head, fields } = one;
  const values = Object.fromEntries(fields.map((field) => [field, head.fields[field]?.value ?? '']));
  if (one.kind === 'update') return table.update(one.replica.recordId, one.replica.modId, values, signal);
  const once = Object.fromEntries(plan.createOnly.map(({ name }) => [name, head.createOnly[name] ?? '']));
  return table.create(head.key, { ...values, ...once }, signal);
}

/** Replicas of what was written, parked records, and what stays unresolved. */
async function putDown(engine: Engine, place: Place, work: RowWork, sent: readonly Sent[]): Promise<void> {
  const written = sent.flatMap((one) => replicaOf(place, one) ?? []);
  const moved = written.length === 0 ? new Set<Key>() : await engine.records.putReplicas(written);
  for (const key of moved) work.unresolved.add(key);
  const refused: Reason[] = [];
  for (const { write: one, outcome } of sent) {
    const { key, version } = one.head;
    if (outcome.kind === 'written') work.wrote(key, one.kind, !moved.has(key));
    if (outcome.kind === 'unknown') work.unresolved.add(key);
    if (outcome.kind === 'locked') work.locked.add(key);
    if (outcome.kind !== 'refused') continue;
    if (isDoubled(one, outcome.code) && work.mayBeThere(key)) work.unresolved.add(key);
    else refused.push(refusedRecord(place, key, version, outcome.code, outcome.reason));
  }
  await parkRecords(engine, place, refused, work);
  for (const { key } of refused) work.settle(key);
}

/** 504: a value is not unique. At a create that may be the key itself: somebody made the record just before us. */
const isDoubled = ({ kind }: Write, code: string): boolean => kind === 'create' && code === '504';

/** What the server holds after our write took effect. */
function replicaOf({ link }: Place, { write: one, at, until, outcome }: Sent): Replica | undefined {
  if (outcome.kind !== 'written') return undefined;
  const { table, key, version } = one.head;
  const before = one.kind === 'update' ? one.replica : undefined;
  const written = digestsOf(one.head, one.fields);
  const sent = Object.entries(before?.sent ?? {}).filter(([field]) => written[field] === undefined);
  return {
    table,
    server: link.server,
    key,
    rev: (before?.rev ?? 0) + 1,
    recordId: outcome.recordId,
    modId: outcome.modId,
    version,
    at,
    until,
    own: true,
    digests: { ...before?.digests, ...written },
    ...(sent.length === 0 ? {} : { sent: Object.fromEntries(sent) }),
  };
}
