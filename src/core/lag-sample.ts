/** How far behind a server was at an instant, and what was written there since the sample before: for plots, nothing rests on it. */
import type { EpochMs, ServerName } from './names.ts';

export type LagSample = {
  readonly server: ServerName;
  readonly at: EpochMs;
  readonly lagMs: number;
  /** Keys that waited to be delivered there. */
  readonly pending: number;
  /** Records written there between `from` and `at`. */
  readonly from: EpochMs;
  readonly written: number;
};

/** For how long samples are kept, ms: 30 days. One a minute is 43,200 rows for a server, some 3 MB. */
export const samplesKeptMs = 30 * 86_400_000;
