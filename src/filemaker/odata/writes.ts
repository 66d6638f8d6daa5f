/**
 * Single writes of one table. OData has no precondition, so what a write rests on is read right before it, and the record right behind it.
 *
 *   R3  An update or a delete is sent at once after the record was seen at the modId that is known, or not at all. An edit that somebody
 *       makes in between is written over (docs/architecture.md, stated exception); the count of modifications behind shows it, and then the
 *       outcome is unknown, so that the record is read.
 *
 * Records are addressed by ROWID: an update by key makes a record anew that somebody has deleted (seen), one by ROWID cannot.
 */
import { refusalOf, wordsOf } from '../../core/refusals.ts';
import type { Values } from '../../core/digest.ts';
import type { EpochMs, Key, RecordId } from '../../core/names.ts';
import { ServerError } from '../../ports/server-errors.ts';
import type { WriteOutcome } from '../../ports/server.ts';
import type { Envelope } from '../http/answer.ts';
import type { Call, WriteAnswer } from '../http/requests.ts';
import { notWritten, turnedAway } from '../http/write-outcome.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Columns, RowState } from './columns.ts';
import { Firsts } from './firsts.ts';
import { isFit, keyQuestion } from './key-looks.ts';
import { RecordTurns } from './record-turns.ts';
import type { Holding, Rows } from './rows.ts';
import { encodeSegment } from './url.ts';

/** A write leaves so soon after the look that it rests on, or not: longer makes the window longer, shorter sends nothing to a slow server (assumed). */
export const restsOnMs = 3_000;

export class Writes {
  readonly #rows: Rows;
  readonly #clock: Pick<Clock, 'now'>;
  readonly firsts = new Firsts();
  readonly turns = new RecordTurns();

  constructor(rows: Rows, clock: Pick<Clock, 'now'>) {
    this.#rows = rows;
    this.#clock = clock;
  }

  async create(key: Key, values: Values, departBy: EpochMs, signal: AbortSignal): Promise<WriteOutcome> {
    await this.#rows.settled(signal);
    const columns = this.#rows.columns();
    if (!isFit(columns, key)) return unfit;
    const body = columns.body(values, key);
    const answer = await this.#send({ method: 'POST', path: columns.table, body, departBy }, signal);
    const failed = this.#failed(answer);
    if (failed !== undefined) return failed;
    return this.#readBehind(async () => {
      const { rows, columns: of } = await this.#rows.read(
        [],
        (as) => keyQuestion(as, [key], this.firsts.select(as), 10),
        signal,
      );
      return this.firsts.outcome(of, rows, key, values);
    });
  }

  update(
    recordId: RecordId,
    modId: number,
    values: Values,
    signal: AbortSignal,
    departBy?: EpochMs,
  ): Promise<WriteOutcome> {
    return this.patch(recordId, modId, (columns) => columns.body(values), signal, departBy);
  }

  /** The same, of a body in JSON. */
  patch(
    recordId: RecordId,
    modId: number,
    bodyOf: (columns: Columns) => string,
    signal: AbortSignal,
    departBy: EpochMs = Number.POSITIVE_INFINITY,
  ): Promise<WriteOutcome> {
    return this.turns.alone([recordId], () => this.#patch(recordId, modId, bodyOf, departBy, signal));
  }

  async #patch(
    recordId: RecordId,
    modId: number,
    bodyOf: (columns: Columns) => string,
    by: EpochMs,
    signal: AbortSignal,
  ): Promise<WriteOutcome> {
    const before = await this.#state(recordId, signal);
    if (typeof before === 'string') return before === 'missing' ? { kind: 'missing' } : denied;
    if (before.modId !== modId) return { kind: 'moved' };
    const body = bodyOf(this.#rows.columns());
    const departBy = Math.min(by, this.#clock.now() + restsOnMs);
    const path = await this.#address(recordId, before.key, signal);
    const answer = await this.#send({ method: 'PATCH', path, body, departBy, isUrgent: true }, signal);
    const failed = this.#failed(answer);
    if (failed !== undefined) return failed;
    return this.#readBehind(async () => {
      const after = await this.#state(recordId, signal);
      return outcomeOfUpdate(recordId, modId, typeof after === 'string' ? undefined : after);
    });
  }

  /** A write that `send` makes, with the record read right before and behind it. From the look on the turn is its own: none of it is spent waiting. */
  around(
    recordId: RecordId,
    modId: number,
    signal: AbortSignal,
    send: (authorization: string) => Promise<WriteOutcome | 'done'>,
  ): Promise<WriteOutcome> {
    return this.turns.alone([recordId], async () => {
      const told: { sent?: WriteOutcome | 'done' } = {};
      const before = await this.#state(recordId, signal, async (state, authorization) => {
        if (state.modId === modId) told.sent = await send(authorization);
      });
      if (typeof before === 'string') return before === 'missing' ? { kind: 'missing' } : denied;
      return this.#seenBehind(recordId, modId, told.sent ?? { kind: 'moved' }, signal);
    });
  }

  async #seenBehind(
    recordId: RecordId,
    modId: number,
    sent: WriteOutcome | 'done',
    signal: AbortSignal,
  ): Promise<WriteOutcome> {
    if (sent !== 'done') return sent;
    return this.#readBehind(async () => {
      const after = await this.#state(recordId, signal);
      return outcomeOfUpdate(recordId, modId, typeof after === 'string' ? undefined : after);
    });
  }

  async remove(recordId: RecordId, departBy: EpochMs, signal: AbortSignal): Promise<WriteOutcome> {
    await this.#rows.settled(signal);
    const path = await this.addressOf(recordId, signal);
    if (path === undefined) return { kind: 'missing' };
    const answer = await this.#send({ method: 'DELETE', path, departBy }, signal);
    return this.#failed(answer) ?? { kind: 'removed' };
  }

  /** Below the database; undefined where there is no such record for us. */
  async addressOf(recordId: RecordId, signal: AbortSignal): Promise<string | undefined> {
    if (this.#rows.parts.manners.has('rowAddress')) return this.#rows.record(recordId);
    const state = await this.#state(recordId, signal);
    return typeof state === 'string' ? undefined : this.#address(recordId, state.key, signal);
  }

  #address(recordId: RecordId, key: Key, signal: AbortSignal): Promise<string> {
    return this.#rows.parts.addresses.of(this.#rows, recordId, key, signal);
  }

  /** `holding`: is done with what is shown, before anybody else has the turn. */
  async #state(
    recordId: RecordId,
    signal: AbortSignal,
    holding?: (state: RowState, authorization: string) => Promise<void>,
  ): Promise<RowState | 'missing' | 'denied'> {
    let used: Columns | undefined;
    const stateOf = (row: unknown): RowState => (used ?? this.#rows.columns()).state(row);
    const work: Holding | undefined =
      holding &&
      (async (row, authorization) => {
        if (row !== undefined) await holding(stateOf(row), authorization);
      });
    const row = await this.#rows.one(recordId, (columns) => (used = columns).stateSelect(), signal, work);
    if (row === undefined) return 'missing';
    return row === 'denied' ? 'denied' : stateOf(row);
  }

  #send(
    { path, ...write }: Pick<Call, 'method' | 'path' | 'body' | 'departBy' | 'isUrgent'>,
    signal: AbortSignal,
  ): Promise<WriteAnswer> {
    const { requests, place } = this.#rows.parts;
    const prefer = this.#rows.preferOfWrites();
    const call = { ...write, path: `/${encodeSegment(place.database)}/${path}`, prefer, place };
    return requests.write(call, signal);
  }

  /** Undefined: it was done. */
  #failed(answer: WriteAnswer): WriteOutcome | undefined {
    if (typeof answer === 'string') return { kind: answer };
    if (answer.kind === 'turned-away') return turnedAway(answer.status);
    return answer.code === '0' ? undefined : this.refusal(answer);
  }

  /** Nothing was done. */
  refusal(answer: Pick<Envelope, 'code' | 'message'>): WriteOutcome {
    const { fieldNames, key, keyField, ids } = this.#rows.parts.binding;
    const own = Object.entries({ ...fieldNames, [key]: keyField });
    const ofIds = own.map(([name, field]): [string, string] => [name, ids?.fields[field] ?? field]);
    const byName = notWritten(answer, Object.fromEntries(own));
    return byName.kind === 'refused' && byName.field === undefined
      ? notWritten(answer, Object.fromEntries(ofIds))
      : byName;
  }

  /** The write was done: whatever keeps from seeing it, what came of it is not known. */
  async #readBehind(read: () => Promise<WriteOutcome>): Promise<WriteOutcome> {
    try {
      return await read();
    } catch (error) {
      if (error instanceof ServerError) return { kind: 'unknown', isOver: true };
      throw error;
    }
  }
}

const unfit: WriteOutcome = {
  kind: 'refused',
  code: 'key-unfit',
  reason: wordsOf(refusalOf('key-unfit')),
};

const denied: WriteOutcome = { kind: 'refused', code: '200', reason: 'access to the record is denied' };

/** Counted up by just one: it is as we left it. Where it was not counted up at all, what the server says was done was not. */
export function outcomeOfUpdate(
  recordId: RecordId,
  modId: number,
  after: RowState | undefined,
): WriteOutcome {
  if (after?.modId === modId) return { kind: 'unknown' };
  if (after?.modId !== modId + 1) return { kind: 'unknown', isOver: true };
  return { kind: 'written', recordId, modId: after.modId };
}
