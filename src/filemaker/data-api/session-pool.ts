/**
 * The sessions of one server, over all its databases.
 *
 * Kept here: never more than `capacity` open or being opened; one request in flight in each; no more in flight than `pace` says
 * when they are sent; no more logins at once than sessions are open, so that a server that lets nobody in is asked once; first come,
 * first served. A session is opened for a request that found none idle, or for those that are said to come soon.
 */
import type { EpochMs } from '../../core/names.ts';
import type { Slot } from '../../ports/session-slots.ts';
import { ServerError } from '../../ports/server-errors.ts';
import type { Answer } from '../http/answer.ts';
import { closed, exhausted, isInvalid, type Place } from '../http/failures.ts';
import type { Load } from '../http/heard.ts';
import type { Logins } from './logins.ts';
import type { Pace } from '../http/pace.ts';
import { Refusal } from '../http/refusal.ts';
import { again, done, persist, type Waiting } from '../http/retry.ts';
import type { Session } from './session.ts';
import type { Turns } from '../http/requests.ts';
import { fullForMs, idleForMs, mostLoginsAtOnce } from './session-times.ts';
import { Soon } from './soon.ts';
import { Waiter } from './waiter.ts';

type Send = (session: Session, load: Load) => Promise<Answer>;

type PoolOptions = {
  readonly place: Place;
  readonly logins: Logins;
  readonly capacity: number;
  /** How many requests may be under way. */
  readonly pace: Pick<Pace, 'limit'>;
  readonly waiting: Waiting;
  /** Aborted by `close`, so that no login is begun after it. */
  readonly closing: AbortController;
};

export class SessionPool implements Turns {
  readonly #o: PoolOptions;
  readonly #open: Session[] = [];
  readonly #queue: Waiter[] = [];
  /** Logins under way, and for whom: never for the same one twice. */
  readonly #growing = new Map<Waiter, Promise<void>>();
  /** The last login found no room or failed: the next goes alone. */
  #isCareful = false;
  #givingBack: Promise<unknown> = Promise.resolve();
  /** Being logged out, since nobody needed it. */
  #leaving: Session | undefined;
  #growAgainAt = 0;
  readonly #soon = new Soon();
  readonly #refusal: Refusal;

  constructor(options: PoolOptions) {
    this.#o = options;
    this.#refusal = new Refusal(options.waiting.clock);
  }

  /** Sends on a session of the database; where its token turns out invalid, once more on a new one. */
  async use(database: string, signal: AbortSignal, send: Send): Promise<Answer> {
    const first = await this.#acquire(database, undefined, signal);
    const answer = await this.#sendOn(first, send);
    if (!isInvalid(answer)) return answer;
    // Not executed, so that even a write may be sent again (help.claris.com pro-help error-codes, 952).
    const renewed = await this.#acquire(database, first.slot, signal);
    const second = await this.#sendOn(renewed, send);
    if (isInvalid(second)) await this.#o.logins.giveBack(renewed.slot);
    return second;
  }

  /** So many requests of the database come soon: sessions are opened for them, as many as may be under way. */
  ahead(database: string, count: number): void {
    this.#soon.say(database, Math.min(count, this.#o.capacity), this.#o.waiting.clock.now());
    this.#growAhead();
  }

  #growAhead(): void {
    const soon = this.#soon.awaited(this.#open.length, this.#o.waiting.clock.now());
    if (soon === undefined || this.#refusal.error !== undefined) return;
    // While there is no room, one for who waits comes before one for who may.
    if (this.#o.waiting.clock.now() < this.#growAgainAt) return;
    while (this.#open.length + this.#underWay < Math.min(soon.count, this.#o.pace.limit)) {
      const nobody = new Waiter(soon.database, undefined);
      if (!this.#mayGrow(nobody)) return;
      this.#growing.set(nobody, this.#grow(nobody, true));
    }
  }

  /** Fails all requests for a while, without another try: a server locks accounts that hammer. */
  refuse(error: ServerError): void {
    const counts = this.#refusal.begin(error);
    this.#failAll(() => true, counts);
  }

  /** Logs out every session once its request is over. Never throws. */
  async close(): Promise<void> {
    const reason = closed(this.#o.place.server);
    this.#o.closing.abort(reason);
    this.#failAll(() => true, reason);
    await Promise.all(this.#growing.values());
    await this.#givingBack;
    const areClosed = await Promise.all(
      this.#open.splice(0).map(async (session) => {
        await session.idle();
        return this.#o.logins.close(session);
      }),
    );
    // A server that lets nobody out now would not let out those either.
    if (areClosed.every(Boolean)) await this.#o.logins.closeLeftBehind();
  }

  async #sendOn(session: Session, send: Send): Promise<Answer> {
    let isGone = false;
    const inFlight = this.#busy;
    const underWay = (): number => this.#busy;
    const isFull = (): boolean => this.#busy >= this.#o.pace.limit;
    try {
      const answer = await send(session, { inFlight, underWay, isFull });
      isGone = isInvalid(answer);
      return answer;
    } finally {
      if (isGone) this.#drop(session);
      session.usedAt = this.#o.waiting.clock.now();
      session.release();
      this.#serve();
      this.#closeIdle();
    }
  }

  async #acquire(database: string, renewing: Slot | undefined, signal: AbortSignal): Promise<Session> {
    const idle = this.#queue.length === 0 ? this.#idleAtOnce(database, renewing, signal) : undefined;
    if (idle !== undefined) return idle;
    const waiter = new Waiter(database, renewing);
    const reason = this.#reasonToStop(signal);
    if (reason !== undefined) {
      this.#giveBackOf(waiter);
      throw reason;
    }
    if (renewing === undefined) this.#queue.push(waiter);
    else this.#queue.unshift(waiter);
    const leave = (): void => {
      this.#failAll((each) => each === waiter, signal.reason);
    };
    signal.addEventListener('abort', leave, { once: true });
    this.#serve();
    try {
      return await waiter.session;
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }

  /** Nobody waits, and one is free: it is taken. */
  #idleAtOnce(database: string, renewing: Slot | undefined, signal: AbortSignal): Session | undefined {
    if (renewing !== undefined || this.#busy >= this.#o.pace.limit) return undefined;
    if (this.#reasonToStop(signal) !== undefined) return undefined;
    const idle = this.#open.find((each) => !each.isBusy && each.database === database);
    if (idle !== undefined) idle.isBusy = true;
    return idle;
  }

  #reasonToStop(signal: AbortSignal): unknown {
    if (signal.aborted) return signal.reason;
    const closing = this.#o.closing.signal;
    return closing.aborted ? closing.reason : this.#refusal.error;
  }

  /** Gives idle sessions to those who wait, in their order, and starts logins for the first that get none. */
  #serve(): void {
    this.#serveQueue();
    this.#growAhead();
  }

  #serveQueue(): void {
    for (let place = 0; place < this.#queue.length; ) {
      const waiter = this.#queue[place];
      if (waiter === undefined || this.#busy >= this.#o.pace.limit) return;
      const session = this.#idleFor(waiter);
      if (session !== undefined) {
        this.#queue.splice(place, 1);
        waiter.give(session);
        continue;
      }
      if (this.#mayGrow(waiter)) this.#growing.set(waiter, this.#grow(waiter));
      if (!this.#growing.has(waiter) && !this.#open.some((each) => !each.isBusy)) return;
      place++;
    }
  }

  /** How many sessions are open. */
  get open(): number {
    return this.#open.length;
  }

  get #busy(): number {
    return this.#open.reduce((sum, one) => sum + (one.isBusy && one !== this.#leaving ? 1 : 0), 0);
  }

  /** One after the other; until it is logged out it counts as open. */
  #closeIdle(): void {
    const { waiting, closing, logins } = this.#o;
    if (this.#leaving !== undefined || closing.signal.aborted) return;
    const session = this.#open.find((each) => this.#isIdle(each, waiting.clock.now()));
    if (session === undefined) return;
    this.#leaving = session;
    session.isBusy = true;
    const left = logins.close(session).finally(() => {
      this.#leaving = undefined;
      this.#drop(session);
      this.#serve();
      this.#closeIdle();
    });
    this.#awaitBeforeClose(left);
  }

  /** The last one of a database stays, for who comes next. */
  #isIdle(session: Session, now: EpochMs): boolean {
    const { isBusy, usedAt, database } = session;
    if (isBusy || now - usedAt < idleForMs) return false;
    return this.#open.some((each) => each !== session && each.database === database);
  }

  #idleFor(waiter: Waiter): Session | undefined {
    if (waiter.renewing !== undefined) return undefined;
    return this.#open.find((each) => !each.isBusy && each.database === waiter.database);
  }

  #mayGrow(waiter: Waiter): boolean {
    if (this.#growing.has(waiter) || this.#growing.size >= this.#loginsAtOnce) return false;
    if (this.#o.closing.signal.aborted) return false;
    if (waiter.renewing !== undefined || this.#evictable(waiter.database) !== undefined) return true;
    if (this.#open.length + this.#underWay >= this.#o.capacity) return false;
    return this.#open.length === 0 || this.#o.waiting.clock.now() >= this.#growAgainAt;
  }

  get #loginsAtOnce(): number {
    return this.#isCareful ? 1 : Math.max(1, Math.min(mostLoginsAtOnce, this.#open.length));
  }

  /** Sessions that are being opened, or will be for those whose own was invalid. */
  get #underWay(): number {
    const renewing = this.#queue.filter((each) => each.renewing !== undefined && !this.#growing.has(each));
    return this.#growing.size + renewing.length;
  }

  #evictable(database: string): Session | undefined {
    return this.#open.find((each) => !each.isBusy && each.database !== database);
  }

  async #grow(waiter: Waiter, isAhead = false): Promise<void> {
    try {
      const session = await (waiter.renewing === undefined ? this.#openFor(waiter) : this.#renewFor(waiter));
      this.#isCareful = session === undefined;
      if (session === undefined) this.#coolDown();
      else this.#opened(session);
    } catch (error) {
      this.#isCareful = true;
      // Nobody waits for it: those who come try for themselves, as often as they may.
      this.#soon.forget();
      this.#growthFailed(waiter, error, isAhead);
    } finally {
      this.#growing.delete(waiter);
      this.#serve();
    }
  }

  #opened(session: Session): void {
    session.usedAt = this.#o.waiting.clock.now();
    this.#open.push(session);
  }

  async #openFor({ database }: Waiter): Promise<Session | undefined> {
    const { waiting, closing, logins, capacity, place } = this.#o;
    const isTight =
      this.#open.length + this.#growing.size >= capacity || waiting.clock.now() < this.#growAgainAt;
    const idle = isTight ? this.#evictable(database) : undefined;
    if (idle !== undefined) {
      this.#drop(idle);
      await logins.close(idle);
    }
    return persist(waiting, closing.signal, async () => {
      const session = await logins.open(database);
      if (session !== undefined || this.#open.length > 0) return done(session);
      return again((tries) => exhausted(place, logins.capacity, tries));
    });
  }

  /** Opens a session where the invalid one was, for the request that found it so, unless that has gone. */
  async #renewFor(waiter: Waiter): Promise<Session | undefined> {
    const session = await this.#o.logins.open(waiter.database, waiter.renewing);
    waiter.renewing = undefined;
    const place = this.#queue.indexOf(waiter);
    if (session === undefined || place < 0 || this.#busy >= this.#o.pace.limit) return session;
    this.#queue.splice(place, 1);
    waiter.give(session);
    return session;
  }

  #growthFailed(waiter: Waiter, error: unknown, isAhead: boolean): void {
    waiter.renewing = undefined;
    if (error instanceof ServerError && error.code === 'account-refused') {
      this.refuse(error);
    } else if (this.#open.some((each) => each.database === waiter.database)) {
      this.#coolDown();
    } else if (!isAhead) {
      this.#failAll((each) => each.database === waiter.database, error);
    }
  }

  #coolDown(): void {
    const { waiting, place } = this.#o;
    this.#growAgainAt = waiting.clock.now() + fullForMs;
    waiting.log({ kind: 'full', server: place.server, open: this.#open.length });
  }

  /** Frees the slot that nobody will log in to any more; a login under way frees its own. */
  #giveBackOf(waiter: Waiter): void {
    if (waiter.renewing === undefined || this.#growing.has(waiter)) return;
    this.#awaitBeforeClose(this.#o.logins.giveBack(waiter.renewing));
  }

  #awaitBeforeClose(work: Promise<unknown>): void {
    // Without what came of it, which would be kept, one in the other, as long as the pool.
    this.#givingBack = Promise.all([this.#givingBack, work]).then(() => undefined);
  }

  #drop(session: Session): void {
    const place = this.#open.indexOf(session);
    if (place >= 0) this.#open.splice(place, 1);
  }

  #failAll(which: (waiter: Waiter) => boolean, reason: unknown): void {
    const failed = this.#queue.filter(which);
    for (const waiter of failed) {
      this.#queue.splice(this.#queue.indexOf(waiter), 1);
      this.#giveBackOf(waiter);
      waiter.fail(reason);
    }
  }
}
