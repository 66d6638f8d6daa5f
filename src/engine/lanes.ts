/**
 * How many writes a server gets at once, and whose turn it is.
 *
 * Batches begin one after the other: each sends all of its writes before the next announces its own, so that an
 * announcement is never old when its request goes out, and batches end one after the other too: while one is looked
 * up, the others keep every lane busy.
 */
export class Lanes {
  #free: number;
  readonly #waiting: (() => void)[] = [];
  #turn: Promise<unknown> = Promise.resolve();

  /** `count`: one for each session, and one or two more whose requests wait where a session is free next. */
  constructor(count: number) {
    this.#free = count;
  }

  /** Runs `begin` when all who came before have ended theirs; its failure is the caller's alone. */
  async inTurn<Result>(begin: () => Promise<Result>): Promise<Result> {
    const mine = this.#turn.then(begin, begin);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  /** Lanes that nobody holds now. */
  get free(): number {
    return this.#free;
  }

  /** Waits for a lane. */
  async take(): Promise<void> {
    if (this.#free > 0) {
      this.#free -= 1;
      return;
    }
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  give(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next();
  }
}
