/** One table by OData: what the port asks, as requests on one table occurrence. */
import type { Values } from '../../core/digest.ts';
import type { EpochMs, Key, RecordId } from '../../core/names.ts';
import type {
  BulkWay,
  Page,
  PageRange,
  ServerRecord,
  ServerTable,
  StampRange,
  WriteOutcome,
} from '../../ports/server.ts';
import type { Way } from '../http/way.ts';
import { ODataBulk } from './bulk.ts';
import type { Columns } from './columns.ts';
import { ODataFiles } from './containers.ts';
import { KeyLooks } from './key-looks.ts';
import { Paging } from './paging.ts';
import { Rows, type RowsParts } from './rows.ts';
import { stampFilter } from './stamps.ts';
import { Writes } from './writes.ts';

export class ODataTable implements ServerTable {
  readonly #rows: Rows;
  readonly #changes: Paging;
  readonly #all: Paging;
  readonly #looks: KeyLooks;
  readonly #writes: Writes;
  readonly #bulk: ODataBulk;
  readonly #binding: RowsParts['binding'];
  readonly files: ODataFiles;
  readonly updatesUnconditionally = true;

  constructor(parts: RowsParts, way: Pick<Way, 'transport' | 'waiting' | 'base'>) {
    const { waiting, transport, base } = way;
    this.#rows = new Rows(parts);
    this.#changes = new Paging(this.#rows);
    this.#all = new Paging(this.#rows);
    this.#looks = new KeyLooks(this.#rows);
    this.#writes = new Writes(this.#rows, waiting.clock);
    this.#bulk = new ODataBulk(this.#rows, this.#writes, waiting);
    this.#binding = parts.binding;
    const [rows, writes] = [this.#rows, this.#writes];
    this.files = new ODataFiles({ rows, writes, transport, waiting, base });
  }

  changed(range: StampRange, page: PageRange, signal: AbortSignal): Promise<Page> {
    return this.#changes.page((columns) => stampFilter(columns, range), page, signal);
  }

  list(page: PageRange, signal: AbortSignal): Promise<Page> {
    return this.#all.page(() => undefined, page, signal);
  }

  lookUp(keys: readonly Key[], signal: AbortSignal): Promise<readonly ServerRecord[]> {
    return this.#looks.byKeys(keys, signal);
  }

  async read(recordId: RecordId, signal: AbortSignal): Promise<ServerRecord | 'denied' | undefined> {
    let used: Columns | undefined;
    const row = await this.#rows.one(recordId, (columns) => (used = columns).select, signal);
    if (row === undefined || row === 'denied') return row;
    return (used ?? this.#rows.columns()).record(row);
  }

  create(key: Key, values: Values, departBy: EpochMs, signal: AbortSignal): Promise<WriteOutcome> {
    return this.#writes.create(key, values, departBy, signal);
  }

  async update(
    recordId: RecordId,
    modId: number,
    values: Values,
    signal: AbortSignal,
    departBy?: EpochMs,
  ): Promise<WriteOutcome> {
    const outcome = await this.#writes.update(recordId, modId, values, signal, departBy);
    const field = Object.keys(values).find((name) => this.#binding.types[name] === 'container');
    if (outcome.kind !== 'written' || field === undefined) return outcome;
    // Observed by one client only: so it is looked at.
    const isEmpty = await this.files.isEmpty(recordId, field, signal);
    if (isEmpty === undefined) return { kind: 'unknown' };
    if (isEmpty) return outcome;
    const reason = `the server does not empty the container ${field}: empty it in FileMaker there`;
    return { kind: 'refused', code: 'file-not-emptied', reason, field };
  }

  remove(recordId: RecordId, departBy: EpochMs, signal: AbortSignal): Promise<WriteOutcome> {
    return this.#writes.remove(recordId, departBy, signal);
  }

  /** Records that cannot be addressed by ROWID go one by one: by key a batch would make one anew that is gone. */
  async bulk(signal: AbortSignal): Promise<BulkWay> {
    const { batches, place, manners } = this.#rows.parts;
    if (!manners.has('rowAddress')) return undefined;
    const probe = this.#rows.get({ $select: 'ROWID', $top: '1' });
    return (await batches.taken(place, probe, signal)) ? this.#bulk : undefined;
  }
}
