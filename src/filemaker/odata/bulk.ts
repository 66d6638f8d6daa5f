/**
 * Many writes of one table in one `$batch`, each in a change set of its own, so that one that is refused undoes no other. Two requests: a
 * look at every record that is to be changed, then the writes with a look behind them.
 *
 *   R3  What is sent was seen at the modId that is known right before, or the batch does not go. Who was counted up by just one is written;
 *       anything else is unknown, and read.
 *
 * FileMaker ends its answer at the first operation that fails and does none of those behind (seen). What has no answer is looked at, and
 * what is as it was goes again while there is time. Of a batch without a clear answer nothing is told before the server does nothing more
 * of it, and nothing of it goes again. What is known of some is told whatever keeps from seeing what became of the others.
 */
import type { EpochMs } from '../../core/names.ts';
import { ServerError } from '../../ports/server-errors.ts';
import type { Bulk, BulkWrite, WriteOutcome } from '../../ports/server.ts';
import { meaningOf } from '../http/codes.ts';
import type { Waiting } from '../http/retry.ts';
import { errorIn } from './answer.ts';
import type { Told } from './batch.ts';
import { BulkLook, type Seen, type Standing } from './bulk-look.ts';
import { BulkSize } from './bulk-size.ts';
import { isFit } from './key-looks.ts';
import { isRefusal } from './manners.ts';
import type { Operation, Part } from './multipart.ts';
import type { Rows } from './rows.ts';
import { restsOnMs, type Writes } from './writes.ts';

/** A server at work on a batch whose answer was lost is looked at so often, and left alone once nothing of it was done meanwhile. Assumed. */
const settleMs = 4_000;

/** A server that goes on and on, or cannot be seen, is waited for so long; a batch is made so that it takes a few seconds. */
const mostSettleMs = 40_000;

/** How a write stands. */
type Open = {
  readonly write: BulkWrite;
  state: Standing;
  /** What the server seems to say of it, where it did not answer all of the batch, or not clearly: it counts if the record is as it was. */
  refusal?: WriteOutcome;
  outcome?: WriteOutcome;
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
    this.#look = new BulkLook(rows, writes.firsts, waiting.clock);
  }

  most(writes: readonly BulkWrite[]): number {
    const columns = this.#rows.columns();
    const refused = writes.findIndex(({ kind, key }) => kind === 'create' && !isFit(columns, key));
    const sendable = refused < 0 ? writes : writes.slice(0, refused);
    return this.#size.most(sendable, (write) => this.#operation(write));
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
    const all = writes.map((write): Open => ({ write, state: 'fresh' }));
    await this.#rows.settled(signal);
    if (!(await this.#areAddressed(writes, signal))) return closed(all);
    try {
      await this.#sendAll(all, departBy, signal);
    } catch (error) {
      // What was done before is not to be taken for what never left.
      if (!(error instanceof ServerError) || all.every(({ state }) => state === 'fresh')) throw error;
    }
    return closed(all);
  }

  async #sendAll(all: readonly Open[], departBy: EpochMs, signal: AbortSignal): Promise<void> {
    for (let open = all; open.length > 0; open = all.filter(({ outcome }) => outcome === undefined)) {
      const looked = open.filter(isLookedAt).map(({ write }) => write);
      const seen = await this.#look.at(looked, signal);
      const ready = this.#ready(open, seen);
      if (ready.length === 0) return;
      const lookMs = this.#waiting.clock.now() - seen.at;
      const leaveBy = looked.length === 0 ? departBy : Math.min(departBy, seen.at + restsOnMs);
      const sent = await this.#send(ready, leaveBy, signal);
      // It may be so slow because it looks at so many.
      if (sent === 'unsent' && lookMs > restsOnMs / 2) this.#size.tooSlow(ready.length);
      if (sent === 'tooLong') this.#size.tooLong(ready.map(({ write }) => this.#operation(write)));
      if (sent === 'unsent' || sent === 'none' || sent === 'tooLong') return;
      for (const one of ready) one.state = 'maybe';
      if (sent === 'unknown') return await this.#lost(ready, signal);
      this.#answered(ready, sent);
    }
  }

  /** By ROWID, which is tried by a read before anything is written so. */
  async #areAddressed(writes: readonly BulkWrite[], signal: AbortSignal): Promise<boolean> {
    const { manners } = this.#rows.parts;
    const known = writes.find((write) => write.kind !== 'create');
    if (known === undefined || manners.isProven('rowAddress')) return true;
    await this.#rows.one(known.recordId, (columns) => columns.stateSelect(), signal);
    return manners.has('rowAddress');
  }

  /** Those that are still to be sent; the others have their outcome. */
  #ready(open: readonly Open[], seen: Seen): readonly Open[] {
    const shown = open.map((one) =>
      isLookedAt(one) ? this.#look.outcome(one.write, one.state, seen) : 'as-it-was',
    );
    // One that the server seems not to have done, and is changed: parts may not be in their places.
    const isInDoubt = open.some(({ state }, at) => state === 'maybe' && shown[at] !== 'as-it-was');
    return open.filter((one, at) => {
      const outcome = shown[at] ?? unknown;
      if (outcome !== 'as-it-was') one.outcome = isInDoubt && one.state !== 'maybe' ? untold.done : outcome;
      else if (one.refusal !== undefined) one.outcome = one.refusal;
      else one.state = 'fresh';
      return one.outcome === undefined;
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

  /** Puts down what it tells; the rest is left to a look. */
  #answered(ready: readonly Open[], { parts, isAll, sentAt, ms }: Told): void {
    const done = parts.filter(isDone).length;
    this.#size.took(ms, Math.max(1, Math.min(done, ready.length)), parts.length >= ready.length);
    for (const [at, one] of ready.entries()) this.#tell(one, parts[at], isAll);
    const behind = parts.slice(ready.length);
    const seen = isAll ? this.#look.seenIn(behind, behind.length, sentAt) : undefined;
    if (seen === undefined) return;
    for (const one of ready.filter(({ state }) => state !== 'maybe')) {
      const outcome = this.#look.outcome(one.write, one.state, seen);
      one.outcome = outcome === 'as-it-was' ? unknown : outcome;
    }
  }

  #tell(one: Open, part: Part | undefined, isAll: boolean): void {
    if (part === undefined) return;
    if (isDone(part)) one.state = part.isOfNone && one.write.kind !== 'create' ? 'idle' : 'done';
    else if (isAll && part.status >= 400) one.outcome = this.#refusal(part);
    else one.refusal = this.#refusal(part);
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

  /** Returns once two looks show the same, or none did for so long. */
  async #lost(sent: readonly Open[], signal: AbortSignal): Promise<void> {
    this.#size.lost();
    const { clock } = this.#waiting;
    const until = clock.now() + mostSettleMs;
    let before: number | undefined;
    while (clock.now() < until) {
      await clock.sleep(settleMs, signal);
      const now = await this.#progress(sent, signal);
      if (now !== undefined && now === before) return;
      before = now ?? before;
    }
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

const closed = (all: readonly Open[]): readonly WriteOutcome[] =>
  all.map(({ outcome, state }) => outcome ?? untold[state]);

const unsent: WriteOutcome = { kind: 'unsent' };
const unknown: WriteOutcome = { kind: 'unknown' };

const untold: Readonly<Record<Standing, WriteOutcome>> = {
  fresh: unsent,
  maybe: unknown,
  done: { kind: 'unknown', isOver: true },
  idle: { kind: 'unknown', isOver: true },
};
