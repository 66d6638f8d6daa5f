/**
 * All pages of a listing that changes while it is read.
 *
 *   R1  No record that is in the listing from start to end is skipped.
 *
 * A record that leaves (deleted, or edited out of a range of stamps) moves the later ones up, so the next page
 * would begin too late. So each page begins with the last record of the one before; where none that was seen stands
 * there any more, reading goes back until it meets one.
 */
import type { ListPlace } from '../core/bookmark.ts';
import type { EpochMs } from '../core/names.ts';
import type { Clock } from '../ports/clock.ts';
import type { Page, PageRange, ServerRecord } from '../ports/server.ts';

export type ReadPage = {
  /** Records that were not on the page before. */
  readonly records: readonly ServerRecord[];
  readonly foundCount: number;
  /** Reference times just before the request and when its answer was here. */
  readonly at: EpochMs;
  readonly until: EpochMs;
};

export type Fetch = (range: PageRange) => Promise<Page>;

export async function fetchPage(clock: Clock, fetch: Fetch, range: PageRange): Promise<ReadPage> {
  const at = clock.now();
  const page = await fetch(range);
  return { records: page.records, foundCount: page.foundCount, at, until: clock.now() };
}

export type ListedPage = ReadPage & {
  /** Where the page behind this one begins; undefined after the last. */
  readonly next: ListPlace | undefined;
};

export type Start = {
  /** The page at offset 0 where it was fetched already. */
  readonly first?: ReadPage;
  /** Where an earlier reading stopped. */
  readonly from?: ListPlace;
  /** Records in the first page. Default: as in all others. */
  readonly firstLimit?: number;
};

export async function* pagesOf(
  clock: Clock,
  fetch: Fetch,
  limit: number,
  { first, from = { offset: 0, seen: [] }, firstLimit = limit }: Start = {},
): AsyncGenerator<ListedPage> {
  let place: ListPlace = from;
  let known = first;
  let most = firstLimit;
  for (;;) {
    const seen = new Set(place.seen);
    let { offset } = place;
    let page = known ?? (await fetchPage(clock, fetch, { offset, limit: most }));
    known = undefined;
    most = limit;
    while (offset > 0 && !page.records.some((record) => seen.has(record.recordId))) {
      offset = Math.max(0, offset - stepBack(place, limit));
      page = await fetchPage(clock, fetch, { offset, limit });
    }
    const next = placeAfter(page, offset);
    const fresh = page.records.filter((record) => !seen.has(record.recordId));
    if (fresh.length > 0) yield { ...page, records: fresh, next };
    if (next === undefined) return;
    place = next;
  }
}

/** The server may give fewer at once than it is asked for: no farther than the page before reached, so that its rows are not passed by. */
const stepBack = ({ seen }: ListPlace, limit: number): number =>
  Math.max(1, Math.min(limit, seen.length) - 1);

function placeAfter({ records, foundCount }: ReadPage, offset: number): ListPlace | undefined {
  const end = offset + records.length;
  if (records.length === 0 || end >= foundCount) return undefined;
  return { offset: end - 1, seen: records.map((record) => record.recordId) };
}
