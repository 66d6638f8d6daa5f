/**
 * How far a server's clocks are from what they were taken for: beyond a bound nothing is read or written there by them before a
 * person has said that they are right (R8).
 */
import type { ClockState } from './clock-state.ts';
import { middle } from './interval.ts';
import { offZoneMs, zoneErrorMs } from './server-clock.ts';

/**
 * A clock that was set by more halts, ms. Less is what NTP and people correct, and the window reads it again; by that much stamps
 * made before it would be read wrong, and each conflict among them decided wrong. An hour is what is set by who changes
 * to summer time by hand, and less than most virtual machines are off that were resumed. 10 minutes to a day. Assumed.
 */
export const mostStepMs = 3_600_000;

/** With what the clock is taken for: it follows every measurement that is near enough. */
export function followed(before: ClockState | undefined, state: ClockState): ClockState {
  const now = middle(state.offset);
  const trusted = before?.trustedMs ?? middle((before ?? state).offset);
  return { ...state, trustedMs: Math.abs(now - trusted) > mostStepMs ? trusted : now };
}

/** The clock is right as it is now. */
export const trusted = (state: ClockState): ClockState => ({
  ...state,
  rev: state.rev + 1,
  trustedMs: middle(state.offset),
});

/** How far it was set, ms, where that is too far; undefined where not. */
export function steppedMs({ offset, trustedMs }: ClockState): number | undefined {
  const off = trustedMs === undefined ? 0 : Math.round(middle(offset) - trustedMs);
  return Math.abs(off) > mostStepMs ? off : undefined;
}

/** How far it stamps off its own clock, ms, where that is another zone than configured, and nobody said that it is right so. */
export function otherZoneMs(state: ClockState): number | undefined {
  const off = offZoneMs(state);
  const { acceptedOffMs } = state;
  if (off === undefined || acceptedOffMs === undefined) return off;
  return Math.abs(off - acceptedOffMs) > zoneErrorMs ? off : undefined;
}

/** What was measured of the stamps under another zone says nothing under this one. */
export function underZone(state: ClockState, zone: string): ClockState {
  const { stampingZone = zone } = state;
  return stampingZone === zone ? { ...state, stampingZone } : { ...unmeasured(state), stampingZone: zone };
}

/** Stamps as they are measured are right. */
export function accepted(state: ClockState): ClockState {
  const off = offZoneMs(state);
  return { ...state, rev: state.rev + 1, ...(off !== undefined && { acceptedOffMs: off }) };
}

/** What own writes showed is forgotten: the next ones are measured. */
export const forgotten = (state: ClockState): ClockState => ({ ...unmeasured(state), rev: state.rev + 1 });

function unmeasured(state: ClockState): ClockState {
  const { stamping: _stamping, stampingAhead: _ahead, acceptedOffMs: _accepted, ...rest } = state;
  return rest;
}
