/**
 * Rows of one table as OData shows them: questions about it, each one request where the server does as other servers were seen to.
 */
import { type Envelope, valueAt } from '../http/answer.ts';
import { codeFailure, type Place, tooManyFields, unreadable } from '../http/failures.ts';
import type { Haste, Requests } from '../http/requests.ts';
import type { HttpResponse } from '../http/transport.ts';
import type { EpochMs, RecordId } from '../../core/names.ts';
import type { TableBinding } from '../../ports/server.ts';
import type { Addresses } from './addresses.ts';
import { answerOf, errorIn } from './answer.ts';
import type { Batches } from './batch.ts';
import { Columns, knowsIds } from './columns.ts';
import { type Look, lookOf, type RowShown } from './look.ts';
import { type Has, isRefusal, type Manner, type Manners, refusals } from './manners.ts';
import type { Operation, Part } from './multipart.ts';
import { parseRepaired } from './repair.ts';
import { encodeSegment, isTooLong, queryOf, withoutSelect } from './url.ts';

/** No links and no types of what is asked for, and decimals as text, so that none of their digits is lost. */
export const accept = 'application/json;odata.metadata=none;IEEE754Compatible=true';

export const byIds = 'fmodata.entity-ids';

/** ROWID and ROWMODID where no fields are named (22.0.4 and later). */
const bySpecialColumns = 'fmodata.include-specialcolumns';

export type RowsParts = {
  readonly place: Place & { readonly database: string; readonly layout: string };
  readonly binding: TableBinding;
  readonly requests: Requests;
  readonly manners: Manners;
  readonly batches: Batches;
  readonly addresses: Addresses;
};

export type Asked = Readonly<Record<`$${string}`, string | undefined>>;

export type Shown = {
  readonly rows: readonly unknown[];
  readonly count: number | undefined;
  /** The server gave fewer than it was asked for, and has more. */
  readonly isCut: boolean;
};

/** How much of what was asked for: `some`: as much as the server gives at once, but more than one row where there are. */
export type HowMuch = 'all' | 'some';

type Work = Parameters<Requests['readHolding']>[2];

/** How a server may be asked is found out by asking more than once. */
function once(work: Work): Work {
  let isDone = false;
  return async (answer, authorization) => {
    if (isDone) return;
    isDone = true;
    await work(answer, authorization);
  };
}

export class Rows {
  readonly parts: RowsParts;
  readonly #named: Columns;
  readonly #known: Columns | undefined;

  constructor(parts: RowsParts) {
    this.parts = parts;
    const { place, binding } = parts;
    this.#named = new Columns(place, binding, false);
    if (knowsIds(binding)) this.#known = new Columns(place, binding, true);
  }

  /** By ids where the server takes them, as far as is known. */
  columns(has: Has = this.parts.manners.has): Columns {
    return this.#known !== undefined && has('ids') ? this.#known : this.#named;
  }

  prefer(has: Has = this.parts.manners.has): string | undefined {
    return this.columns(has) === this.#known ? byIds : undefined;
  }

  /** Writes tell nothing but that they were done: what came of them is looked at. */
  preferOfWrites(): string {
    const prefer = this.prefer();
    return prefer === undefined ? 'return=minimal' : `return=minimal, ${prefer}`;
  }

  /** Whether the server knows the ids is found out by a read before anything is written by them. */
  async settled(signal: AbortSignal): Promise<void> {
    const { manners } = this.parts;
    if (this.#known === undefined || !manners.has('ids') || manners.isProven('ids')) return;
    await this.read([], (columns) => ({ $select: columns.stateSelect(), $top: '1' }), signal);
  }

  /** Below the database. */
  path(asked: Asked, has: Has = this.parts.manners.has): string {
    return `${this.columns(has).table}${queryOf(asked)}`;
  }

  record(recordId: string, has: Has = this.parts.manners.has): string {
    return `${this.columns(has).table}(ROWID=${recordId})`;
  }

  /** The rows that `ask` names, by whatever manners the server knows; as many pages as the server makes of them. */
  async read(
    uses: readonly Manner[],
    ask: (columns: Columns, has: Has) => Asked,
    signal: AbortSignal,
    howMuch: HowMuch = 'all',
  ): Promise<Shown & { readonly columns: Columns; readonly has: Has }> {
    let columns = this.columns();
    let used: Has = this.parts.manners.has;
    const answer = await this.#inManners(
      uses,
      (has) => {
        columns = this.columns(has);
        used = has;
        return this.path(ask(columns, has), has);
      },
      [],
      signal,
    );
    return { ...(await this.#pages(answer, used, howMuch, signal)), columns, has: used };
  }

  /** One record; undefined where there is none. `denied`: this account may not see it. */
  async one(recordId: RecordId, select: (columns: Columns) => string, signal: AbortSignal): Promise<unknown> {
    const { row, isDenied } = await this.#record(recordId, select, signal);
    return isDenied ? 'denied' : row;
  }

  /** What it is like now. Where it is shown, `holding` is done before anybody else has the turn, once. */
  async look(
    recordId: RecordId,
    signal: AbortSignal,
    holding?: (look: Look, authorization: string) => Promise<void>,
  ): Promise<Look | 'missing' | 'denied'> {
    let used = this.columns();
    const { isDenied, ...shown } = await this.#record(
      recordId,
      (columns) => (used = columns).stateSelect(),
      signal,
      holding && ((first, authorization) => holding(lookOf(used, first), authorization)),
    );
    if (shown.row === undefined) return isDenied ? 'denied' : 'missing';
    return lookOf(used, shown);
  }

  /** What stands at an address below the database; `refused`: the server takes no such address. */
  async lookAt(address: string, signal: AbortSignal): Promise<Look | 'missing' | 'denied' | 'refused'> {
    const shown = await this.at(address, (columns) => columns.stateSelect(), signal);
    return typeof shown === 'string' ? shown : lookOf(this.columns(), shown);
  }

  async at(
    address: string,
    select: (columns: Columns) => string,
    signal: AbortSignal,
  ): Promise<RowShown | 'missing' | 'denied' | 'refused'> {
    const path = `${address}${queryOf({ $select: select(this.columns()) })}`;
    const answer = await this.#get(path, this.prefer(), ['101', ...deniedCodes], signal, undefined, 'soon');
    if (isRefusal(answer.code)) return 'refused';
    if (answer.code !== '0') return deniedCodes.includes(answer.code) ? 'denied' : 'missing';
    return { row: answer.response, askedAt: answer.http.sentAt, isByRowId: false };
  }

  async #record(
    recordId: RecordId,
    select: (columns: Columns) => string,
    signal: AbortSignal,
    holding?: (shown: RowShown, authorization: string) => Promise<void>,
  ): Promise<RowShown & { readonly isDenied: boolean }> {
    let isCollection = false;
    const shownIn = ({ response, http }: Envelope): RowShown => ({
      row: isCollection && response !== undefined ? this.#shown(response).rows[0] : response,
      askedAt: http.sentAt,
      isByRowId: !isCollection,
    });
    const work: Work = async (answer, authorization) => {
      const shown = shownIn(answer);
      if (shown.row !== undefined) await holding?.(shown, authorization);
    };
    const answer = await this.#inManners(
      ['rowAddress'],
      (has) => {
        const $select = select(this.columns(has));
        isCollection = !has('rowAddress');
        return isCollection
          ? this.path({ $filter: `ROWID eq ${recordId}`, $select, $top: '1' }, has)
          : `${this.record(recordId, has)}${queryOf({ $select })}`;
      },
      ['101', ...deniedCodes],
      signal,
      holding && once(work),
      'soon',
    );
    if (answer.code === '0') return { ...shownIn(answer), isDenied: false };
    return { ...shownIn(answer), row: undefined, isDenied: deniedCodes.includes(answer.code) };
  }

  async #inManners(
    uses: readonly Manner[],
    path: (has: Has) => string,
    expected: readonly string[],
    signal: AbortSignal,
    work?: Work,
    haste?: Haste,
  ): Promise<Envelope> {
    const { manners, place } = this.parts;
    const own: readonly Manner[] = this.#known === undefined ? uses : ['ids', ...uses];
    const get = (has: Has): Promise<Envelope> =>
      this.#get(path(has), this.prefer(has), expected, signal, work, haste);
    const answer = await manners.ask(own, get);
    if (isRefusal(answer.code)) throw codeFailure(place, answer);
    return answer;
  }

  async #get(
    path: string,
    prefer: string | undefined,
    expected: readonly string[],
    signal: AbortSignal,
    work?: Work,
    haste?: Haste,
  ): Promise<Envelope> {
    const { requests, place } = this.parts;
    const inBatch = await this.#getInBatch(path, prefer, expected, signal);
    if (inBatch !== undefined) return inBatch;
    const isBare = isTooLong(path) && !isTooLong(withoutSelect(path));
    const prefers = [prefer, isBare || !hasSelect(path) ? bySpecialColumns : undefined].filter(isThere);
    const call = {
      method: 'GET',
      path: `/${encodeSegment(place.database)}/${isBare ? withoutSelect(path) : path}`,
      accept,
      place,
      haste,
      ...(prefers.length > 0 && { prefer: prefers.join(', ') }),
    } as const;
    const codes = [...expected, ...refusals];
    const answer = await (work === undefined
      ? requests.read(call, codes, signal)
      : requests.readHolding(call, codes, work, signal));
    if (isBare && answer.code === '0' && !showsIds(answer.response)) throw tooManyFields(place);
    return answer;
  }

  /** What is too long for an address goes as a batch of one; undefined where it is not, or the server takes none. */
  async #getInBatch(
    path: string,
    prefer: string | undefined,
    expected: readonly string[],
    signal: AbortSignal,
  ): Promise<Envelope | undefined> {
    const { batches, place } = this.parts;
    if (!isTooLong(path) || !batches.areTaken) return undefined;
    const operation = { method: 'GET', path, ...(prefer !== undefined && { prefer }) } as const;
    const answer = await batches.read(place, [operation], signal);
    const [part] = answer?.parts ?? [];
    const shown = answer && part && answerOf(asReply(part, answer.sentAt));
    const isTold = shown?.kind === 'envelope' && ['0', ...expected, ...refusals].includes(shown.code);
    return isTold ? shown : undefined;
  }

  /** A link may count rows: whoever has to miss none follows it for rows that may not shift. */
  async #pages(answer: Envelope, has: Has, howMuch: HowMuch, signal: AbortSignal): Promise<Shown> {
    const first = this.#shown(answer.response);
    const rows = [...first.rows];
    const enough = howMuch === 'all' ? Number.POSITIVE_INFINITY : 2;
    let next = nextIn(answer.response);
    while (next !== undefined && rows.length < enough) {
      const page = await this.#get(this.#own(next), this.prefer(has), [], signal);
      if (page.code !== '0') throw codeFailure(this.parts.place, page);
      rows.push(...this.#shown(page.response).rows);
      next = nextIn(page.response);
    }
    return { rows, count: first.count, isCut: next !== undefined };
  }

  /** Of a link, whose host may be another than the one that is asked, what lies below the database. */
  #own(link: string): string {
    if (!/^(?:[a-z]+:)?\//i.test(link)) return link;
    const [, path] = /\/fmi\/odata\/v4\/[^/]+\/(.+)$/s.exec(link) ?? [];
    if (path === undefined)
      throw unreadable(this.parts.place, 'a link to further records that leads elsewhere');
    return path;
  }

  #shown(response: unknown): Omit<Shown, 'isCut'> {
    const rows = valueAt(response, 'value');
    if (!Array.isArray(rows)) throw unreadable(this.parts.place, 'a page without its list of records');
    const count = Number(annotated(response, 'count') ?? Number.NaN);
    return { rows, count: Number.isInteger(count) ? count : undefined };
  }

  /** As a part of a batch. */
  get(asked: Asked): Operation {
    const prefer = this.prefer();
    return { method: 'GET', path: this.path(asked), ...(prefer !== undefined && { prefer }) };
  }

  /** Of a part that was asked for so; undefined where it is an error or cannot be read. */
  rowsIn(part: Part | undefined): readonly unknown[] | undefined {
    if (part === undefined || part.status !== 200 || errorIn(part.contentType, part.text) !== undefined)
      return undefined;
    const response = parseRepaired(part.text);
    const rows = valueAt(response, 'value');
    return Array.isArray(rows) && nextIn(response) === undefined ? rows : undefined;
  }
}

const asReply = ({ status, contentType, text }: Part, sentAt: EpochMs): HttpResponse => {
  const none = { date: undefined, accessToken: undefined, answeredAt: sentAt };
  return { kind: 'response', status, contentType, text, sentAt, ...none };
};

const isThere = (text: string | undefined): text is string => text !== undefined;

/** The server's own links may name no fields. */
const hasSelect = (path: string): boolean => path.includes('$select=');

/** Of a record or a page. */
function showsIds(response: unknown): boolean {
  const rows = valueAt(response, 'value');
  const [one] = Array.isArray(rows) ? rows : [response];
  return one === undefined || valueAt(one, 'ROWID') !== undefined;
}

const deniedCodes: readonly string[] = ['200'];

/** Of 4.01 or 4.0: which one comes follows from the server's version and the request. */
function annotated(from: unknown, name: string): unknown {
  return valueAt(from, `@${name}`) ?? valueAt(from, `@odata.${name}`);
}

function nextIn(response: unknown): string | undefined {
  const next = annotated(response, 'nextLink');
  return typeof next === 'string' && next !== '' ? next : undefined;
}
