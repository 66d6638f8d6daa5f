/**
 * read: one pass over the tables of a server, by one process among several.
 *
 * Two leases save double work: one server is read by one process at a time, and a first meeting of a table, with the first
 * read that follows it, goes on alone. The second is the server's, not the process's: a first read that has to stop keeps
 * it for the process that goes on.
 */
import type { ServerName } from '../core/names.ts';
import { type Engine, type Place, placesOn } from './engine.ts';
import { enumerate } from './enumerate.ts';
import { isMet, type Pace } from './meet.ts';
import { putBackDue } from './measure.ts';

/** `busy`: another process reads this server. `unfinished`: its time was over; call again. */
export type ServerReading = 'done' | 'unfinished' | 'busy';

export type ReadServerOptions = {
  /** Names this process among others. */
  readonly holder: string;
  /** Longer than the process can live, ms. */
  readonly leaseMs: number;
  readonly pace: Pace;
};

/** For how long a first read that stopped keeps others out, ms: until it goes on, which takes a tick. */
const meetingLeaseMs = 20 * 60_000;

/** Throws ServerError where the server is at fault. */
export async function readServer(
  engine: Engine,
  server: ServerName,
  options: ReadServerOptions,
  signal: AbortSignal,
): Promise<ServerReading> {
  const { control, clock } = engine;
  const { holder, leaseMs } = options;
  const lease = `read ${server}`;
  if (!(await control.takeLease(lease, holder, leaseMs, clock.now()))) return 'busy';
  try {
    return await readAll(engine, server, options, signal);
  } finally {
    await control.dropLease(lease, holder);
  }
}

async function readAll(
  engine: Engine,
  server: ServerName,
  { pace }: ReadServerOptions,
  signal: AbortSignal,
): Promise<ServerReading> {
  const [first, ...others] = placesOn(engine, server);
  if (first && (await readPlace(engine, first, pace, signal)) === 'unfinished') return 'unfinished';
  for (const place of others) {
    if ((await pace()) === 'stop') return 'unfinished';
    if ((await readPlace(engine, place, pace, signal)) === 'unfinished') return 'unfinished';
  }
  return 'done';
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
  const reading = await enumerate(engine, place, signal, { pace, mayMeet });
  if (reading === 'unfinished') return 'unfinished';
  if (!meets) return 'done';
  await control.dropLease(lease, link.server);
  // What was to be delivered there before the meeting was over has lost its messages.
  if (await isMet(engine, place)) await putBackDue(engine, link.server);
  return 'done';
}
