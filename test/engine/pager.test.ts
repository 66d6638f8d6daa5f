import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pagesOf } from '../../src/engine/pager.ts';
import type { Page, PageRange, ServerRecord } from '../../src/ports/server.ts';

const clock = { now: () => 0, sleep: () => Promise.resolve() };

const recordOf = (id: number): ServerRecord => ({
  recordId: String(id),
  modId: 0,
  key: `k${id}`,
  values: {},
  stamp: { kind: 'empty' },
});

/** A listing that loses the records named for each request before it answers. */
class Shrinking {
  rows: readonly number[];
  requests = 0;
  readonly #losses: readonly (readonly number[])[];
  /** So many at once, whatever is asked for. */
  readonly #most: number;

  constructor(size: number, losses: readonly (readonly number[])[], most = 1_000) {
    this.#most = most;
    this.rows = Array.from({ length: size }, (_, index) => index);
    this.#losses = losses;
  }

  readonly fetch = ({ offset, limit }: PageRange): Promise<Page> => {
    const lost = this.#losses[this.requests] ?? [];
    this.requests += 1;
    this.rows = this.rows.filter((id) => !lost.includes(id));
    const records = this.rows.slice(offset, offset + Math.min(limit, this.#most)).map(recordOf);
    return Promise.resolve({ records, foundCount: this.rows.length });
  };
}

async function readAll(listing: Shrinking, limit: number): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const page of pagesOf(clock, listing.fetch, limit))
    ids.push(...page.records.map((record) => record.recordId));
  return ids;
}

describe('a listing in pages', () => {
  test('R1: no record that is in it from start to end is skipped, whatever leaves while it is read', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 60 }),
        fc.integer({ min: 2, max: 7 }),
        fc.array(fc.array(fc.integer({ min: 0, max: 59 }), { maxLength: 12 }), { maxLength: 40 }),
        fc.integer({ min: 2, max: 9 }),
        async (size, limit, losses, most) => {
          const listing = new Shrinking(size, losses, most);
          const read = new Set(await readAll(listing, limit));
          expect(listing.rows.filter((id) => !read.has(String(id)))).toEqual([]);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('where fewer come at once than are asked for, what leaves sends the reading back by a page, not to the beginning', async () => {
    const listing = new Shrinking(400, [], 4);
    let last: readonly number[] = [];
    let farthest = 0;
    const fetch = async (range: PageRange): Promise<Page> => {
      // Of each fourth page all but the first leave before the next one is read.
      if (range.offset >= farthest + 12) {
        farthest = range.offset;
        listing.rows = listing.rows.filter((id) => !last.slice(1).includes(id));
      }
      const page = await listing.fetch(range);
      last = page.records.map(({ recordId }) => Number(recordId));
      return page;
    };
    const read = new Set<string>();
    for await (const { records } of pagesOf(clock, fetch, 20))
      for (const { recordId } of records) read.add(recordId);
    expect(listing.rows.filter((id) => !read.has(String(id)))).toEqual([]);
    expect(listing.requests).toBeLessThan(250);
  });

  test('a listing that stands still is read once, each page beginning with the last record of the one before', async () => {
    const listing = new Shrinking(20, []);
    expect(await readAll(listing, 6)).toEqual(listing.rows.map(String));
    expect(listing.requests).toBe(4);
  });

  test('what fits one page takes one request', async () => {
    const listing = new Shrinking(6, []);
    await readAll(listing, 6);
    expect(listing.requests).toBe(1);
  });
});
