/**
 * How many requests the server works on at once. What comes while all processors are at work waits, and who came first is next:
 * users and clients alike. How a real server shares its power is not documented; this is the plainest way to be crowded.
 */
export class Processors {
  /** Infinite: nobody ever waits. */
  readonly count: number;
  #working = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.count = count;
  }

  /** Does the work on a processor of its own. */
  async work<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#working < this.count) this.#working += 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#working -= 1;
      else next();
    }
  }
}
