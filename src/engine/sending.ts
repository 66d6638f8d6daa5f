/**
 * The requests of one round of a batch, on their way to the server.
 *
 *   R2  A failure of the server ends the sending; what was answered until then is not lost.
 *   R3  A request goes out shortly after its announcement, or not at all.
 */
import type { Head, Replica } from '../core/head.ts';
import type { EpochMs, FieldName } from '../core/names.ts';
import type { Bulk, BulkWay, BulkWrite, WriteOutcome } from '../ports/server.ts';
import { all } from './all.ts';
import type { Engine, Place } from './engine.ts';
import type { Lanes } from './lanes.ts';
import type { RowWork } from './row-work.ts';
import { sendFile } from './send-file.ts';
import { fileOf, valuesOf } from './write-values.ts';

export type Write = {
  readonly head: Head;
  /** What will be sent, by configured name. */
  readonly fields: readonly FieldName[];
} & (
  | {
      readonly kind: 'create' /** Of a record that was there before. */;
      readonly replica: Replica | undefined;
    }
  | { readonly kind: 'update' | 'remove'; readonly replica: Replica }
);

export type Sent = {
  readonly write: Write;
  readonly at: EpochMs;
  readonly until: EpochMs;
  readonly outcome: WriteOutcome;
};

export class Sending {
  /** The writes that were answered, or whose answer was lost. */
  readonly sent: Sent[] = [];
  /** By which many went in one request, in the end. */
  bulk: Bulk | undefined;
  readonly #engine: Engine;
  readonly #place: Place;
  readonly #work: RowWork;
  readonly #lanes: Lanes;
  readonly #signal: AbortSignal;
  readonly #underWay: Promise<void>[] = [];
  readonly #failures: unknown[] = [];

  constructor(engine: Engine, place: Place, work: RowWork, lanes: Lanes, signal: AbortSignal) {
    this.#engine = engine;
    this.#place = place;
    this.#work = work;
    this.#lanes = lanes;
    this.#signal = signal;
  }

  /** By which many may go in one request, as the server says now; it may be asked for that. */
  async way(): Promise<BulkWay> {
    const { plan, table } = this.#place;
    const way = await table.bulk?.(this.#signal);
    this.#lanes.sends(plan.name, way);
    return way;
  }

  /**
   * Returns when the last one is on its way. What comes too late after its announcement is left unsent. `way`: many may go in one
   * request, or may once a first record is there: then only that one is sent before it is known.
   */
  async sendAll(writes: readonly Write[], announcedAt: EpochMs, way?: BulkWay): Promise<void> {
    this.bulk = way === 'untried' ? undefined : way;
    for (let left = writes; left.length > 0; ) {
      if (way === 'untried' && left.length === writes.length - 1) this.bulk = await this.#afterFirst();
      await this.#lanes.take();
      const begun = this.#sendNext(left, writes.length, announcedAt);
      if (begun === 0) {
        this.#lanes.left(writes.length - left.length, this.#failures.length === 0);
        return;
      }
      left = left.slice(begun);
    }
    this.#lanes.left(writes.length, false);
  }

  /** Puts the first ones of what is left on their way, on the lane just taken, and says how many; 0: no more are to be sent. */
  #sendNext(left: readonly Write[], count: number, announcedAt: EpochMs): number {
    const { clock, settings } = this.#engine;
    const { bulk } = this;
    let request: Promise<void> | undefined;
    try {
      if (this.#failures.length > 0 || clock.now() > announcedAt + settings.sendWithinMs) return 0;
      const together = bulk === undefined ? [] : this.#together(left, count, bulk);
      request =
        bulk !== undefined && together.length > 0
          ? this.#sendTogether(left.slice(0, together.length), together, announcedAt, bulk)
          : this.#send(left.slice(0, 1), announcedAt);
      this.#underWay.push(request);
      return Math.max(1, together.length);
    } catch (error) {
      // Nothing left for it; what is under way still gets its answers.
      this.#failures.push(error);
      return 0;
    } finally {
      // A request gives it back itself.
      if (request === undefined) this.#lanes.give();
    }
  }

  async #afterFirst(): Promise<Bulk | undefined> {
    await this.ended();
    if (this.#failures.length > 0) return undefined;
    try {
      const way = await this.way();
      return way === 'untried' ? undefined : way;
    } catch (error) {
      this.#failures.push(error);
      return undefined;
    }
  }

  /** As many as one request takes; fewer where so few batches are under way that lanes would stand idle. */
  #together(left: readonly Write[], count: number, bulk: Bulk): readonly BulkWrite[] {
    const share = Math.max(fewestTogether, Math.ceil(count / this.#lanes.forEach));
    const container = left.findIndex((write) => fileOf(this.#place, write) !== undefined);
    // What a container gets goes by itself.
    const most = container < 0 ? share : Math.min(share, container);
    const next = left.slice(0, most).map((write) => bulkWrite(this.#place, write));
    return next.slice(0, next.length === 0 ? 0 : bulk.most(next));
  }

  /** Every request has its answer, or has lost it. */
  async ended(): Promise<void> {
    await all(this.#underWay);
  }

  throwIfFailed(): void {
    if (this.#failures.length > 0) throw this.#failures[0];
  }

  #send(writes: readonly Write[], announcedAt: EpochMs): Promise<void> {
    const departBy = announcedAt + this.#engine.settings.sendWithinMs;
    return this.#answered(writes, announcedAt, (write) =>
      send(this.#engine, this.#place, write, departBy, this.#signal),
    );
  }

  #sendTogether(
    writes: readonly Write[],
    together: readonly BulkWrite[],
    announcedAt: EpochMs,
    bulk: Bulk,
  ): Promise<void> {
    const departBy = announcedAt + this.#engine.settings.sendWithinMs;
    const outcomes = bulk.apply(together, departBy, this.#signal);
    return this.#answered(writes, announcedAt, async (_, place) => {
      const outcome = (await outcomes)[place];
      return outcome ?? { kind: 'unknown' };
    });
  }

  /** Holds a lane until all of one request are answered. */
  async #answered(
    writes: readonly Write[],
    announcedAt: EpochMs,
    request: (write: Write, place: number) => Promise<WriteOutcome>,
  ): Promise<void> {
    const { clock } = this.#engine;
    const at = clock.now();
    try {
      await all(
        writes.map(async (write, place) => {
          const { key } = write.head;
          const ask = (): Promise<WriteOutcome> => request(write, place);
          const outcome = await this.#work.whileSending(key, announcedAt, ask, () => clock.now());
          this.sent.push({ write, at, until: clock.now(), outcome });
        }),
      );
    } catch (error) {
      this.#failures.push(error);
    } finally {
      this.#lanes.give();
    }
  }
}

/** So few are not parted over several requests: the way there and back would cost more than it gains. Assumed. */
const fewestTogether = 20;

function bulkWrite(place: Place, one: Write): BulkWrite {
  const { key } = one.head;
  if (one.kind === 'create') return { kind: 'create', key, values: valuesOf(place, one) };
  const { recordId, modId } = one.replica;
  if (one.kind === 'remove') return { kind: 'remove', key, recordId, modId };
  return { kind: 'update', key, recordId, modId, values: valuesOf(place, one) };
}

function send(
  engine: Engine,
  place: Place,
  one: Write,
  departBy: EpochMs,
  signal: AbortSignal,
): Promise<WriteOutcome> {
  const { table } = place;
  if (one.kind === 'remove') return remove(table, one, departBy, signal);
  if (one.kind === 'create') return table.create(one.head.key, valuesOf(place, one), departBy, signal);
  // Without a condition it has to leave in time, as a create has.
  const by = table.updatesUnconditionally ? departBy : undefined;
  const of = fileOf(place, one);
  // Of a dry run it is only noted what would be written.
  if (of?.file !== undefined && engine.files !== 'assumed')
    return sendFile(engine, engine.files, place, one, of.field, of.file, signal, by);
  return table.update(one.replica.recordId, one.replica.modId, valuesOf(place, one), signal, by);
}

/** Read once more directly before: the APIs have no condition for a delete, and since the look-up somebody may have edited it (R3). */
async function remove(
  table: Place['table'],
  { head, replica }: Extract<Write, { readonly kind: 'update' | 'remove' }>,
  departBy: EpochMs,
  signal: AbortSignal,
): Promise<WriteOutcome> {
  const row = await table.read(replica.recordId, signal);
  if (row === undefined) return { kind: 'missing' };
  if (row === 'denied') return { kind: 'refused', code: '200', reason: 'access to the record is denied' };
  if (row.key !== head.key || row.modId !== replica.modId) return { kind: 'moved' };
  return table.remove(replica.recordId, departBy, signal);
}
