/** Lag: now minus the oldest change that is not yet on a server. */
import type { EpochMs } from './names.ts';

/** Milliseconds; 0 where nothing waits. */
export const lagMs = (oldestChangeAt: EpochMs | undefined, now: EpochMs): number =>
  oldestChangeAt === undefined ? 0 : Math.max(0, now - oldestChangeAt);

/** The skew of one server's clock against another's, ms: derived from the middles of their offsets. */
export const skewMs = (a: { readonly lo: number; readonly hi: number }, b: typeof a): number =>
  Math.round((a.lo + a.hi - b.lo - b.hi) / 2);
