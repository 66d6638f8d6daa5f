/**
 * read: one pass over the tables of a server, by one process among several.
 *
 * Two leases save double work: one server is read by one process at a time, and a first meeting of a table, with the first
 * read that follows it, goes on alone. The second is the server's, not the process's: a first read that has to stop keeps
 * it for the process that goes on.
 */
import type { ServerName } from '../core/names.ts';
import { type Engine, type Place, placesOn } from './engine.ts';
import { enumerate, type Enumeration } from './enumerate.ts';
import { isMet, type Pace } from './meet.ts';
import { putBackDue } from './measure.ts';
import { recheckParked } from './recheck.ts';

/** `busy`: another process reads this server. `unfinished`: its time was over; call again. */
export type ServerReading = 'done' | 'unfinished' | 'busy';

export type Lease = {
  /** Names this process among others. */
  readonly holder: string;
  /** Longer than the process can live, ms. */
  readonly leaseMs: number;
};

/** Does the work if no other process reads this server. */
export async function readingAlone<Result>(
  { control, clock }: Pick<Engine, 'control' | 'clock'>,
  server: ServerName,
  { holder, leaseMs }: Lease,
  work: () => Promise<Result>,
): Promise<Result | 'busy'> {
  const lease = `read ${server}`;
  if (!(await control.takeLease(lease, holder, leaseMs, clock.now()))) return 'busy';
  try {
    return await work();
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

/** Parked records are looked at once a day, ms: what was mended on the server, or on its layout, goes on by itself. */
const recheckEveryMs = 24 * 3_600_000;

/** Throws ServerError where the server is at fault. */
export async function readServer(
  engine: Engine,
  server: ServerName,
  { pace, recheck }: ReadServerOptions,
  signal: AbortSignal,
): Promise<ServerReading> {
  const [first, ...others] = placesOn(engine, server);
  if (first && (await readPlace(engine, first, pace, signal)) === 'unfinished') return 'unfinished';
  for (const place of others) {
    if ((await pace()) === 'stop') return 'unfinished';
    if ((await readPlace(engine, place, pace, signal)) === 'unfinished') return 'unfinished';
  }
  if (recheck) await recheckOnceADay(engine, server, signal);
  return 'done';
}

/** A lease that is never given back: whoever gets it is the first for a day. */
async function recheckOnceADay(engine: Engine, server: ServerName, signal: AbortSignal): Promise<void> {
  const { control, clock } = engine;
  const lease = `recheck ${server}`;
  const holder = engine.newId();
  const now = clock.now();
  if (!(await control.takeLease(lease, holder, recheckEveryMs, now))) return;
  try {
    for (const place of placesOn(engine, server)) await recheckParked(engine, place, now, signal);
  } catch (error) {
    await control.dropLease(lease, holder);
    throw error;
  }
}

async function readPlace(
  engine: Engine,
  place: Place,
  pace: Pace,
  signal: AbortSignal,
): Promise<'done' | 'unfinished'> {
  const { control, clock } = engine;
  const { plan, link } = place;
  const lease = `meeting ${plan.name}`;
  let meets = false;
  // Where another server's meeting goes on, this one's turn comes with a later tick.
  const mayMeet = async (): Promise<boolean> =>
    (meets = await control.takeLease(lease, link.server, meetingLeaseMs, clock.now()));
  let reading: Enumeration | undefined;
  try {
    reading = await enumerate(engine, place, signal, { pace, mayMeet });
  } finally {
    // A first read that has to stop keeps others out until it goes on; one that failed must not.
    if (meets && reading !== 'unfinished') await control.dropLease(lease, link.server);
  }
  if (reading === 'unfinished') return 'unfinished';
  if (!meets) return 'done';
  // What was to be delivered there before the meeting was over has lost its messages.
  if (await isMet(engine, place)) await putBackDue(engine, link.server);
  return 'done';
}
