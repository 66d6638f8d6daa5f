/** Everything that a port gives in pages: each page is asked for by the last item of the one before. */
export async function* paged<Item>(
  fetch: (after: Item | undefined) => Promise<readonly Item[]>,
): AsyncGenerator<readonly Item[]> {
  let page = await fetch(undefined);
  while (page.length > 0) {
    yield page;
    page = await fetch(page.at(-1));
  }
}
