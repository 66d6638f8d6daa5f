/**
 * Looks for records that a server was known to hold.
 *
 *   R8  A record counts as gone only where a find by key shows none and a read by its recordId says that there is none. One
 *       that the find alone does not show, or that this account may not see, is parked: it is not deleted. Where another
 *       record is in its row, at a modId that the row had before, the file was put back: nothing counts then.
 */
import type { Absence } from '../core/absence.ts';
import { matchRows } from '../core/look-up.ts';
import type { EpochMs, Key, RecordId } from '../core/names.ts';
import { foundInPlaceOf } from '../core/newest.ts';
import type { Observation } from '../core/observation.ts';
import { isTakenForRight, type Suspect } from '../core/suspect.ts';
import type { Engine, Place } from './engine.ts';
import { type LinkClock, observe } from './link-clock.ts';
import { ambiguousKey, emptyKey, hiddenRecord, parkRecords, type Reason, unfindableRecord } from './park.ts';
import { raiseOtherFile } from './restored.ts';

/** A record as it was known: the row it was in, and the rev of the replica that says so. */
export type Wanted = {
  readonly key: Key;
  readonly recordId: RecordId;
  readonly rev: number;
  /** Known before the look: then another record in that row is looked at as well. */
  readonly modId?: number;
};

/** Not there; `rev`: of the replica before the look. */
export type Gone = Absence & { readonly recordId: RecordId; readonly rev: number };

export type Looked = {
  readonly gone: readonly Gone[];
  readonly present: readonly Observation[];
  /** Those of which it is not known whether they are there, as such that the account may not see: they are parked. */
  readonly parked: readonly Key[];
  /** Another record stands in the row of one: the file was put back, and the table is halted there. */
  readonly halted?: true;
};

/** At most 100 records; two kinds of request: one find, and a read for each that it does not show. */
export async function lookFor(
  engine: Engine,
  place: Place,
  wanted: readonly Wanted[],
  clock: LinkClock,
  signal: AbortSignal,
): Promise<Looked> {
  if (wanted.length === 0) return nothing;
  const keys = wanted.map(({ key }) => key);
  const { at, present, absent } = await findKeys(engine, place, keys, clock, signal);
  const unseen = wanted.filter(({ key }) => absent.has(key));
  const gone = await goneAmong(engine, place, unseen, at, signal);
  if (gone === 'halted') return { ...nothing, halted: true };
  const known = new Set(gone.map(({ key }) => key));
  return { gone, present, parked: unseen.filter(({ key }) => !known.has(key)).map(({ key }) => key) };
}

export type FoundKeys = {
  /** When the find was begun. */
  readonly at: EpochMs;
  readonly present: readonly Observation[];
  readonly absent: ReadonlySet<Key>;
};

/** One find, of a batch's keys at most; those that cannot be told apart are parked. */
export async function findKeys(
  engine: Engine,
  place: Place,
  keys: readonly Key[],
  clock: LinkClock,
  signal: AbortSignal,
): Promise<FoundKeys> {
  const at = engine.clock.now();
  const matches = matchRows(keys, await place.table.lookUp(keys, signal));
  const until = engine.clock.now();
  const alike = [...matches].flatMap(([key, match]) =>
    match.kind === 'ambiguous' ? ambiguousKey(place, key, match.code) : [],
  );
  await parkRecords(engine, place, alike);
  const present = [...matches.values()].flatMap((match) =>
    match.kind === 'found' ? observe(place, match.row, clock, at, until) : [],
  );
  return { at, present, absent: new Set(keys.filter((key) => matches.get(key)?.kind === 'absent')) };
}

const nothing: Looked = { gone: [], present: [], parked: [] };

/** Those of the records that a find, begun at `at`, did not show and that have no row any more; the others are parked. */
export async function goneAmong(
  engine: Engine,
  place: Place,
  unseen: readonly Wanted[],
  at: EpochMs,
  signal: AbortSignal,
): Promise<readonly Gone[] | 'halted'> {
  const gone: Gone[] = [];
  const there: Reason[] = [];
  for (const { key, recordId, rev, modId } of unseen) {
    const row = await place.table.read(recordId, signal);
    const isAnother = modId !== undefined && foundInPlaceOf({ key, recordId, modId }, row) === 'another';
    if (isAnother && !isTakenForRight(await suspectOf(engine, place, key), rev)) {
      await raiseOtherFile(engine, place, { figures: { lost: 1 }, examples: [key] }, signal);
      return 'halted';
    }
    if (row === 'denied') there.push(hiddenRecord(place, key, recordId));
    else if (row?.key === key) there.push(unfindableRecord(place, key, recordId));
    else if (row?.key === '') there.push({ ...emptyKey(place, recordId), key });
    else gone.push({ server: place.link.server, key, recordId, rev, at, until: engine.clock.now() });
  }
  await parkRecords(engine, place, there);
  return gone;
}

const suspectOf = async (
  { control }: Engine,
  { plan, link }: Place,
  key: Key,
): Promise<Suspect | undefined> => (await control.suspectsAmong(plan.name, link.server, [key])).get(key);
