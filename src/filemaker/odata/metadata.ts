/**
 * What a file says of its tables. One table is asked for where the server does that (22.0.4 and later), since a whole file may be
 * megabytes; otherwise the file is read once for all who ask within a moment.
 */
import type { EpochMs } from '../../core/names.ts';
import type { Clock } from '../../ports/clock.ts';
import { ServerError } from '../../ports/server-errors.ts';
import type { Envelope } from '../http/answer.ts';
import { codeFailure, type Place, unreadable } from '../http/failures.ts';
import type { Requests } from '../http/requests.ts';
import type { Csdl, CsdlTable } from './csdl.ts';
import { csdlInJson } from './csdl-json.ts';
import { csdlInXml } from './csdl-xml.ts';
import { encodeSegment } from './url.ts';

/** For how long a file that was read as a whole is good for the next who asks: short reads megabytes again, long shows a former schema (assumed). */
const goodForMs = 15_000;

/** A server that knows no `$metadata` of one table, or no JSON of it, says so with one of these (assumed). */
const notSo = ['-1000', '-1002', '-1003', '-1010', '-1020', '105', '8309', '960'];

type Where = Place & { readonly database: string };

/** It goes on as long as somebody waits for it. */
type Read = {
  readonly at: EpochMs;
  readonly csdl: Promise<Csdl>;
  readonly unwanted: AbortController;
  waiting: number;
  isDone: boolean;
};

export class Metadata {
  readonly #requests: Requests;
  readonly #clock: Clock;
  readonly #files = new Map<string, Read>();
  /** Files of which one table cannot be asked for. */
  readonly #whole = new Set<string>();

  constructor(requests: Requests, clock: Clock) {
    this.#requests = requests;
    this.#clock = clock;
  }

  /** Throws LayoutMissing. */
  async table(place: Where & { readonly layout: string }, signal: AbortSignal): Promise<CsdlTable> {
    const { database, layout } = place;
    if (!this.#whole.has(database)) {
      const one = await this.#ask(
        place,
        `/${encodeSegment(database)}/$metadata%23${encodeSegment(layout)}`,
        signal,
      );
      const found = one?.tables.find(isCalled(layout));
      if (found !== undefined) return found;
    }
    const { tables } = await this.file(place, signal);
    const found = tables.find(isCalled(layout));
    if (found === undefined) throw codeFailure(place, { code: '105' });
    // It was not told before though it is there.
    this.#whole.add(database);
    return found;
  }

  async file(place: Where, signal: AbortSignal): Promise<Csdl> {
    signal.throwIfAborted();
    const read = this.#reading(place);
    read.waiting += 1;
    try {
      return await unlessAborted(read.csdl, signal);
    } finally {
      read.waiting -= 1;
      if (read.waiting === 0 && !read.isDone) this.#leave(place.database, read);
    }
  }

  #reading({ server, origin, database }: Where): Read {
    const known = this.#files.get(database);
    if (known !== undefined && this.#clock.now() - known.at < goodForMs) return known;
    const unwanted = new AbortController();
    const csdl = this.#readFile({ server, origin, api: 'odata', database }, unwanted.signal);
    const read = { at: this.#clock.now(), csdl, unwanted, waiting: 0, isDone: false };
    this.#files.set(database, read);
    csdl.then(
      () => (read.isDone = true),
      () => this.#forget(database, read),
    );
    return read;
  }

  #leave(database: string, read: Read): void {
    this.#forget(database, read);
    read.unwanted.abort(new Error('nobody waits for it any more'));
  }

  #forget(database: string, read: Read): void {
    if (this.#files.get(database) === read) this.#files.delete(database);
  }

  async #readFile(place: Where, signal: AbortSignal): Promise<Csdl> {
    const csdl = await this.#ask(place, `/${encodeSegment(place.database)}/$metadata`, signal);
    if (csdl === undefined) throw unreadable(place, 'no $metadata of the file, as JSON or XML');
    return csdl;
  }

  /** As JSON, or as XML where the server has no JSON of it. */
  async #ask(place: Where, path: string, signal: AbortSignal): Promise<Csdl | undefined> {
    for (const accept of ['application/json', 'application/xml']) {
      const answer = await this.#read(place, path, accept, signal);
      const csdl = answer && csdlIn(answer);
      if (csdl !== undefined) return csdl;
    }
    return undefined;
  }

  async #read(
    place: Where,
    path: string,
    accept: string,
    signal: AbortSignal,
  ): Promise<Envelope | undefined> {
    try {
      const call = { method: 'GET', path, accept, place } as const;
      const answer = await this.#requests.read(call, notSo, signal);
      return answer.code === '0' ? answer : undefined;
    } catch (error) {
      // 406 and its like, without a code.
      if (error instanceof ServerError && error.code === 'request-refused') return undefined;
      throw error;
    }
  }
}

/** By its name, or by the id that it keeps when it is renamed. */
const isCalled =
  (layout: string) =>
  ({ name, id }: CsdlTable): boolean =>
    name === layout || id === layout;

function unlessAborted<T>(result: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const giveUp = (): void => reject(signal.reason);
  signal.addEventListener('abort', giveUp, { once: true });
  return Promise.race([result, promise]).finally(() => signal.removeEventListener('abort', giveUp));
}

const csdlIn = ({ response, http }: Envelope): Csdl | undefined =>
  response === undefined ? csdlInXml(http.text) : csdlInJson(response);
