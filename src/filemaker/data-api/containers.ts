/**
 * Containers over the Data API (data-api-guide upload-container-data; how they are read is told by clients alone).
 *
 * The address of a file is bound to the session that read the record, and goes stale with it: so the record is read for it, and the file
 * by the same session, before anybody else has that. The first request is answered by a cookie, the second, with it, by the bytes; older
 * servers, and such as are set back to it, send them at once. Addresses are taken as paths on the server that the configuration names:
 * what opens a file goes nowhere else.
 *
 *   R3  An upload goes out after the record was read at the modId that it names, and is never repeated.
 */
import type { FieldName, RecordId } from '../../core/names.ts';
import type {
  Downloaded,
  FileFrom,
  FileTo,
  ServerFiles,
  TableBinding,
  WriteOutcome,
} from '../../ports/server.ts';
import { type Envelope, valueAt } from '../http/answer.ts';
import { meaningOf } from '../http/codes.ts';
import { nameFor } from '../http/content-headers.ts';
import { codeFailure, type Place } from '../http/failures.ts';
import { formOf } from '../http/multipart.ts';
import type { Requests } from '../http/requests.ts';
import type { Waiting } from '../http/retry.ts';
import {
  ConnectionBroken,
  headerOf,
  headersOf,
  type StreamReply,
  type StreamResponse,
  textOf,
} from '../http/stream.ts';
import { type Missed, storedWithinMs, taken, transferred } from '../http/transfers.ts';
import type { Transport } from '../http/transport.ts';
import { outcomeOf } from '../http/write-outcome.ts';
import { answerOf } from './answer.ts';
import { isFileAddress, type RecordReader } from './record-reader.ts';

type Parts = {
  readonly place: Place & { readonly database: string; readonly layout: string };
  readonly binding: TableBinding;
  readonly requests: Requests;
  readonly transport: Transport;
  readonly waiting: Waiting;
  readonly reader: RecordReader;
  /** Below the API's base, and with it. */
  readonly path: string;
  readonly base: string;
  /** Codes for a record that is not there, or may not be seen. */
  readonly none: readonly string[];
  readonly denied: readonly string[];
};

export class DataApiFiles implements ServerFiles {
  readonly #o: Parts;

  constructor(parts: Parts) {
    this.#o = parts;
  }

  download<Result>(
    recordId: RecordId,
    field: FieldName,
    take: (file: FileFrom) => Promise<Result>,
    signal: AbortSignal,
  ): Promise<Downloaded<Result>> {
    return transferred(this.#o.place, this.#o.waiting, signal, () =>
      this.#transfer(recordId, field, take, signal),
    );
  }

  async #transfer<Result>(
    recordId: RecordId,
    field: FieldName,
    take: (file: FileFrom) => Promise<Result>,
    signal: AbortSignal,
  ): Promise<Downloaded<Result> | Missed> {
    const told: { got: Downloaded<Result> | Missed } = { got: { kind: 'none' } };
    await this.#holding(recordId, signal, async (answer, authorization) => {
      const [record] = this.#o.reader.page(answer.response).records;
      if (record === undefined) return;
      const { modId, files = {} } = record;
      const link = this.#addressIn(answer, field);
      if (link === undefined) {
        told.got = files[field] === 'reference' ? { kind: 'reference' } : { kind: 'empty', modId };
        return;
      }
      const opened = await this.#open(link, authorization, signal);
      told.got = opened.kind === 'missed' ? opened : await this.#taken(opened, modId, take, signal);
    });
    return told.got;
  }

  /** Reads the record, and does the work before anybody else has the session. False: there is no such record for us. */
  async #holding(
    recordId: RecordId,
    signal: AbortSignal,
    work: (answer: Envelope, authorization: string) => Promise<void>,
  ): Promise<'done' | 'none' | 'denied'> {
    const { requests, path, place, none, denied } = this.#o;
    const call = { method: 'GET', path: `${path}/records/${recordId}`, place } as const;
    const { code } = await requests.readHolding(call, [...none, ...denied], work, signal);
    if (code === '0') return 'done';
    return denied.includes(code) ? 'denied' : 'none';
  }

  /** The path of the file; undefined where there is none. */
  #addressIn({ response }: Envelope, field: FieldName): string | undefined {
    const rows = valueAt(response, 'data');
    const [row] = Array.isArray(rows) ? (rows as readonly unknown[]) : [];
    const shown = valueAt(valueAt(row, 'fieldData'), this.#wireName(field));
    return isFileAddress(shown) ? pathIn(shown) : undefined;
  }

  #wireName(field: FieldName): string {
    const { fieldNames, table } = this.#o.binding;
    const name = fieldNames[field];
    if (name === undefined) throw new TypeError(`table "${table}" has no field "${field}" on this server`);
    return name;
  }

  /** Through the cookie that the first answer sets. */
  async #open(
    path: string,
    authorization: string,
    signal: AbortSignal,
  ): Promise<{ readonly kind: 'open'; readonly response: StreamResponse; readonly at: At } | Missed> {
    let at: At = { path, headers: { authorization } };
    let reply = await this.#get(at, 0, signal);
    for (let hops = 0; reply.kind === 'streaming' && isElsewhere(reply) && hops < mostHops; hops += 1) {
      reply.drop();
      at = nextOf(at, reply);
      reply = await this.#get(at, 0, signal);
    }
    if (reply.kind !== 'streaming') return { kind: 'missed', reason: reply.reason, failure: reply };
    if (reply.status === 200) return { kind: 'open', response: reply, at };
    reply.drop();
    return { kind: 'missed', reason: `its address was answered with HTTP ${reply.status}` };
  }

  #get({ path, headers }: At, offset: number, signal: AbortSignal): Promise<StreamReply> {
    const range = offset === 0 ? {} : { range: `bytes=${offset}-` };
    const all = { accept: '*/*', 'accept-encoding': 'identity', ...headers, ...range };
    return this.#o.transport.stream({ method: 'GET', path, headers: all }, signal);
  }

  async #taken<Result>(
    { response, at }: { readonly response: StreamResponse; readonly at: At },
    modId: number,
    take: (file: FileFrom) => Promise<Result>,
    signal: AbortSignal,
  ): Promise<Downloaded<Result> | Missed> {
    const got = await taken(response, (offset) => this.#get(at, offset, signal), take);
    return got.kind === 'taken' ? { ...got, modId } : got;
  }

  async upload(
    recordId: RecordId,
    modId: number,
    field: FieldName,
    file: FileTo,
    signal: AbortSignal,
  ): Promise<WriteOutcome> {
    const told: { outcome: WriteOutcome } = { outcome: { kind: 'moved' } };
    const found = await this.#holding(recordId, signal, async (answer, authorization) => {
      const [record] = this.#o.reader.page(answer.response).records;
      if (record?.modId !== modId) return;
      told.outcome = await this.#sent({ recordId, modId, field, file, authorization }, signal);
    });
    if (found === 'none') return { kind: 'missing' };
    if (found === 'denied') return { kind: 'refused', code: '200', reason: 'access to the record is denied' };
    return told.outcome;
  }

  async #sent(
    { recordId, modId, field, file, authorization }: Sent,
    signal: AbortSignal,
  ): Promise<WriteOutcome> {
    const { transport, path, base, binding, waiting } = this.#o;
    const name = file.name === '' ? nameFor(field, file.type) : file.name;
    const form = formOf('upload', { ...file, name }, file.open());
    const sentAt = waiting.clock.now();
    const reply = await transport.stream(
      {
        method: 'POST',
        path: `${base}${path}/records/${recordId}/containers/${containerPath(this.#wireName(field))}?modId=${modId}`,
        headers: { authorization, accept: 'application/json', 'content-type': form.contentType },
        body: form,
        answerMs: storedWithinMs(file.size),
      },
      signal,
    );
    if (reply.kind !== 'streaming') return { kind: reply.kind === 'lost' ? 'unknown' : 'unsent' };
    const text = await textIn(reply);
    if (text === undefined) return { kind: 'unknown' };
    const http = {
      kind: 'response',
      status: reply.status,
      contentType: headerOf(reply, 'content-type') ?? '',
      date: headerOf(reply, 'date'),
      accessToken: undefined,
      text,
      sentAt,
      answeredAt: waiting.clock.now(),
    } as const;
    return this.#outcomeOf(answerOf(http), recordId, modId, binding, authorization, signal);
  }

  async #outcomeOf(
    answer: ReturnType<typeof answerOf>,
    recordId: RecordId,
    modId: number,
    binding: TableBinding,
    authorization: string,
    signal: AbortSignal,
  ): Promise<WriteOutcome> {
    if (answer.kind === 'unreadable')
      return webServerSays.includes(answer.status)
        ? outcomeOf({ kind: 'turned-away', status: answer.status }, recordId, {})
        : { kind: 'unknown' };
    if (answer.kind !== 'envelope') return { kind: 'unknown' };
    if (answer.code === '0') {
      const outcome = outcomeOf(answer, recordId, {});
      return outcome.kind === 'written' ? outcome : this.#asRead(recordId, modId, authorization, signal);
    }
    const failed = meaningOf(answer.code).class;
    if (notDone.includes(failed)) return { kind: 'unknown' };
    if (ofServer.includes(failed)) throw codeFailure(this.#o.place, answer);
    return outcomeOf(answer, recordId, binding.fieldNames);
  }

  /** Older servers do not tell the modId after an upload: it counts up by one (python-fmdata, tests). */
  async #asRead(
    recordId: RecordId,
    modId: number,
    authorization: string,
    signal: AbortSignal,
  ): Promise<WriteOutcome> {
    const { transport, path, reader } = this.#o;
    const request = { method: 'GET', path: `${path}/records/${recordId}`, authorization } as const;
    const answer = answerOf(await transport.send(request, signal));
    if (answer.kind !== 'envelope' || answer.code !== '0') return { kind: 'unknown' };
    const now = reader.page(answer.response).records[0]?.modId;
    return now === modId + 1 ? { kind: 'written', recordId, modId: now } : { kind: 'unknown' };
  }
}

type Sent = {
  readonly recordId: RecordId;
  readonly modId: number;
  readonly field: FieldName;
  readonly file: FileTo;
  readonly authorization: string;
};

const webServerSays: readonly number[] = [400, 403, 413, 414, 422, 431];
const notDone: readonly string[] = ['again', 'full', 'againUnlessWrite', 'token'];
const ofServer: readonly string[] = ['account', 'database', 'layout', 'field', 'dataLimit'];

/** Where a file is asked for, and with what. */
type At = { readonly path: string; readonly headers: Readonly<Record<string, string>> };

const mostHops = 3;

const isElsewhere = ({ status }: StreamResponse): boolean => [301, 302, 303, 307, 308].includes(status);

function nextOf({ path, headers }: At, response: StreamResponse): At {
  const location = headerOf(response, 'location') ?? path;
  const cookies = headersOf(response, 'set-cookie')
    .map((cookie) => cookie.split(';')[0] ?? '')
    .filter((cookie) => cookie !== '');
  const next = pathIn(URL.canParse(location) ? location : new URL(location, `https://host${path}`).href);
  // The cookie alone opens it (fm-data-api-client); the token stands beside it where there is none.
  return cookies.length === 0
    ? { path: next, headers }
    : { path: next, headers: { cookie: cookies.join('; ') } };
}

function pathIn(address: string): string {
  const { pathname, search } = new URL(address);
  return pathname + search;
}

/** A repetition is named `photo(2)`. */
function containerPath(wireName: string): string {
  const [, name = wireName, repetition = '1'] = /^(.*)\((\d+)\)$/s.exec(wireName) ?? [];
  return `${encodeURIComponent(name)}/${repetition}`;
}

/** Undefined where it did not come whole. */
async function textIn(reply: StreamResponse): Promise<string | undefined> {
  try {
    return await textOf(reply);
  } catch (error) {
    if (error instanceof ConnectionBroken) return undefined;
    throw error;
  }
}
