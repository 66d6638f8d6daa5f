/**
 * Whether two servers set a field again after each of our writes, in their own way and for ever: a script on each, that counts as
 * somebody's edit every time.
 *
 *   R6  Sync stops by itself: then the field is held, and a person has to say which of them is right.
 */
import type { HeadField } from './head.ts';
import type { EpochMs, ServerName } from './names.ts';

/** Changes of a field by servers in turn, each of which had held the value of the one before. */
export type Turns = {
  /** Of all of them, one after the other. */
  readonly weight: number;
  /** When the last one was seen. */
  readonly at: EpochMs;
  /** What the field held before it. */
  readonly before: string;
};

/** Turns further apart are those of people, ms: sync runs every few minutes, and what answers it is there with the next run. */
const atMostApartMs = 3_600_000;

/**
 * A script answers our write at once. What is changed later was changed by people, who hand a record to and fro all day, as
 * the stock of an article; a script that comes by a schedule is taken for such. Assumed.
 */
const answersWithinMs = 60_000;

/** The same of a number that is added up, as a stock: people change it all day on all servers, within seconds of our writes. Assumed. */
const countsWithinMs = 5_000;

/**
 * A turn weighs 1, one that brings back what was there before the other's weighs 2: people who talk about a record change it in
 * turn as well, but seldom to and fro between two values. So the seventh turn between two values holds a field, or the twelfth with
 * new values. Lower holds up people, higher costs writes. Assumed.
 */
const most = 12;

/** The turn that a change by this server is; undefined where it is none. */
export function nextTurn(
  head: HeadField,
  change: {
    readonly server: ServerName;
    readonly digest: string;
    readonly at: EpochMs;
    /** How long after our write it was made, at the least, ms. */
    readonly afterMs: number;
    /** The field is one that is added up. */
    readonly counts: boolean;
  },
): Turns | undefined {
  if (head.origin === change.server || change.afterMs > withinMs(change)) return undefined;
  const { turns } = head;
  const goesOn = turns !== undefined && change.at - turns.at <= atMostApartMs;
  const own = turns?.before === change.digest ? 2 : 1;
  return { weight: goesOn ? turns.weight + own : 1, at: change.at, before: head.digest };
}

const withinMs = ({ counts }: { readonly counts: boolean }): number =>
  counts ? countsWithinMs : answersWithinMs;

export const isEndless = ({ weight }: Turns): boolean => weight >= most;
