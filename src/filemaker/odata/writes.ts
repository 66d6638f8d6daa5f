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
import type { Address } from './addresses.ts';
import type { Columns, RowState } from './columns.ts';
import { Firsts } from './firsts.ts';
import { isFit, keyQuestion } from './key-looks.ts';
import { RecordTurns } from './record-turns.ts';
import type { Look } from './look.ts';
import type { Rows } from './rows.ts';
import { encodeSegment } from './url.ts';

/**
 * A write leaves so soon after the question of the look that it rests on, or not: longer makes the window longer, shorter sends nothing to a
 * slow server. As long as the engine lets a write wait to be sent (assumed).
 */
export const restsOnMs = 5_000;

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
    return this.patch(recordId, modId, (columns) => columns.body(values), signal, departBy, values);
  }

  /** The same, of a body in JSON. `values`: all that it holds, where these are values. */
  patch(
    recordId: RecordId,
    modId: number,
    bodyOf: (columns: Columns) => string,
    signal: AbortSignal,
    departBy: EpochMs = Number.POSITIVE_INFINITY,
    values?: Values,
  ): Promise<WriteOutcome> {
    return this.turns.alone([recordId], async () => {
      const found = await this.#found(recordId, signal);
      if (typeof found === 'string') return notThere(found);
      if (found.look.modId !== modId) return { kind: 'moved' };
      const { path } = found;
      const body = bodyOf(this.#rows.columns());
      const by = Math.min(departBy, goodUntil(found.look));
      const answer = await this.#send({ method: 'PATCH', path, body, departBy: by }, signal);
      const failed = this.#failed(answer);
      if (failed !== undefined) return failed;
      return this.#readBehind(async () => {
        const after = await this.#rows.look(recordId, signal);
        if (after === 'missing' && found.mayMakeAnew) return this.#unmade(path, values, signal);
        return outcomeOfUpdate(
          recordId,
          modId,
          typeof after === 'string' ? undefined : after,
          isOfNone(answer),
        );
      });
    });
  }

  /** A write that `send` makes, with the record read right before and behind it. From the look on the turn is its own: none of it is spent waiting. */
  around(
    recordId: RecordId,
    modId: number,
    signal: AbortSignal,
    send: (authorization: string, look: Look) => Promise<WriteOutcome | 'done'>,
  ): Promise<WriteOutcome> {
    return this.turns.alone([recordId], async () => {
      const sent = await this.#sentWithLook(recordId, modId, signal, send);
      if (sent !== 'done') return sent;
      return this.#readBehind(async () => {
        const after = await this.#rows.look(recordId, signal);
        return outcomeOfUpdate(recordId, modId, typeof after === 'string' ? undefined : after);
      });
    });
  }

  async #sentWithLook(
    recordId: RecordId,
    modId: number,
    signal: AbortSignal,
    send: (authorization: string, look: Look) => Promise<WriteOutcome | 'done'>,
  ): Promise<WriteOutcome | 'done'> {
    const told: { sent?: WriteOutcome | 'done' } = {};
    const before = await this.#rows.look(recordId, signal, async (look, authorization) => {
      if (look.modId !== modId) return;
      told.sent = this.#clock.now() > goodUntil(look) ? { kind: 'unsent' } : await send(authorization, look);
    });
    if (typeof before === 'string') return notThere(before);
    return told.sent ?? { kind: 'moved' };
  }

  async remove(recordId: RecordId, departBy: EpochMs, signal: AbortSignal): Promise<WriteOutcome> {
    await this.#rows.settled(signal);
    const { manners } = this.#rows.parts;
    // A look finds out whether the server takes ROWID in addresses.
    const found = manners.isProven('rowAddress')
      ? { path: this.#rows.record(recordId) }
      : await this.#found(recordId, signal);
    if (typeof found === 'string') return notThere(found);
    const by = 'look' in found ? Math.min(departBy, goodUntil(found.look)) : departBy;
    const answer = await this.#send({ method: 'DELETE', path: found.path, departBy: by }, signal);
    const failed = this.#failed(answer);
    if (failed !== undefined) return failed;
    if (!isOfNone(answer)) return { kind: 'removed' };
    return this.#readBehind(async () =>
      (await this.#rows.look(recordId, signal)) === 'missing' ? { kind: 'missing' } : { kind: 'unknown' },
    );
  }

  /** Below the database. */
  async addressOf(
    recordId: RecordId,
    signal: AbortSignal,
  ): Promise<{ readonly path: string; readonly isByRowId: boolean } | 'missing' | 'denied'> {
    if (this.#rows.parts.manners.has('rowAddress'))
      return { path: this.#rows.record(recordId), isByRowId: true };
    const found = await this.#found(recordId, signal);
    return typeof found === 'string' ? found : { path: found.path, isByRowId: false };
  }

  async #found(recordId: RecordId, signal: AbortSignal): Promise<Address | 'missing' | 'denied'> {
    const look = await this.#rows.look(recordId, signal);
    if (typeof look === 'string') return look;
    const { manners, addresses } = this.#rows.parts;
    if (!manners.has('rowAddress')) return addresses.byKey(this.#rows, look, signal);
    return { path: this.#rows.record(recordId), look, mayMakeAnew: false };
  }

  /**
   * The record went between the look and the update, which may have made it anew, with nothing but what was sent: then that goes again. What
   * may be somebody else's stays, and is read.
   */
  async #unmade(path: string, values: Values | undefined, signal: AbortSignal): Promise<WriteOutcome> {
    const anew = await this.#rows.at(path, (columns) => columns.select, signal);
    if (anew === 'missing') return { kind: 'missing' };
    const columns = this.#rows.columns();
    const isOurs =
      typeof anew !== 'string' &&
      values !== undefined &&
      columns.state(anew.row).modId === 0 &&
      columns.holdsJust(anew.row, values);
    if (!isOurs) return { kind: 'unknown', isOver: true };
    const answer = await this.#send({ method: 'DELETE', path, departBy: goodUntil(anew) }, signal);
    return this.#failed(answer) === undefined ? { kind: 'missing' } : { kind: 'unknown', isOver: true };
  }

  #send(
    { path, ...write }: Pick<Call, 'method' | 'path' | 'body' | 'departBy'>,
    signal: AbortSignal,
  ): Promise<WriteAnswer> {
    const { requests, place } = this.#rows.parts;
    const prefer = this.#rows.preferOfWrites();
    const call = {
      ...write,
      path: `/${encodeSegment(place.database)}/${path}`,
      prefer,
      place,
      haste: 'first',
    } as const;
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

/** Until when a write may leave that rests on this look. */
const goodUntil = ({ askedAt }: Pick<Look, 'askedAt'>): EpochMs => askedAt + restsOnMs;

const unfit: WriteOutcome = {
  kind: 'refused',
  code: 'key-unfit',
  reason: wordsOf(refusalOf('key-unfit')),
};

const denied: WriteOutcome = { kind: 'refused', code: '200', reason: 'access to the record is denied' };

export const notThere = (state: 'missing' | 'denied'): WriteOutcome =>
  state === 'missing' ? { kind: 'missing' } : denied;

/** The server says that it was done, and to no record. */
const isOfNone = (answer: WriteAnswer): boolean =>
  typeof answer === 'object' && answer.kind === 'envelope' && answer.http.affectedRows === '0';

/** Counted up by just one: it is as we left it. Where it was not counted up at all, what the server says was done was not. */
export function outcomeOfUpdate(
  recordId: RecordId,
  modId: number,
  after: RowState | undefined,
  isOfNoRecord = false,
): WriteOutcome {
  if (after?.modId === modId) return { kind: 'unknown' };
  // Somebody else's is what counted it up.
  if (isOfNoRecord) return { kind: 'unknown', isOver: true };
  if (after?.modId !== modId + 1) return { kind: 'unknown', isOver: true };
  return { kind: 'written', recordId, modId: after.modId };
}
