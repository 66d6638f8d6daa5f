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

/** Insertions, deletions and replacements that turn one text into the other (Levenshtein). */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let index = 0; index < a.length; index++) row = nextRow(row, index + 1, a.charAt(index), b);
  return row[b.length] ?? 0;
}

function nextRow(above: readonly number[], first: number, letter: string, b: string): number[] {
  const row = [first];
  for (let column = 1; column <= b.length; column++) {
    const replaced = (above[column - 1] ?? 0) + (letter === b[column - 1] ? 0 : 1);
    row.push(Math.min((row[column - 1] ?? 0) + 1, (above[column] ?? 0) + 1, replaced));
  }
  return row;
}

/** Case, blanks, `_` and `-` are what people mistake most: they cost nothing. */
const plain = (name: string): string => name.toLowerCase().replace(/[\s_-]+/g, '_');
