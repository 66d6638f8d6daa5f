/** One table over the Data API: what the port asks, as requests on one layout. */
import type { Values } from '../../core/digest.ts';
import type { EpochMs, FieldName, Key, RecordId } from '../../core/names.ts';
import type {
  BulkWay,
  Page,
  PageRange,
  ServerFiles,
  ServerRecord,
  ServerTable,
  StampRange,
  TableBinding,
  WriteOutcome,
} from '../../ports/server.ts';
import { type ApplyParts, ApplyTable } from './apply-table.ts';
import type { Place } from '../http/failures.ts';
import { lookUpWithRoom } from '../http/look-up.ts';
import { wireValue } from './field-values.ts';
import { DataApiFiles } from './containers.ts';
import { exactly, findBody, listQuery, stampCriteria } from './find.ts';
import { RecordReader } from './record-reader.ts';
import type { Call, Requests } from '../http/requests.ts';
import type { Waiting } from '../http/retry.ts';
import type { Transport } from '../http/transport.ts';
import { scriptOptions, type WriteOptions } from './write-options.ts';
import { outcomeOf, removalOf } from '../http/write-outcome.ts';

/** No record matches; for a page beyond the last record some servers say 101 (assumed). */
export const emptyCodes = ['401', '101'];

/** Record-level access hides the record from this account. */
const deniedCodes = ['200'];

/** So many rows are looked through for one with a key. Few miss it behind some without, many are rows read for nothing (assumed). */
const rowsForAKey = 20;

type Scripted = Pick<ApplyParts, 'script' | 'waiting' | 'memory'>;

type TableParts = {
  readonly requests: Requests;
  readonly options: WriteOptions;
  readonly transport: Transport;
  readonly waiting: Waiting;
  /** What the paths of the API begin with. */
  readonly base: string;
  /** Undefined where each write is a request. */
  readonly scripted: Scripted | undefined;
};

type LayoutPlace = Place & { readonly database: string; readonly layout: string };

export class DataApiTable implements ServerTable {
  readonly #binding: TableBinding;
  readonly #place: LayoutPlace;
  readonly #requests: Requests;
  readonly #options: WriteOptions;
  readonly #reader: RecordReader;
  readonly #path: string;
  readonly #applied: ApplyTable | undefined;
  readonly files: ServerFiles;

  constructor(place: LayoutPlace, binding: TableBinding, parts: TableParts) {
    const { requests, options, scripted, transport, waiting, base } = parts;
    this.#binding = binding;
    this.#place = place;
    this.#requests = requests;
    this.#options = options;
    this.#reader = new RecordReader(place, binding);
    this.#path = layoutPath(place.database, place.layout);
    const [path, reader] = [this.#path, this.#reader];
    const codes = { none: emptyCodes, denied: deniedCodes };
    this.files = new DataApiFiles({
      place,
      binding,
      requests,
      transport,
      waiting,
      reader,
      path,
      base,
      ...codes,
    });
    if (scripted !== undefined) this.#applied = this.#applyTable(scripted);
  }

  async bulk(signal: AbortSignal): Promise<BulkWay> {
    return this.#applied?.ready(signal);
  }

  #applyTable(scripted: Scripted): ApplyTable {
    const { key, keyField, fieldNames, types } = this.#binding;
    const keyType = types[key] ?? 'text';
    return new ApplyTable({
      ...scripted,
      place: this.#place,
      path: this.#path,
      keyField,
      names: { ...fieldNames, [key]: keyField },
      requests: this.#requests,
      exactly: (one) => exactly(keyType, one),
      fieldDataOf: (write) =>
        write.kind === 'create' ? this.#createData(write.key, write.values) : this.#fieldData(write.values),
      someKeys: async (signal) => {
        const { records } = await this.list({ offset: 0, limit: rowsForAKey }, signal);
        return records.map((record) => record.key);
      },
    });
  }

  expect(writes: number): void {
    this.#requests.ahead(this.#place, writes);
  }

  changed(range: StampRange, page: PageRange, signal: AbortSignal): Promise<Page> {
    return this.#find(this.#binding.stampField, stampCriteria(range), page, signal);
  }

  list(page: PageRange, signal: AbortSignal): Promise<Page> {
    return this.#read({ method: 'GET', path: `${this.#path}/records${listQuery(page)}` }, signal);
  }

  async lookUp(keys: readonly Key[], signal: AbortSignal): Promise<readonly ServerRecord[]> {
    const { key, keyField, types } = this.#binding;
    const type = types[key] ?? 'text';
    return lookUpWithRoom(keys, async (open, room) => {
      const limit = open.length * room;
      const criteria = open.map((each) => exactly(type, each));
      const { records } = await this.#find(keyField, criteria, { offset: 0, limit }, signal);
      return { records, isFull: records.length >= limit };
    });
  }

  async read(recordId: RecordId, signal: AbortSignal): Promise<ServerRecord | 'denied' | undefined> {
    const call = { method: 'GET', path: `${this.#path}/records/${recordId}`, place: this.#place } as const;
    const answer = await this.#requests.read(call, [...emptyCodes, ...deniedCodes], signal);
    if (deniedCodes.includes(answer.code)) return 'denied';
    return answer.code === '0' ? this.#reader.page(answer.response).records[0] : undefined;
  }

  async create(key: Key, values: Values, departBy: EpochMs, signal: AbortSignal): Promise<WriteOutcome> {
    const fieldData = this.#createData(key, values);
    const call = { method: 'POST', path: `${this.#path}/records`, departBy } as const;
    const outcome = await this.#write(call, { fieldData }, undefined, signal);
    if (outcome.kind === 'written') this.#applied?.anchors.seen(key);
    return outcome;
  }

  #createData(key: Key, values: Values): Record<string, string> {
    const { key: name, keyField, types } = this.#binding;
    return { ...this.#fieldData(values), [keyField]: wireValue(types[name] ?? 'text', key) };
  }

  async update(
    recordId: RecordId,
    modId: number,
    values: Values,
    signal: AbortSignal,
  ): Promise<WriteOutcome> {
    const body = { fieldData: this.#fieldData(values), modId: String(modId) };
    const call = { method: 'PATCH', path: `${this.#path}/records/${recordId}` } as const;
    const outcome = await this.#write(call, body, recordId, signal);
    const emptied = Object.keys(values).filter((name) => this.#binding.types[name] === 'container');
    return outcome.kind === 'written' && emptied.length > 0
      ? this.#asEmptied(outcome, emptied, signal)
      : outcome;
  }

  /** That "" empties a container is not documented: so it is looked at. */
  async #asEmptied(
    outcome: Extract<WriteOutcome, { readonly kind: 'written' }>,
    fields: readonly FieldName[],
    signal: AbortSignal,
  ): Promise<WriteOutcome> {
    const row = await this.read(outcome.recordId, signal);
    if (row === undefined || row === 'denied' || row.modId !== outcome.modId) return { kind: 'unknown' };
    const field = fields.find((name) => row.files?.[name] !== undefined);
    if (field === undefined) return outcome;
    const reason = `the server does not empty the container ${field}: empty it in FileMaker there`;
    return { kind: 'refused', code: 'file-not-emptied', reason, field };
  }

  async remove(recordId: RecordId, departBy: EpochMs, signal: AbortSignal): Promise<WriteOutcome> {
    const path = `${this.#path}/records/${recordId}`;
    const call = { method: 'DELETE', path, departBy, place: this.#place } as const;
    return removalOf(await this.#requests.write(call, signal));
  }

  async #find(
    field: string,
    criteria: readonly string[],
    page: PageRange,
    signal: AbortSignal,
  ): Promise<Page> {
    const body = findBody(field, criteria, page);
    const found = await this.#read({ method: 'POST', path: `${this.#path}/_find`, body }, signal);
    // How many the table has says nothing beside how many match.
    return { records: found.records, foundCount: found.foundCount };
  }

  async #read(call: Omit<Call, 'place'>, signal: AbortSignal): Promise<Page> {
    const answer = await this.#requests.read({ ...call, place: this.#place }, emptyCodes, signal);
    return answer.code === '0' ? this.#reader.page(answer.response) : { records: [], foundCount: 0 };
  }

  async #write(
    call: Pick<Call, 'method' | 'path' | 'departBy'>,
    body: object,
    recordId: RecordId | undefined,
    signal: AbortSignal,
  ): Promise<WriteOutcome> {
    const answer = await this.#options.send((withOptions) => {
      const whole = JSON.stringify(withOptions ? { ...body, options: scriptOptions } : body);
      return this.#requests.write({ ...call, body: whole, place: this.#place }, signal);
    }, signal);
    return outcomeOf(answer, recordId, {
      ...this.#binding.fieldNames,
      [this.#binding.key]: this.#binding.keyField,
    });
  }

  /** By the server's names. Of containers it is only said that they are to be empty: their content goes another way. */
  #fieldData(values: Values): Record<string, string> {
    const { fieldNames, types, table } = this.#binding;
    const fieldData: Record<string, string> = {};
    for (const [name, value] of Object.entries(values)) {
      const wireName = fieldNames[name];
      if (wireName === undefined)
        throw new TypeError(`table "${table}" has no field "${name}" on this server`);
      const type = types[name] ?? 'text';
      if (type === 'container' && value !== '') throw new TypeError('a file is no value of a record');
      fieldData[wireName] = wireValue(type, value);
    }
    return fieldData;
  }
}

export const layoutPath = (database: string, layout: string): string =>
  `/databases/${encodeURIComponent(database)}/layouts/${encodeURIComponent(layout)}`;
