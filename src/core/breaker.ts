/**
 * What is known of a server that fails, between processes that share nothing else: while it is open, nobody sends work
 * there but one trial at a time, with waits that grow.
 */
import type { BatchId } from './batch.ts';
import type { EpochMs, ServerName } from './names.ts';

/** `data`: its licence lets it send no more (953), so that it is asked for nothing. */
export type BreakerTask = 'reading' | 'writing' | 'data';

export type Breaker = {
  readonly server: ServerName;
  readonly task: BreakerTask;
  /** Counts up by one with every write; the first is 1. */
  readonly rev: number;
  /** Failures since it last worked; 0: it works. */
  readonly failures: number;
  /** Since when it fails, or works again. */
  readonly since: EpochMs;
  /** Error code of the last failure; what it was before where it works again. */
  readonly code: string;
  /** Not to be tried before. */
  readonly tryAt: EpochMs;
  /** The one row that may be tried. */
  readonly trial?: BatchId;
};

export const isOpen = (breaker: Breaker | undefined): boolean =>
  breaker !== undefined && breaker.failures > 0;

/** First wait and longest, ms: short asks a server that is down often, long leaves one that is back waiting (assumed). */
const firstWaitMs = 60_000;
const longestWaitMs = 30 * 60_000;
/** A limit for a year is over when it begins anew, or more is bought: nothing that a minute changes. */
const dataWaitMs = 60 * 60_000;

export function failed(
  before: Breaker | undefined,
  of: { readonly server: ServerName; readonly task: BreakerTask; readonly code: string },
  now: EpochMs,
): Breaker {
  const failures = (before?.failures ?? 0) + 1;
  const growing = Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(failures - 1, 20));
  const waitMs = of.task === 'data' ? dataWaitMs : growing;
  const since = isOpen(before) ? (before?.since ?? now) : now;
  return { ...of, rev: (before?.rev ?? 0) + 1, failures, since, tryAt: now + waitMs };
}

export function works(before: Breaker, now: EpochMs): Breaker {
  const { trial: _trial, ...rest } = before;
  return { ...rest, rev: before.rev + 1, failures: 0, since: now, tryAt: now };
}

/** One row may be tried now; no other before the trial had time to fail. */
export const tried = (before: Breaker, trial: BatchId, until: EpochMs): Breaker => ({
  ...before,
  rev: before.rev + 1,
  trial,
  tryAt: until,
});

/** The trial ended without a request, so that it says nothing: another row may be tried at once. */
export function provedNothing({ trial: _trial, ...before }: Breaker, now: EpochMs): Breaker {
  return { ...before, rev: before.rev + 1, tryAt: now };
}
