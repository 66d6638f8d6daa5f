/**
 * How many requests a server gets at once: values in, decisions out.
 *
 * It begins with one and grows by one with each answer until all sessions may be at work, whether or not that many were asked for: a run
 * asks little before it writes, and then all are needed at once. Where answers become slow it follows from Little's law how many requests the server works on without
 * any waiting (under way, divided by how many times longer they take); the limit goes back to a share of
 * that, since users need the rest. After a while it tries one more, and the next try comes later where that was too much. Refusals
 * halve it. What is usual is measured by a look: a few answers while a quarter of the limit is under way.
 *
 * The method is that of TCP Vegas and of Netflix' concurrency-limits; no package on npm has it (looked for in November 2026).
 */
import type { EpochMs } from '../../core/names.ts';
import type { Bounds } from '../../core/niceness.ts';
import type { Judgement } from './answer-times.ts';

export type Limit = {
  readonly count: number;
  /** `looking`: only `count` are under way while it is measured what is usual; `resume` afterwards. */
  readonly phase: 'starting' | 'steady' | 'looking';
  readonly resume: number;
  /** It does not grow before that instant. */
  readonly holdUntil: EpochMs;
  /** How long the last hold is or was; 0: the next begins anew. */
  readonly holdMs: number;
  /** When the start was over, or the last look. */
  readonly since: EpochMs;
  readonly hasLooked: boolean;
  /** From when on trial after trial was slow, though a look had just shown what is usual. */
  readonly slowSince: EpochMs | undefined;
  /** A refusal of what was sent before that instant says nothing new. */
  readonly loweredAt: EpochMs;
};

/**
 * First hold after slow answers, after a refusal, and the longest. Each try for more makes users wait for some 30 answers: short
 * holds make them wait often, long ones leave a server idle whose users went home (assumed).
 */
const holds = { slow: 30_000, refused: 2_000, longest: 120_000 };

/**
 * When what is usual is looked at. `unknown`: since the start or the last look, where nothing is known of what is asked now; `first` and `again`:
 * where something is, since the first answers are few and connections were made in them, and it becomes old; `fresh`: so long after a look
 * slow answers are believed at once. Each look costs some eight answers at a quarter of the speed: a run of seconds needs none. Where answers are
 * `long`, as those of our script are, none comes before the time of so many `answers`, or `longest` (assumed).
 */
const looks = {
  unknownMs: 1_000,
  firstMs: 4_000,
  againMs: 60_000,
  freshMs: 15_000,
  longMs: 300,
  answers: 20,
  longestMs: 30_000,
};

/**
 * What is slow for less, and not that many times slower, is a moment at which the machine, ours or the server's, worked on something
 * else (assumed).
 */
const doubted = { below: 2, forMs: 1_000 };

/** A share of 2.9 requests is 3: what was measured is never exact. */
const rounding = 0.2;

export const firstLimit: Limit = {
  count: 1,
  phase: 'starting',
  resume: 1,
  holdUntil: 0,
  holdMs: 0,
  since: 0,
  hasLooked: false,
  slowSince: undefined,
  loweredAt: Number.NEGATIVE_INFINITY,
};

/** An answer came as it should. */
export function afterAnswer(limit: Limit, { most }: Bounds, at: EpochMs): Limit {
  if (limit.phase !== 'starting') return limit;
  const count = Math.min(most, limit.count + 1);
  if (count < most) return { ...limit, count };
  return { ...limit, count, phase: 'steady', since: at };
}

/** The server did not take a request that was sent at `sentAt`: it has no room, or is not well. */
export function afterRefusal(limit: Limit, sentAt: EpochMs, at: EpochMs): Limit {
  if (sentAt <= limit.loweredAt) return limit;
  const count = limit.phase === 'looking' ? limit.resume : limit.count;
  return lowered(limit, Math.floor(count / 2), holds.refused, at);
}

/** The server let in no session beside those that are open: all of them may be at work, and more would only wait for one. */
export function afterFull(limit: Limit, open: number, sentAt: EpochMs, at: EpochMs): Limit {
  if (open === 0) return afterRefusal(limit, sentAt, at);
  const count = limit.phase === 'looking' ? limit.resume : limit.count;
  if (sentAt <= limit.loweredAt || count <= open) return limit;
  return { ...lowered(limit, open, holds.refused, at), holdMs: limit.holdMs };
}

/** Where no answer is judged, those that come as they should alone let it grow again after refusals. */
export function afterUnjudged(limit: Limit, { most }: Bounds, at: EpochMs): Limit {
  return limit.phase === 'starting' ? limit : grown(limit, most, at);
}

export type Trial = {
  readonly judgement: Judgement;
  /** As many requests were under way as may be. */
  readonly isFull: boolean;
  /** How long the answers took that took most of its time: their mean, weighted by themselves. */
  readonly answerMs: number;
};

/** A trial is over: so many answers were heard that they can be judged. */
export function afterTrial(limit: Limit, bounds: Bounds, trial: Trial, at: EpochMs): Limit {
  const { judgement } = trial;
  if (judgement.kind === 'slow') {
    // Until now it was quick enough, and may have become slow for another reason: then giving way helps nobody, as a look shows.
    if (limit.holdMs === 0 && !isFresh(limit, at)) return look(limit);
    const slowSince = limit.slowSince ?? at;
    const isDoubted = judgement.slower < doubted.below && at - slowSince < doubted.forMs;
    if (limit.holdMs === 0 && isDoubted) return { ...limit, slowSince };
    const count = Math.floor((judgement.inFlight / judgement.slower) * (bounds.share ?? 1) + rounding);
    const fewer = lowered(limit, Math.min(count, limit.count - 1), holds.slow, at);
    // What was looked at with a quarter of it was too much as well: what is usual is not known yet.
    const wasTooMuch = fewer.count < Math.ceil(limit.count / 4);
    return wasTooMuch ? { ...fewer, since: at, hasLooked: false } : fewer;
  }
  return afterQuick({ ...limit, slowSince: undefined }, bounds.most, trial, at);
}

function afterQuick(limit: Limit, most: number, trial: Trial, at: EpochMs): Limit {
  if (!trial.isFull || limit.phase === 'starting') return limit;
  return isDue(limit, trial, at) ? look(limit) : grown(limit, most, at);
}

/** By one, unless it is held; where it has all, the next hold begins anew. */
function grown(limit: Limit, most: number, at: EpochMs): Limit {
  if (limit.count >= most) return limit.holdMs === 0 ? limit : { ...limit, holdMs: 0 };
  return mayGrow(limit, at) ? { ...limit, count: limit.count + 1 } : limit;
}

const isFresh = ({ hasLooked, since }: Limit, at: EpochMs): boolean =>
  hasLooked && at - since <= looks.freshMs;

function isDue({ hasLooked, since }: Limit, { judgement, answerMs }: Trial, at: EpochMs): boolean {
  const waitMs = answerMs < looks.longMs ? 0 : Math.min(looks.answers * answerMs, looks.longestMs);
  if (at - since < waitMs) return false;
  if (judgement.kind === 'unknown') return at - since >= looks.unknownMs;
  return at - since >= (hasLooked ? looks.againMs : looks.firstMs);
}

export const mayGrow = (limit: Limit, at: EpochMs): boolean =>
  limit.phase !== 'looking' && at >= limit.holdUntil;

export function afterLook(limit: Limit, at: EpochMs): Limit {
  if (limit.phase !== 'looking') return limit;
  return { ...limit, phase: 'steady', count: limit.resume, since: at, hasLooked: true, slowSince: undefined };
}

function look(limit: Limit): Limit {
  return { ...limit, phase: 'looking', count: Math.ceil(limit.count / 4), resume: limit.count };
}

function lowered(limit: Limit, to: number, firstHoldMs: number, at: EpochMs): Limit {
  const holdMs = Math.min(holds.longest, Math.max(firstHoldMs, 2 * limit.holdMs));
  return {
    ...limit,
    count: Math.max(1, to),
    phase: 'steady',
    slowSince: undefined,
    holdMs,
    holdUntil: at + holdMs,
    loweredAt: at,
  };
}
