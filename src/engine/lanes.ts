/**
 * How many writes a server gets at once, and whose turn it is.
 *
 * Batches begin one after the other: each sends all of its writes before the next announces its own, so that an
 * announcement is never old when its request goes out, and batches end one after the other too: while one is looked
 * up, the others keep every lane busy. Where one request takes a whole batch, as many batches are worked on as there are
 * lanes, and only the last ones are parted over several.
 */
import type { TableName } from '../core/names.ts';
import type { BulkWay } from '../ports/server.ts';

/** However slow a server is: each look-up is a request too. */
const fewestAnnounced = 10;

export class Lanes {
  readonly #count: number;
  #free: number;
  #batches = 0;
  /** Tables of which one request takes a whole batch, as far as is known. */
  readonly #whole = new Set<TableName>();
  /** Writes that left in time after their announcement, the last time that some did not. */
  #inTime = Number.POSITIVE_INFINITY;
  readonly #waiting: (() => void)[] = [];
  #turn: Promise<unknown> = Promise.resolve();

  /** `count`: one for each session, and one or two more whose requests wait where a session is free next. */
  constructor(count: number) {
    this.#count = count;
    this.#free = count;
  }

  /** Runs `work` on a batch, which counts as under way meanwhile. */
  async working<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#batches += 1;
    try {
      return await work();
    } finally {
      this.#batches -= 1;
    }
  }

  /** Whether one request takes a whole batch of some table. */
  get wholeBatches(): boolean {
    return this.#whole.size > 0;
  }

  /** What the server says of many writes of the table; where it does not know, it stays as it was. */
  sends(table: TableName, way: BulkWay): void {
    if (way === undefined) this.#whole.delete(table);
    else if (way !== 'untried') this.#whole.add(table);
  }

  /** How many batches are worked on at once, where `parted` are enough if each is parted over all lanes. */
  batchesAtOnce(parted: number): number {
    return this.wholeBatches ? Math.max(parted, this.#count) : parted;
  }

  /** How many writes are worth a look-up and an announcement together: of more, the last would be announced in vain. */
  get mostAnnounced(): number {
    return this.#inTime;
  }

  /** So many announced writes were put on their way; `late`: the time was over before the rest. */
  left(count: number, late: boolean): void {
    if (late) this.#inTime = Math.max(fewestAnnounced, count);
    else if (count >= this.#inTime) this.#inTime *= 2;
  }

  /** Lanes for each batch that is under way: more than one only where fewer are under way than there are lanes. */
  get forEach(): number {
    return Math.max(1, Math.floor(this.#count / Math.max(1, this.#batches)));
  }

  /** Runs `begin` when all who came before have ended theirs; its failure is the caller's alone. */
  async inTurn<Result>(begin: () => Promise<Result>): Promise<Result> {
    const mine = this.#turn.then(begin, begin);
    this.#turn = mine.catch(() => undefined);
    return mine;
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
