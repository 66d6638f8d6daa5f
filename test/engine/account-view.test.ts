import { expect, test } from 'vitest';
import { ListedView } from '../../src/engine/account-view.ts';
import type { Page } from '../../src/ports/server.ts';

const range = { offset: 0, limit: 500 };

async function viewOf(...answers: readonly (readonly [number, number | undefined])[]): Promise<unknown> {
  const view = new ListedView();
  for (const [foundCount, totalCount] of answers) {
    const page: Page = { records: [], foundCount, ...(totalCount !== undefined && { totalCount }) };
    expect(await view.watching(async () => page)(range)).toBe(page);
  }
  return view.counts;
}

test('what is hidden is counted within one answer: rows that come and go between two pages are none of it', async () => {
  expect(await viewOf([970, 1000], [975, 1005], [968, 998])).toEqual({ seen: 970, total: 1000 });
  expect(await viewOf([1000, 1000], [800, 800], [900, 900])).toEqual({ seen: 1000, total: 1000 });
});

test('a difference that one answer alone shows is none: a record was made as it was put together', async () => {
  expect(await viewOf([1000, 1001], [1001, 1001])).toEqual({ seen: 1001, total: 1001 });
});

test('nothing is said of a server that does not tell how many there are', async () => {
  expect(await viewOf([970, undefined])).toBe(undefined);
});
