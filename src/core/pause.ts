/**
 * Pauses: what is neither read nor written for a while, since a person said so. A pause names a server, a table, both, or
 * neither, which is everything.
 *
 *   R2  A pause changes nothing of what waits: it only says that nobody works on it now.
 *
 * One that ended is kept for a day: what was sent to a queue before its end was let go by, and lag counts from there.
 */
import type { EpochMs, ServerName, TableName } from './names.ts';

/** What a pause is of; a name that is absent stands for all. */
export type PauseScope = { readonly table?: TableName; readonly server?: ServerName };

export type Pause = PauseScope & {
  readonly at: EpochMs;
  /** When it ends by itself, or ended; absent: when a person ends it. */
  readonly until?: EpochMs;
};

/** All of them, stored as one. */
export type PauseList = {
  /** Counts up by one with every write; the first is 1. */
  readonly rev: number;
  readonly pauses: readonly Pause[];
};

/** A table on a server; without a table: the server as a whole. */
export type PausedAt = { readonly table?: TableName; readonly server: ServerName };

/** Nothing is done there; `until` absent: until a person says so. */
export type Standstill = { readonly why: 'pause' | 'maintenance'; readonly until?: EpochMs };

const keptMs = 86_400_000;

const isActive = ({ until }: Pause, now: EpochMs): boolean => until === undefined || until > now;

/** A pause of one table says nothing of its server as a whole. */
const isOf = (pause: Pause, { table, server }: PausedAt): boolean =>
  (pause.table ?? table) === table && (pause.server ?? server) === server;

/** Of those that hold there now, the one that ends last. */
export const longestPause = (list: PauseList | undefined, place: PausedAt, now: EpochMs): Pause | undefined =>
  (list?.pauses ?? [])
    .filter((pause) => isActive(pause, now) && isOf(pause, place))
    .toSorted((a, b) => endOf(b) - endOf(a))[0];

/** What holds there now, of several that which ends last. */
export function pausedNow(
  list: PauseList | undefined,
  place: PausedAt,
  now: EpochMs,
): Standstill | undefined {
  const pause = longestPause(list, place, now);
  return pause && { why: 'pause', ...(pause.until !== undefined && { until: pause.until }) };
}

/** The one that ends last, or by no clock; undefined of none. */
export const latest = (all: readonly Standstill[]): Standstill | undefined =>
  all.toSorted((a, b) => endOf(b) - endOf(a))[0];

const endOf = ({ until }: Pick<Standstill, 'until'>): number => until ?? Number.MAX_SAFE_INTEGER;

/** When the last pause there ended; 0 where none did in the last day. */
export const lastPauseEnd = (list: PauseList | undefined, place: PausedAt, now: EpochMs): EpochMs =>
  Math.max(
    0,
    ...(list?.pauses ?? []).flatMap((pause) =>
      isOf(pause, place) && !isActive(pause, now) ? (pause.until ?? []) : [],
    ),
  );

const isSame = (one: PauseScope, other: PauseScope): boolean =>
  one.table === other.table && one.server === other.server;

/** A pause of the same scope is replaced. */
export const withPause = (list: PauseList | undefined, pause: Pause): PauseList =>
  next(
    [...(list?.pauses ?? []).filter((one) => !(isSame(one, pause) && isActive(one, pause.at))), pause],
    list,
    pause.at,
  );

/** Whether a pause is of nothing but what the scope names. */
const isWithin = (pause: Pause, scope: PauseScope): boolean =>
  (scope.table ?? pause.table) === pause.table && (scope.server ?? pause.server) === pause.server;

/** Those that lie within the scope end now; undefined where there is none. */
export function resumed(list: PauseList | undefined, scope: PauseScope, now: EpochMs): PauseList | undefined {
  const ends = (pause: Pause): boolean => isActive(pause, now) && isWithin(pause, scope);
  if (list === undefined || !list.pauses.some(ends)) return undefined;
  return next(
    list.pauses.map((pause) => (ends(pause) ? { ...pause, until: now } : pause)),
    list,
    now,
  );
}

const next = (pauses: readonly Pause[], before: PauseList | undefined, now: EpochMs): PauseList => ({
  rev: (before?.rev ?? 0) + 1,
  pauses: pauses.filter(({ until }) => until === undefined || until > now - keptMs),
});

export const activePauses = (list: PauseList | undefined, now: EpochMs): readonly Pause[] =>
  (list?.pauses ?? []).filter((pause) => isActive(pause, now));
