/**
 * Files of containers on their way from a server into the store, so that the record that has them can be merged.
 *
 *   R2  The file is in the store, as a whole, before anything names it.
 *   R4  A record of which a file was read is read once more: where it changed meanwhile it starts over, since nobody knows which of its
 *       states the file belongs to.
 *   R7  A record whose file cannot be read, is too large or comes too slowly is parked; the others go on, and what else is in it where that may
 *       (unread-files.ts).
 *   R9  Events name table, field and size: no name of a file, no key.
 */
import { digestOf, emptyDigest } from '../core/digest.ts';
import { asKnownFile, type FileRead, unknownFiles, valuesIn } from '../core/files.ts';
import { unreadFile } from '../core/file-words.ts';
import type { FieldName, Key } from '../core/names.ts';
import type { Observation } from '../core/observation.ts';
import { all } from './all.ts';
import { chunksOf, type Engine, type Place } from './engine.ts';
import { type LinkClock, observe } from './link-clock.ts';
import { parkRecords, type Reason } from './park.ts';
import { brokenFile, busyRecord, referencedFile, slowFile, tooLargeFile, unreadFiles } from './park-files.ts';
import { type Known, loadKnown, type Pending } from './ingest.ts';
import { KeptFiles, LargeTurn } from './kept-files.ts';
import { type ReadFile, readFile } from './read-file.ts';

type Waiting = { readonly pending: Pending };

export type Reading<Of extends Waiting> = {
  readonly some: readonly Of[];
  readonly known: Known;
  readonly clock: LinkClock;
  readonly sightings: { parked: number };
};

/** With the files marked as unread of those that may not be read once more; these are parked, and tried again after waits that grow. */
export async function stillRead<Of extends Waiting & { readonly reads: number }>(
  engine: Engine,
  place: Place,
  { some, known, sightings }: Omit<Reading<Of>, 'clock'>,
): Promise<readonly Of[]> {
  const isBusy = ({ reads }: Of): boolean => reads >= mostReads;
  const busy = some.filter(isBusy).map(({ pending }) => pending.seen.key);
  await parkRecords(
    engine,
    place,
    busy.map((key) => busyRecord(place, key, mostReads, versionOf(known, key))),
    sightings,
  );
  return some.map((one) => {
    const { pending } = one;
    if (!isBusy(one)) return one;
    return { ...one, pending: { ...pending, seen: asUnread(pending.seen, unknownFiles(pending.seen)) } };
  });
}

const asUnread = (seen: Observation, fields: readonly FieldName[]): Observation => ({
  ...seen,
  unread: [...(seen.unread ?? []), ...fields],
});

const versionOf = ({ heads }: Pick<KnownOf, 'heads'>, key: Key): number => heads.get(key)?.version ?? 1;

export type FilesCame<Of extends Waiting> = {
  /** With what their files are, or as they are by now. `kept`: to be dropped once the record is put down. */
  readonly read: readonly { readonly one: Of; readonly kept?: KeptFiles | undefined }[];
  /** They have a large file, and come by themselves. */
  readonly later: readonly Of[];
};

/** What cannot be read is parked, and marked in the records. */
export async function readFiles<Of extends Waiting>(
  engine: Engine,
  place: Place,
  { some, known, clock, sightings }: Reading<Of>,
  signal: AbortSignal,
): Promise<FilesCame<Of>> {
  const of = { clock, turn: new LargeTurn() };
  const came = await all(
    some.map(async (one) => {
      const found = await withFiles(engine, place, one.pending.seen, known, of, signal);
      if ('parked' in found) await parkRecords(engine, place, [found.parked], sightings);
      return { one, found };
    }),
  );
  return {
    read: came.flatMap(({ one, found }) =>
      'seen' in found
        ? { one: { ...one, pending: { ...one.pending, seen: found.seen } }, kept: found.kept }
        : [],
    ),
    later: came.flatMap(({ one, found }) => ('later' in found ? one : [])),
  };
}

/** Tries to read the files of a record that changes meanwhile: each takes them once more out of what the licence lets the server send. */
const mostReads = 3;
const readAtOnce = 4;

/** All of these states with what their files are, for whoever puts them down without merging them. What cannot be read is parked, and marked in them; what is kept of them goes by its age. */
export async function withFilesRead(
  engine: Engine,
  place: Place,
  states: readonly Observation[],
  clock: LinkClock,
  signal: AbortSignal,
): Promise<readonly Observation[]> {
  const read = new Map<Observation, Observation>();
  const wanting = states.filter((state) => unknownFiles(state).length > 0);
  for (const some of chunksOf(wanting, readAtOnce)) {
    const known = await loadKnown(
      engine,
      place,
      some.map(({ key }) => key),
    );
    const of = { clock, turn: new LargeTurn() };
    const readAll = async (state: Observation): Promise<readonly Observation[]> => {
      const now = await readOne(engine, place, state, known, of, signal);
      if (now === 'later') return [state];
      if (now !== undefined) read.set(state, now);
      return [];
    };
    const later = (await all(some.map(readAll))).flat();
    for (const state of later) await readAll(state);
  }
  return states.flatMap((state) => (unknownFiles(state).length > 0 ? (read.get(state) ?? []) : state));
}

/** As it is by now, with its files; undefined where it is gone. */
async function readOne(
  engine: Engine,
  place: Place,
  state: Observation,
  known: KnownOf,
  of: FilesOf,
  signal: AbortSignal,
): Promise<Observation | 'later' | undefined> {
  let now = state;
  for (let tries = 0; unknownFiles(now).length > 0; tries += 1) {
    const busy =
      tries === mostReads ? busyRecord(place, state.key, tries, versionOf(known, state.key)) : undefined;
    const found = busy
      ? { seen: asUnread(now, unknownFiles(now)), parked: busy }
      : await withFiles(engine, place, now, known, of, signal);
    if ('parked' in found) await parkRecords(engine, place, [found.parked]);
    if ('later' in found) return 'later';
    if (!('seen' in found)) return undefined;
    now = found.seen;
  }
  return now;
}

type Found =
  | { readonly seen: Observation; readonly kept?: KeptFiles }
  /** In `seen` it is marked which could not be read. */
  | { readonly seen: Observation; readonly parked: Reason; readonly kept?: KeptFiles }
  | { readonly gone: true }
  | { readonly later: true };

type FilesOf = { readonly clock: LinkClock; readonly turn: LargeTurn };

/** What is known of the record: needed to tell a file that is there already. */
type KnownOf = Pick<Known, 'heads' | 'replicas' | 'sending'>;

async function withFiles(
  engine: Engine,
  place: Place,
  seen: Observation,
  known: KnownOf,
  { clock, turn }: FilesOf,
  signal: AbortSignal,
): Promise<Found> {
  const fields = unknownFiles(seen);
  const keeping = engine.files;
  if (keeping === 'assumed') return { seen: assumed(seen, known, fields) };
  const { files } = place.table;
  if (fields.length === 0) return { seen };
  if (files === undefined || keeping === undefined)
    return { seen: asUnread(seen, fields), parked: unreadFiles(place, seen.key, fields) };
  const kept = await KeptFiles.of(engine, keeping.store, place, seen);
  let told = seen;
  const reasons: Reason[] = [];
  for (const field of fields) {
    const isReference = seen.files?.[field] === 'reference';
    const read: ReadFile = isReference
      ? { kind: 'reference' }
      : await readFile({ engine, place, files, keeping, kept, turn }, seen, field, signal);
    if (read.kind === 'later') return { later: true };
    if (read.kind === 'too-large') reasons.push(tooLargeFile(place, seen.key, field, read, keeping));
    else if (read.kind === 'too-slow') reasons.push(slowFile(place, seen, field, read.last));
    else if (read.kind === 'refused')
      reasons.push(brokenFile(place, seen.key, field, read.reason, versionOf(known, seen.key)));
    else if (read.kind === 'reference') reasons.push(referencedFile(place, seen.key, field));
    else if (read.kind === 'none' || isOfOther(read, seen)) return again(engine, place, seen, clock, signal);
    else told = read.kind === 'empty' ? emptied(told, field) : withFile(told, field, read.file, known);
  }
  const [first] = reasons;
  const unread = reasons.flatMap((reason) => reason.fields ?? []);
  const read =
    first === undefined ? { seen: told, kept } : { seen: asUnread(told, unread), parked: first, kept };
  if (unread.length === fields.length) return read;
  const now = await again(engine, place, seen, clock, signal);
  return 'seen' in now && now.seen.modId === seen.modId ? read : now;
}

/** Of another state of the record than this one. */
const isOfOther = (
  { modId }: Extract<ReadFile, { readonly kind: 'read' | 'empty' }>,
  seen: Observation,
): boolean => modId !== undefined && modId !== seen.modId;

const emptied = (seen: Observation, field: FieldName): Observation =>
  withValue(seen, field, { value: '', digest: emptyDigest });

/** As the server shows it now; its files have to be read anew. */
async function again(
  engine: Engine,
  place: Place,
  { key, recordId }: Observation,
  clock: LinkClock,
  signal: AbortSignal,
): Promise<Found> {
  const at = engine.clock.now();
  const row = await place.table.read(recordId, signal);
  // That it went is found as of any record.
  if (row === undefined || row === 'denied' || row.key !== key) return { gone: true };
  return { seen: observe(place, row, clock, at, engine.clock.now()) };
}

function withFile(
  seen: Observation,
  field: FieldName,
  file: FileRead,
  { heads, replicas, sending }: KnownOf,
): Observation {
  const [head, replica] = [heads.get(seen.key), replicas.get(seen.key)];
  const digests = [
    replica?.digests[field],
    replica?.sent?.[field],
    head?.seen[seen.server]?.digests[field],
    ...(sending.get(seen.key) ?? []).map((entry) => entry.digests[field]),
  ].filter((digest) => digest !== undefined);
  return withValue(seen, field, asKnownFile(file, valuesIn(head, field), digests));
}

const withValue = (
  seen: Observation,
  field: FieldName,
  { value, digest }: ReturnType<typeof asKnownFile>,
): Observation => ({
  ...seen,
  values: { ...seen.values, [field]: value },
  digests: { ...seen.digests, [field]: digest },
});

/** Without reading any: what a server holds is taken for what the head holds. */
const assumed = (seen: Observation, { heads }: KnownOf, fields: readonly FieldName[]): Observation =>
  fields.reduce((told, field) => {
    const value = valuesIn(heads.get(seen.key), field).find((one) => one !== '') ?? unreadFile;
    return withValue(told, field, { value, digest: digestOf(value) });
  }, seen);
