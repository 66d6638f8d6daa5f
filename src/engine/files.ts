/**
 * Files of containers on their way from a server into the store, so that the record that has them can be merged.
 *
 *   R2  The file is in the store, as a whole, before anything names it.
 *   R4  A record of which a file was read is read once more: where it changed meanwhile it starts over, since nobody knows which of its
 *       states the file belongs to.
 *   R7  A record whose file cannot be read, or is too large, is parked; the others go on, and what else is in it where that may
 *       (unread-files.ts).
 *   R9  Events name table, field and size: no name of a file, no key.
 */
import { digestOf, emptyDigest } from '../core/digest.ts';
import { asKnownFile, type FileRead, unknownFiles, valuesIn } from '../core/files.ts';
import { fileName } from '../core/file-value.ts';
import { unreadFile } from '../core/file-words.ts';
import type { FieldName, Key } from '../core/names.ts';
import type { Observation } from '../core/observation.ts';
import type { FileFrom, ServerFiles } from '../ports/server.ts';
import { all } from './all.ts';
import { chunksOf, type Engine, type FileKeeping, type Place } from './engine.ts';
import { type LinkClock, observe } from './link-clock.ts';
import { parkRecords, type Reason } from './park.ts';
import { brokenFile, busyRecord, referencedFile, tooLargeFile, unreadFiles } from './park-files.ts';
import { type Known, loadKnown, type Pending } from './ingest.ts';
import { Progress } from './file-progress.ts';

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

/** The records with what their files are, or as they are by now. What cannot be read is parked, and marked in them. */
export async function readFiles<Of extends Waiting>(
  engine: Engine,
  place: Place,
  { some, known, clock, sightings }: Reading<Of>,
  signal: AbortSignal,
): Promise<readonly Of[]> {
  const read = await all(
    some.map(async (one) => {
      const found = await withFiles(engine, place, one.pending.seen, known, clock, signal);
      if ('parked' in found) await parkRecords(engine, place, [found.parked], sightings);
      return 'seen' in found ? [{ ...one, pending: { ...one.pending, seen: found.seen } }] : [];
    }),
  );
  return read.flat();
}

/** Tries to read the files of a record that changes meanwhile: each takes them once more out of what the licence lets the server send. */
const mostReads = 3;
const readAtOnce = 4;

/** All of these states with what their files are, for whoever puts them down without merging them. What cannot be read is parked, and left out. */
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
    await all(
      some.map(async (state) => {
        let now: Observation | undefined = state;
        for (let tries = 0; now !== undefined && unknownFiles(now).length > 0; tries += 1) {
          if (tries === mostReads) {
            const version = versionOf(known, state.key);
            return parkRecords(engine, place, [busyRecord(place, state.key, mostReads, version)]);
          }
          now = await readOne(engine, place, now, known, clock, signal);
        }
        if (now !== undefined) read.set(state, now);
      }),
    );
  }
  return states.flatMap((state) => (unknownFiles(state).length > 0 ? (read.get(state) ?? []) : state));
}

async function readOne(
  engine: Engine,
  place: Place,
  state: Observation,
  known: KnownOf,
  clock: LinkClock,
  signal: AbortSignal,
): Promise<Observation | undefined> {
  const found = await withFiles(engine, place, state, known, clock, signal);
  if ('parked' in found) {
    await parkRecords(engine, place, [found.parked]);
    return undefined;
  }
  return 'seen' in found ? found.seen : undefined;
}

type Found =
  | { readonly seen: Observation }
  /** In `seen` it is marked which could not be read. */
  | { readonly seen: Observation; readonly parked: Reason }
  | { readonly gone: true };

/** What is known of the record: needed to tell a file that is there already. */
type KnownOf = Pick<Known, 'heads' | 'replicas' | 'sending'>;

export async function withFiles(
  engine: Engine,
  place: Place,
  seen: Observation,
  known: KnownOf,
  clock: LinkClock,
  signal: AbortSignal,
): Promise<Found> {
  const fields = unknownFiles(seen);
  const keeping = engine.files;
  if (keeping === 'assumed') return { seen: assumed(seen, known, fields) };
  const { files } = place.table;
  if (fields.length === 0) return { seen };
  if (files === undefined || keeping === undefined)
    return { seen: asUnread(seen, fields), parked: unreadFiles(place, seen.key, fields) };
  let told = seen;
  const reasons: Reason[] = [];
  for (const field of fields) {
    const isReference = seen.files?.[field] === 'reference';
    const read: Read = isReference
      ? { kind: 'reference' }
      : await readFile({ engine, place, files, keeping }, seen, field, signal);
    if (read.kind === 'too-large') reasons.push(tooLargeFile(place, seen.key, field, read, keeping));
    else if (read.kind === 'refused')
      reasons.push(brokenFile(place, seen.key, field, read.reason, versionOf(known, seen.key)));
    else if (read.kind === 'reference') reasons.push(referencedFile(place, seen.key, field));
    else if (read.kind === 'none' || isOfOther(read, seen)) return again(engine, place, seen, clock, signal);
    else told = read.kind === 'empty' ? emptied(told, field) : withFile(told, field, read.file, known);
  }
  const [first] = reasons;
  const unread = reasons.flatMap((reason) => reason.fields ?? []);
  const read = first === undefined ? { seen: told } : { seen: asUnread(told, unread), parked: first };
  if (unread.length === fields.length) return read;
  const now = await again(engine, place, seen, clock, signal);
  return 'seen' in now && now.seen.modId === seen.modId ? read : now;
}

/** Of another state of the record than this one. */
const isOfOther = (
  { modId }: Extract<Read, { readonly kind: 'read' | 'empty' }>,
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

type Read =
  | { readonly kind: 'read'; readonly file: FileRead; readonly modId?: number | undefined }
  | { readonly kind: 'empty'; readonly modId?: number | undefined }
  | { readonly kind: 'reference' }
  | { readonly kind: 'too-large'; readonly size: number | undefined }
  | { readonly kind: 'refused'; readonly reason: string }
  /** It is not there any more. */
  | { readonly kind: 'none' };

type From = {
  readonly engine: Engine;
  readonly place: Place;
  readonly files: ServerFiles;
  readonly keeping: FileKeeping;
};

async function readFile(
  { engine, place, files, keeping }: From,
  { recordId }: Observation,
  field: FieldName,
  signal: AbortSignal,
): Promise<Read> {
  const { limitBytes, store } = keeping;
  const take = async (from: FileFrom): Promise<FileRead> => {
    if (from.size !== undefined && from.size > limitBytes) throw new TooLarge(from.size);
    const progress = new Progress(engine, place, field, 'coming', from.size);
    const stored = await store.put(progress.counting(within(from.bytes, limitBytes)), signal);
    return { name: fileName(from.name), size: stored.size, sha256: stored.sha256, type: from.type };
  };
  try {
    const got = await files.download(recordId, field, take, signal);
    return got.kind === 'taken' ? { kind: 'read', file: got.result, modId: got.modId } : got;
  } catch (error) {
    if (error instanceof TooLarge) return { kind: 'too-large', size: error.size };
    throw error;
  }
}

class TooLarge extends Error {
  /** Undefined where the server did not tell it. */
  readonly size: number | undefined;

  constructor(size: number | undefined) {
    super('a file is larger than the limit');
    this.size = size;
  }
}

async function* within(bytes: AsyncIterable<Uint8Array>, limitBytes: number): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const part of bytes) {
    size += part.length;
    if (size > limitBytes) throw new TooLarge(undefined);
    yield part;
  }
}

/** Without reading any: what a server holds is taken for what the head holds. */
const assumed = (seen: Observation, { heads }: KnownOf, fields: readonly FieldName[]): Observation =>
  fields.reduce((told, field) => {
    const value = valuesIn(heads.get(seen.key), field).find((one) => one !== '') ?? unreadFile;
    return withValue(told, field, { value, digest: digestOf(value) });
  }, seen);
