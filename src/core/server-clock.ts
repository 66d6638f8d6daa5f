/**
 * A server's clock against ours, as an interval that probes narrow and age widens (docs/architecture.md).
 *
 * A probe cannot contradict what we know unless the clock was set: an empty intersection is a step, which begins a
 * new epoch, since readings from before it say nothing about stamps made after it.
 */
import type { ClockState } from './clock-state.ts';
import { hull, type Interval, intersect, interval, middle, widen, width } from './interval.ts';
import type { EpochMs, ServerName } from './names.ts';
import { wideMs } from './window.ts';

/**
 * How fast an interval is widened, ms per ms. Quartz clocks drift by up to some 50 ppm and a clock that is being
 * slewed by up to 500 ppm (both documented for NTP); too small and slewing looks like a step, too large and old
 * probes say nothing.
 */
export const driftRate = 500e-6;

/** Beyond this the host's clock and the clock that stamps are surely not set to the same zone. Assumed: zones differ by 15 minutes at least. */
export const zoneErrorMs = 14 * 60_000;

export type Probe = {
  readonly offset: Interval;
  readonly at: EpochMs;
  /** When the certificate ends that the server showed; absent over plain http. */
  readonly certificateEndsAt?: EpochMs;
};

const aged = (offset: Interval, from: EpochMs, to: EpochMs): Interval =>
  widen(offset, Math.max(0, to - from) * driftRate);

/** Folds a probe into what is known; the result has a step of this very instant if the clock was set. */
export function withProbe(state: ClockState | undefined, server: ServerName, probe: Probe): ClockState {
  const { certificateEndsAt: endsAt } = probe;
  const { certificateEndsAt: _before, ...clock } = clockAfter(state, server, probe);
  return endsAt === undefined ? clock : { ...clock, certificateEndsAt: endsAt };
}

function clockAfter(state: ClockState | undefined, server: ServerName, probe: Probe): ClockState {
  if (state === undefined) {
    return { server, rev: 1, epoch: 1, offset: probe.offset, measuredAt: probe.at };
  }
  const next = { ...state, rev: state.rev + 1, measuredAt: probe.at };
  const before = aged(state.offset, state.measuredAt, probe.at);
  const both = intersect(before, probe.offset);
  if (both === undefined) return stepped(state, probe);
  const older = (known: Interval | undefined) => known && aged(known, state.measuredAt, probe.at);
  const [script, stamping] = [older(state.script), older(state.stamping)];
  return { ...next, offset: both, ...(script && { script }), ...(stamping && { stamping }) };
}

/**
 * Folds in what our script in a file read; undefined where that says little more than was known. It is kept beside the probes: a
 * proxy in front may answer those by a clock of its own, and what differs by that is no step. One that was set contradicts what
 * the script read before, which is replaced; a new epoch is for the next probe to begin.
 */
export function withScript(state: ClockState, reading: Probe): ClockState | undefined {
  const at = Math.max(state.measuredAt, reading.at);
  const shown = aged(reading.offset, reading.at, at);
  const known = state.script && aged(state.script, state.measuredAt, at);
  const both = known === undefined ? shown : intersect(known, shown);
  if (both !== undefined && known !== undefined && width(both) > width(known) / 2) return undefined;
  const stamping = state.stamping && aged(state.stamping, state.measuredAt, at);
  return {
    ...state,
    rev: state.rev + 1,
    offset: aged(state.offset, state.measuredAt, at),
    script: both ?? shown,
    ...(stamping && { stamping }),
    measuredAt: at,
  };
}

/** What probes and the script both allow; where they contradict each other it may be either. */
const hostWhenMeasured = ({ offset, script }: ClockState): Interval =>
  script === undefined ? offset : (intersect(offset, script) ?? hull(offset, script));

function stepped(state: ClockState, probe: Probe): ClockState {
  const { script: _script, stamping: _before, stampingAhead: ahead, ...rest } = state;
  // That it stamps by another zone was said by a person: it holds against the clock, however that is set.
  const zone = rest.acceptedOffMs !== undefined && ahead;
  const byMs = Math.round(middle(probe.offset) - middle(state.offset));
  return {
    ...rest,
    rev: state.rev + 1,
    epoch: state.epoch + 1,
    offset: probe.offset,
    measuredAt: probe.at,
    step: { byMs, at: probe.at },
    ...(zone && {
      stamping: interval(probe.offset.lo + zone.lo, probe.offset.hi + zone.hi),
      stampingAhead: zone,
    }),
  };
}

/** Folds in what our own writes, read again, show of the clock that stamps; a contradiction replaces the old. */
export function withStamping(state: ClockState, shown: Interval): ClockState {
  const stamping = state.stamping && intersect(state.stamping, shown);
  const host = hostWhenMeasured(state);
  const ahead = interval(shown.lo - host.hi, shown.hi - host.lo);
  const both = stamping && state.stampingAhead && intersect(state.stampingAhead, ahead);
  return { ...state, rev: state.rev + 1, stamping: stamping ?? shown, stampingAhead: both ?? ahead };
}

/**
 * The offset of whatever stamps records on this server: the host's clock and the measured stamping clock together.
 * Where nothing was written there for days, the host's clock is still probed, and tells of the other one.
 */
export function stampingOffset(state: ClockState, at: EpochMs): Interval {
  const { stamping, stampingAhead: ahead } = state;
  const host = hostOffset(state, at);
  if (stamping === undefined) return host;
  const measured = aged(stamping, state.measuredAt, at);
  const byHost = ahead && interval(host.lo + ahead.lo, host.hi + ahead.hi);
  const shown = (byHost && intersect(measured, byHost)) ?? measured;
  // Where a person said that it stamps by another zone, the host's clock tells nothing of the stamps.
  return state.acceptedOffMs === undefined ? hull(host, shown) : shown;
}

/** The offset of the host's clock alone. */
export const hostOffset = (state: ClockState, at: EpochMs): Interval =>
  aged(hostWhenMeasured(state), state.measuredAt, at);

/** How far the server stamps off its host's clock, ms, where that is by another zone or another clock; undefined where not. */
export function offZoneMs({ stamping, offset }: ClockState): number | undefined {
  if (stamping === undefined) return undefined;
  const off = Math.round(middle(stamping) - middle(offset));
  return Math.abs(off) > zoneErrorMs && Math.abs(off) <= wideMs ? off : undefined;
}
