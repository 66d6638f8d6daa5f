/**
 * Requests on records and layouts, with what may be repeated repeated.
 *
 *   R3  A read is repeated. A write is repeated only if it surely was not done: it never left, or FileMaker
 *       answered that it did nothing. A write without a readable answer is `unknown`, at once.
 */
import type { Answer, AnswerOf, Envelope, NoEnvelope } from './answer.ts';
import { meaningOf } from './codes.ts';
import type { EpochMs } from '../../core/names.ts';
import { heardOf, type Load } from './heard.ts';
import type { Pace } from './pace.ts';
import type { ServerError } from '../../ports/server-errors.ts';
import { codeFailure, noAnswer, type Place, untrusted } from './failures.ts';
import { isPassing } from './plain-request.ts';
import { again, type Attempt, done, persist, type Waiting } from './retry.ts';
import type { Standing } from './standing.ts';
import type { HttpRequest, Transport } from './transport.ts';

/** `first`: a write, which is not sent at all where it is too late. `soon`: what is about to be written rests on it. */
export type Haste = 'first' | 'soon';

export type Call = Omit<HttpRequest, 'authorization'> & {
  /** With the database that the path lies in. */
  readonly place: Place & { readonly database: string };
  /** A write that could not be sent by then is not sent. */
  readonly departBy?: EpochMs;
  /** It goes before others. */
  readonly haste?: Haste | undefined;
};

/** What stands before the API, such as a proxy, would not pass this one request on. */
export type TurnedAway = { readonly kind: 'turned-away'; readonly status: number };

/** The answer to a write, that it was lost, or that the write never left. */
export type WriteAnswer = Envelope | TurnedAway | 'unknown' | 'unsent';

/** What a web server says of one request, not of all: bad, forbidden, too large, too long an address or header. */
const turnsAway: readonly number[] = [400, 403, 413, 414, 422, 431];

/** Statuses with which a web server says that it has not passed the request on. 408 says nothing of the kind. */
const notPassedOn = (status: number): boolean => status >= 400 && status < 500 && status !== 408;

const late: Answer = { kind: 'late', reason: 'the time to send it was over' };

/** Who lets requests go out: no more at once than the pace says, each with what shows who asks. */
export interface Turns {
  /** Sends when it is its turn, to the database. Throws the refusal at once while the server refuses the account. */
  use(
    database: string,
    signal: AbortSignal,
    send: (asker: { readonly authorization: string }, load: Load) => Promise<Answer>,
    haste?: Haste,
  ): Promise<Answer>;
  /** So many requests of the database come soon. */
  ahead(database: string, count: number): void;
  /** Fails all requests for a while, without another try: a server locks accounts that hammer. */
  refuse(error: ServerError): void;
}

type RequestsOptions = {
  readonly transport: Transport;
  readonly turns: Turns;
  readonly pace: Pace;
  readonly standing: Standing;
  readonly waiting: Waiting;
  readonly answerOf: AnswerOf;
};

export class Requests {
  readonly #o: RequestsOptions;

  constructor(options: RequestsOptions) {
    this.#o = options;
  }

  /** What came of sending it once, whatever that is. */
  once(call: Call, signal: AbortSignal): Promise<Answer> {
    return this.#send(call, signal);
  }

  /** The answer, whose code is '0' or one of `expected`. */
  read(call: Call, expected: readonly string[], signal: AbortSignal): Promise<Envelope> {
    return this.#persist(call, expected, signal);
  }

  #persist(
    call: Call,
    expected: readonly string[],
    signal: AbortSignal,
    work?: (answer: Envelope, authorization: string) => Promise<void>,
  ): Promise<Envelope> {
    return persist(this.#o.waiting, signal, async () => {
      const answer = await this.#send(call, signal, work);
      if (answer.kind !== 'envelope') return again((tries) => noAnswer(call.place, answer, tries));
      if (answer.code === '0' || expected.includes(answer.code)) return done(answer);
      if (isPassing(answer.code)) return again((tries) => codeFailure(call.place, answer, tries));
      throw this.failure(call.place, answer);
    });
  }

  /** The same; where the code is '0', `work` is done before anybody else has the turn, with what shows who asks. What it throws is thrown. */
  readHolding(
    call: Call,
    expected: readonly string[],
    work: (answer: Envelope, authorization: string) => Promise<void>,
    signal: AbortSignal,
  ): Promise<Envelope> {
    return this.#persist(call, expected, signal, work);
  }

  /** Does the work when it is its turn, with what shows who asks. What it throws is thrown. */
  async inTurn<Result>(
    { database }: Call['place'],
    work: (authorization: string) => Promise<Result>,
    signal: AbortSignal,
  ): Promise<Result> {
    const came: Result[] = [];
    await this.#o.turns.use(database, signal, async ({ authorization }) => {
      came.push(await work(authorization));
      return late;
    });
    const [result] = came;
    if (result === undefined) throw new Error('the turn passed without the work');
    return result;
  }

  /** The answer, of whatever code says that this record was not written; or what is known without one. */
  write(call: Call, signal: AbortSignal): Promise<WriteAnswer> {
    return persist(this.#o.waiting, signal, async () => {
      const answer = await this.#send(call, signal);
      if (answer.kind === 'envelope') return this.#written(call, answer);
      return this.#withoutEnvelope(call, answer);
    });
  }

  /**
   * A request that runs a script, and then does something of its own: a code may be that of the latter. So only those are taken for
   * `not done` that stand before any work: who asks, and for which layout, is looked at first (data-api-guide
   * run-script-with-another-request). That the host has no room (812, 956) or the file is being closed (802) may
   * turn out at any step (assumed). These and all others are for the caller to judge, and not repeated.
   */
  script(call: Call, signal: AbortSignal): Promise<WriteAnswer> {
    return persist(this.#o.waiting, signal, async () => {
      const answer = await this.#send(call, signal);
      if (answer.kind === 'envelope') return this.#ran(call, answer);
      return this.#withoutEnvelope(call, answer);
    });
  }

  #ran(call: Call, answer: Envelope): Attempt<WriteAnswer> {
    switch (meaningOf(answer.code).class) {
      case 'token':
      case 'account':
      case 'layout':
        throw this.failure(call.place, answer);
      default:
        return done(answer);
    }
  }

  #withoutEnvelope(call: Call, answer: NoEnvelope): Attempt<WriteAnswer> {
    if (answer.kind === 'late') return done('unsent');
    if (answer.kind === 'notSent') return again((tries) => noAnswer(call.place, answer, tries));
    if (answer.kind !== 'unreadable' || !notPassedOn(answer.status)) return done('unknown');
    if (turnsAway.includes(answer.status)) return done({ kind: 'turned-away', status: answer.status });
    return again((tries) => noAnswer(call.place, answer, tries));
  }

  #written(call: Call, answer: Envelope): Attempt<WriteAnswer> {
    switch (meaningOf(answer.code).class) {
      case 'again':
      case 'full':
        return again((tries) => codeFailure(call.place, answer, tries));
      case 'againUnlessWrite':
        return done('unknown');
      case 'token':
      case 'account':
      case 'database':
      case 'layout':
      case 'field':
      case 'dataLimit':
        throw this.failure(call.place, answer);
      default:
        return done(answer);
    }
  }

  /** So many are soon to be asked for. */
  ahead({ database }: Call['place'], count: number): void {
    this.#o.turns.ahead(database, count);
  }

  async #send(
    call: Call,
    signal: AbortSignal,
    work?: (answer: Envelope, authorization: string) => Promise<void>,
  ): Promise<Answer> {
    const { place, departBy = Number.POSITIVE_INFINITY, haste, ...request } = call;
    const send: Parameters<Turns['use']>[2] = async ({ authorization }, load) => {
      const { waiting, standing, transport, pace, answerOf } = this.#o;
      const { clock } = waiting;
      const sentAt = clock.now();
      if (sentAt > departBy) return late;
      standing.watch();
      const came = answerOf(await transport.send({ ...request, authorization }, signal));
      const heard = heardOf(request, came, load, { sentAt, at: clock.now() }, standing);
      if (heard !== undefined) pace.hear(heard);
      if (came.kind === 'envelope' && came.code === '0') await work?.(came, authorization);
      return came;
    };
    const answer = await this.#o.turns.use(place.database, signal, send, haste);
    if (answer.kind === 'untrusted') throw untrusted(place, answer.reason);
    return answer;
  }

  /** The error for it. An account that is refused is left alone for a while. */
  failure(place: Place, answer: Envelope): ServerError {
    const failure = codeFailure(place, answer);
    if (failure.code === 'account-refused') this.#o.turns.refuse(failure);
    return failure;
  }
}
