/**
 * Whether answers of a server have become slow: those of now against those that the same kind of request had while few were
 * under way.
 *
 * Times of answers scatter (caches, other work), so the means of their logarithms are compared, and called slow only where they
 * differ by more than that. Not the best time ever seen:
 * of thousands one is always far below what is usual, and everything would seem slow beside it.
 */
import type { EpochMs } from '../../core/names.ts';

/** `kind`: requests of one kind and size, whose times may be compared. */
export type Timed = { readonly kind: string; readonly ms: number; readonly inFlight: number };

export type Judgement =
  /** `slower`: how many times longer an answer takes; `inFlight`: how many requests were under way, on average. */
  | { readonly kind: 'slow'; readonly slower: number; readonly inFlight: number }
  | { readonly kind: 'quick' }
  /** Most are of kinds of which no answer is known from when few were under way. */
  | { readonly kind: 'unknown' };

/** So much longer counts as slow. With 4 requests that a server works on at once, a fifth one makes each take 1.25 times as long. */
const slowFrom = Math.log(1.15);

/** And it has to be that much, ms: nobody notices less, and where answers take a millisecond it comes about in this process and on the way (assumed). */
const noticedMs = 3;

/**
 * No trial is judged by fewer answers, and one that stays unclear ends after so many times more: soon where the limit may grow, since one more
 * under way makes it clearer. Few: users wait less while a trial lasts that is too much for them.
 */
const fewest = 12;
const longest = { growing: 4, steady: 16 };

/** What is usual is known when it is off by so much at the most (a part of it), or when so many answers told of it. */
const sureFrom = 0.04;
const mostLearned = 40;

/** How long a kind's usual time counts. Long judges by what was true once, short asks for looks that cost time (assumed). */
const usualForMs = 5 * 60_000;

/** Kinds kept: those of a table are about ten. */
const mostKinds = 500;

/** Before anything is known of how much times scatter: as much as two answers that differ by a fifth say. */
const prior = { weight: 2, variance: 0.04 };

type Mean = { count: number; mean: number; squares: number };
type Usual = Mean & { look: number; at: EpochMs };

const noMean = (): Mean => ({ count: 0, mean: 0, squares: 0 });

/** `longer`: how much longer than usual, as logarithms; `doubt`: for each answer the error of what is usual, squared, summed. */
const emptyTrial = () => ({ answers: 0, inFlight: 0, longer: noMean(), usualMs: 0, doubt: 0 });

/** Welford's: means and squares in one pass. */
function add(to: Mean, value: number): void {
  to.count += 1;
  const off = value - to.mean;
  to.mean += off / to.count;
  to.squares += off * (value - to.mean);
}

const varianceOf = ({ count, squares }: Mean): number =>
  (squares + prior.weight * prior.variance) / (count - 1 + prior.weight);

const errorOf = (of: Mean): number => Math.sqrt(varianceOf(of) / of.count);

/** Below half a millisecond the clock says nothing; what took hours was no answer but a machine that slept. */
const logOf = (ms: number): number => Math.log(Math.min(600_000, Math.max(0.5, ms)));

export class AnswerTimes {
  readonly #usual = new Map<string, Usual>();
  #look = 0;
  #learned = 0;
  #trial = emptyTrial();

  /** A trial begins: what was heard until now does not count in it. */
  begin(): void {
    this.#trial = emptyTrial();
  }

  /** Few requests are under way from now on: what is usual is learned anew. */
  beginLook(): void {
    this.#look += 1;
    this.#learned = 0;
  }

  /** Enough was learned in this look: more where times scatter. */
  get hasLooked(): boolean {
    if (this.#learned < fewest / 2) return false;
    const looked = [...this.#usual.values()].filter(({ look }) => look === this.#look);
    const sure = looked.filter((usual) => errorOf(usual) < sureFrom).map(({ count }) => count);
    return sure.reduce((sum, count) => sum + count, 0) >= this.#learned / 2 || this.#learned >= mostLearned;
  }

  /** Of a request while which few were under way. */
  learn({ kind, ms }: Timed, at: EpochMs): void {
    this.#learned += 1;
    const before = this.#usual.get(kind);
    const isNew = before?.look !== this.#look || at - before.at > usualForMs;
    const usual = isNew ? { ...noMean(), look: this.#look, at } : before;
    add(usual, logOf(ms));
    this.#usual.delete(kind);
    this.#usual.set(kind, usual);
    const [oldest] = this.#usual.keys();
    if (this.#usual.size > mostKinds && oldest !== undefined) this.#usual.delete(oldest);
  }

  /** Of a request of the trial. */
  hear({ kind, ms, inFlight }: Timed, at: EpochMs): void {
    const trial = this.#trial;
    trial.answers += 1;
    trial.inFlight += inFlight;
    const usual = this.#usual.get(kind);
    if (usual === undefined || at - usual.at > usualForMs) return;
    add(trial.longer, logOf(ms) - usual.mean);
    trial.usualMs += Math.exp(usual.mean);
    trial.doubt += varianceOf(usual) / usual.count;
  }

  /** Undefined: more answers have to be heard. `limit`: how many may be under way; `mayGrow`: more may be, where these were quick. */
  judge(limit: number, mayGrow: boolean): Judgement | undefined {
    const { answers, inFlight, longer, usualMs, doubt } = this.#trial;
    const needed = Math.max(fewest, 2 * limit);
    if (answers < needed) return undefined;
    const { count, mean } = longer;
    if (count < answers / 2) return { kind: 'unknown' };
    const error = Math.sqrt((varianceOf(longer) + doubt) / count);
    const isClear = Math.abs(mean - slowFrom) > 2 * error;
    if (!isClear && answers < needed * (mayGrow ? longest.growing : longest.steady)) return undefined;
    const slower = Math.exp(mean);
    const delayMs = (usualMs / count) * (slower - 1);
    if (!isClear || mean <= slowFrom || delayMs < noticedMs) return { kind: 'quick' };
    return { kind: 'slow', slower, inFlight: inFlight / answers };
  }
}
