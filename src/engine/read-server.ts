/**
 * read: one pass over the tables of a server, by one process among several.
 *
 * Leases save double work: one server is read by one process at a time, and a first meeting of a table, with the first
 * read that follows it, goes on alone. The second is the server's, not the process's: a first read that has to stop keeps
 * it for the process that goes on.
 */
import { sends } from '../core/link.ts';
import type { Interval } from '../core/interval.ts';
import type { ServerName, TableName } from '../core/names.ts';
import type { Watermark } from '../core/watermark.ts';
import { orHalt } from './drift.ts';
import { type Engine, type Place, placesOn } from './engine.ts';
import { enumerate, type EnumerateOptions, type Enumeration } from './enumerate.ts';
import { isMet, type Pace } from './meet.ts';
import { putBackDue } from './measure.ts';
import { recheckParked } from './recheck.ts';
import { alone, type Lease, readingLease, taken, type Turn } from './reading-turn.ts';
import { PlacesAhead, type StoredPlaces } from './stored-place.ts';

/**
 * `busy`: another process reads this server. `unfinished`: its time was over; call again. `waiting`: none of its tables has to be
 * read, or can be yet, and nothing was asked of it.
 */
export type ServerReading = 'done' | 'unfinished' | 'busy' | 'waiting';

/** Does the work if no other process reads this server. */
export const readingAlone = <Result>(
  ports: Pick<Engine, 'control' | 'clock'>,
  server: ServerName,
  lease: Lease,
  work: (renew: () => Promise<void>) => Promise<Result>,
): Promise<Result | 'busy'> => alone(ports, readingLease(server), lease, work);

/** Does the work if no other process sweeps this server. */
export const sweepingAlone = <Result>(
  ports: Pick<Engine, 'control' | 'clock'>,
  server: ServerName,
  lease: Lease,
  work: (renew: () => Promise<void>) => Promise<Result>,
): Promise<Result | 'busy'> => alone(ports, `sweep ${server}`, lease, work);

/** Sees to what the configuration asks for newly, if no other process does. */
export const growingAlone = <Result>(
  ports: Pick<Engine, 'control' | 'clock'>,
  lease: Lease,
  work: (renew: () => Promise<void>) => Promise<Result>,
): Promise<Result | 'busy'> => alone(ports, 'grow', lease, work);

export type ReadServerOptions = {
  readonly pace: Pace;
  /** Default: the server is this process's alone. */
  readonly turn?: Turn;
  /** Of the server's tables, as it was loaded just now. Default: it is loaded. */
  readonly stored?: StoredPlaces;
  /** Whether parked records may be due to be looked at once more. */
  readonly recheck: boolean;
  /** Of these tables alone, and of those that were met: a meeting is the schedule's. Default: all. */
  readonly only?: ReadonlySet<TableName>;
  /** Told of each change that was made there since it was last read, by its stamp. */
  readonly changed?: (table: TableName, at: Interval) => void;
};

/** For how long a first read that stopped keeps others out, ms: until it goes on, which takes a tick. */
const meetingLeaseMs = 20 * 60_000;

/** A parked record is looked at again when it has been parked for so long, ms: what was mended on the server, or on its layout, goes on by itself. */
export const recheckAfterMs = 24 * 3_600_000;
/** How often one process among all looks for them, ms: what it had no time for comes with the next look. */
export const recheckEveryMs = 3_600_000;

/** Throws ServerError where the server is at fault. */
export async function readServer(
  engine: Engine,
  server: ServerName,
  options: ReadServerOptions,
  signal: AbortSignal,
): Promise<ServerReading> {
  const quiet: Watermark[] = [];
  try {
    return await readPlaces(engine, server, options, (mark) => quiet.push(mark), signal);
  } finally {
    if (quiet.length > 0) await engine.control.advanceWatermarks(server, quiet);
  }
}

async function readPlaces(
  engine: Engine,
  server: ServerName,
  { pace, turn = taken, stored, recheck, only, changed }: ReadServerOptions,
  keepQuiet: (mark: Watermark) => void,
  signal: AbortSignal,
): Promise<ServerReading> {
  const readings: PlaceReading[] = [];
  const places = placesOn(engine, server);
  const tables = places.map(({ plan }) => plan.name);
  const ahead = new PlacesAhead(engine, server, tables, turn.isTaken() ? undefined : stored);
  const takeTurn = async (): Promise<boolean> => {
    if (!turn.isTaken()) ahead.forget();
    return turn.take();
  };
  for (const place of places.filter(({ plan }) => only?.has(plan.name) ?? true)) {
    if (only !== undefined && !(await isMet(engine, place))) continue;
    if (readings.length > 0 && (await pace()) === 'stop') return 'unfinished';
    const options = {
      pace,
      turn: { ...turn, take: takeTurn },
      keepQuiet,
      stored: await ahead.of(place.plan.name),
      ...(changed && { changed: (at: Interval) => changed(place.plan.name, at) }),
    };
    const reading = await readPlace(engine, place, options, signal);
    if (reading === 'unfinished' || reading === 'busy') return reading;
    readings.push(reading);
  }
  if (recheck) await recheckLongParked(engine, server, { pace, turn }, signal);
  return readings.some((reading) => reading === 'done') ? 'done' : 'waiting';
}

/** A lease that is never given back: whoever gets it is the first for an hour. */
async function recheckLongParked(
  engine: Engine,
  server: ServerName,
  { pace, turn }: { readonly pace: Pace; readonly turn: Turn },
  signal: AbortSignal,
): Promise<void> {
  const { control, clock } = engine;
  const now = clock.now();
  // What is looked at once more is worked on.
  if (!(await turn.take())) return;
  if (!(await control.takeLease(`recheck ${server}`, engine.newId(), recheckEveryMs, now))) return;
  for (const place of placesOn(engine, server)) {
    const look = () => recheckParked(engine, place, now - recheckAfterMs, signal, pace);
    await orHalt(engine, place, look, signal);
  }
}

type PlaceReading = 'done' | 'unfinished' | 'waiting' | 'busy';

async function readPlace(
  engine: Engine,
  place: Place,
  options: Omit<EnumerateOptions, 'mayMeet'>,
  signal: AbortSignal,
): Promise<PlaceReading> {
  const { control, clock } = engine;
  const { plan, link } = place;
  const lease = `meeting ${plan.name}`;
  let meets = false;
  // Where another server's meeting goes on, this one's turn comes with a later tick.
  const mayMeet = async (): Promise<boolean> =>
    (meets = await control.takeLease(lease, link.server, meetingLeaseMs, clock.now()));
  let reading: Enumeration | undefined;
  try {
    reading = await orHalt(
      engine,
      place,
      () => enumerate(engine, place, signal, { ...options, mayMeet }),
      signal,
    );
  } finally {
    // A first read that has to stop keeps others out until it goes on; one that failed must not.
    if (meets && reading !== 'unfinished') await control.dropLease(lease, link.server);
  }
  if (reading === 'unfinished' || reading === 'busy') return reading;
  if (reading === 'waiting' || reading === 'outdated' || reading === 'halted') return 'waiting';
  if (reading === 'paused') return 'waiting';
  // What only receives, and was met, is not read.
  if (!meets) return sends(link) ? 'done' : 'waiting';
  // What was to be delivered there before the meeting was over has lost its messages.
  if (await isMet(engine, place)) await putBackDue(engine, link.server);
  return 'done';
}
