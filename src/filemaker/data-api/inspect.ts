/** A FileMaker Server over its Data API as somebody looks at it who knows little of it yet. */
import type { ServerName } from '../../core/names.ts';
import type { Probe } from '../../core/server-clock.ts';
import type {
  Certificate,
  InspectedLayout,
  InspectedRows,
  Inspection,
  Product,
  RowsAsked,
} from '../../ports/inspection.ts';
import type { Envelope } from '../http/answer.ts';
import { certificateOf } from '../http/certificate.ts';
import type { ServerAddress } from '../http/way.ts';
import { apiVersion, Connection, type DataApiOptions } from './connection.ts';
import { noAccount } from '../http/failures.ts';
import { inspectedRows, rowsQuery } from './inspected-rows.ts';
import { inspectedLayout } from './layout-fields.ts';
import { databaseNames, layoutNames } from './layout-names.ts';
import { type Account, basicOf } from '../http/account.ts';
import { ownSlots } from './own-slots.ts';
import { sendPlain } from '../http/plain-request.ts';
import { emptyCodes, layoutPath } from './table.ts';

/** Of sessions that others share; left out, they are this object's own. */
export type SharedSessions = Partial<Pick<DataApiOptions, 'slots' | 'sessionsInAll'>>;

export type InspectionOptions = ServerAddress &
  SharedSessions & {
    /** Left out, what needs one throws account-refused; the list of files is asked for without. */
    readonly account?: Account;
  };

/** Known to be open is one session at most. The answer to a login may be lost, and that session with it: then another is opened, and another. */
const sessions = { sessions: 1, sessionsInAll: 3 };

/** Sends nothing yet. Throws a TypeError for an address that credentials must not be sent to. */
export const inspectDataApi = (options: InspectionOptions): Inspection => new DataApiInspection(options);

class DataApiInspection implements Inspection {
  readonly name: ServerName;
  readonly api = 'data';
  readonly #account: Account | undefined;
  readonly #connection: Connection;
  /** Looked at before: rows are read by its fields. */
  readonly #layouts = new Map<string, InspectedLayout>();

  constructor(options: InspectionOptions) {
    const { account, ...address } = options;
    this.name = options.name;
    this.#account = account;
    const nobody = { username: '', password: '' };
    this.#connection = new Connection({
      ...sessions,
      slots: ownSlots(),
      ...address,
      account: account ?? nobody,
    });
  }

  async product(signal: AbortSignal): Promise<Product> {
    const { productInfo } = this.#connection;
    // The first makes the connection.
    await productInfo.ask(signal);
    const { http } = await productInfo.ask(signal);
    const { version } = productInfo;
    const roundTripMs = http.answeredAt - http.sentAt;
    return { ...(version !== undefined && { version }), api: apiVersion, roundTripMs };
  }

  probe(signal: AbortSignal): Promise<Probe> {
    return this.#connection.probe(signal);
  }

  certificate(signal: AbortSignal): Promise<Certificate | undefined> {
    return certificateOf(this.#connection.way, signal);
  }

  async databases(signal: AbortSignal): Promise<readonly string[]> {
    const authorization = this.#account && { authorization: basicOf(this.#account) };
    const request = { method: 'GET', path: '/databases', ...authorization } as const;
    const { response } = await sendPlain(this.#connection.plain, request, signal);
    return databaseNames(this.#connection.place, response);
  }

  async layouts(database: string, signal: AbortSignal): Promise<readonly string[]> {
    const place = { ...this.#connection.place, database };
    const path = `/databases/${encodeURIComponent(database)}/layouts`;
    const { response } = await this.#read(place, path, [], signal);
    return layoutNames(place, response);
  }

  async layout(database: string, layout: string, signal: AbortSignal): Promise<InspectedLayout> {
    const place = { ...this.#connection.place, database, layout };
    const path = layoutPath(database, layout);
    const { response } = await this.#read(place, path, [], signal);
    const shown = inspectedLayout(place, response);
    this.#layouts.set(path, shown);
    return shown;
  }

  async rows(
    database: string,
    layout: string,
    asked: RowsAsked,
    signal: AbortSignal,
  ): Promise<InspectedRows> {
    const place = { ...this.#connection.place, database, layout };
    const path = layoutPath(database, layout);
    const { fields } = this.#layouts.get(path) ?? (await this.layout(database, layout, signal));
    const answer = await this.#read(place, `${path}/records${rowsQuery(asked)}`, emptyCodes, signal);
    return answer.code === '0' ? inspectedRows(place, answer.response, fields) : { rows: [] };
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  async #read(
    place: Connection['place'] & { readonly database: string },
    path: string,
    expected: readonly string[],
    signal: AbortSignal,
  ): Promise<Envelope> {
    if (this.#account === undefined) throw noAccount(this.name);
    return this.#connection.requests.read({ method: 'GET', path, place }, expected, signal);
  }
}
