/** What became of lag, clocks and throughput, for plots. Every series is in the order of time, the oldest first. */

/** `hours`: 1 to 720, default 24. */
export type TrendsQuery = { readonly hours?: string };

export type TrendsAnswer = {
  readonly from: number;
  readonly to: number;
  /** In the order of the configuration, always all of them; a series may be empty. */
  readonly servers: readonly ServerTrend[];
  /** Why a series lacks, or ends early, in a sentence; absent where nothing is to be said. */
  readonly note?: string;
};

export type ServerTrend = {
  readonly server: string;
  /** A gap of more than a few of its steps means that nobody looked then: the line is better broken there. */
  readonly lag: readonly LagPoint[];
  /** The server's clock minus that of the machine that syncs. It lies surely between `lo` and `hi`, ms: a band. */
  readonly clock: readonly { readonly at: number; readonly lo: number; readonly hi: number }[];
  /** Records written there (created, changed or deleted) between `from` and `at`. */
  readonly written: readonly { readonly from: number; readonly at: number; readonly records: number }[];
};

export type LagPoint = {
  readonly at: number;
  readonly lagMs: number;
  /** Records that waited to be delivered there. */
  readonly pending: number;
};
