/**
 * Many writes of one table in one `$batch`, each in a change set of its own, so that one that is refused undoes no other. Two requests: a
 * look at every record that is to be changed, then the writes with a look behind them.
 *
 *   R3  What is sent was seen at the modId that is known right before, or the batch does not go. Who was counted up by just one is written;
 *       anything else is unknown, and read.
 *
 * FileMaker ends its answer at the first operation that fails and does none of those behind (seen). What has no answer is looked at, and
 * what is as it was goes again while there is time. Of a batch without an answer nothing is told before the server does nothing more of it.
 */
import type { EpochMs } from '../../core/names.ts';
import { ServerError } from '../../ports/server-errors.ts';
import type { Bulk, BulkWrite, WriteOutcome } from '../../ports/server.ts';
import { meaningOf } from '../http/codes.ts';
import type { Waiting } from '../http/retry.ts';
import { errorIn } from './answer.ts';
import type { Batched } from './batch.ts';
import { BulkLook, type Seen } from './bulk-look.ts';
import { BulkSize } from './bulk-size.ts';
import { isRefusal } from './manners.ts';
import type { Operation, Part } from './multipart.ts';
import type { Rows } from './rows.ts';
import { restsOnMs, type Writes } from './writes.ts';

/** A server at work on a batch whose answer was lost is looked at so often, and left alone once nothing of it was done meanwhile. Assumed. */
const settleMs = 4_000;

/** Looks at a server that goes on and on; a batch is made so that it takes a few seconds. */
const mostLooks = 10;

/** How a write stands that has no outcome yet. */
type Open = {
  readonly write: BulkWrite;
  readonly place: number;
  /** `fresh`: not sent yet. `maybe`: sent, and not answered. `done`: the server says so. */
  state: 'fresh' | 'maybe' | 'done';
};

export class ODataBulk implements Bulk {
  readonly #rows: Rows;
  readonly #writes: Writes;
  readonly #waiting: Waiting;
  readonly #look: BulkLook;
  readonly #size = new BulkSize();

  constructor(rows: Rows, writes: Writes, waiting: Waiting) {
    this.#rows = rows;
    this.#writes = writes;
    this.#waiting = waiting;
    this.#look = new BulkLook(rows, writes.firsts);
  }

  most(writes: readonly BulkWrite[]): number {
    return this.#size.most(writes, (write) => this.#operation(write));
  }

  apply(
    writes: readonly BulkWrite[],
    departBy: EpochMs,
    signal: AbortSignal,
  ): Promise<readonly WriteOutcome[]> {
    const ids = writes.flatMap((write) => (write.kind === 'create' ? [] : write.recordId));
    return this.#writes.turns.alone(ids, () => this.#apply(writes, departBy, signal));
  }

  async #apply(
    writes: readonly BulkWrite[],
    departBy: EpochMs,
    signal: AbortSignal,
  ): Promise<readonly WriteOutcome[]> {
    const outcomes: WriteOutcome[] = writes.map(() => unsent);
    await this.#rows.settled(signal);
    if (!(await this.#areAddressed(writes, signal))) return outcomes;
    let open = writes.map((write, place): Open => ({ write, place, state: 'fresh' }));
    const settle = (one: Open, outcome: WriteOutcome): void => void (outcomes[one.place] = outcome);
    while (open.length > 0) {
      const seen = await this.#seen(open, signal);
      if (seen === undefined) return closed(outcomes, open);
      const ready = this.#ready(open, seen, settle);
      if (ready.length === 0) return outcomes;
      const leaveBy = Math.min(departBy, this.#waiting.clock.now() + restsOnMs);
      const sent = await this.#send(ready, leaveBy, signal);
      if (sent === 'tooLong') this.#tooLong(ready.length);
      if (sent === 'unsent' || sent === 'none' || sent === 'tooLong') return outcomes;
      if (sent === 'unknown') {
        for (const one of ready) one.state = 'maybe';
        return await this.#lost(outcomes, ready, signal);
      }
      open = this.#answered(ready, sent, settle);
      if (sent.parts.length === 0) return this.#unanswered(outcomes, open);
    }
    return outcomes;
  }

  /** One alone is refused by a single request, and parked. */
  #tooLong(count: number): void {
    this.#size.tooLong(count);
    if (count === 1) this.#rows.parts.batches.off();
  }

  /** An answer to nothing: it would be the same the next time. */
  #unanswered(outcomes: WriteOutcome[], open: readonly Open[]): readonly WriteOutcome[] {
    this.#rows.parts.batches.off();
    return closed(outcomes, open);
  }

  /** By ROWID, which is tried by a read before anything is written so. */
  async #areAddressed(writes: readonly BulkWrite[], signal: AbortSignal): Promise<boolean> {
    const { manners } = this.#rows.parts;
    const known = writes.find((write) => write.kind !== 'create');
    if (known === undefined || manners.isProven('rowAddress')) return true;
    await this.#rows.one(known.recordId, (columns) => columns.stateSelect(), signal);
    return manners.has('rowAddress');
  }

  /** Undefined: it could not be seen, though something was sent before. */
  async #seen(open: readonly Open[], signal: AbortSignal): Promise<Seen | undefined> {
    try {
      return await this.#look.at(
        open.filter(isLookedAt).map(({ write }) => write),
        signal,
      );
    } catch (error) {
      if (error instanceof ServerError && open.some(({ state }) => state !== 'fresh')) return undefined;
      throw error;
    }
  }

  /** Those that are still to be sent; the others have their outcome. */
  #ready(
    open: readonly Open[],
    seen: Seen,
    settle: (one: Open, outcome: WriteOutcome) => void,
  ): readonly Open[] {
    return open.filter((one) => {
      const outcome = isLookedAt(one) ? this.#look.outcome(one.write, one.state, seen) : 'as-it-was';
      if (outcome === 'as-it-was') {
        one.state = 'fresh';
        return true;
      }
      settle(one, outcome);
      return false;
    });
  }

  #send(
    ready: readonly Open[],
    leaveBy: EpochMs,
    signal: AbortSignal,
  ): ReturnType<Rows['parts']['batches']['write']> {
    const { batches, place } = this.#rows.parts;
    const writes = ready.map(({ write }) => write);
    const behind = this.#look.questions(writes);
    const operations = [...writes.map((write) => this.#operation(write)), ...behind];
    return batches.write(place, operations, leaveBy, signal);
  }

  /** Those that are not settled yet: the server did not answer them, or what it did was not seen. */
  #answered(
    ready: readonly Open[],
    { parts, isWhole, ms }: Batched,
    settle: (one: Open, outcome: WriteOutcome) => void,
  ): Open[] {
    const { length } = this.#look.questions(ready.map(({ write }) => write));
    const seen = this.#look.seenIn(parts.slice(ready.length), length);
    const done = parts.filter(isDone).length;
    this.#size.took(ms, Math.max(1, Math.min(done, ready.length)), isWhole && parts.length >= ready.length);
    return ready.filter((one, at) => {
      const part = parts[at];
      one.state = part === undefined ? 'maybe' : 'done';
      if (part === undefined) return true;
      if (!isDone(part)) {
        settle(one, this.#refusal(part));
        return false;
      }
      if (one.write.kind === 'remove') {
        settle(one, { kind: 'removed' });
        return false;
      }
      if (seen === undefined) return true;
      const outcome = this.#look.outcome(one.write, one.state, seen);
      settle(one, outcome === 'as-it-was' ? unknown : outcome);
      return false;
    });
  }

  #refusal({ contentType, text, status }: Part): WriteOutcome {
    const error = errorIn(contentType, text);
    if (error === undefined) return status >= 500 ? unknown : this.#turnedDown();
    switch (meaningOf(error.code).class) {
      case 'again':
      case 'full':
        return unsent;
      case 'againUnlessWrite':
        return unknown;
      case 'token':
      case 'account':
      case 'database':
      case 'layout':
      case 'field':
      case 'dataLimit':
        return this.#turnedDown();
      default:
        if (isRefusal(error.code) && error.code !== '8309') return this.#turnedDown();
        return this.#writes.refusal(error);
    }
  }

  /** Nothing was done; single requests tell better what is wrong. */
  #turnedDown(): WriteOutcome {
    this.#rows.parts.batches.off();
    return unsent;
  }

  /** Returns once two looks show the same, or none can be had for so long. */
  async #lost(
    outcomes: WriteOutcome[],
    sent: readonly Open[],
    signal: AbortSignal,
  ): Promise<readonly WriteOutcome[]> {
    this.#size.lost();
    const { clock } = this.#waiting;
    let before: number | undefined;
    for (let looks = 0; looks < mostLooks; looks++) {
      await clock.sleep(settleMs, signal);
      const now = await this.#progress(sent, signal);
      if (now === undefined || now === before) break;
      before = now;
    }
    return closed(outcomes, sent);
  }

  /** How many of them are not as they were. */
  async #progress(sent: readonly Open[], signal: AbortSignal): Promise<number | undefined> {
    try {
      const writes = sent.map(({ write }) => write);
      const seen = await this.#look.at(writes, signal);
      return writes.filter((write) => this.#look.outcome(write, 'maybe', seen) !== 'as-it-was').length;
    } catch (error) {
      if (error instanceof ServerError) return undefined;
      throw error;
    }
  }

  #operation(write: BulkWrite): Operation {
    const columns = this.#rows.columns();
    const prefer = this.#rows.preferOfWrites();
    switch (write.kind) {
      case 'create':
        return { method: 'POST', path: columns.table, prefer, body: columns.body(write.values, write.key) };
      case 'update':
        return {
          method: 'PATCH',
          path: this.#rows.record(write.recordId),
          prefer,
          body: columns.body(write.values),
        };
      case 'remove':
        return { method: 'DELETE', path: this.#rows.record(write.recordId) };
    }
  }
}

/** A record that is to be made was looked for just before; looked for again only once it may be there. */
const isLookedAt = ({ write, state }: Open): boolean => write.kind !== 'create' || state !== 'fresh';

const isDone = ({ status }: Part): boolean => status >= 200 && status < 300;

function closed(outcomes: WriteOutcome[], open: readonly Open[]): readonly WriteOutcome[] {
  for (const { place, state } of open) outcomes[place] = state === 'fresh' ? unsent : unknown;
  return outcomes;
}

const unsent: WriteOutcome = { kind: 'unsent' };
const unknown: WriteOutcome = { kind: 'unknown' };
