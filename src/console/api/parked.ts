/** Parked records, by cause: `serversync parked`. Keys are in it, values are not. */

/** `limit`: keys shown of one table on one server for one cause, 1 to 1000, default 100. */
export type ParkedQuery = { readonly table?: string; readonly server?: string; readonly limit?: string };

export type ParkedAnswer = {
  readonly parked: number;
  /** That of most records first. */
  readonly causes: readonly ParkedCause[];
};

export type ParkedCause = {
  readonly code: string;
  readonly cause: string;
  /** What to do. */
  readonly advice?: string;
  /** It may pass by itself. */
  readonly passes: boolean;
  readonly records: number;
  readonly places: readonly ParkedPlace[];
};

export type ParkedPlace = {
  readonly table: string;
  readonly server: string;
  readonly records: number;
  /** The first of them. */
  readonly since: number;
  /** The first of them is tried again by itself, while somebody works with the state. */
  readonly nextTryAt?: number;
  readonly keys: readonly ParkedKey[];
};

export type ParkedKey = {
  /** `(record id 12)` where the record has none: it cannot be tried. */
  readonly key: string;
  readonly since: number;
  /** How many times in a row it was refused; absent: once. */
  readonly attempts?: number;
  /** One of these it is. */
  readonly fields?: readonly string[];
  readonly retryAt?: number;
};

/** None of them: all that is parked. */
export type ParkedBody = { readonly table?: string; readonly server?: string; readonly key?: string };
