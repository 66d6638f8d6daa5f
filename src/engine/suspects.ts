/**
 * Records that were found gone once: looked for again a settle time later, and believed then.
 *
 *   R8  More deletes of one server in 24 hours than its limit, whatever showed them, halt the table there before the first of
 *       those that wait goes anywhere. A person's answer is for exactly those.
 */
import { type Halt, type HaltAnswer, keptExamples, newHalt } from '../core/halt.ts';
import type { Replica } from '../core/head.ts';
import type { EpochMs, Key } from '../core/names.ts';
import { deletesOfDay, limitOf, type Suspect, withDeletes } from '../core/suspect.ts';
import { familiesOf, type Missed, type ParentSuspects, parentSuspects } from './cascades.ts';
import type { Engine, Place } from './engine.ts';
import { isReadingLog } from './delete-log.ts';
import { type AbsencesIngested, deletesAmong, ingestAbsences } from './ingest-absences.ts';
import { ingest } from './ingest.ts';
import { type LinkClock, linkClock } from './link-clock.ts';
import { type Gone, lookFor, type Wanted } from './look.ts';
import { putBackDue } from './measure.ts';
import { isMet, onAndOn, type Pace } from './meet.ts';
import { suspect } from './missing.ts';
import { isOutdated } from './outdated.ts';
import { paged } from './paged.ts';
import { isPaused, unlessPaused } from './paused.ts';
import { endHalt, raise } from './raise.ts';
import { deliverAgain } from './recheck.ts';
import { lookAgain, settleHalt } from './settle-halt.ts';

/** `waiting`: some are to be looked for later; `halted`: a person has to answer; `unfinished`: `pace` said to stop. */
export type SuspectsSettled = 'none' | 'done' | 'waiting' | 'halted' | 'unfinished';

/**
 * Of one table on a server, by one process at a time; `rows`: that the server was just seen to hold, where more is known than
 * the last sweep tells. Throws ServerError where the server is at fault.
 */
export const settleSuspects = (
  engine: Engine,
  place: Place,
  signal: AbortSignal,
  pace: Pace = onAndOn,
  rows = 0,
): Promise<SuspectsSettled> =>
  unlessPaused(engine, place, pace, 'waiting', (paced) => settleAll(engine, place, signal, paced, rows));

async function settleAll(
  engine: Engine,
  place: Place,
  signal: AbortSignal,
  pace: Pace,
  rows: number,
): Promise<SuspectsSettled> {
  const { plan, link } = place;
  const [first] = await engine.control.suspects(plan.name, link.server, 1);
  const halt = await engine.control.halt(plan.name, link.server);
  const looked = halt && (await lookAgain(engine, place, halt, signal));
  if (looked !== undefined) return looked;
  if (halt && !halt.answer) return 'halted';
  if (halt === undefined && first === undefined) return 'none';
  // By other fields, or another share, an absence means something else.
  if (await isOutdated(engine, place)) return 'waiting';
  if (halt?.answer) return carryOut(engine, place, halt, halt.answer, pace, signal);
  if (!(await isMet(engine, place)) || (await isFinding(engine, place))) return 'waiting';
  if (await isTooMany(engine, place, rows, signal)) return 'halted';
  const dueBefore = engine.clock.now() - engine.settings.settleMs;
  const due = (one: Suspect): boolean => one.at <= dueBefore;
  const work: Work = { engine, place, clock: await linkClock(engine, place, signal), signal, counted: true };
  let waiting = false;
  const parents = await parentSuspects(engine, place);
  for await (const page of suspectPages(engine, place)) {
    const { early } = await familiesOf(engine, place, page, parents);
    const ours = page.filter((one) => due(one) && !early.has(one.key));
    const settled = await settlePage(work, ours);
    if (settled === 'halted') return 'halted';
    waiting ||= settled === 'again' || ours.length < page.length;
    if ((await pace()) === 'stop') return 'unfinished';
  }
  return waiting ? 'waiting' : 'done';
}

/** A sweep, or the log of deletes, has not yet told of all that is gone: the limit is for all of it. */
async function isFinding(engine: Engine, place: Place): Promise<boolean> {
  const swept = await engine.control.sweep(place.plan.name, place.link.server);
  return swept?.underWay?.place.phase === 'comparing' || isReadingLog(engine, place);
}

const keysIn = (of: readonly { readonly key: Key }[]): readonly Key[] => of.map(({ key }) => key);

/** Those of the deletes that count for the limit. */
async function countedAmong(
  engine: Engine,
  place: Place,
  missed: readonly Missed[],
  parents: ParentSuspects,
): Promise<readonly Key[]> {
  const deletes = await deletesAmong(engine, place, keysIn(missed));
  const wanted = missed.filter(({ key }) => deletes.includes(key));
  const { early, consequences, taken } = await familiesOf(engine, place, wanted, parents);
  return deletes.filter((key) => !early.has(key) && !consequences.has(key) && !taken.has(key));
}

type Work = {
  readonly engine: Engine;
  readonly place: Place;
  readonly clock: LinkClock;
  readonly signal: AbortSignal;
  /** Whether the deletes count for the limit of a day. */
  readonly counted: boolean;
  /** Nothing is deleted: what is gone comes back. */
  readonly putBack?: 'lost';
};

const suspectPages = (
  { control, settings }: Engine,
  { plan, link }: Place,
): AsyncGenerator<readonly Suspect[]> =>
  paged<Suspect>((after) => control.suspects(plan.name, link.server, settings.batchSize, after?.key));

/** The second look at some records, and what follows; `again` where some have to be looked for once more. */
async function settlePage(work: Work, suspects: readonly Suspect[]): Promise<'halted' | 'again' | 'done'> {
  const { engine, place, clock, signal } = work;
  if (suspects.length === 0) return 'done';
  const { table, server } = { table: place.plan.name, server: place.link.server };
  const keys = suspects.map(({ key }) => key);
  const replicas = await engine.records.replicas(table, server, keys);
  const wanted = work.counted ? suspects.map((one) => withModId(one, replicas.get(one.key))) : suspects;
  const looked = await lookFor(engine, place, wanted, clock, signal);
  if (looked.halted) return 'halted';
  const byKey = new Map(suspects.map((one) => [one.key, one]));
  const told = looked.gone.map((one): Told => {
    const { deletedAt, listedAt } = byKey.get(one.key) ?? {};
    return { ...one, ...(deletedAt && { deletedAt }), ...(listedAt !== undefined && { listedAt }) };
  });
  // A replica that was written since the first look tells of a record that was there after it.
  const moved = told.filter(({ key, rev }) => (replicas.get(key)?.rev ?? 0) !== rev);
  const gone = told.filter((one) => !moved.includes(one));
  const { halted } = await ingest(engine, place, looked.present, clock, engine.clock.now(), signal);
  if (halted) return 'halted';
  if (work.counted) await count(engine, place, await countedAmong(engine, place, gone, new Map()));
  const since = Math.min(...suspects.map(({ at }) => at));
  const { ended, deleted, left, conflicts } = await putDown(work, gone, since);
  engine.report({ kind: 'ended', table, server, records: ended.length, deleted: deleted.length, conflicts });
  await suspect(
    engine,
    place,
    moved.map((one) => {
      const { rev = 0, recordId = one.recordId } = replicas.get(one.key) ?? {};
      return { ...one, rev, recordId };
    }),
    'sweep',
  );
  const open = new Set([...left, ...moved.map(({ key }) => key)]);
  const over = keys.filter((key) => !open.has(key));
  // Their rows may have been closed over them: they get into one again before nothing tells of them any more.
  await deliverAgain(
    engine,
    place,
    looked.present.map(({ key }) => key),
  );
  await engine.control.dropSuspects(table, server, over);
  return moved.length > 0 ? 'again' : 'done';
}

/** What the state knows of it besides what the second look showed. */
type Told = Gone & Missed;

/** What went with a parent that nobody deleted was deleted by nobody either: it comes back there. */
async function putDown(
  { engine, place, clock, signal, putBack }: Work,
  gone: readonly Told[],
  since: EpochMs,
): Promise<AbsencesIngested> {
  const { taken } = await familiesOf(engine, place, gone, new Map());
  const [back, ended] = [gone.filter(({ key }) => taken.has(key)), gone.filter(({ key }) => !taken.has(key))];
  const one = await ingestAbsences(engine, place, back, clock, since, signal, { putBack: 'taken' });
  const options = putBack ? { putBack } : {};
  const other = await ingestAbsences(engine, place, ended, clock, since, signal, options);
  return {
    deleted: other.deleted,
    ended: [...one.ended, ...other.ended],
    left: [...one.left, ...other.left],
    conflicts: other.conflicts,
  };
}

const withModId = ({ key, recordId, rev }: Suspect, replica: Replica | undefined): Wanted => ({
  key,
  recordId,
  rev,
  ...(replica?.recordId === recordId && { modId: replica.modId }),
});

/** Before they are put down, so that a process which dies in between counts too many rather than too few. */
async function count(engine: Engine, { plan, link }: Place, deletes: readonly Key[]): Promise<void> {
  if (deletes.length === 0) return;
  for (;;) {
    const before = await engine.control.deleteCount(plan.name, link.server);
    const of = { table: plan.name, server: link.server };
    const after = withDeletes(before, of, deletes.length, engine.clock.now());
    if (await engine.control.putDeleteCount(after)) return;
  }
}

/** Halts where those that wait, with those of the day, are more than the limit. */
async function isTooMany(
  engine: Engine,
  place: Place,
  seenRows: number,
  signal: AbortSignal,
): Promise<boolean> {
  const { plan, link } = place;
  const { control, clock } = engine;
  const of = { table: plan.name, server: link.server };
  const startedAt = clock.now();
  let waiting = 0;
  const examples: Key[] = [];
  const parents = await parentSuspects(engine, place);
  for await (const page of suspectPages(engine, place)) {
    const ours = page.filter(({ at }) => at <= startedAt);
    const deletes = await countedAmong(engine, place, ours, parents);
    waiting += deletes.length;
    examples.push(...deletes.slice(0, keptExamples - examples.length));
  }
  const [deleted, swept] = await Promise.all([
    control.deleteCount(plan.name, link.server),
    control.sweep(plan.name, link.server),
  ]);
  const before = deletesOfDay(deleted, clock.now());
  const counted = [swept?.last, swept?.underWay].flatMap((one) => one?.counts.rows ?? []);
  // What was never swept is counted now: a share of none would be none.
  if (counted.length === 0 && seenRows === 0 && waiting > 0) counted.push(await rowsOn(place, signal));
  const rows = Math.max(seenRows, ...counted) + waiting;
  const limit = limitOf(plan, rows);
  if (waiting + before <= limit) return false;
  const figures = { gone: waiting, before, rows, limit };
  const halt = newHalt({ ...of, kind: 'mass-delete', at: clock.now() }, { figures, examples });
  for await (const page of suspectPages(engine, place))
    await control.putSuspects(
      page.flatMap((one) => (one.at <= startedAt ? [{ ...one, halt: halt.id }] : [])),
    );
  await raise(engine, halt);
  return true;
}

const rowsOn = async ({ table }: Place, signal: AbortSignal): Promise<number> =>
  (await table.list({ offset: 0, limit: 1 }, signal)).foundCount;

async function carryOut(
  engine: Engine,
  place: Place,
  halt: Halt,
  { what }: HaltAnswer,
  pace: Pace,
  signal: AbortSignal,
): Promise<SuspectsSettled> {
  const settled = await settleHalt(engine, place, halt, pace, signal);
  if (settled === undefined) return 'unfinished';
  const clock = await linkClock(engine, place, signal);
  const base: Work = { engine, place, clock, signal, counted: false };
  const work: Work = what === 'put-back' ? { ...base, putBack: 'lost' } : base;
  for await (const page of suspectPages(engine, place)) {
    const ours = page.filter((one) => one.halt === halt.id);
    if (ours.length === 0) continue;
    if (what === 'dismiss') await dismiss(engine, place, ours);
    else await settlePage(work, what === 'approve' ? await withoutEarly(engine, place, ours) : ours);
    if ((await pace()) === 'stop') return 'unfinished';
  }
  await endHalt(engine, settled);
  // What was to be delivered there meanwhile has lost its messages.
  if (halt.kind === 'migration') await putBackDue(engine, place.link.server);
  return 'done';
}

/** What becomes of children follows from what becomes of their parents, which a person has answered for: they wait on by themselves. */
async function withoutEarly(
  engine: Engine,
  place: Place,
  suspects: readonly Suspect[],
): Promise<readonly Suspect[]> {
  const { early } = await familiesOf(engine, place, suspects, await parentSuspects(engine, place));
  const waiting = suspects.filter(({ key }) => early.has(key));
  await engine.control.putSuspects(waiting.map(withoutHalt));
  return suspects.filter(({ key }) => !early.has(key));
}

function withoutHalt(one: Suspect): Suspect {
  const { halt: _, ...rest } = one;
  return rest;
}

/**
 * Writers may have let go of them: they get into a row again. Those that nobody deleted wait on: to the next sweep they would look as if this one
 * had listed them.
 */
async function dismiss(engine: Engine, place: Place, suspects: readonly Suspect[]): Promise<void> {
  const { taken } = await familiesOf(engine, place, suspects, new Map());
  const kept = suspects.filter(({ key }) => taken.has(key));
  await engine.control.putSuspects(kept.map(withoutHalt));
  const keys = keysIn(suspects).filter((key) => !taken.has(key));
  await deliverAgain(engine, place, keys);
  await engine.control.dropSuspects(place.plan.name, place.link.server, keys);
}

/** When the last of them is due; undefined where none waits that may be looked for. */
export async function lastDue(engine: Engine, place: Place): Promise<EpochMs | undefined> {
  if (await isPaused(engine, place)) return undefined;
  let latest: EpochMs | undefined;
  for await (const page of suspectPages(engine, place)) {
    for (const { at } of page) latest = Math.max(latest ?? at, at);
  }
  return latest === undefined ? undefined : latest + engine.settings.settleMs;
}
