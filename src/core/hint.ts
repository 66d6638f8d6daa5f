/**
 * When a table is read for hints that it has changed, and which changes no hint told of.
 *
 * A hint says nothing but "look there now". The first one is waited on for a moment, since a commit of many records calls for
 * each; after a reading the table rests, longer where the reading took long or found nothing new, as while our own writes call:
 * so hints of a table take a third of the time at most, and 10,000 of them are a few readings.
 *
 *   R1  No rule rests on a hint: what it does not tell of is found by the schedule.
 */
import type { Interval } from './interval.ts';
import type { EpochMs } from './names.ts';

/** Between the first hint and the reading, ms: shorter reads more often while many records are committed, longer delays each change. Assumed. */
export const calmMs = 200;

/** Between the end of a reading and the beginning of the next, ms: at least, and at most where readings find nothing new. Assumed. */
const restMs = { least: 1_000, most: 30_000 };

/** Of one table on one server. */
export type HintState = {
  /** Since the last reading for hints began; undefined: there was none. */
  readonly hintedAt: EpochMs | undefined;
  /** No reading begins before. */
  readonly restsUntil: EpochMs;
  /** How long it rests after the last reading, ms. */
  readonly rest: number;
  /** Readings in turn that found nothing new. */
  readonly vain: number;
};

export const noHint: HintState = { hintedAt: undefined, restsUntil: 0, rest: 0, vain: 0 };

/** The earlier of hints counts: many that follow each other put nothing off. Nor does a clock that is set back. */
export const hinted = (state: HintState, now: EpochMs): HintState => ({
  ...state,
  hintedAt: Math.min(state.hintedAt ?? now, now),
  restsUntil: Math.min(state.restsUntil, now + Math.max(restMs.most, state.rest)),
});

/** When it is to be read; undefined: there is no hint. */
export const readAt = ({ hintedAt, restsUntil }: HintState): EpochMs | undefined =>
  hintedAt === undefined ? undefined : Math.max(hintedAt + calmMs, restsUntil);

/** Hints from now on are for the next reading: they may be of what this one has passed. */
export const readingBegun = (state: HintState): HintState => ({ ...state, hintedAt: undefined });

export function readingEnded(
  state: HintState,
  {
    begunAt,
    now,
    foundNew,
  }: { readonly begunAt: EpochMs; readonly now: EpochMs; readonly foundNew: boolean },
): HintState {
  const vain = foundNew ? 0 : state.vain + 1;
  const inVain = Math.min(restMs.least * 2 ** Math.max(0, vain - 1), restMs.most);
  const rest = Math.max(inVain, 2 * (now - begunAt));
  return { ...state, vain, rest, restsUntil: now + rest };
}

/** The hints that a failed reading was for wait for the next one, which says that the server is back. */
export const readingFailed = (
  state: HintState,
  { begunAt, now }: { readonly begunAt: EpochMs; readonly now: EpochMs },
): HintState => ({ ...state, hintedAt: begunAt, restsUntil: now + restMs.least });

/** Partition of the control table on AWS with all hints: the function that takes calls may touch nothing else. */
export const wakePartition = 'wake';

/** How long a call may be under way, ms: longer misses fewer, shorter takes late ones for missed. Assumed. */
export const hintGraceMs = 30_000;

/**
 * Whether a change that the schedule found is one that no hook told of: it was made while the webhook stood, no hint has come since
 * it, and one had its time. A hint names no record, so one that came after the change counts for it: so this counts too few rather than too many.
 */
export const isMissed = (
  changedAt: Interval,
  {
    lastHintAt,
    standsSince,
    readFrom,
  }: {
    /** The last hint of that table there; 0: none. */
    readonly lastHintAt: EpochMs;
    readonly standsSince: EpochMs | undefined;
    /** When the reading began. */
    readonly readFrom: EpochMs;
  },
): boolean =>
  standsSince !== undefined &&
  changedAt.lo > standsSince &&
  changedAt.lo > lastHintAt &&
  changedAt.hi < readFrom - hintGraceMs;
