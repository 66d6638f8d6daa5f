/** "Did you mean": the known names that are nearest to a name that is not known. */

/** "Did you mean hq? " with the blank, or '' where nothing is near. */
export function didYouMean(name: string, known: Iterable<string>): string {
  const near = nearest(name, known);
  return near === undefined ? '' : `Did you mean ${near}? `;
}

/** The known name with the fewest edits; undefined where even that one is far (more than a third of the letters). */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  const wanted = plain(name);
  const ranked = [...known]
    .map((candidate) => ({ candidate, edits: editDistance(wanted, plain(candidate)) }))
    .filter(({ candidate, edits }) => edits <= Math.max(wanted.length, candidate.length) / 3)
    .toSorted((a, b) => a.edits - b.edits);
  return ranked[0]?.candidate;
}

/** Insertions, deletions, replacements and swaps of neighbours that turn one text into the other. */
export function editDistance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= a.length; row++) {
    const made = [row];
    for (let column = 1; column <= b.length; column++) {
      const at = (up: number, left: number): number =>
        (up === 0 ? made : rows[row - up])?.[column - left] ?? Number.POSITIVE_INFINITY;
      const same = a[row - 1] === b[column - 1];
      const swapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      made.push(
        Math.min(
          at(0, 1) + 1,
          at(1, 0) + 1,
          at(1, 1) + (same ? 0 : 1),
          swapped ? at(2, 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    rows.push(made);
  }
  return rows[a.length]?.[b.length] ?? 0;
}

/** Case, blanks, `_` and `-` are what people mistake most: they cost nothing. */
const plain = (name: string): string => name.toLowerCase().replace(/[\s_-]+/g, '_');
