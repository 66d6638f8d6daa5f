/**
 * Opens and closes sessions, each in a slot, so that what may be open is always written down first.
 *
 * A login whose answer was lost may have opened a session that nobody has the token of: its slot stays taken until
 * FileMaker has closed that session itself. So that a server that is down does not use up the slots in this way,
 * a request that opens nothing has to be answered first.
 */
import type { EpochMs } from '../../core/names.ts';
import type { Slot, SessionSlots } from '../../ports/session-slots.ts';
import { type Account, basicOf } from '../http/account.ts';
import { type Answer, type Envelope, valueAt } from '../http/answer.ts';
import { answerOf } from './answer.ts';
import { meaningOf } from '../http/codes.ts';
import { closed, codeFailure, noAnswer, type Place, unreadable, untrusted } from '../http/failures.ts';
import { isPassing } from '../http/plain-request.ts';
import type { ProductInfo } from './product-info.ts';
import { again, type Attempt, done, persist, type Waiting } from '../http/retry.ts';
import { keptToken, parseKept, Session } from './session.ts';
import type { Transport } from '../http/transport.ts';

type LoginsOptions = {
  readonly place: Place;
  readonly transport: Transport;
  readonly productInfo: ProductInfo;
  readonly account: Account;
  readonly slots: SessionSlots;
  readonly capacity: number;
  readonly waiting: Waiting;
  /** Told of a login that was sent at `sentAt` and for which the server had no room. */
  readonly full: (sentAt: EpochMs) => void;
  /** How long a logout may take. */
  readonly logoutMs: number;
  /** Aborted when the connector closes: no login is begun any more; one in flight is awaited. */
  readonly closing: AbortSignal;
};

/** FileMaker closes an idle session after 15 minutes (help.claris.com data-api-guide log-in-database-session); one more to be sure. */
const orphanMs = 16 * 60_000;

/** Two tries: a logout may be repeated safely, but a close must not wait for long on a dead server. */
const logoutTries = 2;

/** A login that was sent is never given up: it would leave a session that nobody knows. */
const never = new AbortController().signal;

/** The slot that a login holds; none once it is given away or lost. */
type Holding = { slot: Slot | undefined };

export class Logins {
  readonly #o: LoginsOptions;

  constructor(options: LoginsOptions) {
    this.#o = options;
  }

  /** The most sessions ever open there, those of other processes included. */
  get capacity(): number {
    return this.#o.capacity;
  }

  /**
   * A session of the database: one left behind by a holder that died, or a new one; in `slot` where that is given (its
   * session is surely closed). Undefined: the server, or the number configured, allows no further session.
   */
  async open(database: string, slot?: Slot): Promise<Session | undefined> {
    const holding: Holding = { slot };
    try {
      return await persist(this.#o.waiting, this.#o.closing, () => this.#attempt(database, holding));
    } finally {
      if (holding.slot !== undefined) await this.#o.slots.free(holding.slot);
    }
  }

  /** True if the session is surely closed; then its slot is free. Otherwise it is left to whoever opens next. Never throws. */
  async close(session: Session): Promise<boolean> {
    try {
      const isClosed = await this.#logOut(session);
      await (isClosed ? this.#o.slots.free(session.slot) : this.#o.slots.leave(session.slot));
      this.#tell(session, isClosed ? 'closed' : 'lost');
      return isClosed;
    } catch {
      this.#tell(session, 'lost');
      return false;
    }
  }

  /** Logs out the sessions that an earlier holder left and nobody needed. Never throws. */
  async closeLeftBehind(): Promise<void> {
    try {
      for (let slot = await this.#takeLeft(); slot !== undefined; slot = await this.#takeLeft()) {
        const left = slot.token === undefined ? undefined : parseKept(slot.token);
        if (left === undefined) return await this.#o.slots.free(slot);
        if (!(await this.close(new Session(slot, left.database, left.token)))) return;
      }
    } catch {
      this.#o.waiting.log({ kind: 'leftOpen', server: this.#o.place.server });
    }
  }

  /** The server said that the session is closed, and nobody wants its slot. Never throws. */
  async giveBack(slot: Slot): Promise<void> {
    await this.#o.slots.free(slot).catch(() => undefined);
  }

  async #attempt(database: string, holding: Holding): Promise<Attempt<Session | undefined>> {
    const { productInfo, closing, place, slots, waiting } = this.#o;
    await productInfo.answered(closing);
    if (closing.aborted) throw closed(place.server);
    const held = holding.slot;
    const slot = held ?? (await this.#take());
    if (slot === undefined) return done(undefined);
    if (slot.token !== undefined && held === undefined) {
      const left = await this.#takeOver(slot, slot.token, database);
      if (left !== undefined) return done(left);
    }
    holding.slot = slot;
    if (held !== undefined || slot.token !== undefined) await slots.opening(slot, waiting.clock.now());
    holding.slot = undefined;
    return this.#logIn(database, slot, holding);
  }

  #take(): Promise<Slot | undefined> {
    const { slots, place, capacity, waiting } = this.#o;
    return slots.take(place.server, capacity, waiting.clock.now(), orphanMs);
  }

  #takeLeft(): Promise<Slot | undefined> {
    const { slots, place, capacity, waiting } = this.#o;
    return slots.takeLeft(place.server, capacity, waiting.clock.now(), orphanMs);
  }

  /** The session left in the slot, if it is of this database; otherwise it is closed. */
  async #takeOver(slot: Slot, kept: string, database: string): Promise<Session | undefined> {
    const left = parseKept(kept) ?? { database, token: kept };
    const session = new Session(slot, left.database, left.token);
    if (left.database === database) {
      this.#tell(session, 'takenOver');
      return session;
    }
    if (await this.#logOut(session)) return undefined;
    await this.#o.slots.leave(slot);
    const reason = 'a session left by an earlier run could not be logged out';
    throw noAnswer(this.#o.place, { kind: 'lost', reason }, logoutTries);
  }

  async #logIn(database: string, slot: Slot, holding: Holding): Promise<Attempt<Session | undefined>> {
    const { transport, account } = this.#o;
    const path = `/databases/${encodeURIComponent(database)}/sessions`;
    const request = { method: 'POST', path, authorization: basicOf(account), body: '{}' } as const;
    const sentAt = this.#o.waiting.clock.now();
    const answer = answerOf(await transport.send(request, never));
    if (answer.kind === 'envelope' && meaningOf(answer.code).class === 'full') this.#o.full(sentAt);
    if (surelyNotOpened(answer)) holding.slot = slot;
    else if (answer.kind !== 'envelope' || answer.code !== '0') this.#lose(database, slot);
    return this.#judge(database, slot, answer);
  }

  #lose(database: string, slot: Slot): void {
    const { waiting, place, productInfo } = this.#o;
    productInfo.doubt();
    waiting.log({ kind: 'session', server: place.server, database, slot: slot.number, change: 'lost' });
  }

  async #judge(database: string, slot: Slot, answer: Answer): Promise<Attempt<Session | undefined>> {
    const place: Place = { ...this.#o.place, database };
    if (answer.kind === 'untrusted') throw untrusted(place, answer.reason);
    if (answer.kind !== 'envelope') return again((tries) => noAnswer(place, answer, tries));
    if (answer.code === '0') return done(await this.#opened(database, slot, answer));
    if (meaningOf(answer.code).class === 'full') return done(undefined);
    if (isPassing(answer.code)) return again((tries) => codeFailure(place, answer, tries));
    throw codeFailure(place, answer);
  }

  async #opened(database: string, slot: Slot, envelope: Envelope): Promise<Session> {
    const token = envelope.http.accessToken ?? valueAt(envelope.response, 'token');
    if (typeof token !== 'string' || token === '') throw unreadable(this.#o.place, 'a login without a token');
    const session = new Session(slot, database, token);
    try {
      await this.#o.slots.opened(slot, keptToken(database, token), this.#o.waiting.clock.now());
    } catch (error) {
      await this.close(session);
      throw error;
    }
    this.#tell(session, 'opened');
    return session;
  }

  async #logOut(session: Session): Promise<boolean> {
    const path = `/databases/${encodeURIComponent(session.database)}/sessions/${encodeURIComponent(session.token)}`;
    const signal = AbortSignal.timeout(this.#o.logoutMs);
    try {
      for (let tries = 1; tries <= logoutTries; tries++) {
        const answer = answerOf(await this.#o.transport.send({ method: 'DELETE', path }, signal));
        if (answer.kind !== 'envelope') continue;
        return answer.code === '0' || meaningOf(answer.code).class === 'token';
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    return false;
  }

  #tell(session: Session, change: 'opened' | 'takenOver' | 'closed' | 'lost'): void {
    const { waiting, place } = this.#o;
    const { database, slot } = session;
    waiting.log({ kind: 'session', server: place.server, database, slot: slot.number, change });
  }
}

/** 502 and 503 come from the web server while the engine is down, and its sessions with it (assumed). */
function surelyNotOpened(answer: Answer): boolean {
  if (answer.kind === 'envelope') {
    return answer.code !== '0' && meaningOf(answer.code).class !== 'againUnlessWrite';
  }
  if (answer.kind === 'unreadable') return answer.status === 502 || answer.status === 503;
  return answer.kind !== 'lost';
}
