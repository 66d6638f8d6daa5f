/**
 * What we know of a server's clocks. Offset is server minus reference, in milliseconds, as an interval.
 *
 * Two clocks count: the host's, which answers probes, and the one that stamps records. They are the same machine's
 * in most installations and measured apart, because they need not be.
 */
import type { Interval } from './interval.ts';
import type { EpochMs, ServerName, TableName } from './names.ts';

export type ClockState = {
  readonly server: ServerName;
  /** Counts up by one with every write; the first is 1. */
  readonly rev: number;
  /** Counts up when the clock stepped; measurements before a step say nothing about the time after. */
  readonly epoch: number;
  /** From the host's answers to probes. */
  readonly offset: Interval;
  /** The same as our script in a file read it, to the millisecond; absent until it did since the clock was set last. */
  readonly script?: Interval;
  /** From our own writes, read again; absent until one was. */
  readonly stamping?: Interval;
  /** The same against the host's clock: what ages does not touch, since one machine has both, or each is kept true. */
  readonly stampingAhead?: Interval;
  readonly measuredAt: EpochMs;
  /** What the host's clock is taken for, ms: it follows what is measured, as long as that is near enough. */
  readonly trustedMs?: number;
  /** The configured zone under which the stamping clock was measured. */
  readonly stampingZone?: string;
  /** How far it stamps off the host's clock, ms, where a person said that this is right. */
  readonly acceptedOffMs?: number;
  /** The last step found: its size (new minus old, ms) and when. */
  readonly step?: { readonly byMs: number; readonly at: EpochMs };
  /** When the certificate ends that the server showed when its clock was measured last; absent over plain http. */
  readonly certificateEndsAt?: EpochMs;
};

/** How far users' own stamps were seen behind, for a table on a server. */
export type UserClock = {
  readonly table: TableName;
  readonly server: ServerName;
  /** Counts up by one with every write; the first is 1. Older versions stored none, which counts as 0. */
  readonly rev?: number;
  /** The worst of each day that had any, by day number (days since 1970). */
  readonly worstByDay: Readonly<Record<string, number>>;
};
