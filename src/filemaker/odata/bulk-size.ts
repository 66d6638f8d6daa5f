/** How many writes go in one batch: so many that it takes a few seconds at the most, and is not too long. */
import type { BulkWrite } from '../../ports/server.ts';
import type { Operation } from './multipart.ts';

/** A record waits that long at the most between the look and its write: longer lets more edits come between, shorter makes more requests (assumed). */
const aimMs = 2_000;

const mostOperations = 250;

/** No limit is documented. What stands in front of a server often takes 1 MB. */
const mostCharacters = 500_000;

/** Lines around a body. */
const around = 300;

/** So few go in any case. */
const fewest = 10;

export class BulkSize {
  #most = mostOperations;
  #msForEach = 0;
  #mostCharacters = mostCharacters;
  #tooLong = Number.POSITIVE_INFINITY;

  most(writes: readonly BulkWrite[], operationOf: (write: BulkWrite) => Operation): number {
    let left = this.#mostCharacters;
    let count = 0;
    for (const write of writes.slice(0, this.#limit)) {
      const operation = operationOf(write);
      if (lengthOf(operation) >= this.#tooLong) break;
      left -= lengthOf(operation);
      if (left < 0 && count > 0) break;
      count += 1;
    }
    return count;
  }

  get #limit(): number {
    const inTime = this.#msForEach === 0 ? mostOperations : Math.floor(aimMs / this.#msForEach);
    return Math.min(this.#most, Math.max(fewest, inTime));
  }

  /** A batch of which so many were done took so long. One that ended at an operation that failed is followed by smaller ones. */
  took(ms: number, done: number, isWhole: boolean): void {
    // Of one alone the way there and back is most of it.
    if (done >= fewest) this.#msForEach = ms / done;
    this.#most = isWhole
      ? Math.min(mostOperations, this.#most * 2)
      : Math.max(fewest, Math.ceil(this.#most / 2));
  }

  /** The look at so many took so long that they could not be sent. */
  tooSlow(count: number): void {
    this.#most = Math.max(fewest, Math.ceil(count / 2));
  }

  /** Half as much goes from now on. One that was too long alone goes by itself, as does what is no shorter. */
  tooLong(operations: readonly Operation[]): void {
    const length = operations.reduce((sum, operation) => sum + lengthOf(operation), 0);
    if (operations.length === 1) this.#tooLong = Math.min(this.#tooLong, length);
    else this.#mostCharacters = Math.min(this.#mostCharacters, length / 2);
  }

  lost(): void {
    this.#most = Math.max(fewest, Math.ceil(this.#most / 4));
  }
}

const lengthOf = (operation: Operation): number =>
  around + (operation.method === 'GET' ? 0 : (operation.body?.length ?? 0));
