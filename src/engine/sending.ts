/**
 * The requests of one round of a batch, on their way to the server.
 *
 *   R2  A failure of the server ends the sending; what was answered until then is not lost.
 *   R3  A request goes out shortly after its announcement, or not at all.
 */
import { onceFor } from '../core/create-only.ts';
import type { Head, Replica } from '../core/head.ts';
import { valuesFor } from '../core/held.ts';
import type { EpochMs, FieldName } from '../core/names.ts';
import type { WriteOutcome } from '../ports/server.ts';
import { all } from './all.ts';
import type { Engine, Place } from './engine.ts';
import type { Lanes } from './lanes.ts';
import type { RowWork } from './row-work.ts';

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

  /** Returns when the last one is on its way. What comes too late after its announcement is left unsent. */
  async sendAll(writes: readonly Write[], announcedAt: EpochMs): Promise<void> {
    const { clock, settings } = this.#engine;
    for (const write of writes) {
      await this.#lanes.take();
      if (this.#failures.length > 0 || clock.now() > announcedAt + settings.sendWithinMs) {
        this.#lanes.give();
        return;
      }
      this.#underWay.push(this.#send(write, announcedAt));
    }
  }

  /** Every request has its answer, or has lost it. */
  async ended(): Promise<void> {
    await all(this.#underWay);
  }

  throwIfFailed(): void {
    if (this.#failures.length > 0) throw this.#failures[0];
  }

  async #send(write: Write, announcedAt: EpochMs): Promise<void> {
    const { clock, settings } = this.#engine;
    const departBy = announcedAt + settings.sendWithinMs;
    const at = clock.now();
    try {
      const request = (): Promise<WriteOutcome> => send(this.#place, write, departBy, this.#signal);
      const outcome = await this.#work.whileSending(write.head.key, announcedAt, request, () => clock.now());
      this.sent.push({ write, at, until: clock.now(), outcome });
    } catch (error) {
      this.#failures.push(error);
    } finally {
      this.#lanes.give();
    }
  }
}

function send(
  { table, plan, link }: Place,
  one: Write,
  departBy: EpochMs,
  signal: AbortSignal,
): Promise<WriteOutcome> {
  const { head, fields } = one;
  if (one.kind === 'remove') return remove(table, one, departBy, signal);
  const values = valuesFor(head, fields, link.server);
  if (one.kind === 'update') return table.update(one.replica.recordId, one.replica.modId, values, signal);
  const once = onceFor(plan, head, link.server);
  return table.create(head.key, { ...values, ...once }, departBy, signal);
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
