/**
 * Pages of rows in order of creation, by keyset: a page begins at the ROWID at which the one before ended, so that the server skips
 * nothing and no row is missed where earlier ones go meanwhile. Where ROWID cannot be filtered, by `$skip` in a stated order.
 *
 *   R1  `foundCount` counts from the page's own offset, so that whoever reads on until it is reached reads everything.
 */
import type { RecordId } from '../../core/names.ts';
import type { Page, PageRange } from '../../ports/server.ts';
import type { Columns } from './columns.ts';
import type { Has } from './manners.ts';
import type { Asked, Rows } from './rows.ts';
import { fieldName } from './url.ts';

/** Of how many places the rows are remembered: a reading needs the last one, and a few before where rows went. */
const mostMarks = 200;

export class Paging {
  readonly #rows: Rows;
  /** Which row stands at a place of what a filter finds. */
  readonly #marks = new Map<string, RecordId>();

  constructor(rows: Rows) {
    this.#rows = rows;
  }

  /** `filter`: undefined for all rows. */
  async page(
    filter: (columns: Columns) => string | undefined,
    { offset, limit }: PageRange,
    signal: AbortSignal,
  ): Promise<Page> {
    const mark = this.#marks.get(markOf(filter(this.#rows.columns()), offset));
    const { rows, count, columns, has } = await this.#rows.read(
      mark === undefined ? ['rowOrder'] : ['rowFilter', 'rowOrder'],
      (of, may) => ask(of, may, filter(of), { offset, limit }, mark),
      signal,
    );
    const records = rows.slice(0, limit).map((row) => columns.record(row));
    const byKeyset = mark !== undefined && isKeyset(has);
    if (byKeyset && !ascending(mark, records)) {
      // It took the filter and did not go by it.
      this.#rows.parts.manners.leaveOff('rowFilter');
      return this.page(filter, { offset, limit }, signal);
    }
    this.#note(filter(columns), offset, records.at(-1)?.recordId, records.length);
    return { records, foundCount: foundBy(byKeyset, offset, count, records.length, limit) };
  }

  #note(filter: string | undefined, offset: number, last: RecordId | undefined, length: number): void {
    if (last === undefined) return;
    this.#marks.set(markOf(filter, offset + length - 1), last);
    const [oldest] = this.#marks.keys();
    if (this.#marks.size > mostMarks && oldest !== undefined) this.#marks.delete(oldest);
  }
}

/** Where the server does not count, a page that is full is not the last. */
function foundBy(
  byKeyset: boolean,
  offset: number,
  count: number | undefined,
  length: number,
  limit: number,
): number {
  if (count !== undefined) return byKeyset ? offset + count : count;
  return length === 0 ? 0 : offset + length + (length < limit ? 0 : 1);
}

const markOf = (filter: string | undefined, offset: number): string => `${offset} ${filter ?? ''}`;

const isKeyset = (has: Has): boolean => has('rowFilter') && has('rowOrder');

function ask(
  columns: Columns,
  has: Has,
  filter: string | undefined,
  { offset, limit }: PageRange,
  mark: RecordId | undefined,
): Asked {
  const from = mark !== undefined && isKeyset(has) ? `ROWID ge ${mark}` : undefined;
  const filters = [filter, from].filter((one) => one !== undefined);
  return {
    $filter: filters.length === 0 ? undefined : filters.join(' and '),
    $orderby: has('rowOrder') ? 'ROWID' : fieldName(columns.key.wireName),
    $skip: from === undefined && offset > 0 ? String(offset) : undefined,
    $top: String(limit),
    $count: 'true',
    $select: columns.select,
  };
}

function ascending(from: RecordId, records: readonly { readonly recordId: RecordId }[]): boolean {
  let last = Number(from) - 1;
  return records.every(({ recordId }) => {
    const isNext = Number(recordId) > last;
    last = Number(recordId);
    return isNext;
  });
}
