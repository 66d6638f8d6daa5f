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
import type { Waiting } from '../http/retry.ts';
import { ODataBulk } from './bulk.ts';
import type { Columns } from './columns.ts';
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

  constructor(parts: RowsParts, waiting: Waiting) {
    this.#rows = new Rows(parts);
    this.#changes = new Paging(this.#rows);
    this.#all = new Paging(this.#rows);
    this.#looks = new KeyLooks(this.#rows);
    this.#writes = new Writes(this.#rows, waiting.clock);
    this.#bulk = new ODataBulk(this.#rows, this.#writes, waiting);
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

  update(recordId: RecordId, modId: number, values: Values, signal: AbortSignal): Promise<WriteOutcome> {
    return this.#writes.update(recordId, modId, values, signal);
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
