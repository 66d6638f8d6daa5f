/** A FileMaker Server over OData as somebody looks at it who knows little of it yet. */
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
import type { Account } from '../http/account.ts';
import type { Envelope } from '../http/answer.ts';
import { certificateOf } from '../http/certificate.ts';
import { codeFailure, noAccount, notFileMaker, type Place } from '../http/failures.ts';
import type { ServerAddress } from '../http/way.ts';
import { apiVersion, Connection } from './connection.ts';
import type { CsdlTable } from './csdl.ts';
import { inspectedRows, namesIn, rowsQuery } from './inspected-rows.ts';
import { isRefusal, Manners, refusals } from './manners.ts';
import { accept } from './rows.ts';
import { encodeSegment } from './url.ts';

export type ODataInspectionOptions = ServerAddress & {
  /** Left out, what needs one throws account-refused. */
  readonly account?: Account;
};

/** Sends nothing yet. Throws a TypeError for an address that credentials must not be sent to. */
export const inspectOData = (options: ODataInspectionOptions): Inspection => new ODataInspection(options);

/** A few at once are enough for one who looks. */
const sessions = 3;

type Database = Place & { readonly database: string };

class ODataInspection implements Inspection {
  readonly name: ServerName;
  readonly api = 'odata';
  readonly #account: Account | undefined;
  readonly #connection: Connection;
  readonly #manners = new Manners();
  /** Looked at before: rows are read by its fields. */
  readonly #tables = new Map<string, CsdlTable>();

  constructor({ account, ...address }: ODataInspectionOptions) {
    this.name = address.name;
    this.#account = account;
    const nobody = { username: '', password: '' };
    this.#connection = new Connection({ ...address, sessions, account: account ?? nobody });
  }

  async product(signal: AbortSignal): Promise<Product> {
    // The first makes the connection.
    await this.#connection.askRoot(signal);
    const { status, sentAt, answeredAt } = await this.#connection.askRoot(signal);
    // Where OData is on, who has no account is asked for one.
    if (status === 404) throw notFileMaker(this.#connection.place, 'its root is not there (HTTP 404)');
    return { api: apiVersion, roundTripMs: answeredAt - sentAt };
  }

  /** By `$metadata`, which is read as a whole for it. */
  async release(database: string, signal: AbortSignal): Promise<string | undefined> {
    if (this.#account === undefined) throw noAccount(this.name);
    const place = { ...this.#connection.place, database };
    return (await this.#connection.metadata.file(place, signal)).serverVersion;
  }

  probe(signal: AbortSignal): Promise<Probe> {
    return this.#connection.probe(signal);
  }

  async certificate(signal: AbortSignal): Promise<Certificate | undefined> {
    return certificateOf(this.#connection.way, signal);
  }

  async databases(signal: AbortSignal): Promise<readonly string[]> {
    const place = { ...this.#connection.place, database: '' };
    const { response } = await this.#read(place, '', [], signal);
    return namesIn(place, response).map((name) => name.replace(/\.fmp12$/i, ''));
  }

  /** Its table occurrences, but those that FileMaker adds to describe the file. */
  async layouts(database: string, signal: AbortSignal): Promise<readonly string[]> {
    const place = { ...this.#connection.place, database };
    const { response } = await this.#read(place, `/${encodeSegment(database)}`, [], signal);
    return namesIn(place, response).filter((name) => !name.startsWith('FileMaker_'));
  }

  async layout(database: string, layout: string, signal: AbortSignal): Promise<InspectedLayout> {
    const { fields } = await this.#look(database, layout, signal);
    return { fields, portals: [], valueLists: [] };
  }

  async rows(
    database: string,
    layout: string,
    asked: RowsAsked,
    signal: AbortSignal,
  ): Promise<InspectedRows> {
    const place = { ...this.#connection.place, database, layout };
    const table = this.#tables.get(keyOf(database, layout)) ?? (await this.#look(database, layout, signal));
    const path = `/${encodeSegment(database)}/${encodeSegment(layout)}`;
    const answer = await this.#manners.ask(['rowOrder'], (has) => {
      const { query, prefer } = rowsQuery(asked, table, has('rowOrder'));
      return this.#read(place, path + query, refusals, signal, prefer);
    });
    if (isRefusal(answer.code)) throw codeFailure(place, answer);
    return { ...inspectedRows(place, answer.response, table), table: layout };
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  async #look(database: string, layout: string, signal: AbortSignal): Promise<CsdlTable> {
    if (this.#account === undefined) throw noAccount(this.name);
    const place = { ...this.#connection.place, database, layout };
    const table = await this.#connection.metadata.table(place, signal);
    this.#tables.set(keyOf(database, layout), table);
    return table;
  }

  async #read(
    place: Database,
    path: string,
    expected: readonly string[],
    signal: AbortSignal,
    prefer?: string,
  ): Promise<Envelope> {
    if (this.#account === undefined) throw noAccount(this.name);
    const call = { method: 'GET', path, accept, place, ...(prefer !== undefined && { prefer }) } as const;
    return this.#connection.requests.read(call, expected, signal);
  }
}

const keyOf = (database: string, layout: string): string => JSON.stringify([database, layout]);
