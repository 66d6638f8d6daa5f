/** Which points of a line get a dot, since the line alone would not show them. */

/** Narrower, in pixels, than what one sees of a line: uPlot cuts it away altogether where it begins and ends in the same one. */
const leastWidth = 3;

/**
 * Of each stretch between two breaks that has hardly any width its highest point, such as of one run among hours of nothing; and
 * the last point of all. `ys`: `null` breaks the line, `undefined` is of other lines. `xs`: pixels.
 */
export function dotsOf(
  ys: readonly (number | null | undefined)[],
  xs: (index: number) => number,
): readonly number[] {
  const stretches = stretchesOf(ys);
  const narrow = stretches
    .filter((at) => xs(at.at(-1) ?? 0) - xs(at[0] ?? 0) < leastWidth)
    .map((at) => at.reduce((highest, one) => ((ys[one] ?? 0) > (ys[highest] ?? 0) ? one : highest)));
  const last = ys.findLastIndex((y) => y !== undefined);
  const isKnown = last !== -1 && ys[last] !== null;
  return [...new Set(isKnown ? [...narrow, last] : narrow)];
}

/** The indexes of points that one line joins, at least one each. */
function stretchesOf(ys: readonly (number | null | undefined)[]): readonly (readonly number[])[] {
  const stretches: number[][] = [[]];
  ys.forEach((y, index) => {
    if (y === null) stretches.push([]);
    else if (y !== undefined) stretches.at(-1)?.push(index);
  });
  return stretches.filter(({ length }) => length > 0);
}
