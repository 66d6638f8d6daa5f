/** A server that works on so many requests at once and no more, as a pace sees it: only times, no requests. */
import { type Heard, type Lowered, Pace } from '../../../src/filemaker/http/pace.ts';
import { LoopStanding } from '../../../src/filemaker/http/standing.ts';
import { boundsOf, type Niceness } from '../../../src/core/niceness.ts';

export type Crowded = {
  readonly sessions: number;
  /** Requests that it works on at once. */
  readonly processors: number;
  readonly niceness?: Niceness;
  readonly serviceMs?: number;
  /** On the way, where nobody waits for another. */
  readonly roundTripMs?: number;
  /** After so many answers this process stands for so long, and hears of none until then. */
  readonly stands?: { readonly forMs: number; readonly everyAnswers: number };
  /** Uniform in [0, 1): times scatter by it. */
  readonly random?: () => number;
};

export class CrowdedServer {
  readonly pace: Pace;
  readonly lowered: Lowered[] = [];
  now = 1_000_000;
  outcome: Heard['outcome'] = 'done';
  processors: number;
  serviceMs: number;
  /** When each request that it works on, or that waits there, will be done. */
  #free: number[] = [];
  #heard = 0;
  readonly #standing = new LoopStanding(() => this.now);
  readonly #o: Crowded;
  #underWay: { readonly sentAt: number; readonly endsAt: number; readonly inFlight: number }[] = [];

  constructor(options: Crowded) {
    this.#o = options;
    this.processors = options.processors;
    this.serviceMs = options.serviceMs ?? 20;
    this.pace = new Pace({
      bounds: boundsOf(options.niceness ?? 1, options.sessions),
      business: () => 0,
      lowered: (how) => this.lowered.push(how),
    });
  }

  /** So many answers, while as many requests are under way as may be; the limit after each. */
  answers(count: number): readonly number[] {
    return Array.from({ length: count }, () => this.#answer());
  }

  during(ms: number): readonly number[] {
    const end = this.now + ms;
    const limits: number[] = [];
    while (this.now < end) limits.push(this.#answer());
    return limits;
  }

  #stand(): void {
    const { stands } = this.#o;
    this.#heard += 1;
    if (stands === undefined || this.#heard % stands.everyAnswers !== 0) return;
    this.now += stands.forMs;
    this.#standing.turned();
  }

  #answer(): number {
    while (this.#underWay.length < Math.min(this.pace.limit, this.#o.sessions)) this.#send();
    const first = this.#underWay.reduce((soonest, each) => (each.endsAt < soonest.endsAt ? each : soonest));
    const inFlightAfter = this.#underWay.length;
    const isFull = inFlightAfter >= this.pace.limit;
    this.#underWay = this.#underWay.filter((each) => each !== first);
    this.#turnUntil(first.endsAt);
    const { sentAt, inFlight } = first;
    const ms = Math.round(this.now - sentAt);
    const isDelayed = this.#standing.delayed(sentAt, this.now);
    const [kind, at, outcome] = ['edit', this.now, this.outcome];
    this.pace.hear({ kind, ms, inFlight, inFlightAfter, isDelayed, isFull, sentAt, at, outcome });
    this.#stand();
    return this.pace.limit;
  }

  /** The loop turns every 3 ms while it waits. */
  #turnUntil(at: number): void {
    for (; this.now + 3 < at; this.#standing.turned()) this.now += 3;
    this.now = Math.max(this.now, at);
  }

  #send(): void {
    const { roundTripMs = 0, random } = this.#o;
    const scatter = random === undefined ? 1 : 0.6 + 0.8 * random();
    const arrives = this.now + roundTripMs / 2;
    const working = this.#free.filter((at) => at > arrives).toSorted((a, b) => a - b);
    const begins = working.at(-this.processors) ?? arrives;
    const ends = begins + this.serviceMs * scatter;
    this.#free = [...working, ends];
    const inFlight = this.#underWay.length + 1;
    this.#underWay.push({ sentAt: this.now, endsAt: ends + roundTripMs / 2, inFlight });
  }
}
