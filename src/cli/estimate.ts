/**
 * How fast something goes, and how long the rest takes at that rate. It says nothing until it can know, and counts what was done
 * in the last minute alone: a mean since the start would hide that a server has become slow. Time is passed in.
 */
import type { EpochMs } from '../core/names.ts';

/** What counts, ms: longer follows a change late, shorter jumps with each page. */
const windowMs = 60_000;
/** So many steps count whatever their age: a page of a slow run takes longer than a minute. */
const fewestSteps = 5;
/** Watched for less than that, ms, it does not know: at first a run reads ahead of what it writes, faster than it will go on. */
const leastMs = 45_000;
/** Between two steps that are told apart, ms. */
const stepMs = 1_000;

type Step = { readonly at: EpochMs; readonly done: number };

export class Estimate {
  readonly #steps: Step[] = [];

  note(at: EpochMs, done: number): void {
    const last = this.#steps.at(-1);
    if (last?.done === done) return;
    const before = this.#steps.at(-2);
    // What lies close together is one step; the first stays, since all is counted from it.
    if (last !== undefined && before !== undefined && at - before.at < stepMs) this.#steps.pop();
    this.#steps.push({ at, done });
    while (this.#steps.length > fewestSteps && at - (this.#steps[1]?.at ?? at) > windowMs)
      this.#steps.shift();
  }

  /** Records a second; undefined until it can know. */
  perSecond(now: EpochMs): number | undefined {
    const [first] = this.#steps;
    const last = this.#steps.at(-1);
    if (first === undefined || last === undefined || this.#steps.length < 3) return undefined;
    const tookMs = now - first.at;
    return tookMs < leastMs ? undefined : ((last.done - first.done) * 1000) / tookMs;
  }

  /** How long so many more take. */
  leftMs(now: EpochMs, records: number): number | undefined {
    const rate = this.perSecond(now);
    return rate === undefined || rate <= 0 ? undefined : (records * 1000) / rate;
  }
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** No more exactly than it can be known. */
export function leftWords(ms: number): string {
  if (ms < minuteMs) return 'under a minute';
  if (ms < 10 * minuteMs) return `about ${Math.round(ms / minuteMs)} min`;
  if (ms < 57.5 * minuteMs) return `about ${Math.round(ms / (5 * minuteMs)) * 5} min`;
  if (ms < 4.75 * hourMs) return `about ${Math.round((ms * 2) / hourMs) / 2} h`;
  if (ms < 47.5 * hourMs) return `about ${Math.round(ms / hourMs)} h`;
  return `about ${Math.round(ms / (24 * hourMs))} days`;
}

/** Below ten one place counts. */
export const rateWords = (perSecond: number): string =>
  `${perSecond < 10 ? Math.round(perSecond * 10) / 10 : Math.round(perSecond).toLocaleString('en-US')}/s`;
