/** The part of docs/performance.md that is written by the benchmark. */
export const marks = {
  begin: '<!-- figures: written by npm run bench:page -->',
  end: '<!-- end of figures -->',
};

/** The page with other figures. Throws where a mark is missing. */
export function withFigures(page: string, figures: string): string {
  const [begin, end] = [page.indexOf(marks.begin), page.indexOf(marks.end)];
  if (begin < 0 || end < begin) throw new Error(`the page has no "${marks.begin}" before "${marks.end}"`);
  return `${page.slice(0, begin)}${marks.begin}\n\n${figures.trim()}\n\n${page.slice(end)}`;
}
