/**
 * Time that stands still while anything is at work, and passes while everybody who works only waits: a scenario of
 * three days waits for nothing. The servers' clocks, the sync's clock and what is to happen all follow it.
 */
import type { Clock } from '../../../src/ports/clock.ts';
import type { TimeSource } from '../../../src/simulator/description.ts';
import { requestsInFlight } from './requests-in-flight.ts';

type Due = { readonly at: number; readonly happen: () => void };

/**
 * Turns of the event loop in which nobody asks for the time before it passes: enough for a connection that is being made, and for a
 * request and its answer, between two in this process. Each hop of these takes one or two.
 */
const quietTurns = 25;

/** For an answer that a server never gives, real time: on a machine that is busy it took 20 ms until one that was sent had come. */
const patienceMs = 1000;

export class VirtualTime implements Clock, TimeSource {
  #now: number;
  readonly #sleepers = new Set<Due>();
  readonly #planned = new Set<Due>();
  #isTurning = false;
  /** How often anybody asked for the time: who does is at work. */
  #asked = 0;
  #working = 0;
  #waitingServers = 0;
  /** What the servers know of it: of requests in flight, those which a server lets wait are no work. */
  readonly ofServers: TimeSource = {
    now: () => this.now(),
    sleep: (ms, signal) => {
      this.#waitingServers += 1;
      return this.sleep(ms, signal).finally(() => {
        this.#waitingServers -= 1;
      });
    },
  };

  constructor(start: number) {
    this.#now = start;
  }

  now(): number {
    this.#asked += 1;
    return this.#now;
  }

  /** No time passes until the work is done. */
  async standStill<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#working += 1;
    try {
      return await work();
    } finally {
      this.#working -= 1;
    }
  }

  /** Something is done when time reaches that instant, whoever waits for what. */
  plan(at: number, happen: () => void): void {
    this.#planned.add({ at, happen });
  }

  /** Nobody is at work: it is that instant, and what was planned until then has happened. */
  goTo(instant: number): void {
    if (instant < this.#now) throw new Error(`time went past ${new Date(instant).toISOString()} already`);
    this.#reach(instant);
  }

  pass(ms: number): void {
    this.goTo(this.#now + ms);
  }

  /** As `pass`; what a server does late for somebody who died is done in between, at its time. */
  wait(ms: number): Promise<void> {
    return this.sleep(ms, new AbortController().signal);
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        this.#sleepers.delete(sleeper);
        reject(signal.reason);
      };
      const sleeper: Due = {
        at: this.#now + ms,
        happen: () => {
          signal.removeEventListener('abort', abort);
          resolve();
        },
      };
      this.#sleepers.add(sleeper);
      signal.addEventListener('abort', abort, { once: true });
      this.#turn();
    });
  }

  /** Time passes to the next who sleeps, once nobody said a word for a while. */
  #turn(): void {
    if (this.#isTurning) return;
    this.#isTurning = true;
    this.#listen();
  }

  /** Turns of the event loop, not real time: on a machine that is busy a timer may be served before an answer that is there. */
  #listen(quiet = 0, asked = this.#asked, since = performance.now()): void {
    setImmediate(() => {
      if (this.#asked !== asked || this.#working > 0) this.#listen();
      else if (quiet < quietTurns) this.#listen(quiet + 1, asked, since);
      else if (this.#isAnswerUnderWay && performance.now() - since < patienceMs)
        this.#listen(quiet, asked, since);
      else this.#wakeNext();
    });
  }

  get #isAnswerUnderWay(): boolean {
    return requestsInFlight() > this.#waitingServers;
  }

  #wakeNext(): void {
    this.#isTurning = false;
    const [next] = inOrder(this.#sleepers);
    if (next === undefined) return;
    this.#reach(Math.max(next.at, this.#now));
    this.#sleepers.delete(next);
    next.happen();
    if (this.#sleepers.size > 0) this.#turn();
  }

  #reach(instant: number): void {
    for (const due of inOrder(this.#planned)) {
      if (due.at > instant) break;
      this.#planned.delete(due);
      this.#now = Math.max(this.#now, due.at);
      due.happen();
    }
    this.#now = instant;
  }
}

const inOrder = (dues: ReadonlySet<Due>): readonly Due[] => [...dues].toSorted((a, b) => a.at - b.at);
