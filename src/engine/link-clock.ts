/** The clocks of one table on one server, as they are known now: for its stamps and for its window. */
import type { ClockState, UserClock } from '../core/clock-state.ts';
import { hostOffset, stampingOffset } from '../core/server-clock.ts';
import { changedAt, shownInstants, type StampingClock } from '../core/stamp.ts';
import { behindMs } from '../core/user-clock.ts';
import { digestsOf } from '../core/digest.ts';
import type { Observation } from '../core/observation.ts';
import type { TablePlan } from '../core/link.ts';
import type { EpochMs, ServerName } from '../core/names.ts';
import type { WindowClock } from '../core/window.ts';
import type { ServerRecord } from '../ports/server.ts';
import type { Engine, Place } from './engine.ts';
import { probeClock } from './measure.ts';

export type LinkClock = StampingClock &
  WindowClock & {
    /** Reference time at which the last step of the clock was found: what was stamped before says nothing of it now. */
    readonly steppedAt: EpochMs;
  };

/** As they are stored. */
export type StoredClocks = { readonly host: ClockState | undefined; readonly user: UserClock | undefined };

export async function storedClocks({ control }: Engine, { plan, link }: Place): Promise<StoredClocks> {
  const [host, user] = await Promise.all([
    control.clock(link.server),
    control.userClock(plan.name, link.server),
  ]);
  return { host, user };
}

/** A clock that was never measured is measured now: nothing is read before it is. */
export const linkClock = async (engine: Engine, place: Place, signal: AbortSignal): Promise<LinkClock> =>
  linkClockOf(engine, place, await storedClocks(engine, place), signal);

export async function linkClockOf(
  engine: Engine,
  { link }: Place,
  { host, user }: StoredClocks,
  signal: AbortSignal,
): Promise<LinkClock> {
  const state = host ?? (await firstMeasured(engine, link.server, signal));
  const now = engine.clock.now();
  return {
    timeZone: link.timeZone,
    stampedBy: link.stampedBy,
    epoch: state.epoch,
    steppedAt: state.step?.at ?? 0,
    // Milliseconds that are counted have no zone, whatever was measured of other stamps there.
    offset: link.stampedBy === 'utcMilliseconds' ? hostOffset(state, now) : stampingOffset(state, now),
    behindMs: behindMs(user, now),
  };
}

async function firstMeasured(engine: Engine, server: ServerName, signal: AbortSignal): Promise<ClockState> {
  await probeClock(engine, server, signal);
  const state = await engine.control.clock(server);
  if (state === undefined) throw new Error(`the clock of server ${server} was measured and is not stored`);
  return state;
}

/** What a record tells of what the table keeps the same: digests, and files of which it is not known what they are. */
export function stateOf(
  { fields }: Pick<TablePlan, 'fields'>,
  { values, files = {} }: Pick<ServerRecord, 'values' | 'files'>,
): Pick<Observation, 'digests' | 'files'> {
  const names = fields.map(({ name }) => name);
  const shown = names.filter((name) => files[name] !== undefined);
  if (shown.length === 0) return { digests: digestsOf(values, names) };
  return {
    digests: digestsOf(
      values,
      names.filter((name) => files[name] === undefined),
    ),
    files,
  };
}

/** A record as a request between `at` and `until` showed it. */
export function observe(
  { plan, link }: Place,
  record: ServerRecord,
  clock: LinkClock,
  at: EpochMs,
  until: EpochMs,
): Observation {
  const shown = shownInstants(record.stamp, clock.timeZone);
  return {
    server: link.server,
    key: record.key,
    recordId: record.recordId,
    modId: record.modId,
    values: record.values,
    ...stateOf(plan, record),
    changedAt: changedAt(record.stamp, clock, until),
    ...(shown === undefined ? {} : { shown }),
    at,
    until,
  };
}
