/** The reference clock and the only way to wait. Tests give a virtual one. */
import type { EpochMs } from '../core/names.ts';

export interface Clock {
  now(): EpochMs;
  /** Resolves after `ms`; rejects with the signal's reason when that is aborted first. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** Uniform in [0, 1). */
export type Random = () => number;
