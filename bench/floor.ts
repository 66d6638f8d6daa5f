/**
 * What the simulated servers allow, and how much of it was used.
 *
 *   floor = writes on the busiest receiving server × the time of one write ÷ sessions
 *
 * The time of a write is that of the profile, its round trip included. Nothing else is in the floor: no login, no listing or
 * find at the source, no look-up before a write, no start and no end. A client that made no other request than the writes
 * and lost no moment would reach it. So 100% cannot be had by one that keeps rule R3, which looks each key up.
 */
import type { RequestKind } from '../src/simulator/description.ts';
import type { Asked, BusySlot } from './office-calls.ts';
import { requestMs, type ServerTimes } from './profiles.ts';

const writing = ['create', 'update', 'delete'] as const satisfies readonly RequestKind[];

/** Undefined where the servers take no time. */
export function floorMs(
  times: ServerTimes,
  sessions: number,
  servers: readonly { readonly requests: Readonly<Partial<Asked['requests']>> }[],
): number | undefined {
  const busy = servers.map(({ requests }) =>
    writing.reduce((sum, kind) => sum + (requests[kind] ?? 0) * requestMs(times, kind), 0),
  );
  const most = Math.max(0, ...busy);
  return most === 0 ? undefined : most / sessions;
}

/** What became of the time of all sessions of one server, as parts of the whole run's time, ms of wall time each. */
export type TimeUsed = {
  /** Writes were under way. */
  readonly writingMs: number;
  /** Before the first write: start, logins, layouts, first pages. Less what other requests took of it. */
  readonly beforeMs: number;
  /** After the last write until the last session was logged out. */
  readonly afterMs: number;
  /** Finds, reads, logins: sessions were busy, but wrote nothing. */
  readonly otherMs: number;
  /** Between the first write and the last: sessions stood idle. */
  readonly idleMs: number;
};

const writeMs = ({ busyMs }: BusySlot): number =>
  writing.reduce((sum, kind) => sum + (busyMs[kind] ?? 0), 0) + (busyMs.script ?? 0);

const allMs = ({ busyMs }: BusySlot): number => Object.values(busyMs).reduce((sum, ms) => sum + ms, 0);

/** To a tenth of a second at both ends. */
export function timeUsed(
  slots: readonly BusySlot[],
  { from, to }: { readonly from: number; readonly to: number },
  sessions: number,
  slotMs = 100,
): TimeUsed {
  const within = slots.filter(({ at }) => at + slotMs > from && at < to);
  const writes = within.filter((slot) => writeMs(slot) > 0);
  const first = Math.max(from, writes[0]?.at ?? to);
  const last = Math.min(to, (writes.at(-1)?.at ?? to - slotMs) + slotMs);
  const sum = (of: readonly BusySlot[], ms: (slot: BusySlot) => number): number =>
    of.reduce((total, slot) => total + ms(slot), 0) / sessions;
  const between = within.filter(({ at }) => at + slotMs > first && at < last);
  const other = (slot: BusySlot): number => allMs(slot) - writeMs(slot);
  return {
    writingMs: sum(writes, writeMs),
    beforeMs: first - from,
    afterMs: to - last,
    otherMs: sum(between, other),
    idleMs: Math.max(0, last - first - sum(between, allMs)),
  };
}
