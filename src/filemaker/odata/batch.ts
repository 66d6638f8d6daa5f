/**
 * Many operations in one request. Whether a server takes batches, and how it wants the paths in them, is found out by batches that only
 * read; one that does not is asked again after a while. One that takes no writes in them may be read by them all the same.
 */
import type { EpochMs } from '../../core/names.ts';
import type { Clock } from '../../ports/clock.ts';
import { ServerError } from '../../ports/server-errors.ts';
import type { Answer } from '../http/answer.ts';
import { codeFailure, noAnswer } from '../http/failures.ts';
import { meaningOf } from '../http/codes.ts';
import { isPassing } from '../http/plain-request.ts';
import { again, type Attempt, done, persist, type Waiting } from '../http/retry.ts';
import type { Call, Haste, Requests } from '../http/requests.ts';
import { isRefusal } from './manners.ts';
import { batchBody, type Operation, type Part, partsIn } from './multipart.ts';
import { encodeSegment } from './url.ts';

export type Batched = {
  readonly parts: readonly Part[];
  /** The end of the answer came, so nothing of the batch is still to be done. */
  readonly isWhole: boolean;
  readonly sentAt: EpochMs;
  /** Until its end was here. */
  readonly ms: number;
};

/** `isAll`: there is a part for each operation; otherwise the server stopped at the last one that there is. */
export type Told = Batched & { readonly isAll: boolean };

/**
 * `none`: nothing of it was done. `tooLong`: neither, and fewer may go. `unknown`: what was done of it is not told, and not which part of
 * its answer is whose.
 */
export type BatchAnswer = Told | 'none' | 'tooLong' | 'unsent' | 'unknown';

/** After so long a server that took no batch is tried again (assumed). */
const offMs = 10 * 60_000;

/** The same where it may be that the server was down (assumed). */
const briefMs = 60_000;

/** With `.fmp12` in the path, or another service root, they are refused by a server that sees it otherwise (-1032, -1000). */
const roots = ['bare', 'suffixed', 'relative'] as const;

type BatchesOptions = {
  readonly requests: Requests;
  readonly waiting: Waiting;
  readonly root: string;
  readonly accept: string;
};

type Place = Call['place'];

export class Batches {
  readonly #o: BatchesOptions;
  readonly #clock: Pick<Clock, 'now'>;
  #root = 0;
  #unreadUntil: EpochMs = Number.NEGATIVE_INFINITY;
  #unwrittenUntil: EpochMs = Number.NEGATIVE_INFINITY;
  #count = 0;
  #unclears = 0;
  #isKnown = false;

  constructor(options: BatchesOptions) {
    this.#o = options;
    this.#clock = options.waiting.clock;
  }

  /** To read, as far as is known. */
  get areTaken(): boolean {
    return this.#clock.now() >= this.#unreadUntil;
  }

  /** Nothing is written by them for a while. */
  off(): void {
    this.#unwrittenUntil = this.#clock.now() + offMs;
  }

  /** Reads only: repeated while what fails may pass. Undefined where the server takes no batch. */
  async read(
    place: Place,
    operations: readonly Operation[],
    signal: AbortSignal,
    haste?: Haste,
  ): Promise<Batched | undefined> {
    let last: Answer | undefined;
    try {
      return await persist(this.#o.waiting, signal, async () => {
        last = await this.#o.requests.once({ ...this.#call(place, operations), haste }, signal);
        return this.#judge(place, last, operations);
      });
    } catch (error) {
      // Something in front of it may answer so to each batch; a server that is down shows it at the next request.
      if (error instanceof ServerError && last?.kind === 'unreadable' && !this.#isKnown)
        return this.#refused(briefMs);
      throw error;
    }
  }

  #judge(place: Place, answer: Answer, operations: readonly Operation[]): Attempt<Batched | undefined> {
    if (answer.kind === 'unreadable' && answer.status >= 400 && answer.status < 500 && answer.status !== 408)
      return done(this.#refused());
    if (answer.kind !== 'envelope') return again((tries) => noAnswer(place, answer, tries));
    if (answer.code === '0') {
      const batched = batchedIn(answer, this.#clock.now());
      this.#isKnown = batched !== undefined && isOf(batched, operations);
      return done(this.#isKnown ? batched : this.#refused());
    }
    if (isPassing(answer.code)) return again((tries) => codeFailure(place, answer, tries));
    if (endsWork.includes(meaningOf(answer.code).class)) throw this.#o.requests.failure(place, answer);
    if (!wrongPaths.includes(answer.code) || this.#root + 1 >= roots.length) return done(this.#refused());
    this.#root += 1;
    return again((tries) => codeFailure(place, answer, tries));
  }

  #refused(forMs = offMs): undefined {
    this.#unreadUntil = this.#clock.now() + forMs;
    return undefined;
  }

  #none(): 'none' {
    this.off();
    return 'none';
  }

  /** An answer may be lost once; single requests tell better what is wrong. */
  #unclear(): 'unknown' {
    this.#unclears += 1;
    if (this.#unclears > 1) this.off();
    return 'unknown';
  }

  /** Whether the server takes batches, by one that reads a record where that is not known. */
  async taken(place: Place, probe: Operation, signal: AbortSignal): Promise<boolean> {
    if (!this.areTaken || this.#clock.now() < this.#unwrittenUntil) return false;
    if (this.#isKnown) return true;
    return (await this.read(place, [probe], signal)) !== undefined;
  }

  async write(
    place: Place,
    operations: readonly Operation[],
    departBy: EpochMs,
    signal: AbortSignal,
  ): Promise<BatchAnswer> {
    const answer = await this.#o.requests.script(
      { ...this.#call(place, operations), departBy, haste: 'first' },
      signal,
    );
    if (answer === 'unsent') return answer;
    if (answer === 'unknown') return this.#unclear();
    if (answer.kind === 'turned-away') return answer.status === 413 ? 'tooLong' : this.#none();
    if (answer.code !== '0') return isRefusal(answer.code) ? this.#none() : this.#unclear();
    const batched = batchedIn(answer, this.#clock.now());
    if (batched === undefined) return this.#unclear();
    if (!isAnswerTo(batched, operations)) {
      // It would be the same the next time.
      if (batched.isWhole) this.off();
      return this.#unclear();
    }
    this.#unclears = 0;
    return { ...batched, isAll: batched.parts.length === operations.length };
  }

  #call(place: Place, operations: readonly Operation[]): Call {
    this.#count += 1;
    const boundary = `batch_${this.#count}`;
    const own = operations.map((one) => ({ ...one, path: this.#pathOf(place, one.path) }));
    return {
      method: 'POST',
      path: `/${encodeSegment(place.database)}/$batch`,
      accept: 'multipart/mixed',
      prefer: 'odata.continue-on-error',
      contentType: `multipart/mixed; boundary=${boundary}`,
      body: batchBody(own, boundary, this.#o.accept),
      place,
    };
  }

  /** `path`: below the database. */
  #pathOf({ database }: Place, path: string): string {
    const name = encodeSegment(database);
    switch (roots[this.#root]) {
      case 'suffixed':
        return `${this.#o.root}/${name}.fmp12/${path}`;
      case 'relative':
        return path;
      default:
        return `${this.#o.root}/${name}/${path}`;
    }
  }
}

const wrongPaths: readonly string[] = ['-1000', '-1032'];

const endsWork: readonly string[] = ['token', 'account', 'database', 'dataLimit', 'full'];

/** A server that does not do what it was asked to answers something else, or nothing. */
const isOf = ({ parts }: Batched, operations: readonly Operation[]): boolean =>
  parts.length > 0 && parts.length <= operations.length;

/**
 * A part for each operation, or for those up to one that failed, at which the server stopped (recorded). Otherwise some are left out, and
 * none is known to be that of the operation in its place; or the end is missing, and the server may still be at work.
 */
function isAnswerTo({ parts, isWhole }: Batched, operations: readonly Operation[]): boolean {
  if (parts.length >= operations.length) return parts.length === operations.length;
  const last = parts.at(-1);
  return isWhole && last !== undefined && last.status >= 400;
}

function batchedIn(
  answer: Extract<Answer, { readonly kind: 'envelope' }>,
  now: EpochMs,
): Batched | undefined {
  const { contentType, text, sentAt } = answer.http;
  const found = partsIn(contentType, text);
  return found && { ...found, sentAt, ms: now - sentAt };
}
