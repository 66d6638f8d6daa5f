/** What a scenario demands, counted: how much of it was so, and what was not. */
export type Outcome = {
  /** Every demand that was not met, in words; none: the scenario passed. */
  readonly faults: readonly string[];
  /** What was seen, in a few words for the scoreboard. */
  readonly figure: string;
};

export class Score {
  readonly faults: string[] = [];
  #demands = 0;

  /** Whether it was so. */
  demand(isSo: boolean, otherwise: string): boolean {
    this.#demands += 1;
    if (!isSo) this.faults.push(otherwise);
    return isSo;
  }

  same(what: string, seen: unknown, wanted: unknown): boolean {
    const [is, should] = [JSON.stringify(seen), JSON.stringify(wanted)];
    return this.demand(is === should, `${what}: ${is}, should be ${should}`);
  }

  get met(): number {
    return this.#demands - this.faults.length;
  }

  outcome(figure: string): Outcome {
    return { faults: this.faults, figure };
  }
}
