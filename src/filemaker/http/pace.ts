/**
 * The pace of one server: hears how requests fare, and says how many may be under way (limit.ts).
 *
 * Each process has its own; where several share a server each gives way by itself.
 */
import type { EpochMs } from '../../core/names.ts';
import type { Bounds } from '../../core/niceness.ts';
import { AnswerTimes, type Judgement, type Timed } from './answer-times.ts';
import {
  afterAnswer,
  afterFull,
  afterLook,
  afterRefusal,
  afterTrial,
  afterUnjudged,
  firstLimit,
  type Limit,
  mayGrow,
} from './limit.ts';

export type Heard = Timed & {
  readonly sentAt: EpochMs;
  readonly at: EpochMs;
  readonly outcome: 'done' | 'locked' | 'refused';
  /** How many were under way when it was answered, itself included. */
  readonly inFlightAfter: number;
  /** It lay there before this process got to it: how long it took is not known. */
  readonly isDelayed: boolean;
  /** As many were under way as may be, this one included, when it was answered. */
  readonly isFull: boolean;
};

export type Lowered = {
  readonly from: number;
  readonly to: number;
  readonly why: 'slow' | 'refused' | 'locked';
};

type PaceOptions = {
  readonly bounds: Bounds;
  /** The part of the time since it was asked last in which this process was at work: 0 to 1. */
  readonly business: () => number;
  /** Told when it gives way, and more than it was told since it had all; once in a minute at the most. */
  readonly lowered: (how: Lowered) => void;
};

/** Where this process is at work for more of the time, answers wait for it, and say nothing of the server (assumed). */
const busyFrom = 0.7;

/**
 * A locked record (301) is about that record, not about load. Where so many answers of a trial say it, somebody works through the
 * table, by hand or with a script, and comes first.
 */
const manyLocked = { part: 0.25, atLeast: 4 };

/** A look ends after that long, so that a server whose answers take seconds is not kept at a quarter of the speed for minutes (assumed). */
const longestLookMs = 3_000;

export class Pace {
  readonly #o: PaceOptions;
  readonly #times = new AnswerTimes();
  #limit: Limit = firstLimit;
  #trialFrom: EpochMs = Number.NEGATIVE_INFINITY;
  /** Of what was told, and from when on more may be. */
  #told = Number.POSITIVE_INFINITY;
  #tellFrom: EpochMs = Number.NEGATIVE_INFINITY;
  #heard = 0;
  #full = 0;
  #locked = 0;
  /** Sum of what its answers took, and of the squares. */
  #took = { ms: 0, squares: 0 };

  constructor(options: PaceOptions) {
    this.#o = options;
  }

  /** How many requests may be under way now. */
  get limit(): number {
    return this.#limit.count;
  }

  hear(heard: Heard): void {
    const { sentAt, at, outcome } = heard;
    if (outcome === 'refused') return this.refused(sentAt, at);
    this.#become(afterAnswer(this.#limit, this.#o.bounds, at), at);
    if (this.#o.bounds.share === undefined)
      return this.#become(afterUnjudged(this.#limit, this.#o.bounds, at), at);
    if (sentAt <= this.#trialFrom) return;
    if (this.#limit.phase === 'looking') this.#look(heard);
    else if (heard.isDelayed) return;
    else if (this.#isAlone(heard)) this.#times.learn(heard, at);
    else this.#try(heard);
  }

  /** Few were under way though more might have been. */
  #isAlone({ inFlight, inFlightAfter }: Heard): boolean {
    if (this.#limit.phase === 'starting') return inFlight <= this.#few;
    return this.limit > this.#few && Math.max(inFlight, inFlightAfter) <= this.#few;
  }

  /** The server had no room for a login that was sent at `sentAt`, beside so many open sessions. */
  full(open: number, sentAt: EpochMs, at: EpochMs): void {
    this.#become(afterFull(this.#limit, open, sentAt, at), at, 'refused');
  }

  /** The server would not have a request that was sent at `sentAt`. */
  refused(sentAt: EpochMs, at: EpochMs): void {
    this.#become(afterRefusal(this.#limit, sentAt, at), at, 'refused');
  }

  /** Under way while nobody waits for another: what answers take then is usual. */
  get #few(): number {
    return Math.ceil(this.#o.bounds.most / 4);
  }

  #look(heard: Heard): void {
    if (!heard.isDelayed) this.#times.learn(heard, heard.at);
    if (this.#times.hasLooked || heard.at - this.#trialFrom > longestLookMs)
      this.#become(afterLook(this.#limit, heard.at), heard.at);
  }

  #try(heard: Heard): void {
    this.#times.hear(heard, heard.at);
    this.#heard += 1;
    this.#took = { ms: this.#took.ms + heard.ms, squares: this.#took.squares + heard.ms ** 2 };
    this.#full += heard.isFull ? 1 : 0;
    this.#locked += heard.outcome === 'locked' ? 1 : 0;
    const { bounds } = this.#o;
    const canGrow = this.limit < bounds.most && mayGrow(this.#limit, heard.at);
    const judgement = this.#times.judge(this.limit, canGrow);
    if (judgement !== undefined) this.#over(judgement, heard.at);
  }

  #over(judgement: Judgement, at: EpochMs): void {
    const { bounds, business } = this.#o;
    const isOurs = judgement.kind === 'slow' && business() > busyFrom;
    const trial = {
      judgement: isOurs ? ({ kind: 'quick' } as const) : judgement,
      isFull: this.#full >= this.#heard / 2,
      answerMs: this.#took.squares / Math.max(1, this.#took.ms),
    };
    const isLocked = this.#locked >= Math.max(manyLocked.atLeast, this.#heard * manyLocked.part);
    const after = isLocked ? afterRefusal(this.#limit, at, at) : afterTrial(this.#limit, bounds, trial, at);
    this.#become(after, at, isLocked ? 'locked' : 'slow');
    this.#begin(at);
  }

  #become(limit: Limit, at: EpochMs, why: Lowered['why'] = 'slow'): void {
    const before = this.#limit;
    this.#limit = limit;
    if (limit.phase !== before.phase) {
      if (limit.phase === 'looking') this.#times.beginLook();
      this.#begin(at);
    }
    if (limit.count >= this.#o.bounds.most) this.#told = Number.POSITIVE_INFINITY;
    const from = before.phase === 'looking' ? before.resume : before.count;
    if (limit.loweredAt !== before.loweredAt && limit.count < from)
      this.#tell({ from, to: limit.count, why }, at);
  }

  #tell(how: Lowered, at: EpochMs): void {
    if (how.to >= this.#told || at < this.#tellFrom) return;
    this.#told = how.to;
    this.#tellFrom = at + 60_000;
    this.#o.lowered(how);
  }

  #begin(at: EpochMs): void {
    this.#times.begin();
    this.#trialFrom = at;
    this.#heard = 0;
    this.#full = 0;
    this.#locked = 0;
    this.#took = { ms: 0, squares: 0 };
    this.#o.business();
  }
}
