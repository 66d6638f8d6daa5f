/**
 * Containers over OData (odata-guide request-field-value-binary and update-record; how servers answer is observed by fms-odata-js).
 *
 * Records do not show them, nor whether they are empty: whoever wants to know asks for the value. What is written is pictures and PDF, as
 * they are; other kinds go as Base64 in JSON, which takes memory and is not documented for them, so only where they are small.
 *
 *   R3  As any write over OData: the record is read right before an upload, and right behind it.
 */
import type { EpochMs, FieldName, RecordId } from '../../core/names.ts';
import type { Downloaded, FileFrom, FileTo, ServerFiles, WriteOutcome } from '../../ports/server.ts';
import { valueAt } from '../http/answer.ts';
import { nameFor } from '../http/content-headers.ts';
import { sizeOf } from '../http/file-stream.ts';
import { peeked } from '../http/peek.ts';
import type { Waiting } from '../http/retry.ts';
import { headerOf, type StreamReply, type StreamResponse, textOf } from '../http/stream.ts';
import { type Missed, storedWithinMs, taken, transferred } from '../http/transfers.ts';
import type { Transport } from '../http/transport.ts';
import { turnedAway } from '../http/write-outcome.ts';
import { type ODataError, ownErrorIn } from './answer.ts';
import { parseRepaired } from './repair.ts';
import { accept, type Rows } from './rows.ts';
import { encodeSegment } from './url.ts';
import { notThere, type Writes } from './writes.ts';

type Parts = {
  readonly rows: Rows;
  readonly writes: Writes;
  readonly transport: Transport;
  readonly waiting: Waiting;
  /** What the paths of the API begin with. */
  readonly base: string;
};

/** What is taken as it is (odata-guide write-odata-api-calls). */
const rawTypes: Readonly<Record<string, string>> = {
  gif: 'image/gif',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  tif: 'image/tiff',
  tiff: 'image/tiff',
  pdf: 'application/pdf',
};

/** As Base64 it takes three times as much memory, for as long as the request. Assumed to be small enough for that. */
const mostInJson = 4_000_000;

export class ODataFiles implements ServerFiles {
  readonly #o: Parts;

  constructor(parts: Parts) {
    this.#o = parts;
  }

  refusal(file: Omit<FileTo, 'open'>): { readonly code: string; readonly reason: string } | undefined {
    if (rawTypeOf(file) !== undefined || file.size <= mostInJson) return undefined;
    return {
      code: 'file-unwritable',
      reason:
        'OData takes GIF, PNG, JPEG, TIFF and PDF as they are, and other kinds of files only up to 4 MB: ' +
        'write api: data for this server in the configuration, whose Data API takes any',
    };
  }

  download<Result>(
    recordId: RecordId,
    field: FieldName,
    take: (file: FileFrom) => Promise<Result>,
    signal: AbortSignal,
  ): Promise<Downloaded<Result>> {
    const { rows, waiting } = this.#o;
    let isFirst = true;
    return transferred(rows.parts.place, waiting, signal, async () => {
      // A server that answers nothing at all is no fault of the file: this read says so, and waits for it.
      if (!isFirst && !(await this.#isThere(recordId, signal))) return { kind: 'none' };
      isFirst = false;
      const way = await this.#path(recordId, field, signal);
      if (typeof way === 'string') return { kind: 'none' };
      return rows.parts.requests.inTurn(
        rows.parts.place,
        (authorization) => this.#transfer(way.path, authorization, take, signal),
        signal,
      );
    });
  }

  async #isThere(recordId: RecordId, signal: AbortSignal): Promise<boolean> {
    const row = await this.#o.rows.one(recordId, (columns) => columns.stateSelect(), signal);
    return row !== undefined && row !== 'denied';
  }

  /** Whether there is anything in it; undefined: that cannot be told. */
  async isEmpty(recordId: RecordId, field: FieldName, signal: AbortSignal): Promise<boolean | undefined> {
    const got = await this.download(recordId, field, () => Promise.reject(new Filled()), signal).catch(
      (error: unknown) => {
        if (error instanceof Filled) return { kind: 'filled' } as const;
        throw error;
      },
    );
    if (got.kind === 'filled' || got.kind === 'reference') return false;
    return got.kind === 'empty' ? true : undefined;
  }

  async #transfer<Result>(
    path: string,
    authorization: string,
    take: (file: FileFrom) => Promise<Result>,
    signal: AbortSignal,
  ): Promise<Downloaded<Result> | Missed> {
    const get = (offset: number): Promise<StreamReply> => {
      const range = offset === 0 ? {} : { range: `bytes=${offset}-` };
      // Whoever asks for octet-stream gets the name of the file.
      const headers = { accept: '*/*', 'accept-encoding': 'identity', authorization, ...range };
      return this.#o.transport.stream({ method: 'GET', path: `${path}/$value`, headers }, signal);
    };
    const reply = await get(0);
    if (reply.kind !== 'streaming') return { kind: 'missed', reason: reply.reason, failure: reply };
    if (reply.status === 200 && mayBePath(reply)) return referenceOr(reply, get, take);
    if (reply.status === 200) return taken(reply, get, take);
    const text = await textOf(reply);
    if (reply.status === 204) return { kind: 'empty' };
    const error = errorOf(reply, text);
    if (error?.code === '101' || error?.code === '200') return { kind: 'none' };
    if (
      reply.status === 404 &&
      error !== undefined &&
      (await this.#showsNothing(path, authorization, signal))
    )
      return { kind: 'empty' };
    const code = error === undefined ? '' : `, code ${error.code}`;
    return { kind: 'missed', reason: `it was answered with HTTP ${reply.status}${code}` };
  }

  /**
   * A server may have no value to show of what is empty (assumed). But what is told with 404 is told of much else too: so only a field
   * that is shown, and shown as empty, is believed to be.
   */
  async #showsNothing(path: string, authorization: string, signal: AbortSignal): Promise<boolean> {
    const headers = { accept, 'accept-encoding': 'identity', authorization };
    const reply = await this.#o.transport.stream({ method: 'GET', path, headers }, signal);
    if (reply.kind !== 'streaming') return false;
    const { start, isAll, response } = await peeked(reply, mostOfPath);
    response.drop();
    if (!isAll || reply.status !== 200) return isAll && reply.status === 204;
    const shown = valueAt(parseRepaired(start.toString('utf8')), 'value');
    return shown === null || shown === '';
  }

  async upload(
    recordId: RecordId,
    modId: number,
    field: FieldName,
    file: FileTo,
    signal: AbortSignal,
    departBy?: EpochMs,
  ): Promise<WriteOutcome> {
    const name = file.name === '' ? nameFor(field, file.type) : file.name;
    const type = rawTypeOf(file);
    if (type === undefined) return this.#inJson(recordId, modId, field, { ...file, name }, signal, departBy);
    const way = await this.#path(recordId, field, signal);
    if (typeof way === 'string') return notThere(way);
    const { writes, waiting } = this.#o;
    return writes.around(recordId, modId, signal, async (authorization, look) => {
      const isLate = waiting.clock.now() > (departBy ?? Number.POSITIVE_INFINITY);
      // The look may have shown that the server takes no such address.
      if (isLate || look.isByRowId !== way.isByRowId) return { kind: 'unsent' };
      return this.#send(way.path, { ...file, name, type }, authorization, signal);
    });
  }

  /** Undefined: it was done. */
  async #send(
    path: string,
    file: FileTo,
    authorization: string,
    signal: AbortSignal,
  ): Promise<WriteOutcome | 'done'> {
    const reply = await this.#o.transport.stream(
      {
        method: 'PATCH',
        path,
        headers: {
          authorization,
          accept: 'application/json',
          'content-type': file.type,
          'content-disposition': `inline; filename=${inHeader(file.name)}`,
        },
        body: { bytes: file.open(), length: file.size },
        answerMs: storedWithinMs(file.size),
      },
      signal,
    );
    if (reply.kind !== 'streaming') return { kind: reply.kind === 'lost' ? 'unknown' : 'unsent' };
    const text = await textOf(reply).catch(() => undefined);
    if (text === undefined) return { kind: 'unknown' };
    if (reply.status >= 200 && reply.status < 300) return 'done';
    const error = errorOf(reply, text);
    if (error !== undefined) return this.#o.writes.refusal(error);
    return webServerSays.includes(reply.status) ? turnedAway(reply.status) : { kind: 'unknown' };
  }

  async #inJson(
    recordId: RecordId,
    modId: number,
    field: FieldName,
    file: FileTo,
    signal: AbortSignal,
    departBy?: EpochMs,
  ): Promise<WriteOutcome> {
    const bytes = Buffer.concat(await Array.fromAsync(file.open()));
    const name = JSON.stringify(this.#o.rows.columns().wireNameOf(field));
    const about = (what: string): string => `${name.slice(0, -1)}@com.filemaker.odata.${what}"`;
    const type = file.type === '' ? 'application/octet-stream' : file.type;
    const members = [
      `${name}:${JSON.stringify(bytes.toString('base64'))}`,
      `${about('Filename')}:${JSON.stringify(file.name)}`,
      `${about('ContentType')}:${JSON.stringify(type)}`,
    ];
    return this.#o.writes.patch(recordId, modId, () => `{${members.join(',')}}`, signal, departBy);
  }

  /** From the root of the server. */
  async #path(
    recordId: RecordId,
    field: FieldName,
    signal: AbortSignal,
  ): Promise<{ readonly path: string; readonly isByRowId: boolean } | 'missing' | 'denied'> {
    const { rows, writes, base } = this.#o;
    await rows.settled(signal);
    const address = await writes.addressOf(recordId, signal);
    if (typeof address === 'string') return address;
    const name = encodeSegment(rows.columns().wireNameOf(field));
    return {
      isByRowId: address.isByRowId,
      path: `${base}/${encodeSegment(rows.parts.place.database)}/${address.path}/${name}`,
    };
  }
}

const errorOf = (reply: StreamResponse, text: string): ODataError | undefined =>
  ownErrorIn({ status: reply.status, contentType: headerOf(reply, 'content-type') ?? '', text });

/** It is filled. */
class Filled extends Error {}

const webServerSays: readonly number[] = [400, 403, 413, 414, 415, 422, 431];

/** Assumed: no path is that long. */
const mostOfPath = 8_000;

/** Short text without a name is looked at: the path of a file elsewhere reads so (assumed). */
const mayBePath = (response: StreamResponse): boolean =>
  /^text\/plain\b/i.test(headerOf(response, 'content-type') ?? '') &&
  headerOf(response, 'content-disposition') === undefined &&
  (sizeOf(response) ?? 0) < mostOfPath;

async function referenceOr<Result>(
  reply: StreamResponse,
  get: (offset: number) => Promise<StreamReply>,
  take: (file: FileFrom) => Promise<Result>,
): Promise<Downloaded<Result> | Missed> {
  const { start, isAll, response } = await peeked(reply, mostOfPath);
  const isPath = isAll && /^(?:size:|(?:file|image|movie)(?:win|mac|linux)?:)/.test(start.toString('latin1'));
  return isPath ? { kind: 'reference' } : taken(response, get, take);
}

function rawTypeOf({ name, type }: Pick<FileTo, 'name' | 'type'>): string | undefined {
  if (Object.values(rawTypes).includes(type)) return type;
  const [, ending = ''] = /\.([A-Za-z]+)$/.exec(name) ?? [];
  return type === '' ? rawTypes[ending.toLowerCase()] : undefined;
}

/** UTF-8, which headers carry as Latin-1; without quotes where none are needed, as it was observed. */
function inHeader(name: string): string {
  const text = Buffer.from(name, 'utf8').toString('latin1');
  return /^[\w.-]+$/.test(name) ? text : `"${text.replaceAll(/["\\]/g, '_')}"`;
}
