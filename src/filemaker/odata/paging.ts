/**
 * Pages of rows in order of creation, by keyset: a page begins at the ROWID at which the one before ended, so that the server skips
 * nothing and no row is missed where earlier ones go meanwhile. Where ROWID cannot be filtered, by `$skip` in a stated order. What the
 * server leaves out of a page is the next one's: its own links count rows, which shift.
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
  /** Places in the former order say nothing: whoever asks for one goes back until it begins anew. */
  #isOrderNew = false;

  constructor(rows: Rows) {
    this.#rows = rows;
  }

  /** `filter`: undefined for all rows. */
  async page(
    filter: (columns: Columns) => string | undefined,
    range: PageRange,
    signal: AbortSignal,
  ): Promise<Page> {
    const { offset, limit } = range;
    if (offset === 0) this.#begin(filter(this.#rows.columns()));
    if (this.#isOrderNew) return noneOf(offset);
    const mark = this.#marks.get(markOf(filter(this.#rows.columns()), offset));
    const { rows, count, isCut, columns, has } = await this.#rows.read(
      mark === undefined ? ['rowOrder'] : ['rowFilter', 'rowOrder'],
      (of, may) => ask(of, may, filter(of), range, mark),
      signal,
      'some',
    );
    const records = rows.slice(0, limit).map((row) => columns.record(row));
    const byKeyset = mark !== undefined && isKeyset(has);
    const isOdd =
      byKeyset &&
      (records.length === 0 ? await this.#hasMore(filter, range, signal) : !isFrom(mark, records));
    const odd = isOdd ? 'rowFilter' : 'rowOrder';
    if (odd === 'rowFilter' || (has('rowOrder') && !isAscending(records))) {
      this.#leaveOff(odd);
      return this.page(filter, range, signal);
    }
    this.#note(filter(columns), offset, records.at(-1)?.recordId, records.length);
    const found = foundBy(byKeyset, offset, count, records.length, limit);
    return { records, foundCount: isCut ? Math.max(found, offset + records.length + 1) : found };
  }

  /** Whether there are rows at that place, as they are counted. */
  async #hasMore(
    filter: (columns: Columns) => string | undefined,
    range: PageRange,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { rows } = await this.#rows.read(
      ['rowOrder'],
      (of, may) => ask(of, may, filter(of), { ...range, limit: 1 }, undefined),
      signal,
      'some',
    );
    return rows.length > 0;
  }

  /** What stood where when the filter was asked before is nothing to go by: rows have entered it since. */
  #begin(filter: string | undefined): void {
    this.#isOrderNew = false;
    for (const mark of this.#marks.keys()) if (mark.endsWith(markOf(filter, ''))) this.#marks.delete(mark);
  }

  /** It took what it was asked and did not go by it. */
  #leaveOff(odd: 'rowFilter' | 'rowOrder'): void {
    this.#rows.parts.manners.leaveOff(odd);
    this.#isOrderNew = odd === 'rowOrder';
  }

  #note(filter: string | undefined, offset: number, last: RecordId | undefined, length: number): void {
    if (last === undefined || offset + length < 2) return;
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

const markOf = (filter: string | undefined, offset: number | ''): string => `${offset} ${filter ?? ''}`;

/** There is more, and nothing of it is known. */
const noneOf = (offset: number): Page => ({ records: [], foundCount: offset + 1 });

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

type Shown = readonly { readonly recordId: RecordId }[];

const isFrom = (mark: RecordId, records: Shown): boolean =>
  records.every(({ recordId }) => Number(recordId) >= Number(mark));

const isAscending = (records: Shown): boolean =>
  records.every(({ recordId }, at) => at === 0 || Number(recordId) > Number(records[at - 1]?.recordId));
