/**
 * read: one pass over the tables of a server, by one process among several.
 *
 * Leases save double work: one server is read by one process at a time, and a first meeting of a table, with the first
 * read that follows it, goes on alone. The second is the server's, not the process's: a first read that has to stop keeps
 * it for the process that goes on.
 */
import { sends } from '../core/link.ts';
import type { ServerName } from '../core/names.ts';
import { orHalt } from './drift.ts';
import { type Engine, type Place, placesOn } from './engine.ts';
import { enumerate, type Enumeration } from './enumerate.ts';
import { isMet, type Pace } from './meet.ts';
import { putBackDue } from './measure.ts';
import { recheckParked } from './recheck.ts';

/**
 * `busy`: another process reads this server. `unfinished`: its time was over; call again. `waiting`: none of its tables has to be
 * read, or can be yet, and nothing was asked of it.
 */
export type ServerReading = 'done' | 'unfinished' | 'busy' | 'waiting';

export type Lease = {
  /** Names this process among others. */
  readonly holder: string;
  /** How long a process that dies keeps others from reading, ms; longer than a page takes from one renewal to the next. */
  readonly leaseMs: number;
};

/** Does the work if no other process reads this server. */
export const readingAlone = <Result>(
  ports: Pick<Engine, 'control' | 'clock'>,
  server: ServerName,
  lease: Lease,
  work: (renew: () => Promise<void>) => Promise<Result>,
): Promise<Result | 'busy'> => alone(ports, `read ${server}`, lease, work);

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

/** Whoever works for long renews, which costs a request now and then. */
async function alone<Result>(
  { control, clock }: Pick<Engine, 'control' | 'clock'>,
  lease: string,
  { holder, leaseMs }: Lease,
  work: (renew: () => Promise<void>) => Promise<Result>,
): Promise<Result | 'busy'> {
  let takenAt = clock.now();
  const renew = async (): Promise<void> => {
    if (clock.now() - takenAt < leaseMs / 3) return;
    takenAt = clock.now();
    await control.takeLease(lease, holder, leaseMs, takenAt);
  };
  if (!(await control.takeLease(lease, holder, leaseMs, takenAt))) return 'busy';
  try {
    return await work(renew);
  } finally {
    await control.dropLease(lease, holder);
  }
}

export type ReadServerOptions = {
  readonly pace: Pace;
  /** Whether parked records may be due to be looked at once more. */
  readonly recheck: boolean;
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
  { pace, recheck }: ReadServerOptions,
  signal: AbortSignal,
): Promise<ServerReading> {
  const readings: PlaceReading[] = [];
  for (const place of placesOn(engine, server)) {
    if (readings.length > 0 && (await pace()) === 'stop') return 'unfinished';
    const reading = await readPlace(engine, place, pace, signal);
    if (reading === 'unfinished') return 'unfinished';
    readings.push(reading);
  }
  if (recheck) await recheckLongParked(engine, server, pace, signal);
  return readings.some((reading) => reading === 'done') ? 'done' : 'waiting';
}

/** A lease that is never given back: whoever gets it is the first for an hour. */
async function recheckLongParked(
  engine: Engine,
  server: ServerName,
  pace: Pace,
  signal: AbortSignal,
): Promise<void> {
  const { control, clock } = engine;
  const now = clock.now();
  if (!(await control.takeLease(`recheck ${server}`, engine.newId(), recheckEveryMs, now))) return;
  for (const place of placesOn(engine, server)) {
    const look = () => recheckParked(engine, place, now - recheckAfterMs, signal, pace);
    await orHalt(engine, place, look, signal);
  }
}

type PlaceReading = 'done' | 'unfinished' | 'waiting';

async function readPlace(
  engine: Engine,
  place: Place,
  pace: Pace,
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
    reading = await orHalt(engine, place, () => enumerate(engine, place, signal, { pace, mayMeet }), signal);
  } finally {
    // A first read that has to stop keeps others out until it goes on; one that failed must not.
    if (meets && reading !== 'unfinished') await control.dropLease(lease, link.server);
  }
  if (reading === 'unfinished') return 'unfinished';
  if (reading === 'waiting' || reading === 'outdated' || reading === 'halted') return 'waiting';
  if (reading === 'paused') return 'waiting';
  // What only receives, and was met, is not read.
  if (!meets) return sends(link) ? 'done' : 'waiting';
  // What was to be delivered there before the meeting was over has lost its messages.
  if (await isMet(engine, place)) await putBackDue(engine, link.server);
  return 'done';
}
