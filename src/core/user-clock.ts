/**
 * How far users' own clocks lag: a record that changed since we read it, but is stamped before that reading, was
 * stamped by a clock that is behind at least by the difference. The worst counts for some days, in the overlap.
 */
import type { UserClock } from './clock-state.ts';
import type { EpochMs, ServerName, TableName } from './names.ts';

const dayMs = 86_400_000;

/** How long a bad clock is remembered. Longer reads more rows again each run; shorter forgets a weekly visitor. Assumed. */
const rememberedDays = 14;

/** The most that counts: more than the widest pair of zones is no clock but a wrong field. Assumed. */
const mostBehindMs = 26 * 3_600_000;

const dayOf = (at: EpochMs): number => Math.floor(at / dayMs);

/** Adds one sighting; the given state where it changes nothing. */
export function withBehind(
  state: UserClock | undefined,
  table: TableName,
  server: ServerName,
  byMs: number,
  at: EpochMs,
): UserClock {
  const today = dayOf(at);
  const ms = Math.min(byMs, mostBehindMs);
  if (state !== undefined && (state.worstByDay[today] ?? Number.NEGATIVE_INFINITY) >= ms) return state;
  const kept = Object.entries(state?.worstByDay ?? {}).filter(
    ([day]) => Number(day) > today - rememberedDays,
  );
  const worst = Object.fromEntries(kept);
  worst[today] = Math.max(worst[today] ?? 0, ms);
  return { table, server, rev: (state?.rev ?? 0) + 1, worstByDay: worst };
}

/** The worst of the remembered days, ms; 0 where none was seen. */
export function behindMs(state: UserClock | undefined, at: EpochMs): number {
  const first = dayOf(at) - rememberedDays + 1;
  const worst = Object.entries(state?.worstByDay ?? {})
    .filter(([day]) => Number(day) >= first)
    .map(([, ms]) => ms);
  return Math.max(0, ...worst);
}
