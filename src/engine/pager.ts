/**
 * All pages of a listing that changes while it is read.
 *
 *   R1  No record that is in the listing from start to end is skipped.
 *
 * A record that leaves (deleted, or edited out of a range of stamps) moves the later ones up, so the next page
 * would begin too late. So each page begins with the last record of the one before; where none that was seen stands
 * there any more, reading goes back until it meets one.
 */
import type { EpochMs, RecordId } from '../core/names.ts';
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

/** `first`: the page at offset 0 where it was fetched already. */
export async function* pagesOf(
  clock: Clock,
  fetch: Fetch,
  limit: number,
  first?: ReadPage,
): AsyncGenerator<ReadPage> {
  let page = first ?? (await fetchPage(clock, fetch, { offset: 0, limit }));
  let offset = 0;
  let seen: ReadonlySet<RecordId> = new Set();
  for (;;) {
    const fresh = page.records.filter((record) => !seen.has(record.recordId));
    if (fresh.length > 0) yield { ...page, records: fresh };
    const end = offset + page.records.length;
    if (page.records.length === 0 || end >= page.foundCount) return;
    seen = new Set(page.records.map((record) => record.recordId));
    offset = end - 1;
    page = await fetchPage(clock, fetch, { offset, limit });
    while (offset > 0 && !page.records.some((record) => seen.has(record.recordId))) {
      offset = Math.max(0, offset - limit + 1);
      page = await fetchPage(clock, fetch, { offset, limit });
    }
  }
}
