/**
 * Whether this process got to an answer late: its event loop had not turned for a while (a page was parsed, the machine worked on
 * other things), and the answer lay there. How long it seems to have taken says nothing of the server then.
 *
 * A timer notes when the loop turns, only while requests are under way: node:perf_hooks has histograms of the same, without instants.
 */
import type { EpochMs } from '../../core/names.ts';

/** 1-10 ms; short costs CPU (at 3 ms about one part in a hundred, measured), long does not see short standing. */
const tickMs = 3;

/** Later than its time by more than this, it stood. Answers of 15 ms that take 3 ms longer seem slow. */
const lateMs = 3;

/** What lay there is read one after the other when the loop turns again; that takes so long (assumed). */
const readingMs = 10;

/** The timer ends when nobody has asked for so long. */
const idleMs = 1_000;

type Stand = { readonly from: EpochMs; readonly to: EpochMs };

export interface Standing {
  /** A request goes out. */
  watch(): void;
  /** Whether an answer whose head was read at `answeredAt` had lain there. */
  delayed(sentAt: EpochMs, answeredAt: EpochMs): boolean;
}

export class LoopStanding implements Standing {
  readonly #now: () => EpochMs;
  #timer: NodeJS.Timeout | undefined;
  #turnedAt: EpochMs = 0;
  #askedAt: EpochMs = 0;
  #last: Stand | undefined;

  constructor(now: () => EpochMs) {
    this.#now = now;
  }

  watch(): void {
    this.#askedAt = this.#now();
    if (this.#timer !== undefined) return;
    this.#turnedAt = this.#askedAt;
    this.#timer = setInterval(() => this.turned(), tickMs);
    this.#timer.unref();
  }

  /** The loop turns. */
  turned(): void {
    const at = this.#now();
    if (isLong(this.#turnedAt, at)) this.#last = { from: this.#turnedAt, to: at };
    this.#turnedAt = at;
    if (at - this.#askedAt < idleMs) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  delayed(sentAt: EpochMs, answeredAt: EpochMs): boolean {
    this.#askedAt = this.#now();
    if (isLong(Math.max(this.#turnedAt, sentAt), answeredAt)) return true;
    const last = this.#last;
    if (last === undefined || answeredAt - last.to > readingMs) return false;
    return isLong(Math.max(last.from, sentAt), Math.min(last.to, answeredAt));
  }
}

const isLong = (from: EpochMs, to: EpochMs): boolean => to - from > tickMs + lateMs;
